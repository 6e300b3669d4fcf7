"""Addresses of servers: what is one, and which are safe from eavesdroppers."""

from __future__ import annotations

import pytest

from neo.domain.config.node_urls import NODES_MAX, NodeUrls, is_private


@pytest.mark.parametrize(
    "url",
    [
        "xrplcluster.com",
        "ftp://one.example",
        "wss://",
        "wss://one.example:99999999",
        "wss://one.example:0",
        "wss://one .example",
        "wss://[::1",
        "",
    ],
)
def test_what_is_no_address_is_refused(url: str) -> None:
    assert NodeUrls().complaint((url,)) is not None


def test_a_password_in_an_address_is_refused_and_not_repeated() -> None:
    complaint = NodeUrls().complaint(("wss://somebody:hunter2@one.example",))

    assert complaint is not None
    assert "hunter2" not in complaint


def test_the_same_address_twice_and_too_many_addresses_are_refused() -> None:
    assert NodeUrls().complaint(("wss://one.example", "wss://one.example")) == "names wss://one.example twice"
    assert NodeUrls().complaint(tuple(f"wss://n{n}.example" for n in range(NODES_MAX + 1))) is not None


@pytest.mark.parametrize(
    ("url", "private"),
    [
        ("wss://one.example", True),
        ("https://one.example:51234/path", True),
        ("ws://one.example", False),
        ("http://10.0.0.1:5005", False),
        ("ws://localhost:6006", True),
        ("http://[::1]:5005", True),
    ],
)
def test_only_encrypted_ways_and_those_inside_this_machine_are_private(url: str, private: bool) -> None:
    assert NodeUrls().complaint((url,)) is None
    assert is_private(url) is private
