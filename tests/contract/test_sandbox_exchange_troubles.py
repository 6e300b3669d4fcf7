"""What goes wrong on purpose: how ccxt sees it, and what really happened on the exchange."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from typing import Any

import ccxt
import ccxt.async_support
import pytest

from neo.infra.sandbox.exchange.plan import DialectName
from neo.infra.sandbox.exchange.sandbox import SandboxExchange
from neo.infra.simulated_exchange.disturbance import Climate, Latency, Trouble
from tests.infra.sandbox.exchange.clients import BINANCE, MEXC, SYMBOL, client, error_of, plan, stand_still
from tests.patience import PATIENCE_S

#: Of one request, in milliseconds.
WAITING_MS = int(PATIENCE_S * 1_000)
BOTH = pytest.mark.parametrize("dialect", [MEXC, BINANCE], ids=lambda dialect: dialect.value)


@pytest.fixture(scope="module")
def running() -> Iterator[dict[DialectName, tuple[SandboxExchange, Any]]]:
    with (
        SandboxExchange(plan(MEXC)) as mexc,
        SandboxExchange(plan(BINANCE)) as binance,
        client(mexc, timeout=WAITING_MS) as on_mexc,
        client(binance, timeout=WAITING_MS) as on_binance,
    ):
        yield {MEXC: (mexc, on_mexc), BINANCE: (binance, on_binance)}


@pytest.fixture
def pair(
    running: dict[DialectName, tuple[SandboxExchange, Any]], dialect: DialectName
) -> Iterator[tuple[SandboxExchange, Any]]:
    sandbox, exchange = running[dialect]
    stand_still(sandbox)
    yield sandbox, exchange
    sandbox.fair_weather()
    sandbox.drift_clock(0)
    sandbox.maintenance(False)
    for order in exchange.fetch_open_orders(SYMBOL):
        exchange.cancel_order(order["id"], SYMBOL)


def place(exchange: Any, client_id: str = "") -> Any:
    named = {"clientOrderId": client_id} if client_id else {}
    return exchange.create_order(SYMBOL, "limit", "buy", 100, 0.61, named)


def orders_of(sandbox: SandboxExchange, client_id: str) -> int:
    return sum(order.ticket.client_id == client_id for order in sandbox.truth().orders)


NOTHING_HAPPENED = [
    (Trouble.SERVER_ERROR, {ccxt.ExchangeNotAvailable, ccxt.OperationFailed}),
    (Trouble.BAD_GATEWAY, {ccxt.ExchangeNotAvailable}),
    (Trouble.RATE_LIMITED, {ccxt.RateLimitExceeded, ccxt.DDoSProtection}),
    (Trouble.BANNED, {ccxt.RateLimitExceeded, ccxt.DDoSProtection}),
    (Trouble.CONNECTION_LOST, {ccxt.NetworkError, ccxt.ExchangeNotAvailable}),
]


@BOTH
@pytest.mark.parametrize(("trouble", "errors"), NOTHING_HAPPENED, ids=[each.value for each, _ in NOTHING_HAPPENED])
def test_a_refused_request_places_no_order(
    pair: tuple[SandboxExchange, Any], trouble: Trouble, errors: set[type]
) -> None:
    sandbox, exchange = pair
    name = f"refused-{trouble.value}"
    sandbox.next_trouble(trouble)

    assert error_of(lambda: place(exchange, name)) in errors

    assert orders_of(sandbox, name) == 0


ACCEPTED_ALL_THE_SAME = [
    (Trouble.REPLY_LOST, {ccxt.NetworkError, ccxt.ExchangeNotAvailable}),
    (Trouble.STATUS_UNKNOWN, {ccxt.RequestTimeout}),
]


@BOTH
@pytest.mark.parametrize(
    ("trouble", "errors"), ACCEPTED_ALL_THE_SAME, ids=[each.value for each, _ in ACCEPTED_ALL_THE_SAME]
)
def test_an_order_whose_reply_is_lost_is_there_and_is_found_by_its_client_id(
    pair: tuple[SandboxExchange, Any], trouble: Trouble, errors: set[type]
) -> None:
    sandbox, exchange = pair
    name = f"accepted-{trouble.value}"
    sandbox.next_trouble(trouble)

    assert error_of(lambda: place(exchange, name)) in errors

    assert orders_of(sandbox, name) == 1
    assert exchange.fetch_order("", SYMBOL, {"clientOrderId": name})["status"] == "open"


@BOTH
@pytest.mark.parametrize(("trouble", "placed"), [(Trouble.HANG, 0), (Trouble.REPLY_HANGS, 1)])
def test_a_request_that_hangs_times_out_and_only_the_exchange_knows_whether_it_was_carried_out(
    pair: tuple[SandboxExchange, Any], trouble: Trouble, placed: int
) -> None:
    sandbox, exchange = pair
    name = f"hangs-{trouble.value}"
    sandbox.next_trouble(trouble)
    exchange.timeout = 200

    assert error_of(lambda: place(exchange, name)) is ccxt.RequestTimeout

    exchange.timeout = WAITING_MS
    give_up_s = time.monotonic() + PATIENCE_S
    while orders_of(sandbox, name) < placed:  # what was given up on this side may still be on its way to the other one
        assert time.monotonic() < give_up_s
    assert orders_of(sandbox, name) == placed


@BOTH
def test_a_doubled_request_with_a_client_id_is_one_order_and_an_answer_that_denies_it(
    pair: tuple[SandboxExchange, Any],
) -> None:
    sandbox, exchange = pair
    sandbox.next_trouble(Trouble.DUPLICATED)

    error_of(lambda: place(exchange, "doubled"))

    assert orders_of(sandbox, "doubled") == 1


def test_a_doubled_request_without_a_client_id_is_two_orders(
    running: dict[DialectName, tuple[SandboxExchange, Any]],
) -> None:
    sandbox, exchange = running[MEXC]
    stand_still(sandbox)
    before = len(sandbox.truth().orders)
    sandbox.next_trouble(Trouble.DUPLICATED)

    place(exchange)

    assert len(sandbox.truth().orders) == before + 2
    for order in exchange.fetch_open_orders(SYMBOL):
        exchange.cancel_order(order["id"], SYMBOL)


@BOTH
def test_half_an_answer_is_no_answer(pair: tuple[SandboxExchange, Any]) -> None:
    sandbox, exchange = pair
    sandbox.next_trouble(Trouble.MALFORMED, orders_only=False)

    with pytest.raises((ccxt.BaseError, TypeError, AttributeError, KeyError)):
        exchange.fetch_time() + 1


@BOTH
def test_an_order_can_be_found_only_after_a_while_when_visibility_is_late(pair: tuple[SandboxExchange, Any]) -> None:
    sandbox, exchange = pair
    sandbox.climate(Climate(late_visibility_ms=3_600_000))
    placed = place(exchange, "late")

    unseen = error_of(lambda: exchange.fetch_order(placed["id"], SYMBOL))
    listed = exchange.fetch_open_orders(SYMBOL)
    sandbox.climate(Climate())

    assert unseen in {ccxt.ExchangeError, ccxt.OrderNotFound} and listed == []
    assert exchange.fetch_order(placed["id"], SYMBOL)["status"] == "open"


@BOTH
@pytest.mark.parametrize("drift_ms", [-9_000, 21_000])
def test_a_clock_that_is_off_is_refused_and_can_be_measured(pair: tuple[SandboxExchange, Any], drift_ms: int) -> None:
    sandbox, exchange = pair
    sandbox.drift_clock(drift_ms)

    assert error_of(exchange.fetch_balance) is ccxt.InvalidNonce
    assert abs(exchange.fetch_time() - exchange.milliseconds() - drift_ms) < 5_000

    exchange.load_time_difference()
    exchange.options["adjustForTimeDifference"] = True
    assert exchange.fetch_balance()["USDT"]["total"] > 0
    exchange.options["timeDifference"] = 0


@BOTH
def test_maintenance_answers_every_request_and_passes(pair: tuple[SandboxExchange, Any]) -> None:
    sandbox, exchange = pair
    sandbox.maintenance(True)

    found = {error_of(exchange.fetch_time), error_of(exchange.fetch_balance), error_of(lambda: place(exchange, "shut"))}

    assert found == {ccxt.OnMaintenance}
    sandbox.maintenance(False)
    assert place(exchange, "open-again")["id"]
    assert orders_of(sandbox, "shut") == 0


@BOTH
def test_a_delisted_market_is_a_bad_symbol_fails_a_whole_list_and_comes_back(pair: tuple[SandboxExchange, Any]) -> None:
    sandbox, exchange = pair
    raw = exchange.publicGetTickerBookTicker if exchange.id == "binance" else exchange.spotPublicGetTickerBookTicker
    several = '["BTCUSDT","ETHUSDT"]' if exchange.id == "binance" else "BTCUSDT,ETHUSDT"
    sandbox.delist("ETHUSDT")

    assert error_of(lambda: exchange.fetch_ticker("ETH/USDT")) is ccxt.BadSymbol
    assert error_of(lambda: raw({"symbols": several})) is ccxt.BadSymbol
    assert len(exchange.fetch_bids_asks()) == 11
    assert "ETH/USDT" not in exchange.load_markets(True)

    sandbox.relist("ETHUSDT")
    assert "ETH/USDT" in exchange.load_markets(True)
    assert len(raw({"symbols": several})) == 2


@BOTH
def test_a_halted_market_is_listed_as_inactive_and_takes_no_orders(pair: tuple[SandboxExchange, Any]) -> None:
    sandbox, exchange = pair
    sandbox.halt("XRPUSDT")

    error = error_of(lambda: place(exchange, "halted"))
    listed = exchange.load_markets(True)[SYMBOL]["active"]
    sandbox.relist("XRPUSDT")
    exchange.load_markets(True)

    assert error in {ccxt.InvalidOrder, ccxt.MarketClosed}
    assert listed is False


def test_mexc_calls_markets_inactive_that_trade(running: dict[DialectName, tuple[SandboxExchange, Any]]) -> None:
    sandbox, exchange = running[MEXC]
    stand_still(sandbox)
    sandbox.advertise_inactive("XRPUSDT")

    assert exchange.load_markets(True)[SYMBOL]["active"] is False
    placed = place(exchange)
    assert exchange.cancel_order(placed["id"], SYMBOL)["status"] == "canceled"


WRONG_KEYS: list[tuple[str, Callable[[Any], None]]] = [
    ("unknown key", lambda exchange: setattr(exchange, "apiKey", "somebody-else")),
    ("wrong secret", lambda exchange: setattr(exchange, "secret", "wrong")),
]


@BOTH
@pytest.mark.parametrize(("what", "spoil"), WRONG_KEYS, ids=[what for what, _ in WRONG_KEYS])
def test_wrong_keys_are_refused(pair: tuple[SandboxExchange, Any], what: str, spoil: Callable[[Any], None]) -> None:
    sandbox, _ = pair
    with client(sandbox) as exchange:
        spoil(exchange)

        error = error_of(exchange.fetch_balance)

    assert issubclass(error, ccxt.AuthenticationError | ccxt.BadRequest), what


def test_too_many_requests_are_told_to_wait_and_then_banned() -> None:
    statuses = []
    # 0.05 of MEXC's 500 in 10 s is just enough for the heaviest address, the list of markets.
    with SandboxExchange(plan(MEXC, limit_share=0.05)) as sandbox, client(sandbox) as exchange:
        for _ in range(5_000):  # 80 are enough unless the machine is so slow that there is always room for one more
            try:
                exchange.fetch_time()
            except ccxt.BaseError as error:
                statuses.append((type(error), "banned" in str(error)))
                if len(statuses) > 40 and statuses[-1][1]:
                    break
        headers = exchange.last_response_headers

    assert set(statuses) == {(ccxt.RateLimitExceeded, False), (ccxt.RateLimitExceeded, True)}
    assert int(headers["Retry-After"]) > 60


def test_binance_tells_in_headers_what_was_used() -> None:
    with SandboxExchange(plan(BINANCE)) as sandbox, client(sandbox) as exchange:
        stand_still(sandbox)
        exchange.fetch_time()
        first = int(exchange.last_response_headers["X-MBX-USED-WEIGHT-1M"])
        exchange.fetch_bids_asks()
        second = int(exchange.last_response_headers["X-MBX-USED-WEIGHT-1M"])
        place(exchange)
        orders = exchange.last_response_headers["X-MBX-ORDER-COUNT-10S"]

    # A new minute may have begun in between.
    assert second in {first + 4, 4}
    assert orders == "1"


@BOTH
def test_latency_does_not_keep_other_requests_waiting(dialect: DialectName) -> None:
    async def ask(sandbox: SandboxExchange) -> list[Any]:
        made = getattr(ccxt.async_support, dialect.value)
        exchange = made({**sandbox.ccxt_config(), "enableRateLimit": False, "timeout": 20_000})
        try:
            await exchange.load_markets()
            sandbox.climate(Climate(latency=Latency(median_ms=20, p99_ms=60)))
            return list(await asyncio.gather(*(exchange.fetch_time() for _ in range(50))))
        finally:
            await exchange.close()

    with SandboxExchange(plan(dialect)) as sandbox:
        times = asyncio.run(ask(sandbox))

    assert len(times) == 50


@BOTH
def test_in_stormy_weather_the_truth_still_adds_up(dialect: DialectName) -> None:
    storm = Climate(errors=0.2, order_troubles=((Trouble.REPLY_LOST, 0.2), (Trouble.DUPLICATED, 0.1)))

    with SandboxExchange(plan(dialect, limit_share=0)) as sandbox, client(sandbox) as exchange:
        sandbox.climate(storm)
        answered = 0
        for number in range(60):
            try:
                exchange.create_order(SYMBOL, "limit", "buy", 20, 0.64, {"clientOrderId": f"storm-{number}"})
                answered += 1
            except ccxt.BaseError:
                continue
        truth = sandbox.truth()

    names = [order.ticket.client_id for order in truth.orders]
    assert truth.money_out_of_place == {}
    assert answered < len(set(names)) <= 60
    if dialect is MEXC:
        assert len(names) == len(set(names))
