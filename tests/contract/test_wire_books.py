"""A book kept from the metadata of recorded transactions is the book that the server shows at each checkpoint."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import attrs
import pytest

from neo.domain.messages.venue import Level
from neo.infra.xrpl.wire.amounts import NEAREST
from neo.infra.xrpl.wire.book_keeper import BookKeeper
from neo.infra.xrpl.wire.book_snapshot import BookSnapshot, parse_book
from neo.infra.xrpl.wire.envelope import TransactionEnvelope, open_transaction
from neo.infra.xrpl.wire.ledger import parse_ledger_closed
from neo.infra.xrpl.wire.pair import WirePair
from neo.infra.xrpl.wire.pool import PoolRead, parse_amm
from neo.infra.xrpl.wire.transaction import parse_transaction
from tests.contract.recorded_ledger import BOOK_LIMIT, FEES, Json, RecordedLedger, recorded
from tests.recordings.recording import load

#: Recordings that show both sides of the book more than once.
SCENARIOS = ("03_quoting", "04_crossing", "07_amm", "12_freeze_clawback", "13_payments", "16_tickets", "17_same_ledger",
             "18_trust_line_by_offer", "21_random_book", "22_random_book_amm")  # fmt: skip
#: The token's 16 digits are rounded once by the server and once here.
DIGIT = Decimal("1e-11")
#: The pool's recording looks at the book only to show that the pool is not in it.
WITH_OFFERS = tuple(name for name in SCENARIOS if name != "07_amm")
NO_POOL: Json = {"error": "actNotFound", "status": "error"}
#: Not an account of any recording: the book is then seen whole.
NOBODY = "rrrrrrrrrrrrrrrrrrrrBZbvji"
CLOSE_NS = 1_795_000_000 * 10**9


@attrs.frozen
class Checkpoint:
    """The server's own view of the whole book, and of the pool where it was asked for, in one ledger."""

    step: str
    asks: Json
    bids: Json
    pool: Json | None

    def snapshot(self, pair: WirePair) -> BookSnapshot:
        return parse_book(pair, self.asks, self.bids, self.pool or NO_POOL, limit=BOOK_LIMIT)


def checkpoints(ledger: RecordedLedger) -> Iterator[Checkpoint]:
    by_ledger: dict[int, dict[str, Json]] = {}
    steps: dict[int, str] = {}
    for view in ledger.views:
        if view.subject in ("asks", "bids", "pool"):
            by_ledger.setdefault(view.ledger_index, {})[view.subject] = view.result
            steps[view.ledger_index] = view.step
    for index in sorted(by_ledger):
        found = by_ledger[index]
        if {"asks", "bids"} <= found.keys():
            yield Checkpoint(steps[index], found["asks"], found["bids"], found.get("pool"))


class Follower:
    """Keeps the book of a recording from ledger to ledger, fed as a stream would: with what senders of bids can still pay."""

    def __init__(self, ledger: RecordedLedger) -> None:
        self.ledger = ledger
        self.pair = attrs.evolve(ledger.pair("maker"), account=NOBODY)
        self.keeper = BookKeeper(self.pair, FEES)

    def read(self, snapshot: BookSnapshot) -> None:
        self.keeper = BookKeeper(self.pair, FEES)
        self.keeper.read(snapshot, CLOSE_NS)

    def can_follow(self, until: int) -> bool:
        """False when a ledger was left out: some parts of recordings tidy up unrecorded."""
        return all(index in self.ledger.transactions for index in range(self.keeper.ledger_index + 1, until + 1))

    def follow(self, until: int) -> None:
        for index in range(self.keeper.ledger_index + 1, until + 1):
            transactions = [self._with_funds(each) for each in self.ledger.envelopes(index)]
            self.keeper.apply(index, CLOSE_NS, transactions)

    def _with_funds(self, envelope: TransactionEnvelope) -> TransactionEnvelope:
        sender = envelope.transaction.account("Account")
        if not isinstance(envelope.transaction.raw("TakerGets"), dict):
            return envelope
        return attrs.evolve(envelope, owner_funds=self._token(sender, envelope.ledger_index))

    def _token(self, account: str, at: int) -> Decimal | None:
        """From the last view of the account's lines before, and what transactions did since."""
        pair = attrs.evolve(self.pair, account=account)
        views = [
            v for v in self.ledger.views if (v.method, v.subject) == ("account_lines", account) and v.ledger_index <= at
        ]
        if not views:
            return None
        wanted = (pair.issuer, pair.currency)
        balances = [Decimal(x["balance"]) for x in views[-1].result["lines"] if (x["account"], x["currency"]) == wanted]
        balance = sum(balances, Decimal(0))
        for index in range(views[-1].ledger_index + 1, at + 1):
            read = [parse_transaction(pair, envelope) for envelope in self.ledger.envelopes(index)]
            balance += sum((each.quote_delta for each in read if each is not None), Decimal(0))
        return balance


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_kept_book_is_the_servers_book_at_each_checkpoint(name: str) -> None:
    follower = Follower(recorded(name))
    compared = 0
    for checkpoint in checkpoints(follower.ledger):
        fresh = checkpoint.snapshot(follower.pair)
        if follower.keeper.ledger_index and follower.can_follow(fresh.ledger_index):
            follower.follow(fresh.ledger_index)
            seen = fresh if checkpoint.pool else attrs.evolve(fresh, pool=pool_kept(follower.keeper, fresh))
            if is_explained(follower.keeper):
                assert follower.keeper.differs_from(seen) is None, checkpoint.step
                compared += 1
                continue
        follower.read(fresh)
    assert compared >= 1, "nothing was compared"


