"""neo halt and neo resume: commands to the running engine, through the control directory beside its database."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from neo.cli.database_option import chosen_database, database_options
from neo.cli.json_output import json_option, print_json
from neo.domain.session.exit_codes import EX_OK, UNAVAILABLE

if TYPE_CHECKING:
    from neo.infra.control.command import Verb

wait_option = click.option(
    "--wait",
    "wait_s",
    type=click.FloatRange(min=0),
    default=10.0,
    show_default=True,
    help="Seconds to wait for the answer.",
)


@click.command()
@database_options
@click.option("--note", default="", help="Why; stored with the halt.")
@wait_option
@json_option
def halt(database: Path | None, config: Path | None, note: str, wait_s: float, as_json: bool) -> int:
    """Halt the running engine: cancel every order, then stop or hold.

    What happens after the halt is session.on_halt of its configuration. Without this command, `touch HALT` in the
    control directory beside the database does the same. Exit code 69 when no engine runs or it does not answer.
    """
    from neo.infra.control.command import Verb

    return _give(chosen_database(database, config), Verb.HALT, note, wait_s, as_json)


@click.command()
@database_options
@click.option("--venue", default="", help="Only this one (xrpl, mexc, ...); default: every venue that is held.")
@wait_option
@json_option
def resume(database: Path | None, config: Path | None, venue: str, wait_s: float, as_json: bool) -> int:
    """Let a halted engine that holds trade again.

    It reconciles with the venue first. Exit code 69 when no engine runs, or it refuses.
    """
    from neo.infra.control.command import Verb

    return _give(chosen_database(database, config), Verb.RESUME, "", wait_s, as_json, venue)


def _give(database: Path, verb: Verb, note: str, wait_s: float, as_json: bool, venue: str = "") -> int:
    from neo.infra.control.layout import ControlDirectory
    from neo.infra.control.operator import EngineUnreachable, await_answer, give_command
    from neo.infra.control.status_board import sight

    sighting = sight(database, time.time_ns())
    if not sighting.alive:
        raise EngineUnreachable(
            f"no engine runs on {database}",
            "Check --database or --config; `neo status` shows what ran last, `neo sessions` how it ended.",
        )
    control = ControlDirectory.beside(database)
    command = give_command(control, verb, sighting.session, note, venue=venue)
    answer = await_answer(control, command, wait_s)
    if as_json:
        print_json({"accepted": answer.accepted, "text": answer.text, "session": sighting.session, "pid": sighting.pid})
    else:
        click.echo(f"{'accepted' if answer.accepted else 'REFUSED'}: {answer.text}", err=not answer.accepted)
    return EX_OK if answer.accepted else UNAVAILABLE
