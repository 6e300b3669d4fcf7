"""Books against venue: what agrees, what has an explanation, and what has none.

Compared is only what was true in the same ledger. A difference without an explanation is ambiguous and halts: an engine
that does not know what it owns must not trade.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal

from neo.domain.market.instrument import Instrument
from neo.domain.messages.journal import (
    CapitalKind,
    CapitalRecorded,
    EngineStateSet,
    JournalEvent,
    OrderTransitioned,
)
from neo.domain.messages.storage import OrderRecord, Recovery
from neo.domain.messages.venue import AccountState, OpenOffer, OpenOffers
from neo.domain.money.wallet import ROUNDING_MAX, explain_wallet, wallet_key, wallet_lines, wallet_text
from neo.domain.orders.fills import Place
from neo.domain.orders.lifecycle import OrderEvent, OrderState
from neo.domain.units import NS_PER_S, ZERO
from neo.records import frozen

#: A legacy order without a name on the ledger and without a transaction is given up after this long.
ORPHAN_AGE_NS = 7 * 24 * 3600 * NS_PER_S
#: The base asset has to agree exactly.
QUOTE_TOLERANCE = ROUNDING_MAX

_ON_THE_LEDGER = frozenset({OrderState.OPEN, OrderState.PARTIALLY_FILLED, OrderState.CANCELING})


@frozen
class Findings:
    """`corrections` are facts to journal, `unknown_offers` rest at the venue without an order of ours."""

    corrections: tuple[JournalEvent, ...]
    unknown_offers: tuple[OpenOffer, ...]
    ambiguous: tuple[str, ...]
    explained: tuple[str, ...]


def books_opened_key(venue: str) -> str:
    """engine_state key that says since when the books count this venue's money."""
    return f"books.opened.{venue}"


def compare(recovery: Recovery, account: AccountState, offers: OpenOffers, place: Place, now_ns: int) -> Findings:
    """Findings for one venue. `account` and `offers` are of the same ledger, which the books have read."""
    opening = _opening(recovery, account, place)
    known = {order.offer_sequence for order in recovery.orders if order.venue == place.venue}
    unknown = tuple(offer for offer in offers.offers if offer.sequence not in known)
    orphans, orphan_notes = _orphans(recovery, place.venue, now_ns)
    ambiguous = [] if opening else _unexplained_money(recovery, account, place)
    ambiguous += _missing_offers(recovery, offers, place.venue)
    explained = [f"opening balance {e.amount} {e.asset}" for e in opening if isinstance(e, CapitalRecorded)]
    explained += [f"offer {offer.sequence} was not in the books" for offer in unknown]
    return Findings((*opening, *orphans), unknown, tuple(ambiguous), (*explained, *orphan_notes))


def noted_wallet(
    recovery: Recovery, account: AccountState, offers: OpenOffers, place: Place
) -> tuple[EngineStateSet, ...]:
    """The wallet explained, for whoever reads the session later; nothing when the books have these very lines."""
    instrument = Instrument(place.venue, place.base, place.quote)
    lines = explain_wallet(account, offers.offers, recovery.balances, instrument)
    key = wallet_key(place.venue)
    stored = dict(recovery.engine_state).get(key)
    if stored is not None and wallet_lines(stored) == lines:
        return ()
    return (EngineStateSet(key, wallet_text(account.ledger_index, lines)),)


def _balance(recovery: Recovery, venue: str, asset: str) -> Decimal:
    return sum(
        (b.fills_only + b.capital for b in recovery.balances if b.venue == venue and b.asset == asset),
        ZERO,
    )


def _opening(recovery: Recovery, account: AccountState, place: Place) -> tuple[JournalEvent, ...]:
    """On the first start everything that is there is capital."""
    key = books_opened_key(place.venue)
    if key in dict(recovery.engine_state):
        return ()
    events: list[JournalEvent] = []
    for asset, found in ((place.base, account.base), (place.quote, account.quote)):
        amount = found - _balance(recovery, place.venue, asset)
        if amount:
            event_id = f"opening:{place.venue}:{asset}"
            events.append(
                CapitalRecorded(
                    event_id, place.session_id, place.venue, asset, amount, CapitalKind.INITIAL, "opening balance"
                )
            )
    return (*events, EngineStateSet(key, json.dumps({"ledger_index": account.ledger_index})))


def _unexplained_money(recovery: Recovery, account: AccountState, place: Place) -> list[str]:
    found = []
    for asset, at_venue, tolerance in (
        (place.base, account.base, ZERO),
        (place.quote, account.quote, QUOTE_TOLERANCE),
    ):
        in_books = _balance(recovery, place.venue, asset)
        if abs(at_venue - in_books) > tolerance:
            found.append(
                f"{asset}: the ledger has {at_venue}, the books {in_books} (difference {at_venue - in_books}) "
                f"in ledger {account.ledger_index}"
            )
    return found


def _missing_offers(recovery: Recovery, offers: OpenOffers, venue: str) -> list[str]:
    resting = {offer.sequence for offer in offers.offers}
    return [
        f"order {order.order_id} ({order.state.value}) has no offer {order.offer_sequence} in ledger {offers.ledger_index}"
        for order in recovery.orders
        if order.venue == venue and order.state in _ON_THE_LEDGER and order.offer_sequence not in resting
    ]


def is_orphan(order: OrderRecord, hashes_of: frozenset[str], now_ns: int) -> bool:
    """SUBMITTED (or in doubt) for more than seven days with neither offer sequence nor transaction hash."""
    return (
        order.state in (OrderState.SUBMITTED, OrderState.UNKNOWN)
        and order.offer_sequence is None
        and order.order_id not in hashes_of
        and now_ns - order.created_at_ns > ORPHAN_AGE_NS
    )


def _orphans(recovery: Recovery, venue: str, now_ns: int) -> tuple[tuple[JournalEvent, ...], tuple[str, ...]]:
    with_hash = frozenset(s.order_id for s in recovery.submissions if s.order_id is not None)
    today = datetime.fromtimestamp(now_ns // NS_PER_S, UTC).date().isoformat()
    orphans = [o for o in recovery.orders if o.venue == venue and is_orphan(o, with_hash, now_ns)]
    events = tuple(
        OrderTransitioned(o.order_id, OrderEvent.PROVED_CANCELED, OrderState.CANCELED, f"orphan cleanup {today}")
        for o in orphans
    )
    return events, tuple(f"order {o.order_id} given up: orphan cleanup {today}" for o in orphans)
