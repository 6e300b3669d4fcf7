"""The book follows the ledger, leaves out what nobody can trade with, and says when it cannot be right any more."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neo.domain.market.instrument import Side
from neo.domain.messages.venue import Level, MarketTrade, PoolView
from neo.domain.units import NS_PER_S, RIPPLE_EPOCH_S
from neo.infra.xrpl.wire.account import IssuerTerms
from neo.infra.xrpl.wire.book_keeper import BookKeeper
from neo.infra.xrpl.wire.book_snapshot import BookSnapshot, parse_book
from neo.infra.xrpl.wire.envelope import TransactionEnvelope, open_transaction
from neo.infra.xrpl.wire.errors import WireError
from neo.infra.xrpl.wire.fees import LedgerFees
from tests.infra.xrpl.keys import CURRENCY, ISSUER
from tests.infra.xrpl.wire.hostile import spoiled
from tests.infra.xrpl.wire.made import (
    DATE,
    OTHERS,
    OURS,
    PAIR,
    POOL,
    THEIRS,
    entry,
    envelope,
    line,
    node,
    offer,
    root,
    token,
)

FEES = LedgerFees(10, 1_000_000, 200_000)
CLOSE_NS = (DATE + RIPPLE_EPOCH_S) * NS_PER_S
NO_POOL = {"error": "actNotFound", "status": "error"}
LEDGER: dict[str, Any] = {"ledger_index": 9, "ledger_hash": "A" * 64, "validated": True}
RICH = 10**12
#: Quality of a bid that wants half a million drops for a token: 2 tokens for 1 XRP.
AT_TWO = (100 << 56) + 500_000


def book(asks: tuple[Any, ...] = (), bids: tuple[Any, ...] = (), amm: Any = NO_POOL, limit: int = 60) -> BookSnapshot:
    return parse_book(PAIR, {**LEDGER, "offers": list(asks)}, {**LEDGER, "offers": list(bids)}, amm, limit=limit)


def pool(base: str, quote: str, fee: int = 500) -> dict[str, Any]:
    amm = {"account": POOL, "amount": base, "amount2": token(quote), "trading_fee": fee, "asset2_frozen": False}
    return {**LEDGER, "amm": amm}


def keeper_of(snapshot: BookSnapshot, issuer: IssuerTerms | None = None) -> BookKeeper:
    keeper = BookKeeper(PAIR, FEES, issuer)
    keeper.read(snapshot, CLOSE_NS)
    return keeper


def ask(owner: str, sequence: int, xrp: int, quote: str, quality: int = 1, **more: Any) -> dict[str, Any]:
    """`xrp` whole XRP for `quote` tokens, by an owner that can pay unless said otherwise."""
    return offer(owner, sequence, token(quote), str(xrp * 10**6), quality, **{"owner_funds": str(RICH), **more})


def bid(owner: str, sequence: int, xrp: int, quote: str, quality: int = 1, **more: Any) -> dict[str, Any]:
    return offer(owner, sequence, str(xrp * 10**6), token(quote), quality, **{"owner_funds": "1000000", **more})


def created(fields: dict[str, Any]) -> dict[str, Any]:
    return node("CreatedNode", "Offer", {name: value for name, value in fields.items() if name != "owner_funds"})


def deleted(fields: dict[str, Any], previous: dict[str, Any] | None = None) -> dict[str, Any]:
    return node(
        "DeletedNode", "Offer", {name: value for name, value in fields.items() if name != "owner_funds"}, previous
    )


def apply(keeper: BookKeeper, *transactions: TransactionEnvelope, index: int = 10) -> BookKeeper:
    keeper.apply(index, CLOSE_NS + 4 * NS_PER_S, transactions)
    return keeper


def prices(levels: tuple[Level, ...]) -> list[Decimal]:
    return [level.price for level in levels]


# --------------------------------------------------------------------------------------------------- what is shown


def test_our_own_offers_are_not_in_the_book_that_we_see() -> None:
    observed = keeper_of(book((ask(OURS, 1, 10, "25"), ask(THEIRS, 2, 10, "26", 2)))).observed(depth=5)
    assert prices(observed.asks) == [Decimal("2.6")]


def test_an_expired_offer_stays_on_the_ledger_but_not_in_the_book() -> None:
    asks = (ask(THEIRS, 1, 10, "25", Expiration=DATE), ask(THEIRS, 2, 10, "26", 2, Expiration=DATE + 1))
    keeper = keeper_of(book(asks))
    assert prices(keeper.observed(depth=5).asks) == [Decimal("2.6")]
    assert keeper.differs_from(book(asks)) is None


def test_the_better_offer_of_an_owner_is_funded_first() -> None:
    asks = (ask(THEIRS, 1, 10, "25", owner_funds="12000000"), ask(THEIRS, 2, 10, "26", 2), ask(THEIRS, 3, 10, "27", 3))
    levels = keeper_of(book(asks)).observed(depth=5).asks
    assert [level.quantity for level in levels] == [Decimal(10), Decimal(2)]


def test_depth_counts_what_can_be_traded_with() -> None:
    asks = (ask(OTHERS, 1, 10, "24", owner_funds="0"), *(ask(THEIRS, n, 10, str(24 + n), n) for n in range(2, 9)))
    assert len(keeper_of(book(asks)).observed(depth=3).asks) == 3


def test_the_book_carries_its_ledgers_close_time_unless_another_is_given() -> None:
    keeper = keeper_of(book())
    assert (keeper.observed(depth=1).at_ns, keeper.observed(depth=1, at_ns=7).at_ns) == (CLOSE_NS, 7)
    assert apply(keeper).observed(depth=1).at_ns == CLOSE_NS + 4 * NS_PER_S


def test_a_transfer_fee_is_paid_out_of_the_givers_funds() -> None:
    terms = IssuerTerms(9, Decimal("1.25"), None, False, False, False)
    bids = (bid(THEIRS, 1, 10, "20", AT_TWO, owner_funds="20"),)
    levels = keeper_of(book(bids=bids), terms).observed(depth=1).bids
    assert [level.quantity * level.price for level in levels] == [Decimal(16)]


# ------------------------------------------------------------------------------------------------------ what follows


def test_a_new_offer_stands_behind_older_ones_of_the_same_quality() -> None:
    keeper = keeper_of(book((ask(THEIRS, 1, 10, "25"),)))
    newer = created(ask(OTHERS, 8, 20, "50"))
    apply(keeper, envelope(root(OTHERS, RICH, RICH), newer, Account=OTHERS))
    assert [level.quantity for level in keeper.observed(depth=5).asks] == [Decimal(10), Decimal(20)]
    assert keeper.reread_reason is None


def test_what_somebody_took_is_a_trade_and_gone_from_the_book() -> None:
    keeper = keeper_of(book((ask(THEIRS, 1, 10, "25"),)))
    left = offer(THEIRS, 1, token("10"), "4000000")
    part = node("ModifiedNode", "Offer", left, {"TakerPays": token("25"), "TakerGets": "10000000"})
    apply(keeper, envelope(root(OTHERS, 1000, 988), root(THEIRS, RICH, RICH - 6_000_000), part, Account=OTHERS))
    observed = keeper.observed(depth=5)
    assert observed.trades == (MarketTrade(Decimal("2.5"), Decimal(6), Side.BUY),)
    assert [level.quantity for level in observed.asks] == [Decimal(4)]
    assert apply(keeper, index=11).observed(depth=5).trades == ()


def test_what_we_took_or_gave_is_no_trade_of_others() -> None:
    keeper = keeper_of(book((ask(THEIRS, 1, 10, "25"), ask(OURS, 2, 10, "25", 2))))
    theirs = deleted(ask(THEIRS, 1, 0, "0"), {"TakerPays": token("25"), "TakerGets": "10000000"})
    ours = deleted(ask(OURS, 2, 0, "0", 2), {"TakerPays": token("25"), "TakerGets": "10000000"})
    taken = envelope(root(OURS, 1000, 988), theirs, Account=OURS, position=0)
    given_away = envelope(root(OTHERS, 1000, 988), ours, Account=OTHERS, position=1)
    assert apply(keeper, taken, given_away).observed(depth=5).trades == ()


def test_a_removed_offer_that_nobody_traded_with_is_no_trade() -> None:
    keeper = keeper_of(book((ask(THEIRS, 1, 10, "25"),)))
    apply(keeper, envelope(root(THEIRS, 1000, 988), deleted(ask(THEIRS, 1, 10, "25")), Account=THEIRS))
    observed = keeper.observed(depth=5)
    assert (observed.asks, observed.trades) == ((), ())


def test_an_owner_who_pays_somebody_else_can_give_less() -> None:
    keeper = keeper_of(book((ask(THEIRS, 1, 10, "25"),), (bid(OTHERS, 2, 10, "20", AT_TWO),)))
    payments = (
        envelope(root(THEIRS, RICH, 4_200_000, owned=1), TransactionType="Payment", Account=THEIRS, position=0),
        envelope(
            root(OTHERS, 1000, 988),
            line(OTHERS, "1000000", "10"),
            TransactionType="Payment",
            Account=OTHERS,
            position=1,
        ),
    )
    observed = apply(keeper, *payments).observed(depth=5)
    assert [level.quantity for level in observed.asks] == [Decimal(3)]  # 4.2 XRP without a reserve of 1.2
    assert [level.price * level.quantity for level in observed.bids] == [Decimal(10)]


def test_a_frozen_line_pays_nothing() -> None:
    keeper = keeper_of(book(bids=(bid(OTHERS, 2, 10, "20"),)))
    frozen = line(OTHERS, "1000000", "1000000", flags=0x00800000)
    assert apply(keeper, envelope(root(ISSUER, 1000, 988), frozen, Account=ISSUER)).observed(depth=5).bids == ()


def test_a_global_freeze_stops_the_market() -> None:
    keeper = keeper_of(book((ask(THEIRS, 1, 10, "25"),), (bid(OTHERS, 2, 10, "20"),), pool("1000000", "2")))
    issuer = root(ISSUER, 1000, 988)
    issuer["ModifiedNode"]["FinalFields"]["Flags"] = 0x00400000
    observed = apply(keeper, envelope(issuer, Account=ISSUER, TransactionType="AccountSet")).observed(depth=5)
    assert (observed.asks, observed.bids, observed.pool) == ((), (), None)
    assert keeper.reread_reason is not None


# ------------------------------------------------------------------------------------------------------------- pool


def test_a_swap_with_the_pool_is_a_trade_and_moves_it() -> None:
    keeper = keeper_of(book(amm=pool("1000000000", "2500")))
    swap = envelope(root(POOL, 10**9, 990 * 10**6), line(POOL, "2500", "2526"), root(THEIRS, 5, 6), Account=THEIRS)
    observed = apply(keeper, swap).observed(depth=5)
    assert observed.pool == PoolView(Decimal(990), Decimal(2526), 500)
    assert observed.trades == (MarketTrade(Decimal("2.6"), Decimal(10), Side.BUY, from_pool=True),)


def test_a_deposit_into_the_pool_is_no_trade() -> None:
    keeper = keeper_of(book(amm=pool("1000000000", "2500")))
    deposit = envelope(root(POOL, 10**9, 2 * 10**9), line(POOL, "2500", "5000"), root(THEIRS, 5, 6), Account=THEIRS)
    observed = apply(keeper, deposit).observed(depth=5)
    assert observed.pool == PoolView(Decimal(2000), Decimal(5000), 500) and observed.trades == ()


def test_a_pool_of_another_token_is_another_pool() -> None:
    keeper = keeper_of(book())
    usd = {"currency": CURRENCY, "issuer": THEIRS}
    made = node("CreatedNode", "AMM", {"Account": POOL, "Asset2": usd, "TradingFee": 500})
    assert apply(keeper, envelope(root(THEIRS, 5, 6), made, Account=THEIRS)).pool_account is None


def test_a_frozen_pool_is_no_pool_to_trade_with() -> None:
    frozen = pool("1000000000", "2500")
    frozen["amm"]["asset2_frozen"] = True
    keeper = keeper_of(book(amm=frozen))
    assert keeper.observed(depth=1).pool is None and keeper.pool_account == POOL
    assert keeper.differs_from(book(amm=frozen)) is None


# ------------------------------------------------------------------------------------------------------ what is doubted


def test_before_the_first_snapshot_there_is_no_book() -> None:
    keeper = BookKeeper(PAIR, FEES)
    assert keeper.reread_reason is not None and keeper.ledger_index == 0


def test_a_missing_ledger_is_noticed_and_a_snapshot_mends_it() -> None:
    keeper = apply(keeper_of(book()), index=11)
    assert keeper.reread_reason == "ledger 11 came after 9"
    keeper.read(book(), CLOSE_NS)
    assert keeper.reread_reason is None


def test_a_ledger_that_was_seen_is_not_applied_again() -> None:
    keeper = keeper_of(book())
    new = envelope(root(THEIRS, RICH, RICH), created(ask(THEIRS, 8, 10, "25")), Account=THEIRS)
    apply(keeper, new, new)
    apply(keeper, new)
    assert len(keeper.observed(depth=5).asks) == 1 and keeper.reread_reason is None


def test_transactions_come_in_any_order_and_only_those_of_the_ledger_count() -> None:
    first = envelope(root(THEIRS, RICH, RICH), created(ask(THEIRS, 8, 10, "25")), Account=THEIRS, position=0)
    second = envelope(root(THEIRS, RICH, RICH), deleted(ask(THEIRS, 8, 10, "25")), Account=THEIRS, position=1)
    later = envelope(root(THEIRS, RICH, RICH), created(ask(THEIRS, 9, 10, "25")), Account=THEIRS, ledger_index=11)
    keeper = apply(keeper_of(book()), later, second, first)
    assert keeper.observed(depth=5).asks == () and keeper.reread_reason is None


@pytest.mark.parametrize(
    ("kept", "change"),
    (
        ((), deleted(ask(THEIRS, 1, 10, "25"))),
        ((ask(THEIRS, 1, 10, "25"),), deleted(ask(THEIRS, 1, 9, "22.5"))),
        ((ask(THEIRS, 1, 10, "25"),), created(ask(THEIRS, 1, 10, "25"))),
    ),
    ids=("unknown", "other amounts", "created twice"),
)
def test_a_change_of_what_is_not_known_is_noticed(kept: tuple[Any, ...], change: dict[str, Any]) -> None:
    keeper = apply(keeper_of(book(kept)), envelope(root(THEIRS, 5, 6), change, Account=THEIRS))
    assert keeper.reread_reason is not None and "of rLzz" in keeper.reread_reason


def test_another_reserve_changes_what_owners_can_pay() -> None:
    keeper = keeper_of(book())
    keeper.apply(10, CLOSE_NS, (), LedgerFees(10, 2_000_000, 200_000))
    assert keeper.reread_reason == "reserves or fees have changed"


def test_a_bid_of_somebody_unknown_is_doubted_unless_the_server_says_what_it_has() -> None:
    new = envelope(root(THEIRS, RICH, RICH), created(bid(THEIRS, 8, 10, "20", AT_TWO)), Account=THEIRS)
    assert apply(keeper_of(book()), new).reread_reason == f"what {THEIRS} has of the token is not known"
    told = apply(keeper_of(book()), attrs.evolve(new, owner_funds=Decimal(5)))
    assert told.reread_reason is None
    assert told.observed(depth=1).bids == (Level(Decimal(2), Decimal("2.5")),)


def test_an_offer_of_the_issuer_is_never_short_of_its_token() -> None:
    new = envelope(root(ISSUER, RICH, RICH), created(bid(ISSUER, 8, 10, "25")), Account=ISSUER)
    keeper = apply(keeper_of(book()), new)
    assert keeper.reread_reason is None and keeper.observed(depth=1).bids[0].quantity == 10


def test_an_offer_of_a_permissioned_domain_is_in_another_book() -> None:
    other = {**offer(THEIRS, 8, token("25"), "10000000"), "BookDirectory": "A" * 64}
    keeper = apply(keeper_of(book()), envelope(root(THEIRS, RICH, RICH), created(other), Account=THEIRS))
    assert keeper.observed(depth=5).asks == () and keeper.reread_reason is None


def test_behind_a_cut_snapshot_nothing_is_known_and_nothing_is_claimed() -> None:
    shown = tuple(ask(THEIRS, n, 10, str(24 + n), n) for n in range(1, 13))
    keeper = keeper_of(book(shown, limit=12))
    far = envelope(root(OTHERS, RICH, RICH), created(ask(OTHERS, 8, 10, "99", 50)), Account=OTHERS, position=0)
    unknown = envelope(root(OTHERS, RICH, RICH), deleted(ask(OTHERS, 5, 10, "98", 49)), Account=OTHERS, position=1)
    apply(keeper, far, unknown)
    assert keeper.reread_reason is None and len(keeper.observed(depth=50).asks) == 12
    assert keeper.differs_from(attrs.evolve(book((*shown, ask(OTHERS, 8, 10, "99", 50))), ledger_index=10)) is None


def test_a_cut_side_that_was_mostly_taken_asks_for_a_new_snapshot() -> None:
    shown = tuple(ask(THEIRS, n, 10, str(24 + n), n) for n in range(1, 13))
    keeper = keeper_of(book(shown, limit=12))
    gone = [
        envelope(root(THEIRS, RICH, RICH), deleted(ask(THEIRS, n, 10, str(24 + n), n)), Account=THEIRS, position=n)
        for n in range(1, 4)
    ]
    apply(keeper, *gone)
    assert keeper.reread_reason == "only 9 asks are left of a snapshot that was cut"


@pytest.mark.parametrize(
    ("fresh", "word"),
    (
        (book((ask(THEIRS, 1, 9, "25"),)), "ask 0 is"),
        (book(), "0 asks, not 1"),
        (book((ask(THEIRS, 1, 10, "25"), ask(THEIRS, 2, 10, "26", 2))), "2 asks, not 1"),
        (book((ask(THEIRS, 1, 10, "25", owner_funds="7"),)), "can give 0.000007"),
        (book((ask(THEIRS, 1, 10, "25"),), (bid(THEIRS, 2, 10, "24"),)), "1 bids, not 0"),
        (book((ask(THEIRS, 1, 10, "25"),), amm=pool("1", "1")), "the pool is"),
        (attrs.evolve(book((ask(THEIRS, 1, 10, "25"),)), ledger_index=8), "the snapshot is of ledger 8"),
    ),
)
def test_a_difference_to_the_server_is_found(fresh: BookSnapshot, word: str) -> None:
    keeper = keeper_of(book((ask(THEIRS, 1, 10, "25"),)))
    assert keeper.differs_from(book((ask(THEIRS, 1, 10, "25"),))) is None
    assert word in str(keeper.differs_from(fresh))


# -------------------------------------------------------------------------------------------------------- snapshots


@pytest.mark.parametrize(
    "asks",
    (
        pytest.param(
            {**LEDGER, "offers": [ask(THEIRS, 1, 10, "25", 2), ask(THEIRS, 2, 10, "24", 1)]}, id="not best first"
        ),
        pytest.param({**LEDGER, "offers": [ask(THEIRS, 1, 10, "25")] * 2}, id="twice the same"),
        pytest.param({**LEDGER, "offers": [bid(THEIRS, 1, 10, "25")]}, id="the other side"),
        pytest.param(
            {**LEDGER, "offers": [{**ask(THEIRS, 1, 10, "25"), "BookDirectory": "A" * 64}]}, id="another book"
        ),
        pytest.param({**LEDGER, "offers": [], "ledger_index": 8}, id="another ledger"),
        pytest.param({**LEDGER, "offers": [], "ledger_hash": "B" * 64}, id="another ledger of the same number"),
        pytest.param({**LEDGER, "offers": [], "validated": False}, id="not validated"),
    ),
)
def test_a_snapshot_that_cannot_be_is_not_believed(asks: dict[str, Any]) -> None:
    with pytest.raises(WireError):
        parse_book(PAIR, asks, {**LEDGER, "offers": []}, NO_POOL, limit=60)


LIVELY = (
    entry(root(OTHERS, RICH, RICH), created(ask(OTHERS, 8, 20, "50")), Account=OTHERS),
    entry(
        root(THEIRS, RICH, RICH), deleted(ask(THEIRS, 1, 10, "25")), line(THEIRS, "5", "6"), Account=THEIRS, position=1
    ),
    entry(root(POOL, 10**9, 990 * 10**6), line(POOL, "2500", "2526"), root(THEIRS, 5, 6), Account=THEIRS, position=2),
)


@settings(max_examples=300)
@given(entries=st.tuples(*(st.just(each) | spoiled(each) for each in LIVELY)))
def test_a_spoiled_transaction_is_refused_or_doubted_but_never_breaks_the_book(entries: tuple[Any, ...]) -> None:
    keeper = keeper_of(book((ask(THEIRS, 1, 10, "25"),), (bid(THEIRS, 2, 10, "20"),), pool("1000000000", "2500")))
    for index, found in enumerate(entries, start=10):
        try:
            keeper.apply(index, CLOSE_NS, [attrs.evolve(open_transaction(found), ledger_index=index)])
        except WireError:
            continue
        observed = keeper.observed(depth=5)
        assert all(level.price > 0 and level.quantity > 0 for level in (*observed.asks, *observed.bids))
