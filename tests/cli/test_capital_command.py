"""neo capital: what is listed, what may be written by hand, and that nothing is written otherwise."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from neo.cli.main import main
from neo.domain.messages.journal import SessionClosed
from neo.domain.session.exit_codes import DATABASE, DATABASE_IN_USE
from neo.infra.sqlite.books_reader import BooksReader
from neo.infra.sqlite.connection import Synchronous
from neo.infra.sqlite.startup import StoreSettings
from neo.infra.sqlite.state_store import open_state_store
from tests.cli.test_sessions_and_summary_commands import FIRST, SECOND, T0_NS, Books

HELD = Decimal("1017.999988")


@pytest.fixture
def database(tmp_path: Path) -> Path:
    books = Books(tmp_path)
    books.store.close()
    return books.path


def enter(database: Path, *arguments: str) -> int:
    return main(["capital", *arguments, "--database", str(database)])


def listed(capsys: pytest.CaptureFixture[str], database: Path, *options: str) -> dict[str, Any]:
    capsys.readouterr()
    assert enter(database, "list", "--json", *options) == 0
    found = json.loads(capsys.readouterr().out)
    assert isinstance(found, dict)
    return found


def count(database: Path) -> int:
    with BooksReader(database) as reader:
        return len(reader.capital_events())


def test_a_deposit_by_hand_is_in_the_books_with_who_and_why(database: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert enter(database, "deposit", "xrpl", "XRP", "12.5", "--note", "from\x1bthe vault", "--who", "ann") == 0
    assert "deposit +12.5 XRP on xrpl; the books had 1017.999988, have 1030.499988" in capsys.readouterr().out

    found = listed(capsys, database)
    newest = found["events"][0]
    assert (newest["amount"], newest["kind"], newest["session"]) == ("12.5", "deposit", None)
    assert newest["note"] == "by hand, ann: from the vault"
    (xrp,) = [row for row in found["balances"] if row["asset"] == "XRP"]
    assert (xrp["venue"], xrp["capital"], xrp["total"]) == ("xrpl", "1017.5", "1030.499988")


def test_a_withdrawal_by_hand_leaves_the_books_and_nobody_named_means_the_user_of_this_machine(
    database: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert enter(database, "withdraw", "xrpl", "XRP", str(HELD), "--note", "all of it", "--json") == 0
    values = json.loads(capsys.readouterr().out)

    assert (values["written"], values["amount"], values["after"]) == (True, f"-{HELD}", "0.000000")
    assert "@" in values["who"]


def test_a_dry_run_says_the_same_and_writes_nothing(database: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = count(database)

    assert enter(database, "deposit", "xrpl", "XRP", "1", "--note", "x", "--dry-run") == 0
    assert "DRY RUN, nothing is written: deposit +1 XRP" in capsys.readouterr().out
    assert enter(database, "deposit", "xrpl", "XRP", "1", "--note", "x", "--dry-run", "--json") == 0
    assert json.loads(capsys.readouterr().out)["written"] is False
    assert count(database) == before


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("deposit", "mexc", "USDT", "1"), "no venue mexc; they count money on: xrpl"),
        (("deposit", "xrpl", "XPR", "1"), "never had XPR on xrpl, only RLUSD, XRP; a first deposit needs --new-asset"),
        (("withdraw", "xrpl", "XRP", "1018"), "the books have 1017.999988 XRP on xrpl"),
        (("deposit", "xrpl", "XRP", "0.0000001"), "no whole number of drops"),
        (("deposit", "xrpl", "XRP", "0"), "not above 0"),
        (("withdraw", "xrpl", "XRP", "--", "-3"), "not above 0"),
        (("deposit", "xrpl", "XRP", "NaN"), "not above 0"),
        (("deposit", "xrpl", "XRP", "much"), "'much' is not a number"),
        (("deposit", "xrpl", "XRP", "1e31"), "more than 30 digits"),
        (("deposit", "xrpl", "a b", "1", "--new-asset"), "no name of an asset"),
    ],
)
def test_what_the_books_cannot_take_is_refused_with_the_reason_and_nothing_is_written(
    database: Path, arguments: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    before = count(database)

    assert main(["capital", arguments[0], "--note", "x", "--database", str(database), *arguments[1:]]) == 2
    assert said in " ".join(capsys.readouterr().err.split())
    assert count(database) == before


def test_an_entry_without_a_reason_is_refused(database: Path) -> None:
    assert enter(database, "deposit", "xrpl", "XRP", "1") == 2
    assert enter(database, "deposit", "xrpl", "XRP", "1", "--note", " \x07 ") == 2


def test_a_first_deposit_of_an_asset_has_to_say_so(database: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert enter(database, "deposit", "xrpl", "EURO", "7", "--note", "x", "--new-asset") == 0

    assert [row["total"] for row in listed(capsys, database, "--asset", "EURO")["balances"]] == ["7"]


def test_while_an_engine_runs_it_is_listed_and_tried_and_not_written(
    database: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store = open_state_store(StoreSettings(database, 0, Synchronous.OFF), session=SECOND)

    assert enter(database, "deposit", "xrpl", "XRP", "1", "--note", "x") == DATABASE_IN_USE
    assert "neo halt" in capsys.readouterr().err
    assert enter(database, "deposit", "xrpl", "XRP", "1", "--note", "x", "--dry-run") == 0
    assert enter(database, "list") == 0
    store.close()
    assert count(database) == 2


def test_no_database_is_made_for_an_entry(tmp_path: Path) -> None:
    missing = tmp_path / "no.db"

    assert enter(missing, "deposit", "xrpl", "XRP", "1", "--note", "x") == DATABASE
    assert not list(tmp_path.iterdir())


def test_the_newest_events_are_shown_and_the_rest_is_counted(
    database: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = listed(capsys, database, "--limit", "1")
    assert [event["amount"] for event in found["events"]] == ["5"]
    assert found["left_out"] == 1
    assert listed(capsys, database, "--limit", "0")["left_out"] == 0
    assert listed(capsys, database, "--venue", "mexc")["events"] == []

    capsys.readouterr()
    enter(database, "list", "--limit", "1")
    text = capsys.readouterr().out
    assert "xrpl       XRP      1017.999988  (trading +12.999988, capital +1005)" in text
    assert "2026-01-01 00:00:03 UTC  xrpl deposit +5 XRP" in text
    assert "and 1 older events" in text


def test_an_asset_of_which_nothing_is_left_is_not_among_the_balances_that_are_shown(
    database: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert enter(database, "deposit", "xrpl", "DOGE", "7", "--note", "x", "--new-asset") == 0
    enter(database, "list")
    assert "DOGE     7  (" in capsys.readouterr().out
    assert enter(database, "withdraw", "xrpl", "DOGE", "7", "--note", "x") == 0

    (doge,) = [row for row in listed(capsys, database)["balances"] if row["asset"] == "DOGE"]
    assert doge["total"] == "0"
    enter(database, "list")
    text = capsys.readouterr().out
    assert "(trading" in text and "xrpl withdrawal -7 DOGE" in text
    assert "xrpl       DOGE" not in text


def test_an_entry_after_a_session_does_not_change_what_that_session_owned(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    books = Books(tmp_path)
    books._write(SECOND, T0_NS + books.day_ns, SessionClosed(SECOND, T0_NS + books.day_ns + 1, "kill_switch", ""))
    books.store.close()

    def inventory(session: str) -> object:
        capsys.readouterr()
        main(["summary", session, "--database", str(books.path), "--json"])
        return json.loads(capsys.readouterr().out)["inventory"]

    before = [inventory(each) for each in (FIRST, SECOND)]
    assert enter(books.path, "deposit", "xrpl", "XRP", "50", "--note", "x") == 0

    assert [inventory(each) for each in (FIRST, SECOND)] == before
