from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

from neo.infra.telemetry.debug_trace import open_debug_trace
from tests.infra.telemetry.conftest import Notices
from tests.infra.telemetry.sample_events import Inner


def test_a_debug_trace_without_a_path_is_off_and_harmless(notices: Notices) -> None:
    trace = open_debug_trace(None, report=notices)

    trace.record(1, "a", "b", object())
    trace.flush()
    trace.close()

    assert not trace.enabled
    assert notices == []


def test_a_debug_trace_that_cannot_be_written_is_reported_and_off(tmp_path: Path, notices: Notices) -> None:
    trace = open_debug_trace(tmp_path / "missing" / "trace.jsonl", report=notices)

    trace.record(1, "a", "b", object())

    assert not trace.enabled
    assert notices.kinds == ["failing"]


def test_a_debug_trace_shows_messages_without_their_secrets(tmp_path: Path, notices: Notices) -> None:
    trace = open_debug_trace(tmp_path / "trace.jsonl", report=notices)

    trace.record(5, "risk", "router", Inner(Decimal("1.2"), ("password=hunter2",)))
    trace.close()

    written = json.loads((tmp_path / "trace.jsonl").read_text().splitlines()[1])
    assert written == {
        "at_ns": 5,
        "from": "risk",
        "to": "router",
        "kind": "Inner",
        "message": {"price": "1.2", "tags": ["password=***"]},
    }
