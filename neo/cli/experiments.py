"""neo experiments: every session as an experiment: what was different, what came of it, and whether that was chance."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from neo.cli.database_option import chosen_database, database_options
from neo.cli.json_output import json_option, print_json

if TYPE_CHECKING:
    from neo.domain.experiments.experiment import Experiment

_NOTE_SHOWN_MAX = 50
NOTE_LENGTH_MAX = 10_000


@click.group()
def experiments() -> None:
    """List, compare, note and export sessions as experiments."""


def _filters(command: Any) -> Any:
    """Adds the options that choose sessions."""
    dates = click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"])
    command = click.option("--limit", type=click.IntRange(min=0), default=20, show_default=True, help="0 is all.")(
        command
    )
    command = click.option("--until", type=dates, help="Started before this time, UTC.")(command)
    command = click.option("--since", type=dates, help="Started at or after this time, UTC.")(command)
    command = click.option("--key", multiple=True, help="KEY changed, or KEY=VALUE was in effect.")(command)
    return click.option("--mode", type=click.Choice(["sim", "replay", "paper", "live"]), help="Of this mode.")(command)


@experiments.command(name="list")
@database_options
@_filters
@json_option
def list_(database: Path | None, config: Path | None, as_json: bool, **chosen: Any) -> None:
    """List sessions with their results and what was different, newest first."""
    from neo.cli.experiment_text import experiment_values, list_lines

    file = chosen_database(database, config)
    found = _found(file, **chosen)
    if as_json:
        print_json({"format": 1, "database": str(file), "experiments": [experiment_values(each) for each in found]})
        return
    for line in list_lines(found, _NOTE_SHOWN_MAX):
        click.echo(line)


@experiments.command()
@click.argument("session")
@click.argument("text")
@database_options
@json_option
def note(session: str, text: str, database: Path | None, config: Path | None, as_json: bool) -> None:
    """Write a note beside a session; the newest one is shown. Refused while an engine runs."""
    from neo.cli.experiment_log import write_note
    from neo.cli.session_choice import chosen_session
    from neo.domain.printable import printable
    from neo.infra.sqlite.books_reader import BooksReader

    file = chosen_database(database, config)
    with BooksReader(file) as reader:
        row = chosen_session(reader, session)
    said = printable(text, NOTE_LENGTH_MAX)
    write_note(file, row, said)
    if as_json:
        print_json({"session": row.session_id, "note": said})
    else:
        click.echo(f"noted beside {row.session_id}")


@experiments.command()
@click.argument("sessions", nargs=-1, required=True, metavar="SESSION SESSION...")
@database_options
@json_option
def compare(sessions: tuple[str, ...], database: Path | None, config: Path | None, as_json: bool) -> None:
    """Two or more sessions side by side; differences are against the first one."""
    from neo.cli.experiment_log import experiments_of
    from neo.cli.experiment_text import comparison_text, comparison_values
    from neo.cli.session_choice import chosen_session
    from neo.infra.sqlite.books_reader import BooksReader

    if len(sessions) < 2:
        raise click.UsageError("name two sessions or more: `neo experiments compare FIRST SECOND`.")
    with BooksReader(chosen_database(database, config)) as reader:
        wanted = [chosen_session(reader, each).session_id for each in sessions]
        known = {each.session_id: each for each in experiments_of(reader.path, reader, wanted)}
    chosen = [known[session_id] for session_id in dict.fromkeys(wanted)]
    if as_json:
        print_json(comparison_values(chosen))
    else:
        click.echo(comparison_text(chosen), nl=False)


@experiments.command()
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), required=True, help="File to write.")
@click.option(
    "--format", "form", type=click.Choice(["csv", "parquet"]), help="Default: by the ending of --out, else csv."
)
@database_options
@_filters
def export(out: Path, form: str | None, database: Path | None, config: Path | None, **chosen: Any) -> None:
    """Write the experiment log as CSV, or as Parquet where pyarrow is installed (extra: parquet)."""
    from neo.infra.experiments.export import export_csv, export_parquet

    found = _found(chosen_database(database, config), **chosen)
    write = export_parquet if (form or out.suffix.removeprefix(".")) == "parquet" else export_csv
    write(found, out)
    click.echo(f"wrote {out}: {len(found)} sessions", err=True)


def _found(
    file: Path,
    *,
    mode: str | None,
    key: tuple[str, ...],
    since: datetime | None,
    until: datetime | None,
    limit: int,
) -> list[Experiment]:
    """The sessions that are asked for, newest first. Only theirs are worked out."""
    from neo.cli.experiment_log import experiments_of
    from neo.domain.experiments.selection import selected
    from neo.infra.sqlite.books_reader import BooksReader

    with BooksReader(file) as reader:
        rows = [
            row.session_id
            for row in reader.sessions()
            if (mode is None or row.mode == mode)
            and (since is None or row.started_at_ns >= _ns(since))
            and (until is None or row.started_at_ns < _ns(until))
        ]
        found = selected(experiments_of(file, reader, rows), key)
    return found[:limit] if limit else found


def _ns(at: datetime) -> int:
    return int(at.replace(tzinfo=UTC).timestamp()) * 10**9
