"""Where a simulation keeps its files."""

from __future__ import annotations

from pathlib import Path

import pytest

from neo.harness import scratch
from neo.harness.scratch import scratch_directory


def test_a_scratch_directory_is_gone_after_its_clean_up() -> None:
    place = scratch_directory()
    (Path(place.name) / "neo.db").write_text("books")

    place.cleanup()

    assert not Path(place.name).exists()


@pytest.mark.parametrize("room_bytes", [0, 2**62])
def test_files_are_in_memory_only_where_there_is_room(
    room_bytes: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scratch, "IN_MEMORY", tmp_path)
    monkeypatch.setattr(scratch, "ROOM_BYTES_MIN", room_bytes)

    with scratch_directory() as name:
        in_memory = Path(name).parent == tmp_path

    assert in_memory is (room_bytes == 0)
