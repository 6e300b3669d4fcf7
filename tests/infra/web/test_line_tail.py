from __future__ import annotations

from pathlib import Path

from neo.infra.web.line_tail import READ_BYTES_MAX, LineTail


def append(path: Path, text: str) -> None:
    with path.open("a") as file:
        file.write(text)


def test_only_whole_lines_that_came_after_the_beginning_are_told(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    append(path, "old\n")
    tail = LineTail(path)
    append(path, "one\ntw")
    assert tail.lines() == ["one"]
    append(path, "o\n")
    assert tail.lines() == ["two"]
    assert tail.lines() == []
    tail.close()


def test_a_file_that_does_not_exist_yet_is_read_from_its_beginning(tmp_path: Path) -> None:
    tail = LineTail(tmp_path / "events.jsonl")
    assert tail.lines() == []
    append(tmp_path / "events.jsonl", "first\n")
    assert tail.lines() == ["first"]
    tail.close()


def test_a_rotation_loses_nothing(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    append(path, "old\n")
    tail = LineTail(path)
    append(path, "before\n")
    path.rename(tmp_path / "events.1.jsonl")
    append(path, "after\n")
    assert tail.lines() == ["before", "after"]
    tail.close()


def test_of_very_much_at_once_only_the_newest_part_is_read(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    path.touch()
    tail = LineTail(path)
    append(path, "".join(f"{number:09d}\n" for number in range(300_000)))
    lines = tail.lines()
    assert lines[-1] == "000299999" and len(lines) <= READ_BYTES_MAX // 10
    assert all(len(line) == 9 for line in lines)
    tail.close()
