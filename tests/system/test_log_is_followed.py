"""Whoever follows the log of another process's engine gets its lines as they are written, not when a buffer is full."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from neo.actors import telemetry
from neo.infra.telemetry.jsonl_sink import BUFFER_BYTES
from neo.infra.web.sources import OtherEngine
from neo.system.on_threads import start_on_threads
from tests.patience import PATIENCE_S
from tests.regression.sim_file import loaded_in

HOUR_NS = 3600 * 10**9


def test_somebody_who_looks_gets_a_tick_before_the_log_is_flushed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given a session that flushes its log once an hour, and does not hurry for a warning
    monkeypatch.setattr(telemetry, "FLUSH_EVERY_NS", HOUR_NS)
    monkeypatch.setattr(telemetry, "QUIET_NS", HOUR_NS)
    monkeypatch.setattr(telemetry, "WARNING", None)
    options = {"speed": "4", "session__duration_s": "0", "dashboard__enabled": "false"}
    session = start_on_threads(loaded_in(tmp_path, **options))
    page = OtherEngine(Path(session.config.storage.path))
    try:
        # When somebody looks at it from elsewhere
        seen: list[str] = []

        last_s = time.monotonic() + PATIENCE_S
        while not any('"event":"QUOTE_TICK"' in line for line in seen) and time.monotonic() < last_s:
            session.wait(0.01)
            seen.extend(page.lines())
        # Then the tick came long before the log's buffer was full
        assert any('"event":"QUOTE_TICK"' in line for line in seen)
        assert sum(map(len, seen)) < BUFFER_BYTES
    finally:
        page.close()
        session.close()
