from __future__ import annotations

from pathlib import Path

from neo.domain.telemetry.event import Emit
from neo.infra.telemetry.jsonl_sink import JsonlSink
from neo.infra.telemetry.line_encoder import LineEncoder
from neo.infra.telemetry.newest_db_seq import newest_db_seq
from tests.infra.telemetry.sample_events import SampleEvent


def written(path: Path, *db_seqs: int, rotate_bytes: int = 10**6) -> Path:
    encoder = LineEncoder("session_20260101_000000", "deadbeef")
    sink = JsonlSink(path, buffer_bytes=1, rotate_bytes=rotate_bytes)
    for db_seq in db_seqs:
        sink.write(encoder.encode(Emit(SampleEvent('{"v":1,"seq":1,"db_seq":999,'), "a", 1, db_seq)))
    sink.close()
    return path


def test_the_highest_number_counts_although_actors_know_different_ones(tmp_path: Path) -> None:
    assert newest_db_seq(written(tmp_path / "events.jsonl", 3, 12, 5, 0)) == 12


def test_a_torn_line_is_passed_over(tmp_path: Path) -> None:
    path = written(tmp_path / "events.jsonl", 4)
    with path.open("a") as file:
        file.write('{"v":1,"seq":2,"db_seq":77')

    assert newest_db_seq(path) == 4


def test_right_after_rotation_the_older_file_is_asked(tmp_path: Path) -> None:
    path = written(tmp_path / "events.jsonl", 4, 8, rotate_bytes=1)

    assert not path.exists()
    assert newest_db_seq(path) == 8


def test_no_file_or_foreign_content_is_zero(tmp_path: Path) -> None:
    foreign = tmp_path / "foreign.jsonl"
    foreign.write_bytes(b"\xff\xfe\x00 not ours\n")

    assert newest_db_seq(tmp_path / "absent" / "events.jsonl") == 0
    assert newest_db_seq(foreign) == 0
