"""The gateway trades on the sandbox exchange through the real ccxt client."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest

from neo.domain.market.instrument import Side
from neo.domain.messages.exchange import (
    AssetHolding,
    CancelExchangeOrder,
    ExchangeOrderStatus,
    FetchBars,
    FetchMarkets,
    FetchOpenOrders,
    FetchOrder,
    FetchOrderTrades,
    FetchQuotes,
    FetchStatistics,
    FetchWallet,
    OrderNotFound,
    OrderReported,
    TimeInForce,
    TradeFee,
    UnknownSymbol,
)
from neo.domain.messages.venue import PortError, PortFailed
from neo.domain.units import NS_PER_MS, NS_PER_S
from neo.infra.ccxt.gateway import ExchangeGateway
from neo.infra.ccxt.limiter import RequestBudget
from neo.infra.sandbox.exchange.plan import DialectName
from neo.infra.sandbox.exchange.sandbox import SandboxExchange
from neo.infra.simulated_exchange.disturbance import Climate, Latency, Trouble
from tests.infra.ccxt.exchange_stage import WAITING, ask, asked, buy, running
from tests.infra.sandbox.exchange.clients import BINANCE, MEXC, SYMBOL, plan, stand_still

BOTH = pytest.mark.parametrize("dialect", [MEXC, BINANCE], ids=lambda dialect: dialect.value)
Stage = tuple[SandboxExchange, ExchangeGateway]


@pytest.fixture(scope="module")
def stages() -> Iterator[dict[DialectName, Stage]]:
    with SandboxExchange(plan(MEXC)) as mexc, SandboxExchange(plan(BINANCE)) as binance:
        stand_still(mexc)
        stand_still(binance)
        plenty = RequestBudget(100_000, 10.0, 5.0)
        with (
            running(mexc, data=plenty, orders=plenty) as on_mexc,
            running(binance, data=plenty, orders=plenty) as on_binance,
        ):
            yield {MEXC: (mexc, on_mexc), BINANCE: (binance, on_binance)}


@pytest.fixture
def stage(stages: dict[DialectName, Stage], dialect: DialectName) -> Iterator[Stage]:
    sandbox, gateway = stages[dialect]
    yield sandbox, gateway
    sandbox.fair_weather()
    sandbox.drift_clock(0)
    sandbox.maintenance(False)


def orders_of(sandbox: SandboxExchange, name: str) -> list[str]:
    return [order.status.value for order in sandbox.truth().orders if order.ticket.client_id == name]


@BOTH
def test_markets_have_exact_steps_minimums_and_fees(stage: Stage) -> None:
    markets = ask(stage[1], FetchMarkets())

    rule = next(each for each in markets.rules if each.symbol == SYMBOL)
    assert len(markets.rules) == 12
    assert (rule.price_step, rule.quantity_step, rule.quantity_min) == (
        Decimal("0.00001"), Decimal("0.01"), Decimal("0.01"),
    )  # fmt: skip
    assert rule.notional_min in (1, 5) and rule.taker_fee in (Decimal("0.0005"), Decimal("0.001"))


@BOTH
def test_only_spot_markets_are_asked_for(dialect: DialectName) -> None:
    with SandboxExchange(plan(dialect)) as sandbox, running(sandbox) as gateway:
        ask(gateway, FetchMarkets())

        assert sandbox.requests() == 1


@BOTH
def test_quotes_of_wanted_symbols_come_with_the_time_of_their_arrival(stage: Stage) -> None:
    answer = ask(stage[1], FetchQuotes((SYMBOL, "BTC/USDT", "NOSUCH/USDT")))

    quote = answer.quotes[0]
    assert [each.symbol for each in answer.quotes] == [SYMBOL, "BTC/USDT"]
    assert (quote.bid, quote.ask, quote.at_ns) == (Decimal("0.62"), Decimal("0.621"), answer.ended_ns)
    assert answer.unknown == ("NOSUCH/USDT",) and answer.missing == ()


@BOTH
def test_callers_at_the_same_time_share_one_request(dialect: DialectName) -> None:
    with (
        SandboxExchange(plan(dialect)) as sandbox,
        running(sandbox, coalesce_ms=0) as gateway,
    ):
        ask(gateway, FetchMarkets())
        sandbox.climate(Climate(latency=Latency(median_ms=2_000, p99_ms=2_000)))
        before = sandbox.requests()

        answers = asked(gateway, *(FetchQuotes((symbol,)) for symbol in (SYMBOL, "BTC/USDT", "ETH/USDT")))

        assert [each.quotes[0].symbol for each in answers] == [SYMBOL, "BTC/USDT", "ETH/USDT"]
        assert sandbox.requests() - before == 1


@BOTH
def test_a_caller_right_after_an_answer_shares_it(dialect: DialectName) -> None:
    with SandboxExchange(plan(dialect)) as sandbox, running(sandbox, coalesce_ms=3_600_000) as gateway:
        first = ask(gateway, FetchQuotes((SYMBOL,)))
        before = sandbox.requests()

        second = ask(gateway, FetchQuotes(("BTC/USDT",)))

        assert sandbox.requests() == before
        assert second.quotes[0].at_ns == first.quotes[0].at_ns == second.ended_ns


@BOTH
def test_a_request_that_hangs_is_asked_a_second_time_and_answered(dialect: DialectName) -> None:
    with (
        SandboxExchange(plan(dialect)) as sandbox,
        running(sandbox, hedge_after_ms=50) as gateway,
    ):
        ask(gateway, FetchMarkets())
        sandbox.next_trouble(Trouble.HANG, orders_only=False)

        answer = ask(gateway, FetchQuotes((SYMBOL,)))

    assert len(answer.quotes) == 1
    assert answer.ended_ns - answer.started_ns < WAITING["timeout_ms"] * NS_PER_MS


@BOTH
def test_a_delisted_symbol_is_missing_until_the_markets_are_loaded_and_then_unknown(dialect: DialectName) -> None:
    with SandboxExchange(plan(dialect)) as sandbox, running(sandbox, coalesce_ms=0) as gateway:
        ask(gateway, FetchMarkets())
        sandbox.delist("ETHUSDT")

        at_once = ask(gateway, FetchQuotes((SYMBOL, "ETH/USDT")))
        ask(gateway, FetchMarkets())
        later = ask(gateway, FetchQuotes((SYMBOL, "ETH/USDT")))
        sandbox.relist("ETHUSDT")
        ask(gateway, FetchMarkets())
        back = ask(gateway, FetchQuotes((SYMBOL, "ETH/USDT")))

    assert (at_once.missing, at_once.unknown) == (("ETH/USDT",), ())
    assert (later.missing, later.unknown) == ((), ("ETH/USDT",))
    assert len(back.quotes) == 2


def test_symbols_that_vanish_make_the_gateway_load_the_markets_by_itself() -> None:
    with (
        SandboxExchange(plan(MEXC)) as sandbox,
        running(sandbox, coalesce_ms=0, reload_rest_s=0.0) as gateway,
    ):
        ask(gateway, FetchMarkets())
        sandbox.delist("ETHUSDT", "BTCUSDT")

        for _ in range(20_000):
            answer = ask(gateway, FetchQuotes((SYMBOL, "ETH/USDT", "BTC/USDT")))
            if answer.unknown:
                break

        assert answer.unknown == ("ETH/USDT", "BTC/USDT")
        assert answer.missing == ()


@BOTH
def test_an_order_that_cannot_be_seen_yet_is_not_found_and_later_it_is(stage: Stage) -> None:
    sandbox, gateway = stage
    sandbox.climate(Climate(late_visibility_ms=3_600_000))
    ask(gateway, buy("seen-late"))

    at_once = ask(gateway, FetchOrder(SYMBOL, "seen-late"))
    sandbox.climate(Climate())

    assert at_once == OrderNotFound(SYMBOL, "seen-late")
    assert ask(gateway, CancelExchangeOrder(SYMBOL, "seen-late")).status is ExchangeOrderStatus.CANCELED


def test_a_market_that_mexc_calls_inactive_is_active_while_it_has_a_quote() -> None:
    with SandboxExchange(plan(MEXC)) as sandbox, running(sandbox) as gateway:
        sandbox.advertise_inactive("XRPUSDT")

        rules = ask(gateway, FetchMarkets()).rules

    assert all(each.is_active for each in rules)


@BOTH
def test_statistics_and_bars_are_those_of_the_symbol(stage: Stage) -> None:
    statistics = ask(stage[1], FetchStatistics((SYMBOL, "NOSUCH/USDT")))
    bars = ask(stage[1], FetchBars("BTC/USDT", 30))
    none = ask(stage[1], FetchBars("NOSUCH/USDT", 30))

    assert [each.symbol for each in statistics.statistics] == [SYMBOL]
    assert statistics.statistics[0].volume_quote > 0
    assert len(bars.bars) == 30 and isinstance(none, UnknownSymbol)
    assert {b.at_ns - a.at_ns for a, b in zip(bars.bars, bars.bars[1:], strict=False)} == {60 * NS_PER_S}


@BOTH
def test_an_order_that_fills_is_reported_with_its_trades_and_their_fees(stage: Stage) -> None:
    sandbox, gateway = stage

    placed = ask(gateway, buy("fills", "50", "0.621", TimeInForce.IOC))
    order = ask(gateway, FetchOrder(SYMBOL, "fills"))
    trades = ask(gateway, FetchOrderTrades(SYMBOL, "fills")).trades

    mexc = gateway._access.exchange == "mexc"
    assert placed.status is (ExchangeOrderStatus.UNSAID if mexc else ExchangeOrderStatus.FILLED)
    assert (order.client_order_id, order.status, order.side) == ("fills", ExchangeOrderStatus.FILLED, Side.BUY)
    assert (order.quantity, order.filled_quantity, order.filled_quote) == (50, 50, Decimal("31.05"))
    assert [(each.quantity, each.quote_quantity) for each in trades] == [(50, Decimal("31.05"))]
    charged = ("USDT", Decimal("0.015525")) if mexc else ("XRP", Decimal("0.05"))
    assert trades[0].fees == (TradeFee(*charged),)
    assert orders_of(sandbox, "fills") == ["FILLED"]


@BOTH
def test_a_resting_order_is_listed_locks_money_and_is_cancelled_by_our_name(stage: Stage) -> None:
    gateway = stage[1]

    ask(gateway, buy("rests"))
    listed = ask(gateway, FetchOpenOrders()).orders
    wallet = {each.asset: each for each in ask(gateway, FetchWallet()).holdings}
    ended = ask(gateway, CancelExchangeOrder(SYMBOL, "rests"))

    assert [(each.client_order_id, each.status) for each in listed] == [("rests", ExchangeOrderStatus.OPEN)]
    assert 61 <= wallet["USDT"].locked < Decimal("61.1") and isinstance(wallet["XRP"], AssetHolding)
    assert (ended.client_order_id, ended.status) == ("rests", ExchangeOrderStatus.CANCELED)
    assert ask(gateway, FetchOpenOrders()).orders == ()


@BOTH
def test_what_does_not_exist_is_not_found(stage: Stage) -> None:
    gateway = stage[1]

    assert ask(gateway, FetchOrder(SYMBOL, "never")) == OrderNotFound(SYMBOL, "never")
    assert ask(gateway, CancelExchangeOrder(SYMBOL, "never")) == OrderNotFound(SYMBOL, "never")
    assert ask(gateway, FetchOrderTrades(SYMBOL, "never")) == OrderNotFound(SYMBOL, "never")
    assert isinstance(ask(gateway, FetchOrder("NOSUCH/USDT", "x")), UnknownSymbol)


@BOTH
def test_cancelling_a_filled_order_tells_that_it_filled(stage: Stage) -> None:
    ask(stage[1], buy("filled-before", "10", "0.621"))

    answer = ask(stage[1], CancelExchangeOrder(SYMBOL, "filled-before"))

    assert isinstance(answer, OrderReported) and answer.status is ExchangeOrderStatus.FILLED


@BOTH
def test_a_cancel_whose_reply_is_lost_is_settled_from_the_record(stage: Stage) -> None:
    sandbox, gateway = stage
    ask(gateway, buy("cancel-lost"))
    sandbox.next_trouble(Trouble.REPLY_LOST)

    answer = ask(gateway, CancelExchangeOrder(SYMBOL, "cancel-lost"))

    assert answer.status is ExchangeOrderStatus.CANCELED
    assert orders_of(sandbox, "cancel-lost") == ["CANCELED"]


@BOTH
@pytest.mark.parametrize(
    ("quantity", "price"), [("100000", "0.6"), ("1", "0.6"), ("100", "9")], ids=["no money", "too small", "too far"]
)
def test_a_refused_order_is_final(stage: Stage, quantity: str, price: str) -> None:
    answer = ask(stage[1], buy("refused", quantity, price))

    assert isinstance(answer, PortFailed) and answer.error is PortError.REJECTED


TROUBLES = [
    (Trouble.SERVER_ERROR, PortError.OUTCOME_UNKNOWN, 0),
    (Trouble.BAD_GATEWAY, PortError.OUTCOME_UNKNOWN, 0),
    (Trouble.CONNECTION_LOST, PortError.OUTCOME_UNKNOWN, 0),
    (Trouble.REPLY_LOST, PortError.OUTCOME_UNKNOWN, 1),
    (Trouble.STATUS_UNKNOWN, PortError.OUTCOME_UNKNOWN, 1),
    (Trouble.MALFORMED, PortError.OUTCOME_UNKNOWN, 1),
    (Trouble.DUPLICATED, PortError.OUTCOME_UNKNOWN, 1),
]


@BOTH
@pytest.mark.parametrize(("trouble", "error", "placed"), TROUBLES, ids=[each.value for each, _, _ in TROUBLES])
def test_an_order_is_sent_once_and_what_became_of_it_is_not_guessed(
    stage: Stage, trouble: Trouble, error: PortError, placed: int
) -> None:
    sandbox, gateway = stage
    name = f"t-{trouble.value.replace('_', '-')}"
    ask(gateway, FetchWallet())
    sandbox.next_trouble(trouble)

    answer = ask(gateway, buy(name))

    assert isinstance(answer, PortFailed) and answer.error is error
    assert len(orders_of(sandbox, name)) == placed
    found = ask(gateway, FetchOrder(SYMBOL, name))
    assert isinstance(found, OrderReported if placed else OrderNotFound)


@BOTH
def test_too_many_requests_sent_nothing_and_are_waited_out(dialect: DialectName) -> None:
    with SandboxExchange(plan(dialect)) as sandbox, running(sandbox) as gateway:
        ask(gateway, FetchWallet())
        stand_still(sandbox)
        sandbox.next_trouble(Trouble.RATE_LIMITED)
        before = sandbox.requests()

        turned_away = ask(gateway, buy("too-many"))
        answered = ask(gateway, buy("afterwards"))

        assert turned_away.error is PortError.UNAVAILABLE and orders_of(sandbox, "too-many") == []
        assert isinstance(answered, OrderReported) and sandbox.requests() - before == 2


@BOTH
def test_orders_do_not_wait_while_data_must(dialect: DialectName) -> None:
    with SandboxExchange(plan(dialect)) as sandbox, running(sandbox, coalesce_ms=0) as gateway:
        stand_still(sandbox)
        ask(gateway, FetchWallet())
        sandbox.climate(Climate(latency=Latency(median_ms=1, p99_ms=1)))
        sandbox.next_trouble(Trouble.BANNED, orders_only=False)
        ask(gateway, FetchQuotes((SYMBOL,)))
        sandbox.fair_weather()

        answer = ask(gateway, buy("meanwhile"))

    assert isinstance(answer, OrderReported)


@BOTH
@pytest.mark.parametrize("drift_ms", [-9_000, 21_000])
def test_a_clock_that_is_off_is_measured_before_anything_is_signed(dialect: DialectName, drift_ms: int) -> None:
    with SandboxExchange(plan(dialect, clock_drift_ms=drift_ms)) as sandbox, running(sandbox) as gateway:
        assert ask(gateway, FetchWallet()).holdings

        sandbox.drift_clock(drift_ms + 21_000)
        refused = ask(gateway, FetchWallet())
        again = ask(gateway, FetchWallet())

    assert refused.error is PortError.UNAVAILABLE
    assert again.holdings


@BOTH
def test_maintenance_is_told_and_passes(stage: Stage) -> None:
    sandbox, gateway = stage
    assert ask(gateway, FetchWallet()).holdings  # markets and clock are known
    sandbox.maintenance(True)

    assert ask(gateway, FetchWallet()).error is PortError.UNAVAILABLE
    assert ask(gateway, buy("shut")).error is PortError.OUTCOME_UNKNOWN

    sandbox.maintenance(False)
    assert isinstance(ask(gateway, FetchOrder(SYMBOL, "shut")), OrderNotFound)


@BOTH
def test_wrong_keys_are_final_and_nothing_shows_them(dialect: DialectName) -> None:
    with SandboxExchange(plan(dialect)) as sandbox, running(sandbox, secret="wrong-secret-text") as gateway:
        answer = ask(gateway, FetchWallet())

        assert answer.error is PortError.REJECTED
        for text in (answer.detail, repr(gateway._access)):
            assert "wrong-secret-text" not in text and "sandbox-key" not in text and "signature=" not in text


def test_a_gateway_that_stops_answers_what_waits_and_never_calls_an_order_harmless() -> None:
    with SandboxExchange(plan(MEXC)) as sandbox:
        answers: list[object] = []
        with running(sandbox, timeout_ms=600_000) as gateway:
            ask(gateway, FetchWallet())
            before = sandbox.requests()
            sandbox.next_trouble(Trouble.HANG, 2)
            gateway.submit("test", buy("under-way"), answers.append)
            for _ in range(1_000_000):
                if sandbox.requests() > before:
                    break
        assert [each.error for each in answers if isinstance(each, PortFailed)] == [PortError.OUTCOME_UNKNOWN]
        late: list[object] = []
        gateway.submit("test", buy("late"), late.append)
        assert [each.error for each in late if isinstance(each, PortFailed)] == [PortError.UNAVAILABLE]
