"""Tables ``fills`` and ``inventory_ledger``: trades and fees, exactly once, as double entry per asset.

Each posting moves ``amount`` from a counter account (``trading`` or ``fees``) to ours and states the new fills-only
balance; the counter account's balance is the negative sum, so the books always add up to zero. Capital is not in here.
"""

from __future__ import annotations

from decimal import Decimal

from neo.domain.market.instrument import Side
from neo.domain.messages.journal import FeeCharged, FillRecorded
from neo.infra.sqlite.decimal_text import decimal_text, exact_sum
from neo.infra.sqlite.projection.entry import BooksContradiction, Entry, Execute, Projections

TABLES = ("inventory_ledger", "fills")

_FILL = (
    "INSERT INTO fills(lsn, venue, fill_id, order_id, session_id, symbol, side, base_quantity, quote_quantity, "
    "ledger_index, position, transaction_hash, traded_at_ns, is_maker) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_FILLED = "SELECT filled_base, filled_quote FROM orders WHERE order_id = ?"
_ADD_FILLED = "UPDATE orders SET filled_base = ?, filled_quote = ?, updated_at_ns = ? WHERE order_id = ?"
_BALANCE = "SELECT new_balance FROM inventory_ledger WHERE venue = ? AND asset = ? ORDER BY entry_id DESC LIMIT 1"
_POST = (
    "INSERT INTO inventory_ledger(lsn, session_id, at_ns, venue, asset, amount, new_balance, counter_account, reference) "
    "VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)"
)


def filled(execute: Execute, entry: Entry, event: FillRecorded) -> None:
    """One trade: the fill, the order's sums, one posting per asset."""
    execute(
        _FILL,
        (
            entry.lsn,
            event.venue,
            event.fill_id,
            event.order_id,
            entry.session_id,
            event.symbol,
            event.side.value,
            decimal_text(event.base_quantity),
            decimal_text(event.quote_quantity),
            event.ledger_index,
            event.position,
            event.transaction_hash,
            event.traded_at_ns,
            int(event.is_maker),
        ),
    )
    _add_to_order(execute, entry, event)
    base, quote = event.symbol.split("/", 1)
    base_gain, quote_gain = event.base_quantity, event.quote_quantity.copy_negate()
    if event.side is Side.SELL:
        base_gain, quote_gain = base_gain.copy_negate(), event.quote_quantity
    _post(execute, entry, event.venue, base, base_gain, "trading", event.fill_id)
    _post(execute, entry, event.venue, quote, quote_gain, "trading", event.fill_id)


def charged(execute: Execute, entry: Entry, event: FeeCharged) -> None:
    """A fee leaves our balance."""
    _post(execute, entry, event.venue, event.asset, event.amount.copy_negate(), "fees", event.fee_id)


def _add_to_order(execute: Execute, entry: Entry, event: FillRecorded) -> None:
    sums = execute(_FILLED, (event.order_id,)).get
    if sums is None:
        raise BooksContradiction(f"order {event.order_id} is not in the books")
    base = exact_sum(Decimal(sums[0]), event.base_quantity)
    quote = exact_sum(Decimal(sums[1]), event.quote_quantity)
    execute(_ADD_FILLED, (decimal_text(base), decimal_text(quote), entry.at_ns, event.order_id))


def _post(
    execute: Execute, entry: Entry, venue: str, asset: str, amount: Decimal, counter_account: str, reference: str
) -> None:
    before = execute(_BALANCE, (venue, asset)).get
    balance = amount if before is None else exact_sum(Decimal(before), amount)
    execute(
        _POST,
        (
            entry.lsn,
            entry.session_id,
            entry.at_ns,
            venue,
            asset,
            decimal_text(amount),
            decimal_text(balance),
            counter_account,
            reference,
        ),
    )


PROJECTIONS: Projections = {FillRecorded: filled, FeeCharged: charged}
