from __future__ import annotations

import json
from urllib.parse import quote

import pytest

from neo.infra.telemetry.redaction import MASK, Redactor


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("snoPBrXtMeMyMHUVTgbuqAfg1SUTb", "***"),
        ("seed sEdTM1uX8pu2do5XvTnutH6HsouMaM2.", "seed ***."),
        ("https://me:pw123@host/path", "https://***@host/path"),
        ("POST /order?apiKey=abcd1234&x=1", "POST /order?apiKey=***&x=1"),
        ("Authorization: Bearer abc.def-ghijk", "Authorization: Bearer ***"),
        ("apiKey=abcd1234", "apiKey=***"),
        ("token:abcd1234", "token:***"),
        ("bearer abc.def-ghijk", "bearer ***"),
        ("{'secret': 'abcd1234', 'side': 'buy'}", "{'secret': '***', 'side': 'buy'}"),
    ],
)
def test_what_looks_like_a_secret_is_masked(text: str, shown: str) -> None:
    assert Redactor().clean(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "session_20260101_000000",
        "r9cZA1mLK5R5Am25ArfXFmqgNwjZgnfk59",
        "E3FE6EA3D48F0C2B639448020EA4F03D4F4F8FFDB243A852A0F59177921B4879",
        "xrp exposure limit (115.20 > 100.0)",
        "https://s1.ripple.com:51234/",
        "the key of the table",
    ],
)
def test_what_an_operator_must_read_is_left_alone(text: str) -> None:
    assert Redactor().clean(text) == text


def test_a_given_secret_is_masked_in_every_spelling() -> None:
    secret = 'p"ss/wörd+1'
    redactor = Redactor([secret])

    for spelling in (secret, json.dumps(secret), quote(secret, safe="")):
        assert redactor.clean(f"x {spelling} y").replace('"', "") == f"x {MASK} y"


def test_a_secret_inside_another_does_not_leave_the_rest_readable() -> None:
    assert Redactor(["abcdef", "abcdef-and-more"]).clean("abcdef-and-more") == MASK


def test_a_secret_too_short_to_be_one_does_not_mask_half_the_log() -> None:
    assert Redactor(["", "a"]).clean("a banana") == "a banana"
