from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from neo.cli.main import main
from neo.domain.session.exit_codes import FINDINGS, NO_SUCH_SESSION
from neo.domain.telemetry.event import Emit
from neo.domain.telemetry.health_events import ActorDown, Heartbeat
from neo.infra.telemetry.jsonl_sink import JsonlSink
from neo.infra.telemetry.line_encoder import LineEncoder
from tests.cli.hostile_books import SESSION, T0_NS, hostile_database
from tests.cli.test_sessions_and_summary_commands import FIRST, Books


def test_the_document_names_the_problems_and_quotes_hostile_texts(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["analyse", SESSION, "--database", str(hostile_database(tmp_path))]) == 0

    text = capsys.readouterr().out
    assert text.startswith(f"# Diagnosis of {SESSION}, mode sim")
    assert "Quoting at only 50.0 % of the ticks" in text
    assert "Telemetry or logs could not be written: there are none of this session" in text
    assert not re.search(r"(?<!\\)<", text)


def test_problems_become_an_exit_code_when_asked_for(tmp_path: Path) -> None:
    database = str(hostile_database(tmp_path))

    assert main(["analyse", "--database", database, "--check", "--json"]) == FINDINGS
    assert main(["analyse", "nobody", "--database", database]) == NO_SUCH_SESSION


def test_json_has_problems_checks_and_the_configuration(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["analyse", "--database", str(hostile_database(tmp_path)), "--json"])

    values = json.loads(capsys.readouterr().out)
    assert (values["format"], values["session_id"], values["sound"]) == (1, SESSION, False)
    assert [problem["key"] for problem in values["problems"]] == [
        "orders_in_doubt",  # its order was never proved to be gone
        "log_directory_unwritable",
        "low_uptime",
    ]
    closure = next(check for check in values["checklist"] if check["key"] == "closure")
    assert (closure["passed"], closure["seen"]) == (False, "kill_switch, 1 orders in doubt")
    assert values["config"]["risk.max_xrp_exposure"] == "2500"


def test_telemetry_of_the_session_directory_is_read_and_gaps_in_it_are_counted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    books = Books(tmp_path)
    books.store.close()
    logs = tmp_path / FIRST / "logs"
    logs.mkdir(parents=True)
    sink, encoder = JsonlSink(logs / "events.jsonl"), LineEncoder(FIRST, 'run "quoted"')
    for event in (Heartbeat(1, 9, 9, 0, 0), Heartbeat(2, 9, 9, 0, 0), ActorDown("risk", 'KeyError: "x"')):
        line = encoder.encode(Emit(event, 'some"body', T0_NS))
        if not isinstance(event, Heartbeat) or event.round == 1:
            sink.write(line)
    sink.close()

    main(["analyse", FIRST, "--database", str(books.path), "--out", str(tmp_path / "a.md")])
    main(["analyse", FIRST, "--database", str(books.path), "--json"])

    values = json.loads(capsys.readouterr().out)
    assert (values["telemetry_lines"], values["telemetry_lines_lost"]) == (2, 1)
    assert values["problems"][0]["title"] == 'risk died: KeyError: "x"'
    assert "## Verdict" in (tmp_path / "a.md").read_text()


def test_the_log_of_the_session_is_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    books = Books(tmp_path)
    books.store.close()
    logs = tmp_path / FIRST / "logs"
    logs.mkdir(parents=True)
    (logs / "neo.log").write_text(
        "2026-01-01T00:00:01.250Z INFO    neo.session: nothing\n"
        "2026-01-01T00:00:02.500Z ERROR   somebody.else: it broke\nTraceback (most recent call last):\n"
    )

    main(["analyse", FIRST, "--database", str(books.path), "--json"])

    found = {problem["key"]: problem for problem in json.loads(capsys.readouterr().out)["problems"]}
    assert found["logged_errors"]["evidence"] == ["ERROR: it broke"]
    assert found["logged_errors"]["first_ns"] == T0_NS + 2_500_000_000
