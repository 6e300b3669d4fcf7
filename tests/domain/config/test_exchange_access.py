"""Where an exchange is and who trades there: addresses that nobody listens in on, names instead of keys."""

from __future__ import annotations

import pytest

from neo.domain.config.exchange_access import ApiUrl, VariableName


@pytest.mark.parametrize(
    "url",
    ["", "https://api.mexc.com", "https://host:8443/", "http://127.0.0.1:8080", "http://localhost", "http://[::1]:9"],
)
def test_an_encrypted_or_a_local_address_is_taken(url: str) -> None:
    assert ApiUrl().complaint(url) is None


@pytest.mark.parametrize(
    "url", ["http://api.mexc.com", "ws://127.0.0.1:1", "api.mexc.com", "https://me:word@host", "https://host/path"]
)
def test_anything_else_is_refused(url: str) -> None:
    assert ApiUrl().complaint(url)


@pytest.mark.parametrize("name", ["NEO_EXCHANGE_KEY", "NEO_EXCHANGE_PASSWORD", "MEXC_KEY"])
def test_names_of_variables_are_taken(name: str) -> None:
    assert VariableName().complaint(name) is None


@pytest.mark.parametrize("name", ["mx0vglAbCdEf123", "", "NEO_SPEED", "A KEY"])
def test_a_key_in_the_place_of_its_name_is_refused_and_not_repeated(name: str) -> None:
    complaint = VariableName().complaint(name)

    assert complaint
    assert not name or name not in complaint


def test_a_pass_phrase_may_be_absent() -> None:
    assert VariableName(may_be_empty=True).complaint("") is None
