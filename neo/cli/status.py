"""neo status: what the engine of a database is doing, from the status that it posts."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from neo.cli.database_option import chosen_database, database_options
from neo.cli.json_output import json_option, print_json
from neo.cli.sighting_record import sighting_record
from neo.domain.session.exit_codes import EX_OK, UNAVAILABLE

if TYPE_CHECKING:
    from neo.infra.control.status_board import Sighting


@click.command()
@database_options
@json_option
def status(database: Path | None, config: Path | None, as_json: bool) -> int:
    """Show what the engine of this machine is doing.

    Exit code 0 while an engine lives, 69 when none does.
    """
    from neo.infra.control.status_board import sight

    file = chosen_database(database, config)
    sighting = sight(file, time.time_ns())
    if as_json:
        print_json(sighting_record(sighting, file))
    else:
        for line in _lines(sighting, file):
            click.echo(line)
    return EX_OK if sighting.alive else UNAVAILABLE


def _lines(sighting: Sighting, database: Path) -> list[str]:
    from neo.cli.status_rows import rows, title
    from neo.cli.status_sentence import sentence
    from neo.infra.control.status_board import status_from

    lines = sentence(sighting, database)
    if sighting.record is None:
        return lines
    posted = status_from(sighting.record)
    if posted is None:
        return lines
    return [*lines, title(posted), *(f"  {label:<11} {text}" for label, text in rows(posted))]
