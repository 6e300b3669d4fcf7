from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import ClassVar

import pytest

from neo.cli.main import main
from neo.domain.market.instrument import Side
from neo.domain.messages.journal import (
    CapitalKind,
    CapitalRecorded,
    FeeCharged,
    FillRecorded,
    HaltRecorded,
    JournalEvent,
    OrderIntended,
    SessionClosed,
    SessionOpened,
)
from neo.domain.messages.storage import MarketSnapshot
from neo.domain.ports import JournalWrite, WriteAccepted
from neo.domain.telemetry.event import Emit
from neo.domain.telemetry.events import TelemetryProblem
from neo.infra.sqlite.connection import Synchronous
from neo.infra.sqlite.startup import StoreSettings
from neo.infra.sqlite.state_store import SqliteStateStore, open_state_store
from neo.infra.telemetry.jsonl_sink import JsonlSink
from neo.infra.telemetry.line_encoder import LineEncoder

T0_NS = 1_767_225_600 * 10**9
FIRST, SECOND = "session_20260101_000000", "session_20260102_000000"


class Books:
    """A database with two sessions: the first bought 10 XRP and was given 5, the second is open and bought 3 more."""

    day_ns: ClassVar[int] = 86_400 * 10**9

    def __init__(self, base: Path) -> None:
        self.path = base / "neo.db"
        self.base = base
        self.store: SqliteStateStore = open_state_store(
            StoreSettings(self.path, runs_kept=0, synchronous=Synchronous.OFF), session=FIRST
        )
        self._open(FIRST, "11111111", T0_NS)
        self._write(FIRST, T0_NS, _capital("c0", FIRST, "1000", CapitalKind.INITIAL))
        self._buy(FIRST, "o1", "f1", "10", T0_NS + 10**9)
        self._write(FIRST, T0_NS + 2 * 10**9, FeeCharged("x1", "xrpl", "XRP", Decimal("0.000012")))
        self._write(FIRST, T0_NS + 3 * 10**9, _capital("c1", FIRST, "5", CapitalKind.DEPOSIT))
        self.store.record_snapshots([_tick(FIRST, T0_NS), _tick(FIRST, T0_NS + 4 * 10**9, suspended="one_sided_book")])
        self._write(FIRST, T0_NS + 5 * 10**9, HaltRecorded(FIRST, "kill_switch", "me@here: enough", True))
        self._write(
            FIRST, T0_NS + 6 * 10**9, SessionClosed(FIRST, T0_NS + 3_600 * 10**9, "kill_switch", "me@here: enough")
        )
        self._open(SECOND, "22222222", T0_NS + self.day_ns)
        self._buy(SECOND, "o2", "f2", "3", T0_NS + self.day_ns)

    def _open(self, session: str, run_id: str, at_ns: int) -> None:
        directory = str(self.base / session)
        self._write(session, at_ns, SessionOpened(session, run_id, "sim", at_ns, "hash" * 16, "0.1.0", 7, directory))

    def _buy(self, session: str, order: str, fill: str, base: str, at_ns: int) -> None:
        quantity = Decimal(base)
        intended = OrderIntended(
            order, order, session, "xrpl", "XRP/RLUSD", Side.BUY, Decimal("0.5"), quantity, quantity / 2, 0, 5
        )
        filled = FillRecorded(
            fill, "xrpl", order, "XRP/RLUSD", Side.BUY, quantity, quantity / 2, 100, 0, "H" * 64, at_ns, True
        )
        self._write(session, at_ns, intended, filled)

    def _write(self, session: str, at_ns: int, *events: JournalEvent) -> None:
        (answer,) = self.store.commit([JournalWrite("test", at_ns, events)])
        assert isinstance(answer, WriteAccepted), answer


def _capital(event_id: str, session: str, amount: str, kind: CapitalKind) -> CapitalRecorded:
    return CapitalRecorded(event_id, session, "xrpl", "XRP", Decimal(amount), kind)


def _tick(session: str, at_ns: int, suspended: str | None = None) -> MarketSnapshot:
    near = None if suspended else Decimal("-1.5")
    price = Decimal("0.52")
    return MarketSnapshot(
        session, at_ns, "xrpl", "XRP/RLUSD", 1, price, price + Decimal("0.001"), price, price, "clob", Decimal(0),
        price, price, near, near, suspended, None, None,
    )  # fmt: skip


@pytest.fixture
def books(tmp_path: Path) -> Books:
    made = Books(tmp_path)
    made.store.close()
    return made


