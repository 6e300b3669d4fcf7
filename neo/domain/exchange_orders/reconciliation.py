"""Books against the exchange's wallet, while nothing is under way.

The exchange shows no history that every change could be explained with. So a difference that stays the same is money that
came or went; one that looks like a trade that the books do not have, or lacks what a position consists of, is ambiguous.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal

from neo.domain.exchange_orders.client_ids import is_ours
from neo.domain.exchange_orders.work import RouterSetup
from neo.domain.messages.exchange import OpenOrdersFetched, OrderReported, WalletFetched
from neo.domain.messages.journal import CapitalKind, CapitalRecorded, EngineStateSet, JournalEvent
from neo.domain.messages.storage import Recovery
from neo.domain.money.exact import difference, total
from neo.domain.orders.reconciliation import books_opened_key
from neo.domain.units import ZERO
from neo.records import frozen

#: What an exchange may round away in its own favour, in units of the asset.
ROUNDING_MAX = Decimal("1e-7")
#: A difference counts when so many looks in a row have seen the same: a wallet may be shown late.
CONFIRMATIONS = 3


@frozen
class WalletDifference:
    """What the exchange has more (+) or less (-) of an asset than the books."""

    asset: str
    amount: Decimal


@frozen
class WalletFindings:
    """`corrections` are facts to journal. `differences` are not explained yet: look again."""

    corrections: tuple[JournalEvent, ...] = ()
    differences: tuple[WalletDifference, ...] = ()
    ambiguous: tuple[str, ...] = ()
    explained: tuple[str, ...] = ()


@frozen
class DifferencesSeen:
    """The differences of the looks so far, and how many looks in a row have seen them."""

    differences: tuple[WalletDifference, ...] = ()
    times: int = 0

    def seen(self, differences: tuple[WalletDifference, ...]) -> DifferencesSeen:
        return DifferencesSeen(differences, self.times + 1 if differences == self.differences else 1)


def compare(
    setup: RouterSetup, recovery: Recovery, wallet: WalletFetched, seen: DifferencesSeen, now_ns: int
) -> WalletFindings:
    """Findings from a wallet and the books of the same quiet moment. `seen`: what earlier looks found."""
    held = {holding.asset: total(holding.free, holding.locked) for holding in wallet.holdings}
    booked = _booked(setup, recovery)
    found = _differences(held, booked)
    key = books_opened_key(setup.venue)
    if key not in dict(recovery.engine_state):
        opening = tuple(_moved(setup, each, CapitalKind.INITIAL, "opening balance", now_ns) for each in found)
        since = EngineStateSet(key, json.dumps({"at_ns": now_ns}))
        return WalletFindings((*opening, since), explained=tuple(_in_words("opening balance", e) for e in found))
    found = tuple(each for each in found if abs(each.amount) > ROUNDING_MAX)
    if not found or seen.seen(found).times < CONFIRMATIONS:
        return WalletFindings(differences=found)
    ambiguous = _ambiguous(setup, recovery, held, found)
    if ambiguous:
        return WalletFindings(differences=found, ambiguous=ambiguous)
    events = tuple(
        _moved(setup, each, CapitalKind.DEPOSIT if each.amount > ZERO else CapitalKind.WITHDRAWAL, "wallet", now_ns)
        for each in found
    )
    return WalletFindings(events, explained=tuple(_in_words("moved from outside", each) for each in found))


def ours_resting(opened: OpenOrdersFetched) -> tuple[OrderReported, ...]:
    """Orders of ours that rest while the books know of none: from books that were set back. They must not trade."""
    return tuple(order for order in opened.orders if is_ours(order.client_order_id))


def foreign_orders(opened: OpenOrdersFetched) -> tuple[str, ...]:
    """Orders that somebody else placed on this account, in words. They are left alone."""
    return tuple(
        f"order {order.venue_order_id or order.client_order_id} in {order.symbol} is not ours"
        for order in opened.orders
        if not is_ours(order.client_order_id)
    )


def _booked(setup: RouterSetup, recovery: Recovery) -> dict[str, Decimal]:
    return {
        balance.asset: total(balance.fills_only, balance.capital)
        for balance in recovery.balances
        if balance.venue == setup.venue
    }


def _differences(held: Mapping[str, Decimal], booked: Mapping[str, Decimal]) -> tuple[WalletDifference, ...]:
    assets = sorted(held.keys() | booked.keys())
    every = (WalletDifference(asset, difference(held.get(asset, ZERO), booked.get(asset, ZERO))) for asset in assets)
    return tuple(each for each in every if each.amount)


def _ambiguous(
    setup: RouterSetup,
    recovery: Recovery,
    held: Mapping[str, Decimal],
    found: tuple[WalletDifference, ...],
) -> tuple[str, ...]:
    if any(each.amount > ZERO for each in found) and any(each.amount < ZERO for each in found):
        return tuple(_in_words("as if traded without us:", each) for each in found)
    short = []
    for position in recovery.positions:
        asset = position.symbol.partition("/")[0]
        have = held.get(asset, ZERO)
        if position.venue == setup.venue and have + ROUNDING_MAX < position.quantity:
            short.append(f"{asset}: the exchange has {have}, the position {position.quantity}")
    return tuple(short)


def _moved(setup: RouterSetup, found: WalletDifference, kind: CapitalKind, note: str, now_ns: int) -> CapitalRecorded:
    event_id = f"{kind.value}:{found.asset}:{now_ns}"
    return CapitalRecorded(event_id, setup.session_id, setup.venue, found.asset, found.amount, kind, note)


def _in_words(what: str, found: WalletDifference) -> str:
    return f"{what} {found.amount} {found.asset}"
