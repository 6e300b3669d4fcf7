"""What every session has, whatever it traded: halts, orders, inventory, the wallet explained."""

from __future__ import annotations

from neo.domain.market.instrument import LEDGER_VENUE
from neo.domain.report.report import Section
from neo.domain.report.table import Column, Table, text_column
from neo.domain.report.times import utc
from neo.domain.session.summary import SessionSummary

_SHOWN_MAX = 5


def books_section(summary: SessionSummary) -> Section:
    """The end of each report."""
    return Section(
        key="books",
        title="Halts, orders and inventory",
        notes=_notes(summary),
        tables=(_halts(summary), _orders(summary), _inventory(summary), *_wallet(summary)),
    )


def _notes(summary: SessionSummary) -> tuple[str, ...]:
    notes = []
    if summary.orders_unproved:
        named = ", ".join(summary.orders_unproved[:_SHOWN_MAX])
        notes.append(f"The end of {len(summary.orders_unproved)} orders is not proved: {named}.")
    if summary.has_drift:
        notes.append("Books and engine disagree on the inventory by 1 % or more: see the inventory below.")
    return tuple(notes)


def _halts(summary: SessionSummary) -> Table:
    return Table(
        key="halts",
        title="Halts",
        about="The first one classifies the session; later ones are kept as well.",
        columns=(
            text_column("at", "When"),
            text_column("reason", "Reason"),
            text_column("detail", "Detail"),
            text_column("order", "Order"),
            text_column("venue", "Venue"),
        ),
        rows=tuple(
            (utc(h.at_ns), h.reason, h.detail, "first" if h.first else "later", h.venue or "all") for h in summary.halts
        ),
        empty="No halt.",
    )


def _orders(summary: SessionSummary) -> Table:
    return Table(
        key="orders",
        title="Orders by state",
        about="As the books have them at the end.",
        columns=(text_column("state", "State"), Column("orders", "Orders")),
        rows=tuple((state, count) for state, count in summary.orders_by_state),
        empty="No order was made.",
    )


def _inventory(summary: SessionSummary) -> Table:
    return Table(
        key="inventory",
        title="Inventory reconciliation",
        about="What trading and fees made of an asset, what capital did, and what the engine says that there is.",
        columns=(
            text_column("asset", "Asset"),
            text_column("venue", "Venue"),
            Column("fills_only", "Fills only", "asset", sign=True),
            Column("capital_overlay", "Capital overlay", "asset", sign=True),
            Column("engine_total", "Engine total", "asset"),
            text_column("verdict", "Verdict"),
        ),
        rows=tuple(
            (
                line.asset,
                line.venue or LEDGER_VENUE,
                line.fills_only,
                line.capital_overlay,
                line.engine_total,
                "differs by 1 % or more" if line.drifted else "agrees",
            )
            for line in summary.inventory
        ),
    )


def _wallet(summary: SessionSummary) -> tuple[Table, ...]:
    if not summary.wallet:
        return ()
    wallet = Table(
        key="wallet",
        title="Wallet, explained",
        about="The newest comparison with the ledger.",
        columns=(text_column("line", "Line"),),
        rows=tuple((line.text,) for line in summary.wallet),
    )
    return (wallet,)
