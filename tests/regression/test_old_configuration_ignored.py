"""What went wrong: two intervals that had to be equal were not, and a threshold stood in the code beside its key in the file."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from pathlib import Path

import attrs
import pytest

from neo.harness import World, sim_config
from neo.infra.config.audit import audit, complaints
from neo.infra.config.fault import ConfigError
from neo.infra.config.loader import load
from neo.infra.sqlite.snapshots_reader import SnapshotsReader
from tests.regression.sim_file import sim_file

PACKAGE = Path(__file__).parents[2] / "neo"
THRESHOLD = "strategy.clob_switch_threshold_bps"


def line_of(path: Path, key: str) -> int:
    lines = path.read_text("utf-8").splitlines()
    return next(number for number, line in enumerate(lines, 1) if line.startswith(key))


@pytest.mark.parametrize(
    ("key", "old", "new"),
    [
        ("requote_interval_seconds", "requote_interval_seconds = 4", "requote_interval_seconds = 5"),
        ("requote_interval_seconds", "tick_interval_seconds = 4", "tick_interval_seconds = 2"),
    ],
)
def test_requote_and_tick_intervals_that_differ_are_refused_with_their_place(
    tmp_path: Path, key: str, old: str, new: str
) -> None:
    path = sim_file(tmp_path, (old, new))

    with pytest.raises(ConfigError) as refused:
        load(path, {})

    place = f"{path}:{line_of(path, key)}:"
    column = path.read_text("utf-8").splitlines()[line_of(path, key) - 1].index("=") + 3
    assert f"{place}{column}: strategy.{key}: must equal engine.tick_interval_seconds" in str(refused.value)
    assert f"{path}:{line_of(path, 'tick_interval_seconds')}:" in str(refused.value)


def test_equal_intervals_are_taken_whatever_they_are(tmp_path: Path) -> None:
    path = sim_file(
        tmp_path,
        ("requote_interval_seconds = 4", "requote_interval_seconds = 6"),
        ("tick_interval_seconds = 4", "tick_interval_seconds = 6"),
    )

    assert load(path, {}).config.strategy.requote_interval_seconds == 6


def anchors_chosen(threshold_bps: str) -> Counter[str | None]:
    """How often each source was the anchor in ten minutes; the pool is always a little away from the book."""
    config = sim_config()
    strategy = attrs.evolve(config.strategy, clob_switch_threshold_bps=Decimal(threshold_bps))
    with World(seed=2, config=attrs.evolve(config, strategy=strategy)) as world:
        world.boot().until_trading().run_for(600)
        session_id = world.finish().session_id
        with SnapshotsReader(world.database) as ticks:
            return Counter(tick.anchor_source for tick in ticks.snapshots(session_id) if tick.suspended is None)


def test_the_switch_threshold_in_the_configuration_decides_the_anchor() -> None:
    always_the_book = anchors_chosen("0")
    always_the_pool = anchors_chosen("9.9")
    between = anchors_chosen("1")

    assert always_the_book["clob"] > 50
    assert always_the_book["clob"] > between["clob"] > always_the_pool["clob"]
    assert always_the_book["amm"] < between["amm"] < always_the_pool["amm"]


def test_a_constant_that_somebody_puts_beside_the_key_is_found(tmp_path: Path) -> None:
    planted = tmp_path / "neo"
    planted.mkdir()
    source = (PACKAGE / "domain" / "market" / "anchor.py").read_text("utf-8")
    read = "distance_bps > strategy.clob_switch_threshold_bps"
    assert read in source
    (planted / "anchor.py").write_text(
        source.replace(read, "distance_bps > CLOB_SWITCH_THRESHOLD_BPS") + "\nCLOB_SWITCH_THRESHOLD_BPS = Decimal(3)\n",
        "utf-8",
    )

    found = [text for text in complaints(audit(planted, {})) if text.startswith(THRESHOLD)]

    assert any("nothing reads it" in text for text in found)
    assert any("shadowed by a constant" in text and "Decimal(3)" in text for text in found)
