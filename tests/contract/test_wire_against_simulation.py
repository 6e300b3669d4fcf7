"""The same ledger, seen directly and through its wire form, gives the engine the same messages.

The simulated ledger renders its transactions and books as a server would; the wire parsers read them. What comes out must
be what neo.infra.simulated.parsing says of the ledger itself, so that an engine proved in simulation means the same live.
"""

from __future__ import annotations

import random
from decimal import Decimal
from typing import Any

import attrs
import pytest

from neo.domain.messages.venue import BookObserved, ValidatedTransaction
from neo.domain.units import NS_PER_S, RIPPLE_EPOCH_S
from neo.infra.simulated.changes import Threads
from neo.infra.simulated.genesis import Genesis, create_ledger
from neo.infra.simulated.identity import address_of
from neo.infra.simulated.ledger import ClosedLedger, SimulatedLedger
from neo.infra.simulated.market import Market, MarketPlan
from neo.infra.simulated.parsing import account_state, book_observed, open_offers, own_transactions, unix_ns
from neo.infra.simulated.prices import WanderingPrice
from neo.infra.simulated.trades import market_trades
from neo.infra.simulated.transactions import (
    FILL_OR_KILL,
    IMMEDIATE_OR_CANCEL,
    PASSIVE,
    SELL,
    OfferCancel,
    OfferCreate,
    TicketCreate,
    Transaction,
)
from neo.infra.simulated.wire import views
from neo.infra.simulated.wire.metadata import render_metadata
from neo.infra.simulated.wire.rendering import hash_of, render_transaction
from neo.infra.xrpl.wire.account import AccountFacts, parse_account
from neo.infra.xrpl.wire.book_keeper import BookKeeper
from neo.infra.xrpl.wire.book_snapshot import BookSnapshot, parse_book
from neo.infra.xrpl.wire.envelope import TransactionEnvelope, open_transaction
from neo.infra.xrpl.wire.fees import LedgerFees
from neo.infra.xrpl.wire.offers import parse_offers
from neo.infra.xrpl.wire.pair import WirePair
from neo.infra.xrpl.wire.transaction import parse_transaction

OURS = "r95258e7qxw7oZQm5QDYumr5XPX7tXFBAY"
START_S = 800_000_000
EVERY_S = 4
LEDGERS = 60
DEPTH = 10
LIMIT = 400
FLAGS = (0, 0, 0, PASSIVE, SELL, IMMEDIATE_OR_CANCEL, FILL_OR_KILL, IMMEDIATE_OR_CANCEL | SELL)


