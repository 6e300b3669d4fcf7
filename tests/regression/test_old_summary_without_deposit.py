"""What went wrong: the summary of a session left a deposit out, and the wallet seemed to have earned it."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest

from neo.cli.session_summary import summary_of
from neo.domain.orders.reconciliation import QUOTE_TOLERANCE
from neo.domain.session.inventory_lines import InventoryLine
from neo.domain.session.summary import SessionSummary
from neo.domain.session.summary_text import summary_lines
from neo.domain.units import ZERO
from neo.harness import World

Act = Callable[[World], None]


def nothing(world: World) -> None:
    """No capital moves."""


def deposit_xrp(world: World) -> None:
    world.gateway.deposit(Decimal("250.5"), xrp=True)


def withdraw_xrp(world: World) -> None:
    world.gateway.withdraw(Decimal(100), xrp=True)


def deposit_rlusd(world: World) -> None:
    world.gateway.deposit(Decimal(75), xrp=False)


CAPITAL: dict[str, tuple[Act, Decimal, Decimal]] = {
    "no capital event": (nothing, ZERO, ZERO),
    "a deposit of XRP": (deposit_xrp, Decimal("250.5"), ZERO),
    "a withdrawal of XRP": (withdraw_xrp, Decimal(-100), ZERO),
    "a deposit of RLUSD": (deposit_rlusd, ZERO, Decimal(75)),
}


def summary_of_session_with(act: Act, world: World) -> SessionSummary:
    """Ten minutes of trading, the capital event after five of them. Summarised from what is durable."""
    world.boot().until_trading().run_for(300)
    act(world)
    world.run_for(300)
    session_id = world.finish().session_id
    with world.reader() as reader:
        row = reader.session(session_id)
        assert row is not None
        return summary_of(world.database, reader, row)


@pytest.mark.parametrize("case", CAPITAL)
def test_the_summary_line_counts_every_deposit_and_withdrawal(case: str) -> None:
    act, xrp, rlusd = CAPITAL[case]
    with World(seed=3) as world:
        opening = world.opening_balances()

        summary = summary_of_session_with(act, world)

        lines = {line.asset: line for line in summary.inventory}
        assert summary.fills > 0
        assert lines["XRP"].capital_overlay == opening[0] + xrp
        assert abs(lines["RLUSD"].capital_overlay - opening[1] - rlusd) <= QUOTE_TOLERANCE
        assert not summary.has_drift
        for line in lines.values():
            assert expected_text(line) in "\n".join(summary_lines(summary))
            assert line.fills_only + line.capital_overlay == line.engine_total


def expected_text(line: InventoryLine) -> str:
    """The words that scripts of operators look for."""
    return (
        f"Inventory reconciliation: fills-only={line.fills_only:f}, capital_overlay={line.capital_overlay:f}, "
        f"engine_total={line.engine_total:f}"
    )


def test_a_deposit_is_no_profit() -> None:
    with World(seed=3) as world:
        summary = summary_of_session_with(deposit_xrp, world)

    assert summary.equity is not None
    assert abs(summary.profit.net) < 5  # 250.5 XRP are worth 130 RLUSD
    assert sum(move.amount for move in summary.capital if move.asset == "XRP") == Decimal("1250.5")
