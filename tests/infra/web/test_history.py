"""What a page reads of a session: no extreme is lost, profit and loss is the one that the summary has."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import attrs
import pytest

from neo.domain.market.instrument import Side
from neo.domain.messages.journal import FeeCharged, TradeAdvanced, TradeConcluded, TradeIntended
from neo.domain.messages.storage import AgeSnapshot, DeskSnapshot
from neo.domain.money.profit import ProfitTally
from neo.infra.sqlite.chart_reader import BUCKETS
from neo.infra.web import history
from tests.infra.sqlite.books import START_NS, accept, fill, opened, order, session, snapshot

TICK_NS = 4 * 10**9
TICKS_OF_72_H = 72 * 3600 // 4
FEES = (("xrpl", "RLUSD", Decimal("0.25")), ("mexc", "USDT", Decimal(3)))


def tick(number: int, mid: str = "0.512") -> object:
    price = Decimal(mid)
    return attrs.evolve(
        snapshot(number),
        at_ns=START_NS + number * TICK_NS,
        best_bid=price - Decimal("0.0001"),
        best_ask=price + Decimal("0.0001"),
    )


def test_of_three_days_few_ticks_are_read_and_both_extremes_of_the_price_are_among_them(tmp_path: Path) -> None:
    # Given 72 hours of ticks with one spike up and one down
    store = opened(tmp_path)
    accept(store, session())
    spikes = {12_345: "0.9", 54_321: "0.1"}
    store.record_snapshots([tick(n, spikes.get(n, "0.512")) for n in range(TICKS_OF_72_H)])  # type: ignore[misc]
    store.close()
    # When a page reads them
    ticks = history.charts(tmp_path / "neo.db", "s1", 0)["ticks"]
    # Then they are few, in order, from the first to the last, with both spikes at their times
    at = ticks["at_ms"]
    assert len(at) <= 2 * (BUCKETS + 1) + 1 and at == sorted(at)
    assert at[-1] == (START_NS + (TICKS_OF_72_H - 1) * TICK_NS) / 1e6
    assert (max(ticks["clob"]), min(ticks["clob"])) == (0.9, 0.1)
    assert at[ticks["clob"].index(0.9)] == (START_NS + 12_345 * TICK_NS) / 1e6


def test_a_short_session_is_read_as_it_is_and_from_any_moment(tmp_path: Path) -> None:
    store = opened(tmp_path)
    accept(store, session())
    store.record_snapshots([tick(n) for n in range(100)])  # type: ignore[misc]
    store.close()
    assert len(history.charts(tmp_path / "neo.db", "s1", 0)["ticks"]["at_ms"]) == 100
    later = history.charts(tmp_path / "neo.db", "s1", (START_NS + 90 * TICK_NS) // 10**6)
    assert len(later["ticks"]["at_ms"]) == 10


def test_profit_and_loss_of_the_chart_is_that_of_the_books(tmp_path: Path) -> None:
    # Given two fills between ticks
    store = opened(tmp_path)
    fills = [
        attrs.evolve(fill(1, 1, Side.BUY, "10", "5.12"), traded_at_ns=START_NS + TICK_NS // 2),
        attrs.evolve(fill(2, 2, Side.SELL, "4", "2.10"), traded_at_ns=START_NS + 3 * TICK_NS // 2),
    ]
    accept(store, session(), order(1), order(2, Side.SELL, 101), *fills)
    mids = ["0.512", "0.520", "0.530"]
    store.record_snapshots([tick(n, mid) for n, mid in enumerate(mids)])  # type: ignore[misc]
    store.close()
    tally = ProfitTally()
    tally.mid(START_NS, Decimal(mids[0]))
    for number, traded in enumerate(fills, 1):
        tally.fill(traded.traded_at_ns, traded.side, traded.base_quantity, traded.quote_quantity)
        tally.mid(START_NS + number * TICK_NS, Decimal(mids[number]))
    # When the page reads them
    profit = history.charts(tmp_path / "neo.db", "s1", 0)["profit"]
    # Then the newest point is what the summary would say
    told = tally.profit()
    assert profit["realised"][-1] == pytest.approx(float(told.realised))
    assert profit["unrealised"][-1] == pytest.approx(float(told.unrealised))
    assert profit["realised"][0] == profit["unrealised"][0] == 0


def test_each_step_of_an_orders_life_is_told(tmp_path: Path) -> None:
    store = opened(tmp_path)
    accept(store, session(), order(1), fill())
    store.close()
    (told,) = history.orders(tmp_path / "neo.db", "s1")["orders"]
    assert (told["order_id"], told["side"], told["price"]) == ("o1", "buy", 0.512)
    assert told["created_ms"] == START_NS / 1e6


def test_limits_are_those_of_the_configuration_stored_with_the_session(tmp_path: Path) -> None:
    text = '{"risk.max_xrp_exposure":"2500","risk.max_rlusd_exposure":"900","engine.strategies":["market_maker"]}'
    store = opened(tmp_path)
    accept(store, attrs.evolve(session(), config_json=text))
    store.close()
    assert history.limits(tmp_path / "neo.db", "s1") == {"base_exposure": 2500.0, "quote_exposure": 900.0}
    assert history.limits(tmp_path / "neo.db", "nobody") == {}
    (row,) = history.sessions(tmp_path / "neo.db")
    assert row["strategies"] == ["market_maker"] and row["ended_ms"] is None


def test_only_keys_that_differ_are_compared(tmp_path: Path) -> None:
    store = opened(tmp_path)
    accept(store, attrs.evolve(session("s1"), config_json='{"a.b":1,"a.c":2}'))
    accept(store, attrs.evolve(session("s2"), config_json='{"a.b":1,"a.c":3,"d":4}'))
    store.close()
    differences = history.configuration_differences(tmp_path / "neo.db", ["s1", "s2"])
    assert differences == [{"key": "a.c", "values": [2, 3]}, {"key": "d", "values": [None, 4]}]


def test_what_was_bought_on_an_exchange_is_no_profit_and_no_fill_of_the_market_maker(tmp_path: Path) -> None:
    # Given a session of both strategies: on the ledger one fill and one fee, on the exchange the same in another currency
    store = opened(tmp_path)
    own, other = (attrs.evolve(fill(n, n), traded_at_ns=START_NS + TICK_NS // 2) for n in (1, 2))
    accept(
        store,
        session(),
        order(1),
        attrs.evolve(order(2, offer_sequence=None), venue="mexc", symbol="DOGE/USDT"),
        own,
        attrs.evolve(other, venue="mexc", symbol="DOGE/USDT"),
        *(FeeCharged(f"fee-{venue}", venue, asset, fee) for venue, asset, fee in FEES),
    )
    store.record_snapshots([tick(n) for n in range(-1, 50_000, 25_000)])  # type: ignore[misc]
    store.close()
    # When a page reads it
    read = history.charts(tmp_path / "neo.db", "s1", 0)
    # Then it has what happened on the ledger
    assert [fill["fill_id"] for fill in read["fills"]] == ["f1"]
    assert read["profit"]["unrealised"][-1] == pytest.approx(10 * 0.512 - 5.12)
    assert read["profit"]["fees"][-1] == pytest.approx(0.25)


def test_what_a_desks_money_was_worth_is_told_by_venue_and_thinned_with_its_extremes(tmp_path: Path) -> None:
    # Given three days of marks with one deep fall
    store = opened(tmp_path)
    accept(store, session())
    zero, cost = Decimal(0), Decimal(100)
    count, fall = 72 * 360, 12_345
    worth = [cost - 40 if n == fall else cost + n % 7 for n in range(count)]
    step_ns = 10 * 10**9
    store.record_snapshots(
        [
            DeskSnapshot("s1", START_NS + n * step_ns, "mexc", 1, 0, cost, worth[n], zero, cost, zero, cost)
            for n in range(count)
        ]
    )
    store.record_snapshots([AgeSnapshot("s1", START_NS, "mexc", 29, 800, 1_900)])
    store.close()
    # When a page reads them
    read = history.charts(tmp_path / "neo.db", "s1", 0)
    # Then few are told, in order, with the fall at its time
    desk = read["desks"]["mexc"]
    assert len(desk["at_ms"]) <= 2 * (BUCKETS + 1) + 1 and desk["at_ms"] == sorted(desk["at_ms"])
    assert min(desk["unrealised"]) == -40
    assert desk["at_ms"][desk["unrealised"].index(-40)] == (START_NS + fall * step_ns) / 1e6
    assert read["ages"] == {"mexc": {"at_ms": [START_NS / 1e6], "p50": [800], "p99": [1_900]}}
    # And from a moment on only what came after it
    later = history.charts(tmp_path / "neo.db", "s1", (START_NS + (count - 5) * step_ns) // 10**6)
    assert later["desks"]["mexc"]["unrealised"] == [float(n % 7) for n in range(count - 5, count)]


def test_a_session_counts_the_fills_of_each_strategy_and_the_drops_that_traded_apart(tmp_path: Path) -> None:
    # Given three fills on the ledger, and on an exchange a drop bought in two fills, one not bought at all, and a sale
    store = opened(tmp_path)
    made = [order(n) for n in range(1, 4)]
    elsewhere = [attrs.evolve(order(n, offer_sequence=None), venue="mexc", symbol="DOGE/USDT") for n in (4, 5)]
    fills = [fill(n, n) for n in range(1, 4)]
    others = [attrs.evolve(fill(n, n), venue="mexc", symbol="DOGE/USDT") for n in (4, 5)]
    accept(store, session(), *made, *elsewhere, *fills, *others)
    for name, side, filled in (("i1", Side.BUY, 2), ("i2", Side.BUY, 0), ("i3", Side.SELL, 2)):
        purpose, amount = "entry" if side is Side.BUY else "exit", Decimal(filled)
        accept(
            store,
            TradeIntended(name, "s1", "mexc", purpose, "DOGE/USDT", side, Decimal(2), "1", amount, START_NS),
            TradeAdvanced(name, "mexc", 2, amount, amount, Decimal(0), Decimal(0)),
            TradeConcluded(name, "mexc", "filled" if filled else "not_filled"),
        )
    store.close()
    # When a page lists sessions
    (row,) = history.sessions(tmp_path / "neo.db")
    # Then neither strategy's trades are the other's
    assert (row["maker_fills"], row["drop_fills"], row["bought"], row["sold"]) == (3, 2, 1, 1)
