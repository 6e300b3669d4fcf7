"""Capital that a person writes into the books by hand: what it has to satisfy, and the facts that it becomes.

An engine recognises deposits and withdrawals by itself. By hand is for what it cannot know: money that moved in a way that
looks like a trade, while nothing was running, and that halted it (`reconciler_halt`).
"""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

from neo.domain.market.instrument import LEDGER_VENUE
from neo.domain.messages.journal import CapitalKind, CapitalRecorded, JournalEvent, PositionClosed
from neo.domain.messages.storage import PositionRecord, Recovery
from neo.domain.money.exact import difference, total
from neo.domain.orders.reconciliation import books_opened_key
from neo.domain.units import ZERO
from neo.records import frozen

#: CapitalRecorded.session_id of what was written while no session ran.
BY_HAND = ""
_ASSET = re.compile(r"[A-Za-z0-9]{1,40}")
_DIGITS_MAX = 30
_DROPS_PER_XRP_DIGITS = 6


class EntryRefused(ValueError):
    """Why an entry is not written, for a person; `about` names the argument."""

    def __init__(self, about: str, problem: str) -> None:
        super().__init__(problem)
        self.about = about


@frozen(kw_only=True)
class CapitalEntry:
    """`amount` is positive, whole units of the asset; `kind` says which way. `why` and `who` are words of a person."""

    kind: CapitalKind
    venue: str
    asset: str
    amount: Decimal
    why: str
    who: str
    at_ns: int
    new_asset: bool = False
    close_position: bool = False

    @property
    def signed(self) -> Decimal:
        return -self.amount if self.kind is CapitalKind.WITHDRAWAL else self.amount


@frozen
class EntryEffect:
    """What an entry makes of the books: `events` to write, and what they say of the asset before and after."""

    events: tuple[JournalEvent, ...]
    before: Decimal
    after: Decimal
    closed: tuple[PositionRecord, ...] = ()


def amount_from(text: str) -> Decimal:
    """A positive decimal with at most 30 digits on either side of the point. EntryRefused otherwise."""
    try:
        amount = Decimal(text)
    except InvalidOperation:
        raise EntryRefused("AMOUNT", f"{text!r} is not a number") from None
    if not amount.is_finite() or amount <= ZERO:
        raise EntryRefused("AMOUNT", f"{text} is not above 0; deposit and withdraw say which way")
    if abs(amount.adjusted()) > _DIGITS_MAX or len(amount.as_tuple().digits) > _DIGITS_MAX:
        raise EntryRefused("AMOUNT", f"{text} has more than {_DIGITS_MAX} digits")
    return amount


def known_venues(recovery: Recovery) -> tuple[str, ...]:
    """Venues whose money the books count, by name."""
    opened = books_opened_key("")
    keys = [key.removeprefix(opened) for key, _ in recovery.engine_state if key.startswith(opened)]
    return tuple(sorted(dict.fromkeys([*keys, *(row.venue for row in recovery.balances)])))


def effect_of(entry: CapitalEntry, recovery: Recovery) -> EntryEffect:
    """EntryRefused for what the books cannot take, or what is probably a slip."""
    assets = _require_known(entry, recovery)
    before = assets.get(entry.asset, ZERO)
    after = total(before, entry.signed)
    if after < ZERO:
        raise EntryRefused("AMOUNT", f"the books have {before:f} {entry.asset} on {entry.venue}")
    closed = _closed_positions(entry, recovery, after)
    note = f"by hand, {entry.who}: {entry.why}"
    event_id = f"hand:{entry.kind.value}:{entry.asset}:{entry.at_ns}"
    row = CapitalRecorded(event_id, BY_HAND, entry.venue, entry.asset, entry.signed, entry.kind, note)
    closing = (PositionClosed(each.venue, each.symbol, each.quantity) for each in closed)
    return EntryEffect((row, *closing), before, after, closed)


def _require_known(entry: CapitalEntry, recovery: Recovery) -> dict[str, Decimal]:
    """What the books have on the venue, by asset."""
    venues = known_venues(recovery)
    if entry.venue not in venues:
        raise EntryRefused(
            "VENUE", f"the books know no venue {entry.venue}; they count money on: {', '.join(venues) or 'none yet'}"
        )
    assets = {row.asset: total(row.fills_only, row.capital) for row in recovery.balances if row.venue == entry.venue}
    if not _ASSET.fullmatch(entry.asset):
        raise EntryRefused("ASSET", f"{entry.asset!r} is no name of an asset")
    if entry.asset not in assets and not (entry.new_asset and entry.kind is CapitalKind.DEPOSIT):
        raise EntryRefused(
            "ASSET",
            f"the books never had {entry.asset} on {entry.venue}, only {', '.join(sorted(assets)) or 'nothing'}; "
            "a first deposit needs --new-asset",
        )
    if (entry.venue, entry.asset) == (LEDGER_VENUE, "XRP") and _places(entry.amount) > _DROPS_PER_XRP_DIGITS:
        raise EntryRefused("AMOUNT", f"{entry.amount} XRP is no whole number of drops")
    return assets


def _places(amount: Decimal) -> int:
    return -int(amount.normalize().as_tuple().exponent)


def _closed_positions(entry: CapitalEntry, recovery: Recovery, after: Decimal) -> tuple[PositionRecord, ...]:
    """Positions in what is withdrawn that would not be covered any more, or are said to be gone with what is withdrawn."""
    if entry.kind is not CapitalKind.WITHDRAWAL:
        return ()
    here = [row for row in recovery.positions if row.venue == entry.venue]
    held = tuple(row for row in here if row.symbol.partition("/")[0] == entry.asset)
    gone = tuple(row for row in held if row.quantity > after or (entry.close_position and row.quantity <= entry.amount))
    if entry.close_position and not gone:
        more = [
            f"the position in {row.symbol} has {row.quantity:f}, and {after:f} would be left for it" for row in held
        ]
        raise EntryRefused("--close-position", "; ".join(more) or f"there is no position in {entry.asset}")
    for position in gone:
        _require_closable(entry, recovery, position, after)
    return gone


def _require_closable(entry: CapitalEntry, recovery: Recovery, position: PositionRecord, after: Decimal) -> None:
    if not entry.close_position:
        short_by = difference(position.quantity, after)
        raise EntryRefused(
            "AMOUNT",
            f"the position in {position.symbol} has {position.quantity:f} and would be short of {short_by:f}; when it is "
            "gone say so with --close-position",
        )
    if any((row.venue, row.symbol) == (entry.venue, position.symbol) for row in recovery.trades):
        raise EntryRefused(
            "--close-position",
            f"an order in {position.symbol} is not proved to be over; start the engine once, so that it finds out",
        )
