"""Whatever a server says, a parser answers with a message or with WireError: nothing else, and nothing absurd."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from functools import cache
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from neo.infra.xrpl.wire.errors import WireError
from neo.infra.xrpl.wire.fields import Fields
from tests.infra.xrpl.wire.answers import Answer, every_answer
from tests.infra.xrpl.wire.hostile import NASTY, paths, spoiled

TEXT_MAX = 600


@cache
def by_kind() -> dict[str, list[Answer]]:
    found: dict[str, list[Answer]] = defaultdict(list)
    for answer in every_answer():
        found[answer.kind].append(answer)
    return found


KINDS = sorted(by_kind())


def parsed(answer: Answer, content: Any) -> object:
    """The message, or None when it was refused as it should be."""
    try:
        return answer.parse(content)
    except WireError as refused:
        text = str(refused)
        assert text.isprintable() and len(text) <= TEXT_MAX
        return None


def assert_sane(value: object) -> None:
    """No number that is none, and nothing of the wire's own making in a message."""
    if isinstance(value, Decimal):
        assert value.is_finite() and abs(value.adjusted()) < 120
    elif isinstance(value, int) and not isinstance(value, bool):
        assert abs(value) < 2**64
    elif isinstance(value, str):
        assert len(value) <= TEXT_MAX and value.isprintable()
    elif isinstance(value, tuple | list):
        for each in value:
            assert_sane(each)
    elif not isinstance(value, Fields):
        for name in getattr(value, "__slots__", ()):
            assert_sane(getattr(value, name, None))


def test_every_recorded_answer_is_believed() -> None:
    for answer in every_answer():
        assert_sane(answer.parse(answer.content))


def test_all_kinds_of_answers_are_recorded() -> None:
    assert {"account_info", "account_lines", "account_objects", "account_offers", "account_tx", "amm_info", "book_offers",
            "fee", "ledger", "ledgerClosed", "refusal", "server_info", "server_state", "submit", "subscribe", "tx",
            "transaction_entry", "transaction message"} <= set(KINDS)  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(data=st.data())
def test_a_spoiled_answer_is_refused_or_harmless(kind: str, data: st.DataObject) -> None:
    answer = data.draw(st.sampled_from(by_kind()[kind]))
    assert_sane(parsed(answer, data.draw(spoiled(answer.content))))


@pytest.mark.parametrize("kind", KINDS)
def test_every_member_may_be_missing_or_nasty(kind: str) -> None:
    answer = min(by_kind()[kind], key=lambda each: len(paths(each.content)) or 1)
    for path in paths(answer.content)[1:]:
        for nasty in NASTY:
            assert_sane(parsed(answer, replaced(answer.content, path, nasty)))


def replaced(value: Any, path: tuple[str | int, ...], by: Any) -> Any:
    """A copy in which one place has another value; only what is on the way is copied."""
    if not path:
        return by
    copied: Any = dict(value) if isinstance(value, dict) else list(value)
    copied[path[0]] = replaced(value[path[0]], path[1:], by)
    return copied


@pytest.mark.parametrize("kind", KINDS)
def test_an_answer_that_is_nothing_of_the_kind_is_refused(kind: str) -> None:
    for nasty in (*NASTY, b"bytes", object(), (1,)):
        if not isinstance(nasty, dict):
            with pytest.raises(WireError):
                by_kind()[kind][0].parse(nasty)