def is_explained(keeper: BookKeeper) -> bool:
    """A book that asks to be read again may be wrong; all others may not."""
    return keeper.reread_reason is None


def pool_kept(keeper: BookKeeper, fresh: BookSnapshot) -> PoolRead | None:
    view = keeper.observed(depth=1).pool
    if view is None:
        return None
    return PoolRead(fresh.ledger_index, fresh.ledger_hash, str(keeper.pool_account), view, frozen=False)


@pytest.mark.parametrize("name", ("07_amm", "22_random_book_amm"))
def test_the_kept_pool_is_the_servers_pool_at_each_checkpoint(name: str) -> None:
    ledger = recorded(name)
    follower = Follower(ledger)
    pair = follower.pair
    first = min(view.ledger_index for view in ledger.views)
    follower.read(empty_book(ledger, first))
    compared = 0
    for view in ledger.views:
        if view.subject == "pool" and view.ledger_index >= follower.keeper.ledger_index:
            follower.follow(view.ledger_index)
            pool = parse_amm(pair, view.result)
            assert follower.keeper.observed(depth=1).pool == (None if pool is None else pool.view), view.step
            assert follower.keeper.pool_account == (None if pool is None else pool.account), view.step
            compared += 1
    assert compared >= 2


def empty_book(ledger: RecordedLedger, index: int) -> BookSnapshot:
    pair = ledger.pair("maker")
    pools = [view.result for view in ledger.views if view.subject == "pool" and view.ledger_index == index]
    nothing: Json = {"ledger_index": index, "ledger_hash": "0" * 64, "validated": True, "offers": []}
    pool = {**pools[0], "ledger_hash": "0" * 64} if pools else NO_POOL
    return parse_book(pair, nothing, nothing, pool, limit=BOOK_LIMIT)


@pytest.mark.parametrize("name", WITH_OFFERS)
def test_funded_amounts_are_those_that_the_server_shows(name: str) -> None:
    ledger = recorded(name)
    follower = Follower(ledger)
    compared = 0
    for checkpoint in checkpoints(ledger):
        follower.read(checkpoint.snapshot(follower.pair))
        observed = follower.keeper.observed(depth=BOOK_LIMIT)
        assert_same_levels(observed.asks, funded_levels(checkpoint.asks, is_ask=True), checkpoint.step)
        assert_same_levels(observed.bids, funded_levels(checkpoint.bids, is_ask=False), checkpoint.step)
        compared += len(observed.asks) + len(observed.bids)
    assert compared >= 1, "nothing was compared"


def assert_same_levels(kept: tuple[Level, ...], shown: Iterator[Level], step: str) -> None:
    """To the drop: the server rounds an amount that is cut to the nearest drop, a taker gets what is rounded down."""
    for mine, theirs in zip(kept, shown, strict=True):
        assert 0 <= theirs.quantity - mine.quantity <= Decimal("0.000001"), step
        assert abs(mine.price * mine.quantity - theirs.price * theirs.quantity) <= DIGIT * theirs.price, step


def funded_levels(result: Json, *, is_ask: bool) -> Iterator[Level]:
    """As the server funds them, in price and quantity of XRP."""
    for offer in result["offers"]:
        gets, pays = (
            offer.get("taker_gets_funded", offer["TakerGets"]),
            offer.get("taker_pays_funded", offer["TakerPays"]),
        )
        drops, token = (gets, pays) if is_ask else (pays, gets)
        base, quote = Decimal(drops).scaleb(-6), Decimal(token["value"])
        if base and quote:
            yield Level(NEAREST.divide(quote, base), base)


def test_the_streams_alone_keep_the_book_and_its_trades_are_those_that_the_server_counts() -> None:
    content = load("08_streams")
    pair = WirePair(content["rlusd"]["currency"], content["rlusd"]["issuer"], NOBODY)
    messages = [entry["stream"] for entry in content["entries"] if isinstance(entry.get("stream"), dict)]
    closes = [parse_ledger_closed(message) for message in messages if message.get("type") == "ledgerClosed"]
    streamed = [
        open_transaction(message)
        for message in messages
        if message.get("type") == "transaction" and message["validated"]
    ]
    keeper = BookKeeper(pair, FEES)
    keeper.read(attrs.evolve(empty_book(recorded("08_streams"), 1), ledger_index=closes[0].ledger_index - 1), CLOSE_NS)
    volumes: dict[int, tuple[Decimal, Decimal]] = {}
    for closed in closes:
        keeper.apply(closed.ledger_index, closed.close_time_ns, streamed, closed.fees)
        trades = keeper.observed(depth=1).trades
        quote = sum((trade.price * trade.quantity for trade in trades), Decimal(0))
        volumes[closed.ledger_index] = (sum((trade.quantity for trade in trades), Decimal(0)), quote)
    assert keeper.reread_reason is None
    counted = [message for message in messages if message.get("type") == "bookChanges"]
    assert len(counted) >= 3
    for message in counted:
        drops = sum((Decimal(change["volume_a"]) for change in message["changes"]), Decimal(0))
        tokens = sum((Decimal(change["volume_b"]) for change in message["changes"]), Decimal(0))
        base, quote = volumes[message["ledger_index"]]
        assert base == drops.scaleb(-6) and abs(quote - tokens) < DIGIT
