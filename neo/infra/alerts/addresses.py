"""Addresses from the environment, for a session and for `neo alert test`."""

from __future__ import annotations

from collections.abc import Mapping

from neo.domain.config.alerts import AlertsConfig
from neo.domain.errors import NeoError
from neo.infra.alerts.address import Address
from neo.infra.alerts.apprise_channel import AppriseChannel
from neo.infra.alerts.recipient import named_apart
from neo.infra.alerts.webhook import Webhook
from neo.records import frozen


@frozen
class Book:
    """The addresses that can be used, and what is wrong with the others, in words that name the variable only."""

    addresses: tuple[Address, ...]
    problems: tuple[str, ...]


def open_addresses(config: AlertsConfig, environment: Mapping[str, str]) -> Book:
    """Never raises: an engine trades without alerts as well as with them."""
    addresses: list[Address] = []
    problems: list[str] = []
    webhook = environment.get(config.webhook_env, "")
    if webhook:
        try:
            addresses.append(Webhook(webhook, config.timeout_s))
        except ValueError as refusal:
            problems.append(f"{config.webhook_env} {refusal}")
    urls = environment.get(config.channels_env, "").split()
    for place, url in enumerate(urls, start=1):
        first = urls.index(url) + 1
        if first < place:
            problems.append(f"address {place} in {config.channels_env} is address {first} again")
            continue
        try:
            addresses.append(AppriseChannel(url))
        except ValueError as refusal:
            problems.append(f"address {place} in {config.channels_env} {refusal}")
        except NeoError as refusal:
            problems.append(str(refusal))
            break
    return Book(named_apart(addresses, config.timeout_s), tuple(problems))
