"""What holds for every course of trading."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import attrs
from hypothesis import given, settings
from hypothesis import strategies as st

from neo.infra.simulated.changes import Threads
from neo.infra.simulated.ledger import SimulatedLedger
from neo.infra.simulated.quality import limit_in, limit_out, quality_of, rate_of
from neo.infra.simulated.snapshot import encode_ledger
from neo.infra.simulated.transactions import FILL_OR_KILL, IMMEDIATE_OR_CANCEL, PASSIVE, SELL, OfferCreate, Transaction
from tests.infra.simulated.worlds import (
    TRADERS,
    cancel,
    drops_in_the_world,
    next_sequence,
    pay,
    token_in_the_world,
    world,
)

FLAGS = (0, 0, 0, PASSIVE, SELL, IMMEDIATE_OR_CANCEL, FILL_OR_KILL, SELL | IMMEDIATE_OR_CANCEL, SELL | FILL_OR_KILL)

Action = tuple[str, str, int, int, int, int]

actions: st.SearchStrategy[list[list[Action]]] = st.lists(
    st.lists(
        st.tuples(
            st.sampled_from(TRADERS),
            st.sampled_from(("buy", "sell", "buy", "sell", "replace", "cancel", "pay_xrp", "pay_token")),
            st.integers(1, 4_000_000_000),  # drops
            st.integers(2_300_000, 2_700_000),  # price in millionths
            st.integers(0, len(FLAGS) - 1),
            st.integers(0, 4),
        ),
        max_size=5,
    ),
    min_size=1,
    max_size=8,
)


def _transaction(ledger: SimulatedLedger, action: Action) -> Transaction:
    who, kind, drops, millionths, flags, other = action
    tokens = max(Decimal("0.000001"), (Decimal(drops) * millionths / 10**12).quantize(Decimal("0.000000001")))
    sequence = next_sequence(ledger, who)
    mine = ledger.state.offers_of(who)
    if kind == "cancel" and mine:
        return cancel(ledger, who, mine[other % len(mine)].sequence)
    if kind == "pay_xrp":
        return pay(ledger, who, TRADERS[(TRADERS.index(who) + 1) % 3], drops)
    if kind == "pay_token":
        return pay(ledger, who, TRADERS[(TRADERS.index(who) + 1) % 3], tokens)
    replaced = mine[other % len(mine)].sequence if kind == "replace" and mine else None
    if kind == "sell":
        return OfferCreate(who, sequence, 10, tokens, drops, FLAGS[flags], replaced)
    return OfferCreate(who, sequence, 10, drops, tokens, FLAGS[flags], replaced)


def _play(course: list[list[Action]], pool: bool) -> SimulatedLedger:
    ledger = world(pool=pool)
    for submitted in course:
        for action in submitted:
            ledger.submit(_transaction(ledger, action))
        ledger.close(ledger.close_time_s + 4)
    return ledger


def _check(ledger: SimulatedLedger, drops: int, token: Decimal) -> None:
    state = ledger.state
    assert drops_in_the_world(ledger) == drops
    assert abs(token_in_the_world(ledger) - token) < Decimal("1e-8")
    assert all(balance >= 0 for balance in state.drops.values())
    assert all(balance >= 0 for balance in state.token.values())
    for gives_xrp, book in state.books.items():
        assert book == sorted(book)
        assert len({key for _, _, key in book}) == len(book)
        assert {type(state.offers[key].gets) is int for _, _, key in book} <= {gives_xrp}
    assert sum(len(book) for book in state.books.values()) == len(state.offers)
    for who in TRADERS:
        assert state.owner_count[who] == 1 + len(state.offers_of(who))
    assert all(offer.pays > 0 and offer.gets > 0 for offer in state.offers.values())


@settings(max_examples=120, deadline=None)
@given(course=actions, pool=st.booleans())
def test_money_is_conserved_and_nothing_gets_negative(course: list[list[Action]], pool: bool) -> None:
    ledger = world(pool=pool)
    drops, token = drops_in_the_world(ledger), token_in_the_world(ledger)
    for submitted in course:
        for action in submitted:
            ledger.submit(_transaction(ledger, action))
        ledger.close(ledger.close_time_s + 4)
        _check(ledger, drops, token)


@settings(max_examples=40, deadline=None)
@given(course=actions, pool=st.booleans())
def test_the_same_submissions_make_the_same_ledgers(course: list[list[Action]], pool: bool) -> None:
    once, again = _play(course, pool), _play(course, pool)

    assert encode_ledger(once) == encode_ledger(again)


@settings(max_examples=80, deadline=None)
@given(course=actions, pool=st.booleans())
def test_what_the_open_ledger_had_in_front_comes_out_as_if_it_had_been_applied_again(
    course: list[list[Action]], pool: bool
) -> None:
    ledger, again = world(pool=pool), world(pool=pool)
    again.threads = Threads()  # who keeps detail applies everything again
    for submitted in course:
        for action in submitted:
            transaction = _transaction(ledger, action)
            assert ledger.submit(transaction) == again.submit(transaction)
        closed, expected = (each.close(each.close_time_s + 4) for each in (ledger, again))
        plain = [attrs.evolve(outcome, changes=(), delivered=None) for outcome in expected.outcomes]
        assert list(closed.outcomes) == plain
        assert encode_ledger(ledger) == encode_ledger(again)


@settings(max_examples=60, deadline=None)
@given(course=actions, pool=st.booleans())
def test_the_open_ledger_leaves_no_trace_once_it_is_undone(course: list[list[Action]], pool: bool) -> None:
    ledger = _play(course[:-1], pool)
    before = encode_ledger(ledger)

    for action in course[-1]:
        ledger.submit(_transaction(ledger, action))

    assert encode_ledger(ledger) == before
    ledger.state.rollback(0)
    assert encode_ledger(ledger) == before


@settings(max_examples=80, deadline=None)
@given(course=actions, pool=st.booleans())
def test_nobody_pays_more_than_its_limit_and_makers_get_their_price(course: list[list[Action]], pool: bool) -> None:
    ledger = world(pool=pool)
    for submitted in course:
        for action in submitted:
            ledger.submit(_transaction(ledger, action))
        closed = ledger.close(ledger.close_time_s + 4)
        for outcome in closed.outcomes:
            _check_prices(outcome)


def _check_prices(outcome: Any) -> None:
    for effect in outcome.offers:
        if effect.before is None or effect.owner == outcome.transaction.account:
            continue
        paid, gave = effect.before[0] - effect.after[0], effect.before[1] - effect.after[1]
        if gave <= 0:
            continue
        # A maker gets at least its price, to one drop's worth.
        wanted = Decimal(effect.before[0]) / Decimal(effect.before[1])
        slack = wanted if type(gave) is int else Decimal(1)
        assert Decimal(paid) + slack + Decimal("1e-9") >= wanted * Decimal(gave)


def test_a_better_offer_is_always_taken_first() -> None:
    ledger = world()
    for price in ("2.53", "2.51", "2.55", "2.52"):
        tokens = Decimal(price) * 10
        ledger.submit(OfferCreate("ann", next_sequence(ledger, "ann"), 10, tokens, 10_000_000))
    ledger.close(ledger.close_time_s + 4)

    ledger.submit(OfferCreate("bob", 100, 10, 25_000_000, Decimal(65)))
    ledger.close(ledger.close_time_s + 4)

    left = [(offer.pays / offer.gets * 1_000_000, offer.gets) for offer in ledger.state.book(gives_xrp=True)]
    assert left == [(Decimal("2.53"), 5_000_000), (Decimal("2.55"), 10_000_000)]


amounts = st.integers(1, 10**13)
tokens = st.decimals(min_value="0.000001", max_value="99999999", places=6, allow_nan=False)


@given(drops=amounts, token=tokens, share=st.integers(1, 99))
def test_cutting_an_offer_down_never_worsens_what_is_left(drops: int, token: Decimal, share: int) -> None:
    quality = quality_of(token, drops)
    rate = rate_of(quality)

    pays, gets = limit_in(token, drops, token * share / 100, rate, up=False)
    out_pays, out_gets = limit_out(token, drops, max(1, drops * share // 100), rate, up=False)

    assert gets <= drops and out_pays <= token
    assert gets * rate <= pays * (1 + Decimal("1e-15"))
    assert out_pays <= out_gets * rate * (1 + Decimal("1e-15"))


@given(first=st.tuples(tokens, amounts), second=st.tuples(tokens, amounts))
def test_qualities_sort_like_the_prices_they_stand_for(first: tuple[Decimal, int], second: tuple[Decimal, int]) -> None:
    one, other = quality_of(*first), quality_of(*second)
    exact_one, exact_other = first[0] / first[1], second[0] / second[1]

    if abs(exact_one - exact_other) > exact_one * Decimal("1e-14"):
        assert (one < other) == (exact_one < exact_other)
