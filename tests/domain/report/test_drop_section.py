"""A drop buyer's part of the report."""

from __future__ import annotations

from decimal import Decimal

import attrs
import pytest

from neo.domain.messages.storage import DeskSnapshot
from neo.domain.report.drop_course import DropCourse
from neo.domain.report.drop_section import drop_section
from neo.domain.session.drop_report import HeldPosition, drop_report
from neo.domain.session.drop_rows import DropRows
from neo.domain.strategy.drop.ledger_of_drops import DropCounts
from tests.domain.samples import START_NS

HELD = HeldPosition(
    symbol="AAA/USDT",
    quantity=Decimal("0.25"),
    entry_price=Decimal(98),
    cost_quote=Decimal("24.52"),
    opened_at_ns=START_NS,
)


QUOTED = (Decimal("27.52"), 0, None, "at the bid, before fees of selling")
GAIN_OF_LONG_AGO = (
    Decimal("24.52"),
    1,
    START_NS,
    "at the bid, before fees of selling, 1 without a quote of now stand at their cost, "
    "1 not quoted any more stand at their last bid where that is a loss",
)
LOSS_OF_LONG_AGO = (
    Decimal("20.52"),
    0,
    START_NS,
    "at the bid, before fees of selling, 1 not quoted any more stand at their last bid where that is a loss",
)


@pytest.mark.parametrize(("value", "unpriced", "stale_since_ns", "note"), [QUOTED, GAIN_OF_LONG_AGO, LOSS_OF_LONG_AGO])
def test_what_is_marked_at_a_price_of_long_ago_is_said(
    value: Decimal, unpriced: int, stale_since_ns: int | None, note: str
) -> None:
    # Given a position as it is marked while its symbol is, or is not, quoted
    report = attrs.evolve(
        drop_report(DropRows(venue="mexc", quote="USDT", counts=DropCounts())),
        positions=(attrs.evolve(HELD, stale_since_ns=stale_since_ns),),
    )
    course = DropCourse(START_NS, START_NS + 1)
    money = (HELD.cost_quote, value, Decimal(0), Decimal(900), Decimal(0), HELD.cost_quote)
    course.mark("mexc", DeskSnapshot("s1", START_NS, "mexc", 1, unpriced, *money))
    # When the report is made
    figures = {figure.key: figure for figure in drop_section(report, course).figures}
    # Then it says which of it is no quote of now
    assert (figures["unrealised"].value, figures["unrealised"].note) == (value - HELD.cost_quote, note)
