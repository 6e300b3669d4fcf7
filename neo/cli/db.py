"""neo db: check, backup, restore and migrate the state database."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from neo.cli.database_option import chosen_database, database_options
from neo.domain.session import exit_codes

if TYPE_CHECKING:
    from neo.infra.sqlite.backups import BackupState
    from neo.infra.sqlite.examination import Examination

as_json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")


@click.group()
def db() -> None:
    """Check, back up, restore and migrate the database."""


@db.command()
@database_options
@click.option("--full", is_flag=True, help="Compare every index with its table as well (slower).")
@as_json_option
def check(database: Path | None, config: Path | None, full: bool, as_json: bool) -> None:
    """Check pages, log, schema and backups; exit code 66 when an engine could not start on it.

    Changes nothing, and works while an engine runs.
    """
    from neo.infra.sqlite.examination import examine

    found = examine(chosen_database(database, config), full=full)
    if as_json:
        _print_json(_examination_json(found))
    else:
        _print_examination(found)
    if not found.healthy:
        raise SystemExit(exit_codes.DATABASE)


@db.command()
@database_options
@click.option("--to", type=click.Path(path_type=Path, dir_okay=False), help="File to write; must not exist.")
@as_json_option
def backup(database: Path | None, config: Path | None, to: Path | None, as_json: bool) -> None:
    """Write a checked backup; works while an engine runs."""
    from neo.infra.sqlite.backups import examine_backup
    from neo.infra.sqlite.restoration import back_up
    from neo.infra.sqlite.startup import StoreClock

    state = examine_backup(back_up(chosen_database(database, config), to, StoreClock()))
    if as_json:
        _print_json(_backup_json(state))
    else:
        click.echo(f"backup written: {_backup_line(state)}")


@db.command()
@database_options
@click.option("--from", "source", type=click.Path(path_type=Path, dir_okay=False), help="Backup to put in its place.")
@click.option("--newest", is_flag=True, help="Take the newest backup that passes its check.")
@click.option("--recovered", is_flag=True, help="Keep the database with what is readable of its damaged log.")
@as_json_option
def restore(
    database: Path | None, config: Path | None, source: Path | None, newest: bool, recovered: bool, as_json: bool
) -> None:
    """Put a backup in the place of the database; the present files are set aside and kept.

    Refused while an engine runs (exit code 67).
    """
    from neo.infra.sqlite.restoration import accept_recovered, restore_backup
    from neo.infra.sqlite.startup import StoreClock

    path = chosen_database(database, config)
    if [source is not None, newest, recovered].count(True) != 1:
        raise click.UsageError(f"Say which: --from BACKUP, --newest or --recovered.\n\n{_choices(path)}")
    clock = StoreClock()
    result = accept_recovered(path, clock) if recovered else restore_backup(path, source or _newest(path), clock)
    aside = str(result.set_aside) if result.set_aside else None
    if as_json:
        row = {"database": str(path), "source": str(result.source), "last_lsn": result.last_lsn, "set_aside": aside}
        _print_json(row)
        return
    click.echo(f"{path} is restored from {result.source}; its newest event is {result.last_lsn}")
    if aside:
        click.echo(f"what stood there before is kept as {aside}")
    click.echo("the next start reconciles with the venue before it trades")


@db.command()
@database_options
@as_json_option
def migrate(database: Path | None, config: Path | None, as_json: bool) -> None:
    """Bring the schema up to date, after a backup; does nothing when it is."""
    from neo.infra.sqlite.errors import DatabaseUnreadable
    from neo.infra.sqlite.startup import StoreSettings
    from neo.infra.sqlite.state_store import open_state_store

    path = chosen_database(database, config)
    if not path.exists():
        raise DatabaseUnreadable(
            f"cannot migrate {path}", "there is no such file", "`neo run` creates it when it starts."
        )
    store = open_state_store(StoreSettings(path, runs_kept=0), session="db migrate")
    report = store.report
    store.close()
    saved = str(report.migration_backup) if report.migration_backup else None
    if as_json:
        row = {"database": str(path), "from": report.schema_found, "to": report.schema_now, "backup": saved}
        _print_json(row)
    elif report.schema_found == report.schema_now:
        click.echo(f"{path}: schema version {report.schema_now} is up to date")
    else:
        click.echo(f"{path}: schema version {report.schema_found} -> {report.schema_now}; backup {saved}")


def _newest(database: Path) -> Path:
    from neo.infra.sqlite.backups import newest_good_backup
    from neo.infra.sqlite.errors import DatabaseUnreadable

    best = newest_good_backup(database)
    if best is None:
        raise DatabaseUnreadable(f"cannot restore {database}", "there is no good backup", "Name a file with --from.")
    return best.path


def _choices(database: Path) -> str:
    from neo.infra.sqlite.backups import backups_of, examine_backup

    states = [examine_backup(path) for path in reversed(backups_of(database))]
    lines = [f"  {_backup_line(state)}" for state in states]
    return "\n".join(["Backups, newest first:", *lines]) if lines else f"There are no backups beside {database}."


def _print_examination(found: Examination) -> None:
    click.echo(f"{found.database}: {'healthy' if found.healthy else 'NOT HEALTHY'}")
    if found.in_use_by:
        click.echo(f"  in use by {found.in_use_by}: its log was not compared")
    if found.faults:
        click.echo(f"  damaged: {found.faults}")
    if found.lost_commits:
        click.echo(f"  acknowledged commits are lost: {found.lost_commits}")
    if not found.healthy:
        click.echo("  what to do: `neo db restore` lists the ways back")
    click.echo(f"  schema version {found.schema_version} (this neo knows {found.schema_known})")
    click.echo(f"  {found.last_lsn} events, {found.sessions} sessions ({found.sessions_open} open)")
    click.echo(f"  {len(found.backups)} backups" + (", oldest first:" if found.backups else ""))
    for state in found.backups:
        click.echo(f"    {_backup_line(state)}")


def _backup_line(state: BackupState) -> str:
    inside = state.faults or f"good, schema {state.schema_version}, last event {state.last_lsn}"
    return f"{state.path}  {state.size_bytes} bytes  {inside}"


def _examination_json(found: Examination) -> dict[str, object]:
    return {
        "database": str(found.database),
        "healthy": found.healthy,
        "in_use_by": found.in_use_by,
        "schema_version": found.schema_version,
        "schema_known": found.schema_known,
        "last_lsn": found.last_lsn,
        "sessions": found.sessions,
        "sessions_open": found.sessions_open,
        "faults": found.faults,
        "lost_commits": found.lost_commits,
        "backups": [_backup_json(state) for state in found.backups],
    }


def _backup_json(state: BackupState) -> dict[str, object]:
    return {
        "path": str(state.path),
        "size_bytes": state.size_bytes,
        "schema_version": state.schema_version,
        "last_lsn": state.last_lsn,
        "faults": state.faults,
    }


def _print_json(content: object) -> None:
    click.echo(json.dumps(content, indent=2, ensure_ascii=False))
