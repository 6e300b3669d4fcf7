from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neo.domain.telemetry.event import SCHEMA_VERSION, Emit
from neo.domain.units import NS_PER_S
from neo.infra.telemetry.json_text import TEXT_LENGTH_MAX
from neo.infra.telemetry.line_encoder import LineEncoder
from neo.infra.telemetry.redaction import Redactor
from tests.infra.telemetry.sample_events import Colour, EmptyEvent, Inner, LoginEvent, SampleEvent

AT_NS = 1_767_225_600_123_456_789  # 2026-01-01T00:00:00.123456789Z


def encoder(*secrets: str) -> LineEncoder:
    return LineEncoder("session_20260101_000000", "deadbeef", Redactor(secrets))


def parsed(line: str) -> dict[str, Any]:
    record: dict[str, Any] = json.loads(line)
    return record


def test_a_line_says_who_said_what_when_and_after_which_commit() -> None:
    event = SampleEvent("hello", Decimal("1.50"))

    record = parsed(encoder().encode(Emit(event, "strategy", AT_NS, db_seq=7)))

    assert record == {
        "v": SCHEMA_VERSION,
        "seq": 1,
        "db_seq": 7,
        "at_ns": AT_NS,
        "time": "2026-01-01T00:00:00.123456Z",
        "session": "session_20260101_000000",
        "run_id": "deadbeef",
        "actor": "strategy",
        "event": "TEST_SAMPLE",
        "severity": "warning",
        "fields": {"text": "hello", "amount": "1.50", "value": None},
    }


def test_lines_are_numbered_without_gaps() -> None:
    lines = encoder()

    numbers = [parsed(lines.encode(Emit(EmptyEvent(), "risk", AT_NS)))["seq"] for _ in range(3)]

    assert numbers == [1, 2, 3]
    assert lines.lines == 3


def test_time_moves_on_between_lines_and_back() -> None:
    lines = encoder()

    times = [parsed(lines.encode(Emit(EmptyEvent(), "risk", at_ns)))["time"] for at_ns in (AT_NS, AT_NS + 10**9, AT_NS)]

    assert times == ["2026-01-01T00:00:00.123456Z", "2026-01-01T00:00:01.123456Z", "2026-01-01T00:00:00.123456Z"]


def test_lines_of_one_instant_name_the_actor_that_each_is_of() -> None:
    lines = encoder()
    said = [("risk", AT_NS), ("strategy", AT_NS), ("strategy", AT_NS + 10**9), ("risk", AT_NS + 10**9)]

    records = [parsed(lines.line(EmptyEvent(), actor, at_ns, 7)) for actor, at_ns in said]

    assert [(record["actor"], record["at_ns"]) for record in records] == said
    assert {record["db_seq"] for record in records} == {7}


@given(st.lists(st.integers(0, 2 * NS_PER_S) | st.integers(0, 4_000_000_000 * NS_PER_S), min_size=1, max_size=5))
def test_the_time_that_is_shown_is_the_number_cut_to_microseconds(moments: list[int]) -> None:
    lines = encoder()
    for at_ns in moments:
        record = parsed(lines.encode(Emit(EmptyEvent(), "risk", at_ns)))

        shown = datetime.fromisoformat(record["time"]) - datetime(1970, 1, 1, tzinfo=UTC)
        assert shown // timedelta(microseconds=1) == at_ns // 1000
        assert record["at_ns"] == at_ns


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (Colour.RED, "red"),
        (Inner(Decimal("0.1"), ("a", "b")), {"price": "0.1", "tags": ["a", "b"]}),
        ({"k": 1}, {"k": 1}),
        (frozenset({"b", "a"}), ["a", "b"]),
        (True, True),
        (1.5, 1.5),
        (float("nan"), "nan"),
        (float("-inf"), "-inf"),
        (Decimal("NaN"), "NaN"),
        (2**70, 2**70),
        (Path("/tmp/x"), "/tmp/x"),
        (ValueError("no"), "ValueError: no"),
        (object(), "<object>"),
    ],
)
def test_every_value_has_a_text(value: object, shown: object) -> None:
    record = parsed(encoder().encode(Emit(SampleEvent(value=value), "a", AT_NS)))

    assert record["fields"]["value"] == shown


@given(text=st.text(st.characters(), max_size=200))
def test_any_text_stays_on_one_line_of_ascii(text: str) -> None:
    line = encoder().encode(Emit(SampleEvent(text), text, AT_NS))

    assert line.isascii()
    assert line.isprintable()
    assert parsed(line)["actor"] == text


def test_a_text_without_end_is_cut() -> None:
    record = parsed(encoder().encode(Emit(SampleEvent("x" * 1_000_000), "a", AT_NS)))

    assert len(record["fields"]["text"]) < 21_000
    assert record["fields"]["text"].endswith("(1000000 characters)")


def test_what_is_not_an_event_cannot_be_encoded() -> None:
    with pytest.raises(TypeError, match="emit\\(\\) takes a TelemetryEvent, not Inner"):
        encoder().encode(Emit(Inner(Decimal(1), ()), "a", AT_NS))  # type: ignore[arg-type]


def test_a_secret_reaches_no_line_by_field_name_by_value_or_by_shape() -> None:
    # given a secret that neo was given, one that only its field gives away, and one that looks like a wallet seed
    lines = encoder("given-secret")

    # when all of them are emitted
    written = [
        lines.encode(Emit(LoginEvent("me", "by-field-name", seed=42), "a", AT_NS)),
        lines.encode(Emit(SampleEvent("order refused: given-secret is wrong"), "a", AT_NS)),
        lines.encode(Emit(SampleEvent(value={"nested": ("sEdTM1uX8pu2do5XvTnutH6HsouMaM2",)}), "a", AT_NS)),
        lines.encode(Emit(SampleEvent(value={"password": "hunter2"}), "a", AT_NS)),
    ]

    # then none is readable, while a session's numeric seed is
    together = "\n".join(written)
    for secret in ("by-field-name", "given-secret", "sEdTM1uX8pu2do5XvTnutH6HsouMaM2", "hunter2"):
        assert secret not in together
    assert parsed(written[0])["fields"]["seed"] == 42


@given(shown=st.integers(1, 12))
def test_a_secret_that_stands_where_a_long_text_is_cut_is_masked_as_a_whole(shown: int) -> None:
    text = "x" * (TEXT_LENGTH_MAX - shown) + "given-secret" + "x" * 100

    record = parsed(encoder("given-secret").encode(Emit(SampleEvent(text), "a", AT_NS)))

    assert set(record["fields"]["text"].partition("...")[0]) <= {"x", "*"}


def test_a_secret_is_no_key_of_a_mapping_either() -> None:
    record = parsed(encoder("opensesame").encode(Emit(SampleEvent(value={"opensesame": 1}), "a", AT_NS)))

    assert record["fields"]["value"] == {"***": 1}
