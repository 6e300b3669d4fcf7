"""The other traders keep a market that lives: quotes, trades, a pool near the fair price."""

from __future__ import annotations

import random
from decimal import Decimal
from itertools import pairwise

import attrs
import pytest

from neo.infra.simulated.genesis import ARBITRAGEUR, MAKERS, Genesis, create_ledger
from neo.infra.simulated.ledger import SimulatedLedger
from neo.infra.simulated.market import Market, MarketPlan
from neo.infra.simulated.prices import ConstantPrice, PricePath, WanderingPrice
from neo.infra.simulated.snapshot import encode_ledger
from tests.infra.simulated.worlds import XRP, drops_in_the_world, token_in_the_world

START = Decimal("0.52")
CLOSE_NS = 4_000_000_000


@attrs.define
class Seen:
    ledger: SimulatedLedger
    one_sided: int = 0
    divergences_bps: list[Decimal] = attrs.field(factory=list)
    arbitrages: int = 0
    senders: set[str] = attrs.field(factory=set)


def _traded(path: PricePath, closes: int, seed: int = 1) -> Seen:
    ledger = create_ledger(Genesis("us", START), close_time_s=1_000)
    market = Market(ledger, path, random.Random(seed), MarketPlan())
    seen = Seen(ledger)
    for number in range(closes):
        fair = market.trade(number * CLOSE_NS)
        closed = ledger.close(ledger.close_time_s + 4)
        senders = [outcome.transaction.account for outcome in closed.outcomes]
        seen.senders.update(senders)
        seen.arbitrages += ARBITRAGEUR in senders
        seen.one_sided += not (ledger.state.books[True] and ledger.state.books[False])
        pool = ledger.state.token["amm"] * XRP / ledger.state.drops["amm"]
        seen.divergences_bps.append(abs(pool - fair) * 10_000 / fair)
    return seen


def _wandering(seed: int = 1, volatility_bps: int = 400) -> WanderingPrice:
    return WanderingPrice(random.Random(seed), START, Decimal(volatility_bps), 0)


def test_the_book_is_never_one_sided_and_everybody_trades() -> None:
    seen = _traded(_wandering(), 1_500)

    assert seen.one_sided == 0
    assert {"maker-1", "maker-2", "maker-3", "taker-1", "taker-2", ARBITRAGEUR} <= seen.senders


def test_arbitrage_holds_the_pool_near_the_fair_price() -> None:
    seen = _traded(_wandering(), 1_500)

    ordered = sorted(seen.divergences_bps)
    assert ordered[len(ordered) // 2] < 8
    assert ordered[int(len(ordered) * 0.99)] < 20
    assert seen.arbitrages > 50


def test_a_crash_moves_book_and_pool_with_it() -> None:
    class Crash:
        def price_at(self, at_ns: int) -> Decimal:
            return START if at_ns < 100 * CLOSE_NS else START * Decimal("0.7")

    seen = _traded(Crash(), 120)

    state = seen.ledger.state
    assert state.token["amm"] * XRP / state.drops["amm"] < START * Decimal("0.71")
    best_bid = next(state.book(gives_xrp=False))
    assert Decimal(best_bid.gets) * XRP / best_bid.pays < START * Decimal("0.71")
    assert seen.one_sided <= 2


@pytest.mark.parametrize("moved_bps, stands", [("1.9", True), ("2.1", False)])
def test_a_makers_quotes_stand_until_the_price_has_moved_by_its_patience(moved_bps: str, stands: bool) -> None:
    """The tightest maker quotes 5 bps from the price, and its patience is 0.4 of that."""
    before, after = START, (START * (1 + Decimal(moved_bps) / 10_000)).quantize(Decimal("1e-8"))

    class Step:
        def price_at(self, at_ns: int) -> Decimal:
            return before if at_ns == 0 else after

    ledger = create_ledger(Genesis("us", START), close_time_s=1_000)
    plan = MarketPlan(taker_probability=0.0, arbitrage_margin_bps=Decimal(100))
    market, maker = Market(ledger, Step(), random.Random(1), plan), MAKERS[0]
    market.trade(0)
    ledger.close(1_004)
    quoted = ledger.state.owned[maker][:]
    assert {offer.pays for offer in ledger.state.offers_of(maker) if type(offer.pays) is not int} == {Decimal("52.026")}

    for number in range(1, 4):
        market.trade(number * CLOSE_NS)
        ledger.close(1_004 + 4 * number)

    assert (ledger.state.owned[maker] == quoted) is stands


def test_money_is_conserved_by_a_whole_trading_day_of_others() -> None:
    ledger = create_ledger(Genesis("us", START), close_time_s=1_000)
    drops, token = drops_in_the_world(ledger), token_in_the_world(ledger)
    market = Market(ledger, _wandering(volatility_bps=4_000), random.Random(3), MarketPlan())

    for number in range(1_200):
        market.trade(number * CLOSE_NS)
        ledger.close(ledger.close_time_s + 4)

    assert drops_in_the_world(ledger) == drops
    assert abs(token_in_the_world(ledger) - token) < Decimal("1e-6")


def test_traders_that_run_dry_are_refilled_by_a_swap() -> None:
    ledger = create_ledger(Genesis("us", START), close_time_s=1_000)
    market = Market(ledger, ConstantPrice(START), random.Random(3), MarketPlan())
    gone = ledger.state.drops["maker-1"] - 1_000 * XRP
    ledger.state.drops["maker-1"] -= gone
    ledger.state.drops["vault"] += gone

    for number in range(500):
        market.trade(number * CLOSE_NS)
        ledger.close(ledger.close_time_s + 4)

    assert ledger.state.drops["maker-1"] > 900_000 * XRP


def test_the_same_seed_makes_the_same_market_and_another_seed_another() -> None:
    first, again = (_traded(_wandering(5), 200, seed=7) for _ in range(2))
    other = _traded(_wandering(6), 200, seed=8)

    assert encode_ledger(first.ledger) == encode_ledger(again.ledger)
    assert encode_ledger(first.ledger) != encode_ledger(other.ledger)


def test_the_wandering_price_moves_as_much_as_its_volatility_says() -> None:
    path = _wandering(seed=11)
    prices = [path.price_at(number * CLOSE_NS) for number in range(21_600)]

    moves = [float(after / before - 1) for before, after in pairwise(prices)]
    per_day_bps = (sum(move * move for move in moves) ** 0.5) * 10_000

    assert 300 < per_day_bps < 800
    assert all(price > 0 for price in prices)
