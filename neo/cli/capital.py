"""neo capital: money that came to a venue or left it, as the books have it, and entries by hand."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from neo.cli.database_option import chosen_database, database_options
from neo.cli.json_output import json_option, print_json

if TYPE_CHECKING:
    from neo.domain.messages.journal import CapitalKind

NOTE_LENGTH_MAX = 500
WHO_LENGTH_MAX = 100


@click.group()
def capital() -> None:
    """List capital events, and write deposits and withdrawals by hand.

    A running engine recognises deposits and withdrawals by itself. By hand is for what it cannot explain and halts for.
    """


@capital.command(name="list")
@database_options
@click.option("--venue", default=None, help="Only of this venue.")
@click.option("--asset", default=None, help="Only of this asset.")
@click.option("--limit", type=click.IntRange(min=0), default=20, show_default=True, help="Newest so many; 0 is all.")
@json_option
def list_(
    database: Path | None, config: Path | None, venue: str | None, asset: str | None, limit: int, as_json: bool
) -> None:
    """List what the books have of each asset, and capital events, newest first."""
    from neo.cli.capital_book import capital_lines, capital_values, read_capital

    book = read_capital(chosen_database(database, config), venue, asset, limit)
    if as_json:
        print_json(capital_values(book))
        return
    for line in capital_lines(book):
        click.echo(line)


def _entry_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """What deposit and withdraw share."""
    for add in (
        click.option("--dry-run", is_flag=True, help="Say what would be written, and write nothing."),
        click.option("--who", default=None, help="Who says so; default: you, and this machine."),
        click.option("--note", required=True, help="Why; kept with the entry."),
        click.argument("amount"),
        click.argument("asset"),
        click.argument("venue"),
    ):
        command = add(command)
    return command


@capital.command()
@_entry_options
@click.option("--new-asset", is_flag=True, help="The books never had this asset on this venue.")
@database_options
@json_option
def deposit(database: Path | None, config: Path | None, as_json: bool, **said: Any) -> None:
    """Write that money came to a venue. Refused while an engine runs.

    VENUE as `neo capital list` names it, AMOUNT in whole units of ASSET.
    """
    from neo.domain.messages.journal import CapitalKind

    _enter(chosen_database(database, config), CapitalKind.DEPOSIT, as_json, **said)


@capital.command()
@_entry_options
@click.option("--close-position", is_flag=True, help="The drop buyer's position in it is gone: close it in the books.")
@database_options
@json_option
def withdraw(database: Path | None, config: Path | None, as_json: bool, **said: Any) -> None:
    """Write that money left a venue. Refused while an engine runs, and for more than the books have.

    VENUE as `neo capital list` names it, AMOUNT in whole units of ASSET.
    """
    from neo.domain.messages.journal import CapitalKind

    _enter(chosen_database(database, config), CapitalKind.WITHDRAWAL, as_json, **said)


def _enter(file: Path, kind: CapitalKind, as_json: bool, *, amount: str, dry_run: bool, **said: Any) -> None:
    import time

    from neo.cli.capital_book import entry_line, entry_values, foreseen, written
    from neo.domain.money.capital_entry import CapitalEntry, EntryRefused, amount_from
    from neo.domain.printable import printable
    from neo.infra.control.operator import operator_name

    why = printable(said.pop("note"), NOTE_LENGTH_MAX)
    who = printable(said.pop("who") or operator_name(), WHO_LENGTH_MAX)
    if not why:
        raise click.BadParameter("say why, in words", param_hint="--note")
    try:
        entry = CapitalEntry(kind=kind, amount=amount_from(amount), why=why, who=who, at_ns=time.time_ns(), **said)
        effect = foreseen(file, entry) if dry_run else written(file, entry)
    except EntryRefused as refusal:
        raise click.BadParameter(str(refusal), param_hint=refusal.about) from refusal
    if as_json:
        print_json(entry_values(file, entry, effect, is_written=not dry_run))
    else:
        click.echo(entry_line(entry, effect, is_written=not dry_run))
