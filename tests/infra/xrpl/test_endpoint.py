"""Addresses of nodes as people write them."""

from __future__ import annotations

import pytest

from neo.domain.session.exit_codes import CONFIG
from neo.infra.xrpl.endpoint import NODES_MAX, EndpointError, NodeEndpoint, endpoints, is_loopback


def test_both_addresses_of_one_host_are_one_node() -> None:
    found = endpoints(["https://one.example:51234", "wss://two.example", "wss://one.example", "https://three.example"])

    assert found == (
        NodeEndpoint("two.example", "wss://two.example"),
        NodeEndpoint("one.example", "wss://one.example", "https://one.example:51234"),
        NodeEndpoint("three.example", None, "https://three.example"),
    )


def test_several_nodes_on_one_host_are_told_apart_by_their_ports() -> None:
    found = endpoints(["ws://127.0.0.1:1", "ws://127.0.0.1:2", "http://127.0.0.1:2", "http://127.0.0.1:3"])

    assert [(node.ws_url, node.http_url) for node in found] == [
        ("ws://127.0.0.1:1", None),
        ("ws://127.0.0.1:2", "http://127.0.0.1:2"),
        (None, "http://127.0.0.1:3"),
    ]


@pytest.mark.parametrize(
    "wrong", ["one.example", "ftp://one.example", "wss://", "wss://a:b:c", "wss://u:p@one.example", ""]
)
def test_what_is_no_address_is_refused_with_advice(wrong: str) -> None:
    with pytest.raises(EndpointError) as refused:
        endpoints([wrong])

    assert refused.value.advice and refused.value.exit_code == CONFIG


def test_none_and_too_many_are_refused() -> None:
    for urls in ([], [f"ws://h{number}" for number in range(NODES_MAX + 1)]):
        with pytest.raises(EndpointError):
            endpoints(urls)


def test_a_proxy_has_no_business_with_this_machine() -> None:
    assert is_loopback("ws://127.0.0.1:80/") and is_loopback("http://localhost") and is_loopback("ws://[::1]:5")
    assert not is_loopback("wss://one.example")
