"""An offer that goes straight into the book leaves the ledger as the server's steps do, one after the other."""

from __future__ import annotations

import random
from collections.abc import Callable
from decimal import Decimal

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neo.infra.simulated import transactions as tx
from neo.infra.simulated.effects.resting import rest_at_once
from neo.infra.simulated.flags import DEFAULT_RIPPLE
from neo.infra.simulated.ledger import SimulatedLedger
from neo.infra.simulated.metadata import read_outcome
from neo.infra.simulated.openings import open_account
from neo.infra.simulated.records import AccountSettings, LineSettings
from neo.infra.simulated.rules import apply_step_by_step, apply_transaction
from neo.infra.simulated.state import ISSUER_ACCOUNT, LedgerState
from tests.infra.simulated.worlds import XRP, buy, sell, world

_INDEX, _PARENT_CLOSE_S = 11, 1_000
_RESERVES_DROPS = 1_000_000 + 200_000
_FLAGS = (0, 0, 0, tx.PASSIVE, tx.SELL, tx.IMMEDIATE_OR_CANCEL, tx.FILL_OR_KILL, 0x8000_0000, 0x0100_0000)
#: The first is rich, the others are at the edge of what an offer or a fee takes.
_SENDERS = {
    "ann": 10_000 * XRP,
    "low": _RESERVES_DROPS + 200_005,
    "few": _RESERVES_DROPS + 200_010,
    "dry": 12,
    "bare": 50 * XRP,
}


def _thin_world(rng: random.Random) -> LedgerState:
    state = world(pool=rng.random() < 0.7).state
    for name, drops in _SENDERS.items():
        open_account(state, name, drops, None if name == "bare" else Decimal(rng.choice(("0", "300"))), sequence=100)
    return state


def _any_offer(rng: random.Random, state: LedgerState) -> tx.OfferCreate:
    who = rng.choice((*_SENDERS, "ann", "ann", ISSUER_ACCOUNT, "nobody"))
    sequence = state.sequence.get(who, 1)
    drops = rng.choice((0, 1, rng.randrange(1, 10**8), 10**17 + 7))
    price = Decimal(rng.randrange(24_000, 26_000)).scaleb(-10)
    tokens = (drops * price).quantize(Decimal("1e-12"))
    pays, gets = rng.choice(((drops, tokens), (tokens, drops), (drops, tokens), (tokens, drops), (drops, drops)))
    return tx.OfferCreate(
        who,
        rng.choice((sequence,) * 8 + (sequence + 1, sequence - 1)),
        rng.choice((10, 10, 10, 9, 5_000)),
        pays,
        gets,
        rng.choice(_FLAGS),
        rng.choice((None, None, sequence - 1, sequence - 2, sequence, 0)),
        rng.choice((None, None, _PARENT_CLOSE_S, _PARENT_CLOSE_S + 1, 0)),
        last_ledger_sequence=rng.choice((None, _INDEX, _INDEX - 1)),
        signer=rng.choice((None, None, None, who, "somebody")),
        network_id=rng.choice((None, None, None, 7)),
    )


@given(st.integers(0, 10**9), st.booleans())
@settings(max_examples=60)
def test_any_offer_does_at_once_what_it_does_step_by_step(seed: int, undone: bool) -> None:
    rng = random.Random(seed)
    quick = _thin_world(rng)
    steps = quick.copy()
    for _ in range(25):
        offer = _any_offer(rng, quick)
        marks = len(quick.journal), len(steps.journal)

        results = [apply_transaction(quick, offer, _INDEX, _PARENT_CLOSE_S)]
        results.append(apply_step_by_step(steps, offer, _INDEX, _PARENT_CLOSE_S))

        assert results[0] == results[1]
        assert quick == steps
        told = zip((quick, steps), marks, strict=True)
        whole, same = (read_outcome(state, offer, "", 0, state.journal[mark:]) for state, mark in told)
        assert whole == same
        if undone and rng.random() < 0.3:
            quick.rollback(marks[0])
            steps.rollback(marks[1])
            assert quick == steps


