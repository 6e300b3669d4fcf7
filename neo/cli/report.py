"""neo report: a session as one HTML page that needs nothing else, as Markdown, or as JSON."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from neo.cli.database_option import chosen_database, database_options
from neo.cli.json_output import json_option, print_json
from neo.domain.errors import NeoError
from neo.domain.session.exit_codes import UNAVAILABLE

if TYPE_CHECKING:
    from neo.domain.report.report import SessionReport

FORMATS = ("html", "md")


class CannotWrite(NeoError):
    """The file that was asked for cannot be written."""

    exit_code = UNAVAILABLE


@click.command()
@click.argument("session", required=False, metavar="[SESSION]")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="File to write; - is standard output.")
@click.option("--format", "form", type=click.Choice(FORMATS), help="Default: by the ending of --out, else html.")
@database_options
@json_option
def report(
    session: str | None, out: Path | None, form: str | None, database: Path | None, config: Path | None, as_json: bool
) -> None:
    """Write the report of a session: one HTML page, or Markdown.

    SESSION is its id, the beginning or end of it, or its run id; without it the newest. Without --out the file is
    report_SESSION.html in the present directory. Works while the session runs, too.
    """
    made = read_report(chosen_database(database, config), session)
    if as_json:
        from neo.domain.report.json_values import report_values

        print_json(report_values(made))
        return
    form = form or ("md" if out is not None and out.suffix in (".md", ".markdown") else "html")
    target = out or Path(f"report_{made.session_id}.{form}")
    write_text(target, _text(made, form))


def read_report(database: Path, session: str | None) -> SessionReport:
    """The report of the session that is meant. NeoError when there is none or the database cannot be read."""
    from neo.cli.session_choice import chosen_session
    from neo.cli.session_report import report_of
    from neo.cli.session_running import is_running
    from neo.infra.sqlite.books_reader import BooksReader

    with BooksReader(database) as reader:
        row = chosen_session(reader, session)
        return report_of(database, reader, row, is_running=is_running(database, row.session_id))


def write_text(target: Path, text: str) -> None:
    """Into the file, which is said on standard error, or to standard output when it is called -."""
    if str(target) == "-":
        click.echo(text, nl=False)
        return
    try:
        target.write_text(text, encoding="utf-8")
    except OSError as error:
        raise CannotWrite(
            f"cannot write {target}: {error.strerror or error}", "Name another file with --out."
        ) from error
    click.echo(f"wrote {target} ({len(text.encode()) / 1e6:.2f} MB)", err=True)


def _text(made: SessionReport, form: str) -> str:
    if form == "md":
        from neo.domain.report.markdown import report_markdown

        return report_markdown(made)
    from neo.domain.report.page import report_page
    from neo.infra.report.page_assets import page_assets

    return report_page(made, page_assets())
