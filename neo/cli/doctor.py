"""neo doctor: everything that has to be in order before money is traded, each finding with what to do about it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from neo.cli.configuration import ConfigurationRefused, load_configuration
from neo.cli.context import CliContext, pass_context
from neo.cli.json_output import json_option, print_json
from neo.domain.session.exit_codes import EX_OK, FINDINGS

if TYPE_CHECKING:
    from neo.domain.readiness.finding import Finding

STANDARD_FILE = "config/sim.toml"
_MARKS = {"ok": ("  ok  ", "green"), "warn": (" warn ", "yellow"), "fail": (" FAIL ", "red")}


@click.command()
@click.argument("config", default=STANDARD_FILE, type=click.Path(path_type=Path, dir_okay=False), metavar="[CONFIG]")
@json_option
@pass_context
def doctor(context: CliContext, config: Path, as_json: bool) -> int:
    """Check configuration, machine, servers, account and key.

    CONFIG is config/sim.toml unless given. Every finding says what was seen and, unless all is well, what to do. Nothing is
    sent and nothing changed. Exit code 72 when something fails that would stop a session.
    """
    found = _findings(context, config)
    worst = [finding for finding in found if finding.verdict.value == "fail"]
    if as_json:
        print_json({"config": str(config), "healthy": not worst, "findings": [_as_json(each) for each in found]})
    else:
        _show(config, found, len(worst))
    return FINDINGS if worst else EX_OK


def _findings(context: CliContext, config: Path) -> tuple[Finding, ...]:
    """A faulty configuration is a finding as well: the machine is looked at all the same."""
    from neo.domain.readiness.finding import Topic, fail, ok

    try:
        loaded = load_configuration(config, {})
    except ConfigurationRefused as error:
        fix = f"correct them; neo config check {config} shows them one by one"
        return (fail(Topic.CONFIGURATION, str(config), error.problem, fix), *context.engine().examine(None))
    mode = loaded.config.mode.value
    return (ok(Topic.CONFIGURATION, str(config), f"valid, mode {mode}"), *context.engine().examine(loaded))


def _show(config: Path, found: tuple[Finding, ...], failed: int) -> None:
    click.echo(f"neo doctor {config}")
    for finding in found:
        text, colour = _MARKS[finding.verdict.value]
        click.echo(f"[{click.style(text, fg=colour)}] {finding.topic.label}, {finding.what}: {finding.seen}")
        if finding.fix:
            click.echo(f"         -> {finding.fix}")
    warned = sum(finding.verdict.value == "warn" for finding in found)
    click.echo(f"{failed} of {len(found)} checks failed, {warned} with advice." if failed or warned else "All is well.")


def _as_json(finding: Finding) -> dict[str, str]:
    return {
        "topic": finding.topic.label,
        "what": finding.what,
        "verdict": finding.verdict.value,
        "seen": finding.seen,
        "fix": finding.fix,
    }
