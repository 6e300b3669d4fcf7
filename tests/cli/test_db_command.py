"""neo db: what it prints, how it exits, and that it leaves nothing half-done."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from neo.cli.main import main
from neo.domain.session import exit_codes
from neo.infra.sqlite.migrations import SCHEMA_VERSION
from tests.infra.sqlite.books import accept, note, opened, session


@pytest.fixture
def database(tmp_path: Path) -> Path:
    store = opened(tmp_path)
    accept(store, session(), note("a"))
    store.close()
    return store.path


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    code = main(["db", *map(str, arguments)])
    out, err = capsys.readouterr()
    return code, out, err


def run_json(capsys: pytest.CaptureFixture[str], *arguments: object) -> Any:
    code, out, _ = run(capsys, *arguments, "--json")
    assert code == exit_codes.EX_OK
    return json.loads(out)


def test_check_of_a_good_database_says_healthy(database: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "check", "--database", database)
    assert code == exit_codes.EX_OK
    assert out.startswith(f"{database}: healthy\n")
    assert "2 events, 1 sessions (1 open)" in out


def test_check_of_a_damaged_database_says_what_to_do(database: Path, capsys: pytest.CaptureFixture[str]) -> None:
    database.write_bytes(database.read_bytes()[:4096] + b"\xff" * 60_000)
    code, out, _ = run(capsys, "check", "--database", database)
    assert code == exit_codes.DATABASE
    assert "NOT HEALTHY" in out
    assert "`neo db restore`" in out


def test_check_of_an_absent_database_is_an_error_and_creates_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, _, err = run(capsys, "check", "--database", tmp_path / "none.db")
    assert code == exit_codes.DATABASE
    assert "there is no such file" in err
    assert list(tmp_path.iterdir()) == []


def test_backup_and_restore_go_there_and_back(database: Path, capsys: pytest.CaptureFixture[str]) -> None:
    saved = run_json(capsys, "backup", "--database", database)
    assert (saved["last_lsn"], saved["faults"]) == (2, "")
    store = opened(database.parent)
    accept(store, note("b"))
    store.close()
    restored = run_json(capsys, "restore", "--database", database, "--newest")
    assert (restored["source"], restored["last_lsn"]) == (saved["path"], 2)
    assert Path(restored["set_aside"]).exists()
    assert run_json(capsys, "check", "--database", database)["last_lsn"] == 2


def test_restore_without_a_choice_lists_the_backups_and_changes_nothing(
    database: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = database.read_bytes()
    run_json(capsys, "backup", "--database", database)
    code, _, err = run(capsys, "restore", "--database", database)
    assert code == 2
    assert f"good, schema {SCHEMA_VERSION}, last event 2" in err
    assert database.read_bytes() == before


def test_restore_while_an_engine_runs_is_refused_with_its_own_exit_code(
    database: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run_json(capsys, "backup", "--database", database)
    store = opened(database.parent)
    code, _, err = run(capsys, "restore", "--database", database, "--newest")
    assert code == exit_codes.DATABASE_IN_USE
    assert "is in use by pid" in err
    store.close()


def test_restore_without_any_good_backup_is_an_error(database: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = run(capsys, "restore", "--database", database, "--newest")
    assert code == exit_codes.DATABASE
    assert "there is no good backup" in err


def test_migrate_of_a_current_database_says_up_to_date(database: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "migrate", "--database", database)
    assert (code, out) == (exit_codes.EX_OK, f"{database}: schema version {SCHEMA_VERSION} is up to date\n")
    row = run_json(capsys, "migrate", "--database", database)
    assert row == {"database": str(database), "from": SCHEMA_VERSION, "to": SCHEMA_VERSION, "backup": None}


def test_migrate_of_an_absent_database_creates_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = run(capsys, "migrate", "--database", tmp_path / "none.db")
    assert code == exit_codes.DATABASE
    assert "cannot migrate" in err
    assert list(tmp_path.iterdir()) == []