def test_sessions_are_listed_newest_first_with_how_they_ended(books: Books, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sessions", "--database", str(books.path)]) == 0

    head, newest, oldest = capsys.readouterr().out.splitlines()
    assert head.startswith("session")
    assert newest.split()[:3] == [SECOND, "22222222", "sim"]
    assert newest.endswith("(crashed; the next start closes it)")
    assert oldest.split()[0] == FIRST
    assert "01:00:00" in oldest
    assert oldest.endswith("kill_switch: me@here: enough")


def test_a_session_that_an_engine_runs_is_not_taken_for_crashed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Read while the engine has the database open."""
    running = Books(tmp_path)
    running.store.close()
    store = open_state_store(StoreSettings(running.path, 0, Synchronous.OFF), session=SECOND)

    main(["sessions", "--database", str(running.path), "--json"])
    store.close()

    states = {row["session"]: row["state"] for row in json.loads(capsys.readouterr().out)["sessions"]}
    assert states == {SECOND: "running", FIRST: "ended"}


def test_the_list_can_be_cut(books: Books, capsys: pytest.CaptureFixture[str]) -> None:
    main(["sessions", "--database", str(books.path), "--limit", "1", "--json"])

    assert [row["session"] for row in json.loads(capsys.readouterr().out)["sessions"]] == [SECOND]


def test_a_missing_database_is_exit_code_66(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for command in ("sessions", "summary"):
        assert main([command, "--database", str(tmp_path / "no.db")]) == 66
        assert "no such file" in capsys.readouterr().err


def test_a_summary_counts_its_own_session_and_no_other(books: Books, capsys: pytest.CaptureFixture[str]) -> None:
    """Regression: the summary once missed a deposit."""
    assert main(["summary", FIRST, "--database", str(books.path)]) == 0

    text = capsys.readouterr().out
    assert "Inventory reconciliation: fills-only=9.999988, capital_overlay=1005, engine_total=1014.999988 (XRP)" in text
    assert "1 (1 bought, 0 sold, 1 as maker), volume 5.00 RLUSD" in text
    assert "kill_switch: me@here: enough" in text
    assert "1 one_sided_book" in text


def test_without_a_name_the_newest_session_is_meant(books: Books, capsys: pytest.CaptureFixture[str]) -> None:
    main(["summary", "--database", str(books.path), "--json"])

    record = json.loads(capsys.readouterr().out)
    assert record["session_id"] == SECOND
    assert record["inventory"][0]["text"].startswith("Inventory reconciliation: fills-only=12.999988")


@pytest.mark.parametrize("wanted", [FIRST, "11111111", "session_20260101", "20260101_000000"])
def test_a_session_may_be_named_in_part(books: Books, wanted: str, capsys: pytest.CaptureFixture[str]) -> None:
    main(["summary", wanted, "--database", str(books.path), "--json"])

    assert json.loads(capsys.readouterr().out)["session_id"] == FIRST


@pytest.mark.parametrize(("wanted", "said"), [("session_20270101", "there is no session"), ("session_", "could be 2")])
def test_no_such_session_is_exit_code_68_with_the_near_ones(
    books: Books, wanted: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["summary", wanted, "--database", str(books.path)]) == 68

    error = capsys.readouterr().err
    assert said in error
    assert FIRST in error


def test_trouble_with_telemetry_is_counted_from_its_files(books: Books, capsys: pytest.CaptureFixture[str]) -> None:
    logs = books.base / FIRST / "logs"
    logs.mkdir(parents=True)
    sink = JsonlSink(logs / "events.jsonl", buffer_bytes=1, rotate_bytes=300)
    encoder = LineEncoder(FIRST, "11111111")
    for text in ("first", 'last ,"event":"DEAD_LETTER",'):
        sink.write(encoder.encode(Emit(TelemetryProblem(text), "telemetry", T0_NS)))
    sink.close()

    main(["summary", FIRST, "--database", str(books.path), "--json"])

    record = json.loads(capsys.readouterr().out)
    assert (record["telemetry_problems"], record["dead_letters"]) == (2, 0)
    assert record["telemetry_problem_last"].startswith("last")


def test_an_engine_that_believed_something_else_shows_in_its_session_only(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from neo.domain.messages.journal import EngineStateSet

    books = Books(tmp_path)
    note = json.dumps({"XRP": {"books": "1018", "engine": "900"}})
    books._write(SECOND, T0_NS + 2 * Books.day_ns, EngineStateSet("inventory_drift_at_shutdown", note))
    books.store.close()

    main(["summary", SECOND, "--database", str(books.path), "--json"])
    second = json.loads(capsys.readouterr().out)
    main(["summary", FIRST, "--database", str(books.path), "--json"])
    first = json.loads(capsys.readouterr().out)

    assert (second["has_drift"], second["inventory"][0]["engine_total"]) == (True, "900")
    assert first["has_drift"] is False
