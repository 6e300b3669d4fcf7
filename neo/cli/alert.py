"""neo alert: whether alerts arrive, before something happens that they are for."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from neo.cli.configuration import load_configuration
from neo.cli.json_output import json_option, print_json
from neo.domain.session.exit_codes import EX_OK, UNAVAILABLE

if TYPE_CHECKING:
    from neo.domain.alerts.notice import Notice


@click.group()
def alert() -> None:
    """Try the alerts: send a message to every address."""


@alert.command()
@click.argument("config", type=click.Path(path_type=Path, dir_okay=False), metavar="CONFIG")
@json_option
def test(config: Path, as_json: bool) -> int:
    """Send a test message to every address of CONFIG, also when its alerts are not enabled.

    Addresses are shown without what is secret in them. Exit code 69 when there is none, or one was not reached.
    """
    from neo.domain.alerts.notice import Sender
    from neo.infra.alerts.addresses import open_addresses

    settings = load_configuration(config, {}).config
    book = open_addresses(settings.alerts, os.environ)
    results = []
    for address in book.addresses:
        failure = address.deliver(_notice(), Sender("none", settings.mode.value), undelivered=0)
        results.append((address.name, failure.reason if failure else None))
        address.close()
    problems = list(book.problems)
    if not results and not problems:
        variables = f"{settings.alerts.webhook_env} or {settings.alerts.channels_env}"
        problems.append(f"there is no address: set the environment variable {variables}")
    delivered = not problems and all(reason is None for _, reason in results)
    if as_json:
        _print_json(settings.alerts.enabled, results, problems, delivered)
    else:
        _show(settings.alerts.enabled, results, problems)
    return EX_OK if delivered else UNAVAILABLE


def _notice() -> Notice:
    from neo.domain.alerts.cause import Urgency
    from neo.domain.alerts.notice import Notice, NoticeKind

    now_ns = time.time_ns()
    return Notice(
        kind=NoticeKind.TEST,
        cause="test",
        title="this is a test",
        detail="If you can read this, alerts reach you.",
        urgency=Urgency.INFO,
        at_ns=now_ns,
        since_ns=now_ns,
    )


def _show(enabled: bool, results: list[tuple[str, str | None]], problems: list[str]) -> None:
    for name, reason in results:
        text, colour = (" ok ", "green") if reason is None else ("FAIL", "red")
        click.echo(f"[{click.style(text, fg=colour)}] {name}: {reason or 'delivered'}")
    for problem in problems:
        click.echo(f"[{click.style('FAIL', fg='red')}] {problem}")
    if not enabled:
        click.echo("alerts.enabled is false: a session with this configuration tells nobody")


def _print_json(enabled: bool, results: list[tuple[str, str | None]], problems: list[str], delivered: bool) -> None:
    addresses = [{"address": name, "delivered": reason is None, "reason": reason} for name, reason in results]
    print_json({"enabled": enabled, "delivered": delivered, "addresses": addresses, "problems": problems})
