from __future__ import annotations

import logging

import pytest

from neo.domain.config.dashboard import DashboardConfig
from neo.infra.web.token import token_from
from neo.infra.web.token_gate import WRONG_TRIES_MAX, WRONG_TRIES_WITHIN_S, Entry, TokenGate

TOKEN = "0123456789abcdef"


def test_only_the_whole_token_opens() -> None:
    gate = TokenGate(TOKEN, lambda: 0.0)
    assert gate.admit(f"Bearer {TOKEN}") is Entry.OPEN
    for wrong in (TOKEN, f"Bearer {TOKEN[:-1]}"):
        assert gate.admit(wrong) is Entry.WRONG
    for wrong in (f"bearer {TOKEN}", f"Bearer {TOKEN}é"):
        assert gate.admit(wrong) is Entry.WRONG


@pytest.mark.parametrize("token", [None, "", "short"])
def test_without_a_good_token_nobody_may_not_even_with_an_empty_one(token: str | None) -> None:
    gate = TokenGate(token)
    assert gate.is_read_only
    assert gate.admit("Bearer ") is Entry.READ_ONLY
    assert gate.admit(f"Bearer {token}") is Entry.READ_ONLY


def test_too_many_wrong_tries_shut_the_gate_for_a_minute_even_for_the_right_token() -> None:
    now_s = [100.0]
    gate = TokenGate(TOKEN, lambda: now_s[0])
    for _ in range(WRONG_TRIES_MAX):
        assert gate.admit("Bearer guess") is Entry.WRONG
    assert gate.admit(f"Bearer {TOKEN}") is Entry.TOO_MANY
    now_s[0] += WRONG_TRIES_WITHIN_S
    assert gate.admit(f"Bearer {TOKEN}") is Entry.OPEN


def test_a_token_that_is_too_short_is_reported_without_being_told(caplog: pytest.LogCaptureFixture) -> None:
    config = DashboardConfig(token_env="DESK_TOKEN")
    with caplog.at_level(logging.WARNING):
        assert token_from({"DESK_TOKEN": "tooshort"}, config) is None
    assert "DESK_TOKEN" in caplog.text and "tooshort" not in caplog.text
    assert token_from({"DESK_TOKEN": TOKEN}, config) == TOKEN
    assert token_from({}, config) is None
