"""neo sandbox xrpl --verify: the ledger model held against a recorded random book."""

from __future__ import annotations

import gzip
import json
import lzma
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from neo.cli.main import main
from tests.recordings.recording import FOLDER, load


def _write(path: Path, change: Callable[[list[dict[str, Any]]], None]) -> Path:
    content = load("21_random_book")
    content["entries"] = content["entries"][:62]
    change(content["entries"])
    path.write_text(json.dumps(content))
    return path


def _verify(*paths: Path) -> int:
    return main(["sandbox", "xrpl", *(argument for path in paths for argument in ("--verify", str(path)))])


@pytest.mark.parametrize(
    ("name", "transactions", "views"), [("21_random_book", 300, 99), ("22_random_book_amm", 150, 57)]
)
def test_the_recorded_random_books_are_reproduced_completely(
    name: str, transactions: int, views: int, capsys: pytest.CaptureFixture[str]
) -> None:
    code = _verify(FOLDER / f"{name}.json.xz")

    said = capsys.readouterr().out
    assert code == 0
    assert f"final results: {transactions} match, 0 differ" in said
    assert f"views: {views} match, 0 differ" in said


def test_a_plain_and_a_gzipped_recording_are_read_as_well(tmp_path: Path) -> None:
    plain = _write(tmp_path / "book.json", lambda entries: None)
    packed = tmp_path / "book.json.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()))

    assert _verify(plain, packed) == 0


def _trimmed(entries: list[dict[str, Any]], kind: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The first transaction whose metadata has a node of this kind, and the node's body."""
    for entry in entries:
        for node in entry.get("trimmed_meta", {}).get("AffectedNodes", []):
            for body in node.values():
                if body["LedgerEntryType"] == kind and "FinalFields" in body:
                    return entry, body
    raise AssertionError(kind)


def _other_result(entries: list[dict[str, Any]]) -> None:
    _trimmed(entries, "Offer")[0]["trimmed_meta"]["TransactionResult"] = "tecKILLED"


def _other_word(entries: list[dict[str, Any]]) -> None:
    _trimmed(entries, "Offer")[0]["preliminary"] = "tecKILLED"


def _other_balance(entries: list[dict[str, Any]]) -> None:
    _trimmed(entries, "AccountRoot")[1]["FinalFields"]["Balance"] = "1"


def _other_line(entries: list[dict[str, Any]]) -> None:
    _trimmed(entries, "RippleState")[1]["FinalFields"]["Balance"]["value"] = "1"


def _other_offer(entries: list[dict[str, Any]]) -> None:
    _trimmed(entries, "Offer")[1]["FinalFields"]["Sequence"] = 1


def _node_is_gone(entries: list[dict[str, Any]]) -> None:
    entry, _ = _trimmed(entries, "Offer")
    entry["trimmed_meta"]["AffectedNodes"].pop()


def _other_view(entries: list[dict[str, Any]]) -> None:
    later = [entry for entry in entries if entry["step"].startswith("views") and "account_data" in str(entry)]
    later[0]["response"]["result"]["account_data"]["OwnerCount"] = 7


@pytest.mark.parametrize(
    ("plant", "subject"),
    [
        (_other_result, "final results"),
        (_other_word, "preliminary results"),
        (_other_balance, "balances in metadata"),
        (_other_line, "balances in metadata"),
        (_other_offer, "offers in metadata"),
        (_node_is_gone, "in metadata"),
        (_other_view, "views"),
    ],
)
def test_every_planted_difference_is_found(
    plant: Callable[[list[dict[str, Any]]], None], subject: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = _verify(_write(tmp_path / "book.json", plant))

    said = capsys.readouterr().out
    assert code == 1
    assert "NOT equal" in said
    assert any(subject in line and not line.endswith(" 0 differ") for line in said.splitlines())


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "{}",
        '{"entries": []}',
        '{"entries": [5]}',
        '{"entries": [{"trimmed_tx": {}}]}',
        '{"entries": [{"trimmed_tx": {}, "preliminary": "tesSUCCESS", "trimmed_meta": {"AffectedNodes": []}}]}',
        '{"entries": [{"request": {"method": "submit"}}]}',
        '{"entries": [{"request": {"method": "account_info"}, "response": 5}]}',
        "[" * 100_000,
    ],
)
def test_a_file_that_is_no_such_recording_is_refused_with_what_to_do(
    text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "book.json"
    path.write_text(text)

    assert _verify(path) == 65
    assert "->" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["absent", "absent.json", "absent.json.xz"])
def test_a_file_that_is_not_there_is_said_to_be_missing(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _verify(tmp_path / name) == 65
    assert f"{name} does not exist" in capsys.readouterr().err


@pytest.mark.parametrize("pack", [bytes, gzip.compress, lzma.compress])
def test_a_recording_may_have_any_name(pack: Callable[[bytes], bytes], tmp_path: Path) -> None:
    plain = _write(tmp_path / "plain", lambda entries: None)
    renamed = tmp_path / "recording.of.today"
    renamed.write_bytes(pack(plain.read_bytes()))

    assert _verify(plain, renamed) == 0


@pytest.mark.parametrize(
    "content", [b"not compressed", b"\xff\xfe", gzip.compress(b"{}", mtime=0)[:-9], lzma.compress(b"{}")[:-9]]
)
def test_a_file_that_cannot_be_read_is_refused(
    content: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "book.json"
    path.write_bytes(content)

    assert _verify(path) == 65
    assert "book.json" in capsys.readouterr().err
