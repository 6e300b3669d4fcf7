"""A log that somebody reads while it grows has each line at once; otherwise lines wait for a flush, as they always did."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import attrs
import pytest

from neo.infra.telemetry.jsonl_sink import JsonlSink
from neo.infra.telemetry.watched_sink import LOOK_EVERY_S, WATCHED_S, WatchedSink

NOW_NS = 1_790_000_000 * 10**9


@attrs.define
class Watched:
    """A sink over a real file; time goes on by as much as a look needs with each line."""

    folder: Path
    mark: Path
    now_s: float = 0.0
    written: int = 0
    sink: WatchedSink = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        log = JsonlSink(self.folder / "events.jsonl")
        self.sink = WatchedSink(log, self.mark, lambda: self.now_s, lambda: NOW_NS)

    def in_file_after_a_line(self) -> list[str]:
        self.now_s += LOOK_EVERY_S
        self.written += 1
        self.sink.write(f"line {self.written}")
        return (self.folder / "events.jsonl").read_text().splitlines()


@pytest.fixture
def watched(tmp_path: Path) -> Watched:
    (tmp_path / "events.jsonl").touch()
    return Watched(tmp_path, tmp_path / "watched")


def marked(mark: Path, ago_s: float) -> None:
    mark.touch()
    at_ns = NOW_NS - int(ago_s * 10**9)
    os.utime(mark, ns=(at_ns, at_ns))


def test_lines_wait_while_nobody_watches(watched: Watched) -> None:
    assert [watched.in_file_after_a_line() for _ in range(3)] == [[], [], []]


def test_every_line_is_there_at_once_as_long_as_somebody_watches_and_no_longer(watched: Watched) -> None:
    watched.in_file_after_a_line()
    marked(watched.mark, ago_s=1)
    assert watched.in_file_after_a_line() == ["line 1", "line 2"]
    assert watched.in_file_after_a_line()[-1] == "line 3"

    marked(watched.mark, ago_s=WATCHED_S + 1)
    assert watched.in_file_after_a_line()[-1] == "line 3"


def gone(mark: Path) -> None:
    mark.unlink()
    mark.parent.rmdir()


def a_file_in_its_way(mark: Path) -> None:
    gone(mark)
    mark.parent.touch()


@pytest.mark.parametrize("trouble", [gone, a_file_in_its_way])
def test_a_mark_that_cannot_be_looked_at_is_none(tmp_path: Path, trouble: Callable[[Path], None]) -> None:
    (tmp_path / "events.jsonl").touch()
    (tmp_path / "control").mkdir()
    watched = Watched(tmp_path, tmp_path / "control" / "watched")
    marked(watched.mark, ago_s=0)
    assert watched.in_file_after_a_line() == ["line 1"]

    trouble(watched.mark)
    assert watched.in_file_after_a_line() == ["line 1"]


def test_a_line_that_could_not_be_written_is_told_of_while_somebody_watches(watched: Watched) -> None:
    marked(watched.mark, ago_s=0)
    assert watched.in_file_after_a_line() == ["line 1"]
    watched.sink.close()

    watched.now_s += LOOK_EVERY_S
    assert watched.sink.write("after the end")
