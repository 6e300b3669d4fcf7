from __future__ import annotations

import csv
import json
import sys
from pathlib import Path

import pytest

from neo.cli.experiment_log import write_missing
from neo.cli.main import main
from neo.domain.session.exit_codes import DATABASE_IN_USE, NO_SUCH_SESSION, UNAVAILABLE
from neo.infra.experiments.export import COLUMNS
from neo.infra.sqlite.books_reader import BooksReader
from neo.infra.sqlite.connection import Synchronous
from neo.infra.sqlite.startup import StoreSettings
from neo.infra.sqlite.state_store import open_state_store
from tests.cli.test_sessions_and_summary_commands import FIRST, SECOND, Books


@pytest.fixture
def database(tmp_path: Path) -> Path:
    books = Books(tmp_path)
    books.store.close()
    return books.path


def listed(capsys: pytest.CaptureFixture[str], database: Path, *options: str) -> list[dict[str, object]]:
    capsys.readouterr()
    assert main(["experiments", "list", "--database", str(database), "--json", *options]) == 0
    found = json.loads(capsys.readouterr().out)["experiments"]
    assert isinstance(found, list)
    return found


def test_every_session_is_listed_newest_first_whether_its_row_was_written_or_not(
    database: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = listed(capsys, database)

    assert write_missing(database) == 1  # the second session is open
    assert write_missing(database) == 0

    assert [each["session"] for each in before] == [SECOND, FIRST]
    assert listed(capsys, database) == before
    with BooksReader(database) as reader:
        (row,) = reader.experiments()
    assert (row.session_id, json.loads(row.config_difference)) == (FIRST, {})
    assert json.loads(row.results)["results"]["fills"] == "1"


def test_a_note_is_shown_and_a_newer_one_replaces_it(database: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_missing(database)
    for text in ("first thought", "=better, now"):
        assert main(["experiments", "note", FIRST, text, "--database", str(database)]) == 0

    first = listed(capsys, database)[1]
    assert first["note"] == "=better, now"
    assert isinstance(first["results"], dict)
    assert first["results"]["fills"] == "1"
    main(["experiments", "list", "--database", str(database)])
    assert '"=better, now"' in capsys.readouterr().out


def test_a_note_with_a_byte_that_is_no_utf_8_is_kept_without_it(
    database: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["experiments", "note", FIRST, "wider\udcff\x1b[31m", "--database", str(database), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["note"] == "wider [31m"


def test_a_note_is_refused_while_an_engine_holds_the_database_and_for_a_session_that_is_not_there(
    database: Path,
) -> None:
    store = open_state_store(StoreSettings(database, 0, Synchronous.OFF), session=SECOND)

    assert main(["experiments", "note", FIRST, "x", "--database", str(database)]) == DATABASE_IN_USE

    store.close()
    assert main(["experiments", "note", "nobody", "x", "--database", str(database)]) == NO_SUCH_SESSION


def test_sessions_are_chosen_by_mode_date_and_number(database: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert listed(capsys, database, "--mode", "live") == []
    assert [each["session"] for each in listed(capsys, database, "--since", "2026-01-02")] == [SECOND]
    assert [each["session"] for each in listed(capsys, database, "--until", "2026-01-02")] == [FIRST]
    assert [each["session"] for each in listed(capsys, database, "--limit", "1")] == [SECOND]
    assert listed(capsys, database, "--key", "strategy.bid_offset_bps") == []


def test_two_sessions_are_compared_side_by_side(database: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["experiments", "compare", FIRST, SECOND, "--database", str(database)]) == 0
    text = capsys.readouterr().out
    assert "their configurations are equal" in text
    assert "Student's t" in text

    main(["experiments", "compare", FIRST, SECOND, "--database", str(database), "--json"])
    values = json.loads(capsys.readouterr().out)
    assert values["sessions"] == [FIRST, SECOND]
    assert {"metric": "fills", "unit": "", FIRST: 1, SECOND: 1} in values["metrics"]
    assert main(["experiments", "compare", FIRST, "--database", str(database)]) == 2


def test_csv_has_every_session_and_no_formula(database: Path, tmp_path: Path) -> None:
    main(["experiments", "note", FIRST, "=1+1", "--database", str(database)])
    out = tmp_path / "log.csv"

    assert main(["experiments", "export", "--out", str(out), "--database", str(database)]) == 0

    with out.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert tuple(rows[0]) == COLUMNS
    assert [(row["session"], row["fills"]) for row in rows] == [(SECOND, "1"), (FIRST, "1")]
    assert rows[1]["note"] == "'=1+1"


def test_parquet_without_its_library_and_a_file_that_cannot_be_written_are_said(
    database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)  # as where it is not installed
    options = ["--database", str(database), "--out"]

    assert main(["experiments", "export", *options, str(tmp_path / "log.parquet")]) == UNAVAILABLE
    assert "neo-trading-engine[parquet]" in capsys.readouterr().err
    assert main(["experiments", "export", *options, str(tmp_path / "no" / "log.csv")]) == UNAVAILABLE
