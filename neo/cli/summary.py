"""neo summary: what came of a session. The same text ends `neo run` and `neo replay`."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING

import click

from neo.cli.database_option import chosen_database, database_options
from neo.cli.json_output import json_option, print_json

if TYPE_CHECKING:
    from neo.domain.session.summary import SessionSummary


@click.command()
@click.argument("session", required=False, metavar="[SESSION]")
@database_options
@json_option
def summary(session: str | None, database: Path | None, config: Path | None, as_json: bool) -> None:
    """Print the summary of a session.

    SESSION is its id, the beginning or end of it, or its run id; without it the newest. Works while it runs, too.
    """
    from neo.domain.session.summary_json import summary_values
    from neo.domain.session.summary_text import summary_lines

    made = read_summary(chosen_database(database, config), session)
    if as_json:
        print_json(summary_values(made))
        return
    for line in summary_lines(made):
        click.echo(line)


def read_summary(database: Path, session: str | None) -> SessionSummary:
    """The summary of the session that is meant. NeoError when there is none or the database cannot be read."""
    from neo.cli.session_choice import chosen_session
    from neo.cli.session_summary import summary_of
    from neo.infra.sqlite.books_reader import BooksReader

    with BooksReader(database) as reader:
        return summary_of(database, reader, chosen_session(reader, session))


def print_final_summary(database: Path, session: str) -> None:
    """At the end of a run. That it cannot be made must not hide how the session ended, so it is an error line, no more."""
    from neo.domain.errors import NeoError
    from neo.domain.session.summary_text import summary_lines

    try:
        text = "\n".join(["", *summary_lines(read_summary(database, session))])
    except NeoError as error:
        click.echo(f"neo: no summary: {error}", err=True)
        return
    with contextlib.suppress(OSError):  # nobody reads any more; the exit code still says how it ended
        click.echo(text)
    _log_experiment(database)


def _log_experiment(database: Path) -> None:
    """A session that has ended gets its row. Without one it is worked out by whoever asks: a refusal is one line."""
    from neo.cli.experiment_log import write_missing
    from neo.domain.errors import NeoError

    try:
        write_missing(database)
    except NeoError as error:
        click.echo(f"neo: the experiment log was not written: {error}", err=True)
