"""What a drop buyer's money is worth is noted as long as the session lives: it is what its report and its charts draw."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise

import attrs
import pytest

from neo.actors import names
from neo.cli.report import read_report
from neo.domain.messages.dropping import TradeApproved
from neo.domain.report.report import SessionReport
from neo.harness import World
from neo.infra.sqlite.chart_reader import BUCKETS
from neo.infra.sqlite.desk_reader import DeskReader, DeskSnapshotRow
from tests.system.test_status import drop_config

MARK_S = 10


def marks_of(world: World, session_id: str) -> list[DeskSnapshotRow]:
    with DeskReader(world.database) as reader:
        return list(reader.snapshots(session_id))


def result_of(world: World, session_id: str) -> Decimal:
    with world.reader() as reader:
        return sum((row.result_quote for row in reader.trades(session_id) if row.side.value == "sell"), Decimal(0))


def gained(marks: list[DeskSnapshotRow]) -> list[Decimal]:
    """What the whole of the budget has become more since the first mark."""
    totals = [mark.free + mark.reserved + mark.committed for mark in marks]
    return [total - totals[0] for total in totals]


@pytest.fixture(scope="module")
def traded() -> Iterator[tuple[World, str, list[DeskSnapshotRow], SessionReport]]:
    """Half an hour in which drops were bought and sold, ended in order."""
    with World(5, drop_config()) as world:
        world.boot().until_trading().run_for(1800)
        session_id = world.finish().session_id
        yield world, session_id, marks_of(world, session_id), read_report(world.database, session_id)


def test_money_is_marked_every_ten_seconds_to_the_end(
    traded: tuple[World, str, list[DeskSnapshotRow], SessionReport],
) -> None:
    _, _, marks, report = traded
    apart_s = [(later.at_ns - earlier.at_ns) / 10**9 for earlier, later in pairwise(marks[:-1])]

    assert set(apart_s) == {MARK_S}
    assert report.ends_ns - marks[-1].at_ns < MARK_S * 10**9
    assert {mark.venue for mark in marks} == {"mexc"}


def test_at_every_mark_what_was_realised_is_what_the_budget_gained(
    traded: tuple[World, str, list[DeskSnapshotRow], SessionReport],
) -> None:
    world, session_id, marks, _ = traded

    assert [mark.realised_quote for mark in marks] == gained(marks)
    assert marks[-1].realised_quote == result_of(world, session_id) != 0
    assert any(mark.value_quote != mark.cost_quote for mark in marks)
    assert all(mark.unpriced == 0 and (mark.cost_quote > 0) is (mark.positions > 0) for mark in marks)


def test_the_report_draws_equity_at_quotes_split_with_its_drawdown(
    traded: tuple[World, str, list[DeskSnapshotRow], SessionReport],
) -> None:
    _, _, marks, report = traded
    section = next(each for each in report.sections if each.key == "drop_buyer_mexc")
    charts = {
        chart.key: {series.name: {at: v for at, v in series.points if v is not None} for series in chart.series}
        for chart in section.charts
    }
    figures = {figure.key: figure.value for figure in section.figures}
    net = [mark.realised_quote + mark.value_quote - mark.cost_quote for mark in marks]
    below = [value - max(net[: place + 1]) for place, value in enumerate(net)]

    equity = charts["equity"]
    assert {"profit at quotes", "realised", "unrealised", "gain", "loss"} <= set(equity)
    assert dict(zip((mark.at_ns for mark in marks), net, strict=True)) == equity["profit at quotes"]
    assert {at: equity["realised"][at] + equity["unrealised"][at] for at in equity["realised"]} == equity[
        "profit at quotes"
    ]
    assert list(charts["drawdown"]["below its highest"].values()) == below
    assert {"committed", "reserved", "free"} == set(charts["budget"])
    assert (figures["net"], figures["drawdown"]) == (net[-1], -min(below))
    assert min(below) < 0


def test_a_router_that_crashed_knows_what_the_session_had_realised() -> None:
    with World(5, drop_config()) as world:
        world.boot().until_trading()
        world.run_for(1800, until=lambda: sold(world))
        world.break_once(names.EXCHANGE_ROUTER, TradeApproved)
        world.run_for(1800)
        session_id = world.finish().session_id
        marks = marks_of(world, session_id)

        assert [mark.realised_quote for mark in marks] == gained(marks)
        assert marks[-1].realised_quote == result_of(world, session_id)


def sold(world: World) -> bool:
    return any(amount for _, _, amount in world.books().realised)


def test_after_kill_9_the_next_session_counts_its_own_results_only() -> None:
    with World(5, drop_config()) as world:
        world.boot().until_trading()
        world.run_for(1800, until=lambda: sold(world))
        world.kill9()
        world.boot().until_trading().run_for(900)
        session_id = world.finish().session_id

        marks = marks_of(world, session_id)
        assert marks[0].realised_quote == 0
        assert marks[-1].realised_quote == gained(marks)[-1]


def test_a_page_gets_the_extremes_of_a_long_session(
    traded: tuple[World, str, list[DeskSnapshotRow], SessionReport],
) -> None:
    world, session_id, marks, _ = traded
    with DeskReader(world.database) as reader:
        everything = reader.marks(session_id, 0, BUCKETS)
        few = reader.marks(session_id, 0, 20)
        ages = reader.ages(session_id, 0, BUCKETS)

    def nets(rows: list[tuple[float, ...]]) -> list[float]:
        return [row[2] + row[3] for row in rows]

    assert len(everything) == len(marks) > len(few)
    assert len(few) <= 2 * 21 + 1
    assert (min(nets(few)), max(nets(few)), few[-1]) == (
        min(nets(everything)),
        max(nets(everything)),
        everything[-1],
    )
    assert len(ages) > 100
    assert all(0 <= p50 <= p99 for *_, p50, p99 in ages)


def test_marks_are_not_lost_on_a_session_without_positions() -> None:
    config = drop_config()
    config = attrs.evolve(config, drop=attrs.evolve(config.drop, order_flow_enabled=False))
    with World(5, config) as world:
        world.boot().until_trading().run_for(120)
        marks = marks_of(world, world.finish().session_id)

    assert len(marks) >= 12
    assert {(mark.positions, mark.value_quote, mark.realised_quote) for mark in marks} == {(0, Decimal(0), Decimal(0))}
