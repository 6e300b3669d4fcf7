"""The gateway before several nodes of the sandbox that fail in every way there is, held against the ledger itself."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager

import attrs
import pytest
from xrpl.models.amounts import IssuedCurrencyAmount
from xrpl.models.transactions import OfferCreate
from xrpl.transaction import sign
from xrpl.wallet import Wallet

from neo.domain.messages.venue import (
    AccountState,
    AccountTransactions,
    BookObserved,
    FetchAccount,
    FetchOffers,
    FetchTransactions,
    OpenOffers,
    PortError,
    PortFailed,
    SignedTransaction,
    SubmissionAnswered,
    SubmitTransaction,
)
from neo.domain.telemetry.events import BookReread, GatewayPartFailed, NodeDistrusted
from neo.domain.units import NS_PER_S
from neo.infra.sandbox.xrpl.faults.node_faults import Lie
from neo.infra.sandbox.xrpl.faults.schedule import TROUBLES
from neo.infra.sandbox.xrpl.plan import SandboxPlan
from neo.infra.sandbox.xrpl.server import SandboxServer
from neo.infra.xrpl.endpoint import NodeEndpoint
from neo.infra.xrpl.gateway import XrplGateway
from neo.infra.xrpl.ledger_desk import GatewayPlan
from neo.infra.xrpl.wire.pair import WirePair
from tests.infra.xrpl.gateway_stage import QUICK, Heard, Stage, signed

CLOSE_EVERY_NS = 4 * NS_PER_S
#: Ledgers after which a leader that lags, or lost messages, is another's turn.
BEHIND_MAX = 4


@attrs.define
class Steps:
    """A clock that a test moves on by four seconds for each ledger that it closes."""

    now_ns: int = 1_795_000_000 * NS_PER_S

    def __call__(self) -> int:
        return self.now_ns


@attrs.define
class Play:
    """Sandbox, gateway, and a trader who signs."""

    sandbox: SandboxServer
    clock: Steps
    heard: Heard
    stage: Stage
    sequence: int = 0

    @property
    def account(self) -> str:
        return self.sandbox.wallet.account

    def close(self) -> int:
        """One more ledger; its index."""
        self.clock.now_ns += CLOSE_EVERY_NS
        return self.sandbox.close_ledger().index

    def close_and_keep_up(self) -> int:
        """One more ledger. A node that falls behind is noticed by its age only: the engine may be a few ledgers behind it."""
        index = self.close()
        self.heard.wait(lambda: self.heard.ledgers[-1].ledger_index >= index - BEHIND_MAX)
        return index

    def offer(self, price: str) -> SignedTransaction:
        """Ten XRP at this price, signed with the next sequence number."""
        currency, issuer = self.sandbox.token
        transaction = OfferCreate(
            account=self.account,
            sequence=self.sequence,
            fee="12",
            last_ledger_sequence=self.sandbox.snapshot().record.index + 10,
            taker_gets="10000000",
            taker_pays=IssuedCurrencyAmount(currency=currency, issuer=issuer, value=price),
        )
        ready = sign(transaction, Wallet.from_seed(self.sandbox.wallet.seed))
        return SignedTransaction(ready.get_hash(), signed().transaction, ready.blob())

    def read_sequence(self) -> None:
        """Asked again while no node can answer, as the engine does."""
        while not isinstance(account := self.stage.ask(FetchAccount(self.account)), AccountState):
            assert account.error is PortError.UNAVAILABLE
            self.close_and_keep_up()
        self.sequence = account.sequence

    def truth(self, first: int, last: int) -> list[str]:
        """Hashes of our transactions in these ledgers, in ledger order, as the ledger has them."""
        return [record.hash for record in self.sandbox.history() if first <= record.ledger_index <= last]


@contextmanager
def playing(seed: int, nodes: int = 3) -> Iterator[Play]:
    clock, heard = Steps(), Heard()
    with SandboxServer(SandboxPlan(seed=seed, nodes=nodes, close_every_s=None, clock=clock)) as sandbox:
        urls = zip(sandbox.urls_ws, sandbox.urls_http, strict=True)
        endpoints = tuple(NodeEndpoint(f"node{number}", ws, http) for number, (ws, http) in enumerate(urls))
        pair = WirePair(*sandbox.token, sandbox.wallet.account)
        timing = attrs.evolve(
            QUICK, http_for_s=0.3, distrust_first_s=0.3, silence_s=0.5, answer_s=1.0, gap_patience_s=10.0
        )
        plan = GatewayPlan(endpoints=endpoints, pair=pair, timing=timing)
        gateway = XrplGateway(plan, now_ns=clock, rng=random.Random(seed), report=heard.report)
        gateway.attach(heard.publish, ("router",), ("books",))
        stage: Stage = Stage.__new__(Stage)
        stage.gateway, stage.heard = gateway, heard
        try:
            gateway.start()
            heard.wait(lambda: heard.ledgers)
            play = Play(sandbox, clock, heard, stage)
            play.read_sequence()
            yield play
        finally:
            assert gateway.stop()


def test_account_offers_history_and_book_are_those_of_the_ledger() -> None:
    with playing(1) as play:
        placed = play.stage.ask(SubmitTransaction(play.offer("26")))
        index = play.close()
        play.heard.ledger(index)
        account, offers = play.stage.ask(FetchAccount(play.account)), play.stage.ask(FetchOffers(play.account))
        history = play.stage.ask(FetchTransactions(play.account, 1_000, 0))
        state = play.sandbox.snapshot().state

        assert isinstance(placed, SubmissionAnswered) and placed.result == "tesSUCCESS"
        assert isinstance(account, AccountState) and isinstance(offers, OpenOffers)
        assert account.ledger_index == offers.ledger_index == index
        assert [offer.sequence for offer in offers.offers] == [play.sequence]
        assert account.owner_count == 2 and state is not None
        assert isinstance(history, AccountTransactions) and history.complete
        assert [tx.hash for tx in history.transactions] == play.truth(1_000, index)


def test_the_book_that_is_kept_from_the_stream_is_the_book_of_the_ledger() -> None:
    with playing(2, nodes=1) as play:
        for _ in range(30):
            play.heard.ledger(play.close())
        last = play.close()
        book: BookObserved = play.heard.wait(
            lambda: next((b for b in play.heard.books if b.ledger_index == last), None)
        )
        with_reading = play.heard.all(BookReread)

        assert book.bids and book.asks and book.pool is not None
        assert book.bids[0].price < book.asks[0].price
        assert any(seen.trades for seen in play.heard.books)
        assert not [reread for reread in with_reading if reread.difference]


@pytest.mark.parametrize("seed", [1, 2])
def test_whatever_goes_wrong_with_some_nodes_every_ledger_and_transaction_is_told_once(seed: int) -> None:
    rng = random.Random(seed)
    with playing(seed) as play:
        first = play.heard.ledgers[0].ledger_index
        sent: list[str] = []
        for step in range(30):
            if step % 3 == 0:
                _trouble(play, rng)
            if step % 2 == 0:
                offer = play.offer("26")
                sent.append(offer.hash)
                answer = play.stage.ask(SubmitTransaction(offer))
                assert isinstance(answer, SubmissionAnswered | PortFailed)
                if isinstance(answer, SubmissionAnswered) and answer.result == "tesSUCCESS":
                    play.sequence += 1
                else:
                    _settle(play)
            play.close_and_keep_up()
        for node in play.sandbox.nodes:
            node.heal()
        for _ in range(BEHIND_MAX + 1):
            last = play.close_and_keep_up()
        play.heard.ledger(last)

        told = [ledger.ledger_index for ledger in play.heard.ledgers]
        assert told == list(range(first, last + 1))
        own = [tx.hash for ledger in play.heard.ledgers for tx in ledger.own_transactions]
        assert own == play.truth(first, last)
        assert len(set(own)) == len(own) and set(own) <= set(sent)
        assert not play.heard.all(GatewayPartFailed)


@pytest.mark.parametrize("lie", list(Lie), ids=lambda lie: lie.value)
def test_a_node_that_lies_is_caught_and_nothing_of_it_reaches_the_engine(lie: Lie) -> None:
    with playing(5) as play:
        first = play.heard.ledgers[0].ledger_index
        play.sandbox.nodes[0].fault(lies=frozenset({lie}))
        for _ in range(6):
            answer = play.stage.ask(SubmitTransaction(play.offer("26")))
            assert not isinstance(answer, PortFailed) or answer.error is not PortError.REJECTED
            play.heard.ledger(play.close())
            play.read_sequence()
        last = play.heard.ledgers[-1].ledger_index

        assert {event.node for event in play.heard.all(NodeDistrusted)} <= {"node0"}
        own = [tx.hash for ledger in play.heard.ledgers for tx in ledger.own_transactions]
        assert own == play.truth(first, last) and own
        assert not play.heard.all(GatewayPartFailed)


def _trouble(play: Play, rng: random.Random) -> None:
    """Something else goes wrong with two of the nodes; one is well."""
    well = rng.randrange(len(play.sandbox.nodes))
    for number, node in enumerate(play.sandbox.nodes):
        node.heal()
        if number != well:
            node.fault(**TROUBLES[rng.choice(sorted(TROUBLES))])


def _settle(play: Play) -> None:
    """Nobody knows whether it arrived: its last ledger decides, then the account is read."""
    for _ in range(11):
        play.close_and_keep_up()
    play.read_sequence()
