"""neo analyse: what an experienced engineer would write after reading all the logs of a session."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from neo.cli.database_option import chosen_database, database_options
from neo.cli.json_output import json_option, print_json
from neo.domain.session.exit_codes import EX_OK, FINDINGS

if TYPE_CHECKING:
    from neo.domain.diagnosis.diagnosis import Diagnosis


@click.command()
@click.argument("session", required=False, metavar="[SESSION]")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="File to write instead of the terminal.")
@click.option("--check", is_flag=True, help="Exit code 72 when there is a problem or a check failed.")
@database_options
@json_option
def analyse(
    session: str | None, out: Path | None, check: bool, database: Path | None, config: Path | None, as_json: bool
) -> int:
    """Diagnose a session: problems by severity, what shows them, what to change.

    SESSION is its id, the beginning or end of it, or its run id; without it the newest. The document is Markdown.
    """
    made = read_diagnosis(chosen_database(database, config), session)
    if as_json:
        from neo.domain.diagnosis.document import diagnosis_values

        print_json(diagnosis_values(made))
    else:
        from neo.cli.report import write_text
        from neo.domain.diagnosis.document import diagnosis_markdown

        write_text(out or Path("-"), diagnosis_markdown(made))
    return FINDINGS if check and not made.is_sound else EX_OK


def read_diagnosis(database: Path, session: str | None) -> Diagnosis:
    """The diagnosis of the session that is meant. NeoError when there is none or the database cannot be read."""
    from neo.cli.session_choice import chosen_session
    from neo.cli.session_evidence import evidence_of
    from neo.cli.session_running import is_running
    from neo.domain.diagnosis.diagnosis import diagnose
    from neo.infra.sqlite.books_reader import BooksReader

    with BooksReader(database) as reader:
        row = chosen_session(reader, session)
        return diagnose(evidence_of(database, reader, row, is_running=is_running(database, row.session_id)))
