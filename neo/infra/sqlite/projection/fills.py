"""Tables ``fills`` and ``inventory_ledger``: trades and fees, exactly once, as double entry per asset.

Each posting moves ``amount`` from a counter account (``trading`` or ``fees``) to ours and states the new fills-only
balance; the counter account's balance is the negative sum, so the books always add up to zero. Capital is not in here.
"""

from __future__ import annotations

from decimal import Decimal

from neo.domain.market.instrument import Side
from neo.domain.messages.journal import FeeCharged, FillRecorded
from neo.infra.sqlite.decimal_text import decimal_text, exact_sum
from neo.infra.sqlite.projection.posting import Posting
from neo.infra.sqlite.projection.sheet import BooksContradiction, Projections, Sheet
from neo.infra.sqlite.whole_row import bound, insert_whole

TABLES = ("inventory_ledger", "fills")

_FILL = insert_whole(
    "fills",
    bound(
        "lsn venue fill_id order_id session_id symbol side base_quantity quote_quantity ledger_index position "
        "transaction_hash traded_at_ns is_maker"
    ),
)
_FILLED = "SELECT filled_base, filled_quote FROM orders WHERE order_id = ?"
_ADD_FILLED = "UPDATE orders SET filled_base = ?, filled_quote = ?, updated_at_ns = ? WHERE order_id = ?"
NEWEST_BALANCE = "SELECT new_balance FROM inventory_ledger WHERE venue = ? AND asset = ? ORDER BY entry_id DESC LIMIT 1"
_POST = insert_whole(
    "inventory_ledger",
    {
        "entry_id": "NULL",  # the next number
        **bound("lsn session_id at_ns venue asset amount new_balance counter_account reference"),
    },
)


def filled(sheet: Sheet, event: FillRecorded) -> None:
    """One trade: the fill, the order's sums, one posting per asset."""
    sheet.referred.add(event.order_id)
    sheet.fills.append((sheet.lsn, sheet.session_id, event))
    base, quote = event.symbol.split("/", 1)
    base_gain, quote_gain = event.base_quantity, event.quote_quantity.copy_negate()
    if event.side is Side.SELL:
        base_gain, quote_gain = base_gain.copy_negate(), event.quote_quantity
    for asset, amount in ((base, base_gain), (quote, quote_gain)):
        sheet.postings.append(
            Posting(sheet.lsn, sheet.session_id, event.venue, asset, amount, "trading", event.fill_id)
        )


def charged(sheet: Sheet, event: FeeCharged) -> None:
    """A fee leaves our balance."""
    amount = event.amount.copy_negate()
    sheet.postings.append(Posting(sheet.lsn, sheet.session_id, event.venue, event.asset, amount, "fees", event.fee_id))


def write_fills(sheet: Sheet) -> None:
    """Fills and the sums of their orders, behind the orders."""
    for lsn, session_id, event in sheet.fills:
        sheet.execute(
            _FILL,
            (
                lsn,
                event.venue,
                event.fill_id,
                event.order_id,
                session_id,
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
        _add_to_order(sheet, event)


def write_postings(sheet: Sheet) -> None:
    """Postings in the order of their events, each with the balance that it leads to."""
    balances: dict[tuple[str, str], Decimal] = {}
    rows: list[tuple[object, ...]] = []
    for posting in sheet.postings:
        lsn, session_id, venue, asset, amount, counter_account, reference = posting
        before = balances.get((venue, asset))
        if before is None:
            text = sheet.execute(NEWEST_BALANCE, (venue, asset)).get
            before = None if text is None else Decimal(text)
        balance = amount if before is None else exact_sum(before, amount)
        balances[venue, asset] = balance
        amounts = (decimal_text(amount), decimal_text(balance))
        rows.append((lsn, session_id, sheet.at_ns, venue, asset, *amounts, counter_account, reference))
    sheet.execute_many(_POST, rows)


def _add_to_order(sheet: Sheet, event: FillRecorded) -> None:
    sums = sheet.execute(_FILLED, (event.order_id,)).get
    if sums is None:
        raise BooksContradiction(f"order {event.order_id} is not in the books")
    base = exact_sum(Decimal(sums[0]), event.base_quantity)
    quote = exact_sum(Decimal(sums[1]), event.quote_quantity)
    sheet.execute(_ADD_FILLED, (decimal_text(base), decimal_text(quote), sheet.at_ns, event.order_id))


PROJECTIONS: Projections = {FillRecorded: filled, FeeCharged: charged}
