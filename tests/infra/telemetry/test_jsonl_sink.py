from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from neo.domain.units import NS_PER_S
from neo.infra.telemetry.append_file import rotated_files
from neo.infra.telemetry.jsonl_sink import JsonlSink
from tests.infra.telemetry.conftest import HandClock, Notices


def lines_of(path: Path) -> list[str]:
    return path.read_text(encoding="ascii").split("\n")[:-1]


def test_lines_are_in_the_file_after_a_flush(tmp_path: Path) -> None:
    sink = JsonlSink(tmp_path / "events.jsonl")

    taken = [sink.write('{"a":1}'), sink.write('{"a":2}'), sink.flush()]

    assert taken == [None, None, None]
    assert lines_of(sink.path) == ['{"a":1}', '{"a":2}']
    sink.close()


def test_a_full_buffer_is_written_without_being_asked(tmp_path: Path) -> None:
    sink = JsonlSink(tmp_path / "events.jsonl", buffer_bytes=10)

    sink.write("123456789")

    assert lines_of(sink.path) == ["123456789"]
    sink.close()


def test_a_full_device_costs_lines_but_no_exception_and_is_reported_once(notices: Notices, clock: HandClock) -> None:
    # given a device that is always full
    sink = JsonlSink(Path("/dev/full"), buffer_bytes=1, waiting_bytes_max=100, clock_ns=clock, report=notices)

    # when more is written than may wait in memory, with time for many retries
    reasons = []
    for _ in range(50):
        clock.now_ns += 10 * NS_PER_S
        reasons.append(sink.write("0123456789"))
    sink.close()

    # then every write says why, the cause is reported once, and every line is counted as lost
    assert all(reason is not None and reason.startswith("ENOSPC") for reason in reasons)
    assert [(notice.kind.value, notice.cause) for notice in notices] == [("failing", "ENOSPC")]
    assert sink.lines_lost == 50
    assert sink.lines_written == 0


def test_lines_that_waited_for_the_disk_are_written_when_it_comes_back(
    tmp_path: Path, notices: Notices, clock: HandClock
) -> None:
    # given a directory that does not exist, so that nothing can be written
    sink = JsonlSink(tmp_path / "gone" / "events.jsonl", clock_ns=clock, report=notices)
    sink.write("first")
    assert (sink.flush() or "").startswith("ENOENT")
    sink.write("second")

    # when it comes back and the back-off has passed
    sink.path.parent.mkdir()
    clock.now_ns += 2 * NS_PER_S
    recovered = sink.flush()

    # then nothing is missing, and recovery is told once
    assert recovered is None
    assert sink.problem is None
    assert lines_of(sink.path) == ["first", "second"]
    assert notices.kinds == ["failing", "recovered"]
    sink.flush()
    assert notices.kinds == ["failing", "recovered"]
    sink.close()


def test_a_dead_disk_is_asked_less_and_less_often(tmp_path: Path, notices: Notices, clock: HandClock) -> None:
    sink = JsonlSink(tmp_path / "gone" / "events.jsonl", clock_ns=clock, report=notices)
    sink.write("x")
    sink.flush()
    # after the first failure the disk is left alone for a second, then for two
    clock.now_ns = NS_PER_S
    sink.flush()
    sink.path.parent.mkdir()

    clock.now_ns = 2 * NS_PER_S
    assert sink.flush() is not None
    clock.now_ns = 3 * NS_PER_S
    assert sink.flush() is None
    sink.close()


def test_a_descriptor_that_now_belongs_to_another_file_is_neither_written_to_nor_closed(tmp_path: Path) -> None:
    # given a sink whose descriptor was closed behind its back and given to another file
    sink = JsonlSink(tmp_path / "events.jsonl")
    sink.write("first")
    sink.flush()
    number = sink._file._descriptor
    with (tmp_path / "other").open("w") as other:
        os.dup2(other.fileno(), number)

    # when it writes on
    sink.write("second")
    sink.flush()

    # then the lines are where they belong, and the other file is still open and empty
    assert lines_of(sink.path) == ["first", "second"]
    assert os.path.samestat(os.fstat(number), (tmp_path / "other").stat())
    assert (tmp_path / "other").read_text() == ""
    os.close(number)
    sink.close()


def test_a_file_that_was_moved_away_is_begun_anew(tmp_path: Path) -> None:
    sink = JsonlSink(tmp_path / "events.jsonl")
    sink.write("first")
    sink.flush()
    sink.path.rename(tmp_path / "moved.jsonl")

    sink.write("second")
    sink.flush()

    assert lines_of(sink.path) == ["second"]
    sink.close()


def test_a_line_torn_by_a_crash_spoils_no_other_line(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    path.write_text('{"whole":1}\n{"to')

    sink = JsonlSink(path)
    sink.write('{"next":1}')
    sink.close()

    assert lines_of(path) == ['{"whole":1}', '{"to', '{"next":1}']


def test_a_big_file_is_set_aside_and_only_so_many_are_kept(tmp_path: Path, notices: Notices) -> None:
    sink = JsonlSink(tmp_path / "events.jsonl", rotate_bytes=20, keep_rotated=2, buffer_bytes=1, report=notices)

    for number in range(10):
        sink.write(f"line number {number}")
    sink.close()

    names = [path.name for path in rotated_files(sink.path)]
    assert names == ["events.0004.jsonl", "events.0005.jsonl"]
    assert lines_of(tmp_path / "events.0005.jsonl") == ["line number 8", "line number 9"]
    assert set(notices.kinds) == {"discarded"}


def test_a_disk_that_fills_in_the_middle_of_a_line_leaves_whole_lines_when_it_has_room_again(tmp_path: Path) -> None:
    """A real limit of the operating system (RLIMIT_FSIZE) in a process of its own."""
    script = """
import resource, signal, sys
from pathlib import Path
from neo.infra.telemetry.jsonl_sink import JsonlSink

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, resource.RLIM_INFINITY))
now, notices = [0], []
sink = JsonlSink(Path(sys.argv[1]), buffer_bytes=1, clock_ns=lambda: now[0], report=notices.append)
reasons = [sink.write('{"n":%d,"pad":"%s"}' % (n, "x" * 30)) for n in range(100)]
assert any(r and r.startswith("EFBIG") for r in reasons), reasons
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
now[0] += 10**12
assert sink.flush() is None
sink.close()
assert [n.kind.value for n in notices] == ["failing", "recovered"], notices
assert (sink.lines_written, sink.lines_lost) == (100, 0)
"""
    path = tmp_path / "events.jsonl"

    subprocess.run([sys.executable, "-c", script, str(path)], check=True)

    assert [json.loads(line)["n"] for line in lines_of(path)] == list(range(100))


def test_a_sink_that_was_closed_takes_nothing_and_says_so(tmp_path: Path) -> None:
    sink = JsonlSink(tmp_path / "events.jsonl")
    sink.close()

    assert sink.write("late") is not None
    assert sink.lines_lost == 1


def test_an_unset_path_is_refused_at_once() -> None:
    with pytest.raises(TypeError, match="must be a Path, not None"):
        JsonlSink(None)  # type: ignore[arg-type]
