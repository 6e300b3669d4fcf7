"""neo sessions: the sessions in a database, newest first."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import attrs
import click

from neo.cli.database_option import chosen_database, database_options
from neo.cli.duration import clock_text
from neo.cli.json_output import json_option, print_json
from neo.domain.session.trading import trading_of
from neo.domain.units import NS_PER_S

if TYPE_CHECKING:
    from neo.infra.sqlite.books_rows import SessionRow

_HEAD = ("session", "run", "mode", "traded", "started (UTC)", "lasted", "ended with")
_DETAIL_SHOWN_MAX = 60


@click.command()
@database_options
@click.option("--limit", type=click.IntRange(min=0), default=20, show_default=True, help="Newest so many; 0 is all.")
@json_option
def sessions(database: Path | None, config: Path | None, limit: int, as_json: bool) -> None:
    """List the sessions in the database."""
    from neo.infra.control.status_board import sight
    from neo.infra.sqlite.books_reader import BooksReader

    file = chosen_database(database, config)
    with BooksReader(file) as reader:
        rows = reader.sessions(limit or None)
    sighting = sight(file, time.time_ns())
    running = sighting.session if sighting.alive else ""
    if as_json:
        print_json({"database": str(file), "sessions": [_record(row, running) for row in rows]})
        return
    if not rows:
        click.echo(f"no sessions in {file}; start one with `neo run config/sim.toml`")
        return
    _print_table([_HEAD, *(_line(row, running) for row in rows)])


def _line(row: SessionRow, running: str) -> tuple[str, ...]:
    lasted = clock_text((row.ended_at_ns - row.started_at_ns) // NS_PER_S) if row.ended_at_ns is not None else "-"
    detail = f": {row.halt_detail}" if row.halt_detail else ""
    if len(detail) > _DETAIL_SHOWN_MAX:
        detail = detail[: _DETAIL_SHOWN_MAX - 3] + "..."
    ended = {"running": "(running)", "open": "(crashed; the next start closes it)"}.get(
        _state(row, running), f"{row.halt_reason or 'crashed'}{detail}"
    )
    traded = " and ".join(each.text for each in trading_of(json.loads(row.config_json)))
    return row.session_id, row.run_id, row.mode, traded, _utc(row.started_at_ns), lasted, ended


def _state(row: SessionRow, running: str) -> str:
    if row.ended_at_ns is None:
        return "running" if row.session_id == running else "open"
    return "crashed" if row.crash_noticed_by is not None else "ended"


def _record(row: SessionRow, running: str) -> dict[str, object]:
    return {
        "session": row.session_id,
        "run_id": row.run_id,
        "mode": row.mode,
        "trading": [attrs.asdict(each) for each in trading_of(json.loads(row.config_json))],
        "state": _state(row, running),
        "started_at": _utc(row.started_at_ns),
        "ended_at": _utc(row.ended_at_ns) if row.ended_at_ns is not None else None,
        "halt_reason": row.halt_reason,
        "halt_detail": row.halt_detail,
        "parent_session": row.parent_session,
        "config_hash": row.config_hash,
        "code_version": row.code_version,
        "seed": row.seed,
        "directory": row.directory,
    }


def _utc(at_ns: int) -> str:
    return datetime.fromtimestamp(at_ns // NS_PER_S, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _print_table(lines: list[tuple[str, ...]]) -> None:
    widths = [max(len(line[column]) for line in lines) for column in range(len(_HEAD))]
    for line in lines:
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())