@given(st.integers(0, 10**9))
@settings(max_examples=60)
def test_what_is_told_of_one_account_is_its_part_of_what_is_told_of_all(seed: int) -> None:
    rng = random.Random(seed)
    state = _thin_world(rng)
    for _ in range(25):
        offer, mark = _any_offer(rng, state), len(state.journal)
        result = apply_transaction(state, offer, _INDEX, _PARENT_CLOSE_S)
        journal = state.journal[mark:]

        everybody = read_outcome(state, offer, result, 0, journal)
        for account in _SENDERS:
            its_own = read_outcome(state, offer, result, 0, journal, only=account)

            assert its_own.offers == tuple(each for each in everybody.offers if each.owner == account)
            assert its_own.balances == tuple(each for each in everybody.balances if each.account == account)


def test_a_quote_away_from_book_and_pool_rests_at_once_and_so_does_the_one_that_replaces_it() -> None:
    ledger = world(pool=True)
    first = sell(ledger, "ann", 10, "2.6")

    assert rest_at_once(ledger.state, first, _INDEX, _PARENT_CLOSE_S)
    second = sell(ledger, "ann", 10, "2.61", offer_sequence=first.sequence)
    assert rest_at_once(ledger.state, second, _INDEX, _PARENT_CLOSE_S)

    assert [offer.sequence for offer in ledger.state.offers_of("ann")] == [second.sequence]
    assert ledger.state.owner_count["ann"] == 2


def _with_settings(ledger: SimulatedLedger) -> None:
    ledger.state.settings["bob"] = AccountSettings(DEFAULT_RIPPLE)


def _with_a_frozen_line(ledger: SimulatedLedger) -> None:
    ledger.state.lines["bob"] = LineSettings(issuer_freeze=True)


def _on_another_network(ledger: SimulatedLedger) -> None:
    ledger.state.rules = attrs.evolve(ledger.state.rules, network_id=2_000)


@pytest.mark.parametrize("spoil", [_with_settings, _with_a_frozen_line, _on_another_network])
def test_what_somebody_has_set_is_looked_at_step_by_step(spoil: Callable[[SimulatedLedger], None]) -> None:
    ledger = world()
    spoil(ledger)
    before = ledger.state.copy()

    assert not rest_at_once(ledger.state, sell(ledger, "ann", 10, "2.6"), _INDEX, _PARENT_CLOSE_S)
    assert ledger.state == before


@pytest.mark.parametrize("price", ["2.6", "2.4"])
def test_an_offer_that_replaces_one_of_the_other_book_is_looked_at_step_by_step(price: str) -> None:
    ledger = world()
    bid = buy(ledger, "ann", 10, price)
    assert rest_at_once(ledger.state, bid, _INDEX, _PARENT_CLOSE_S)
    ask = sell(ledger, "ann", 10, "2.6", offer_sequence=bid.sequence)

    assert not rest_at_once(ledger.state, ask, _INDEX, _PARENT_CLOSE_S)
    assert apply_transaction(ledger.state, ask, _INDEX, _PARENT_CLOSE_S) == "tesSUCCESS"
    assert [offer.sequence for offer in ledger.state.offers_of("ann")] == [ask.sequence]


def test_a_quote_that_was_replaced_at_once_is_back_when_that_is_undone() -> None:
    ledger = world()
    first = sell(ledger, "ann", 10, "2.6")
    assert rest_at_once(ledger.state, first, _INDEX, _PARENT_CLOSE_S)
    before, mark = ledger.state.copy(), len(ledger.state.journal)
    second = sell(ledger, "ann", 10, "2.61", offer_sequence=first.sequence)
    assert rest_at_once(ledger.state, second, _INDEX, _PARENT_CLOSE_S)

    ledger.state.rollback(mark)

    assert ledger.state == before