class Scene:
    """A ledger with other traders and us, who do anything that an offer can do."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.ledger: SimulatedLedger = create_ledger(Genesis(OURS, Decimal("2.5")), START_S)
        self.ledger.threads = Threads()
        path = WanderingPrice(random.Random(seed + 1), Decimal("2.5"), Decimal(3_000), self._now_ns())
        self.market = Market(self.ledger, path, random.Random(seed + 2), MarketPlan(taker_probability=0.8))
        issue = self.ledger.state.issue
        token = views.account_lines(self.ledger.state, OURS)[0]
        self.pair = WirePair(token["currency"], address_of(issue.issuer), OURS)

    def close(self) -> ClosedLedger:
        self.market.trade(self._now_ns() + EVERY_S * NS_PER_S)
        for _ in range(self.rng.randrange(4)):
            self.ledger.submit(self._something())
        return self.ledger.close(self.ledger.close_time_s + EVERY_S)

    def _now_ns(self) -> int:
        return (self.ledger.close_time_s + RIPPLE_EPOCH_S) * NS_PER_S

    def _something(self) -> Transaction:
        state, rng = self.ledger.state, self.rng
        ours = state.owned.get(OURS, [])
        tickets = state.tickets_of(OURS)
        place: dict[str, Any] = {"sequence": state.sequence[OURS]}
        if tickets and rng.random() < 0.3:
            place = {"sequence": 0, "ticket_sequence": rng.choice(tickets)}
        if rng.random() < 0.1 and len(tickets) < 5:
            return TicketCreate(account=OURS, fee_drops=10, ticket_count=2, **place)
        if ours and rng.random() < 0.3:
            return OfferCancel(account=OURS, fee_drops=10, offer_sequence=rng.choice(ours), **place)
        return self._offer(place, rng.choice(ours) if ours and rng.random() < 0.4 else None)

    def _offer(self, place: dict[str, Any], replaced: int | None) -> OfferCreate:
        rng = self.rng
        drops = rng.choice((1, 7, rng.randrange(1, 10**6), rng.randrange(10**6, 900 * 10**6)))
        price = Decimal("2.5") * Decimal(rng.randrange(9_800, 10_200)) / 10_000
        tokens = (price * drops / 10**6).normalize()
        pays, gets = (drops, tokens) if rng.random() < 0.5 else (tokens, drops)
        expiration = self.ledger.close_time_s + rng.randrange(1, 60) if rng.random() < 0.3 else None
        return OfferCreate(
            account=OURS,
            fee_drops=rng.choice((10, 12)),
            taker_pays=pays,
            taker_gets=gets,
            flags=rng.choice(FLAGS),
            offer_sequence=replaced,
            expiration_s=expiration,
            **place,
        )

    # -------------------------------------------------------------------------------------------- the wire's view

    def envelopes(self, closed: ClosedLedger) -> list[TransactionEnvelope]:
        return [open_transaction(self._entry(closed, outcome)) for outcome in closed.outcomes]

    def _entry(self, closed: ClosedLedger, outcome: Any) -> dict[str, Any]:
        state, sent = self.ledger.state, outcome.transaction
        fields = render_transaction(state, sent)
        if isinstance(sent, OfferCreate) and isinstance(sent.taker_gets, Decimal):
            fields["owner_funds"] = str(state.spendable(sent.account, xrp=False))
        return {
            "tx_json": {**fields, "date": closed.close_time_s},
            "meta": render_metadata(state, outcome),
            "hash": hash_of(sent),
            "ledger_index": closed.index,
            "validated": True,
        }

    def view(self, **more: Any) -> dict[str, Any]:
        index = self.ledger.index
        return {"ledger_index": index, "ledger_hash": f"{index:064X}", "validated": True, **more}

    def snapshot(self) -> BookSnapshot:
        state = self.ledger.validated()
        amm = views.amm_info(state, self.ledger.close_time_s)
        asks = self.view(offers=views.book_entries(state, gives_xrp=True))
        bids = self.view(offers=views.book_entries(state, gives_xrp=False))
        return parse_book(self.pair, asks, bids, self.view(amm=amm), limit=LIMIT)

    def fees(self) -> LedgerFees:
        rules = self.ledger.state.rules
        return LedgerFees(rules.base_fee_drops, rules.reserve_base_drops, rules.reserve_increment_drops)


SEEDS = range(4)


@pytest.mark.parametrize("seed", SEEDS)
def test_our_transactions_mean_the_same_on_the_wire(seed: int) -> None:
    scene = Scene(seed)
    compared = 0
    for _ in range(LEDGERS):
        closed = scene.close()
        direct = {each.position: each for each in own_transactions(closed, OURS)}
        for envelope in scene.envelopes(closed):
            read = parse_transaction(scene.pair, envelope)
            if read is None:
                assert envelope.position not in direct
                continue
            assert same_names(read) == same_names(direct.pop(envelope.position))
            compared += 1
        assert not direct
    assert compared > LEDGERS, "nothing was compared"


def same_names(transaction: ValidatedTransaction) -> ValidatedTransaction:
    """Simulated accounts have names beside their addresses, and transactions without a signature hashes of their own. The
    order of offers inside of one transaction has no meaning."""
    offers = tuple(sorted(transaction.offers, key=lambda change: change.sequence))
    return attrs.evolve(transaction, account=address_of(transaction.account), hash="", offers=offers)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_book_pool_and_trades_are_the_same_on_the_wire(seed: int) -> None:
    scene = Scene(seed)
    keeper = BookKeeper(scene.pair, scene.fees())
    scene.close()
    keeper.read(scene.snapshot(), unix_ns(scene.ledger.close_time_s))
    trades = 0
    for _ in range(LEDGERS):
        closed = scene.close()
        keeper.apply(closed.index, unix_ns(closed.close_time_s), scene.envelopes(closed))
        assert (keeper.reread_reason, keeper.differs_from(scene.snapshot())) == (None, None)
        found = keeper.observed(DEPTH)
        expected = book_observed(scene.ledger.validated(), scene.ledger, "xrpl", "XRP/RLUSD", OURS, DEPTH)
        expected = attrs.evolve(expected, trades=market_trades(closed, OURS))
        assert ordered(found) == ordered(expected)
        trades += len(found.trades)
    assert trades > LEDGERS // 4, "hardly anything was traded"


def ordered(book: BookObserved) -> BookObserved:
    """Trades of one transaction are told in the order of their prices here, in the order of the crossing there."""
    return attrs.evolve(book, trades=tuple(sorted(book.trades, key=lambda t: (t.from_pool, t.price, t.quantity))))


@pytest.mark.parametrize("seed", SEEDS)
def test_account_and_offers_are_the_same_on_the_wire(seed: int) -> None:
    scene = Scene(seed)
    for _ in range(LEDGERS):
        scene.close()
        state = scene.ledger.validated()
        facts = account_facts(scene)
        assert facts.state == account_state(state, scene.ledger, OURS)
        offers = parse_offers(scene.pair, [scene.view(account=OURS, offers=views.account_offers(state, OURS))])
        assert offers.open.offers == tuple(sorted(open_offers(state, OURS), key=lambda offer: offer.sequence))


def account_facts(scene: Scene) -> AccountFacts:
    state, fees = scene.ledger.validated(), scene.fees()
    objects = [entry for entry in views.entries_of_account(state, OURS) if entry["LedgerEntryType"] == "Ticket"]
    return parse_account(
        scene.pair,
        scene.view(**(views.account_info(state, OURS) or {})),
        [scene.view(account=OURS, lines=views.account_lines(state, OURS))],
        [scene.view(account=OURS, account_objects=objects)],
        close_time_ns=unix_ns(scene.ledger.close_time_s),
        base_fee_drops=fees.base_fee_drops,
        open_ledger_fee_drops=scene.ledger.open_ledger_fee_drops,
        reserve_base_drops=fees.reserve_base_drops,
        reserve_increment_drops=fees.reserve_increment_drops,
    )
