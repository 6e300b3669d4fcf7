"""neo config: check, show, audit and schema of a configuration file."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from neo.domain.session import exit_codes

if TYPE_CHECKING:
    from neo.infra.config.audit import KeyAudit
    from neo.infra.config.fault import ConfigError, Fault
    from neo.infra.config.loader import Loaded

STANDARD_FILE = "config/sim.toml"
config_file = click.argument("file", default=STANDARD_FILE, type=click.Path(path_type=Path), metavar="[CONFIG]")
as_json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")


@click.group()
def config() -> None:
    """Check and explain configuration files (default: config/sim.toml)."""


@config.command()
@config_file
@as_json_option
def check(file: Path, as_json: bool) -> None:
    """Report every fault of CONFIG with its place; exit code 64 when there is one."""
    loaded = _loaded(file, as_json)
    kinds = [origin.kind for origin in loaded.origins.values()]
    counts = {kind: kinds.count(kind) for kind in ("file", "environment", "default", "unused")}
    counts = {kind: count for kind, count in counts.items() if count or kind != "unused"}
    if as_json:
        _print_json({"file": str(file), "valid": True, "hash": loaded.hash, "keys": counts, "faults": []})
        return
    click.echo(f"{file}: valid, mode {loaded.config.mode.value}")
    click.echo(f"{len(kinds)} keys: " + ", ".join(f"{count} from {kind}" for kind, count in counts.items()))
    click.echo(f"hash {loaded.hash}")


@config.command()
@config_file
@as_json_option
def show(file: Path, as_json: bool) -> None:
    """Print every value in effect and where it comes from."""
    from neo.domain.config.agreement import flatten
    from neo.domain.config.keys import all_keys
    from neo.infra.config.canonical import plain

    loaded = _loaded(file, as_json)
    values = {path: plain(value) for path, value in flatten(loaded.config).items()}
    values = {path: _masked(value) for path, value in values.items()}
    if as_json:
        listed = [
            {"key": key.path, "value": values[key.path], "unit": key.unit, "origin": loaded.origins[key.path].place}
            for key in all_keys()
        ]
        _print_json({"file": str(file), "hash": loaded.hash, "values": listed})
        return
    rows = [(key.path, _shown(values[key.path]), key.unit, loaded.origins[key.path].place) for key in all_keys()]
    _print_table(("key", "value", "unit", "origin"), rows)
    click.echo(f"hash {loaded.hash}")


@config.command()
@config_file
@click.option("--source", type=click.Path(path_type=Path, file_okay=False, exists=True), help="Package to search.")
@as_json_option
def audit(file: Path, source: Path | None, as_json: bool) -> None:
    """Print for each key: in file, parsed, read by which modules; exit code 70 when one is unread or shadowed."""
    import neo
    from neo.infra.config.audit import audit as audited
    from neo.infra.config.audit import complaints

    loaded = _loaded(file, as_json)
    rows = audited(source or Path(neo.__file__).parent, loaded.origins)
    wrong = complaints(rows)
    if as_json:
        _print_json({"file": str(file), "keys": [_audit_row(row) for row in rows], "complaints": wrong})
    else:
        table = [(row.path, row.written or "-", "yes" if row.parsed else "no", _names(row)) for row in rows]
        _print_table(("key", "in file", "parsed", "consumed by"), table)
        for complaint in wrong:
            click.echo(complaint, err=True)
    if wrong:
        raise SystemExit(exit_codes.INTERNAL)


@config.command()
def schema() -> None:
    """Print the JSON schema of a configuration file, for editors."""
    from neo.infra.config.schema import json_schema

    _print_json(json_schema())


def _loaded(file: Path, as_json: bool) -> Loaded:
    from neo.infra.config.fault import ConfigError
    from neo.infra.config.loader import load

    try:
        return load(file, os.environ)
    except ConfigError as error:
        _refuse(file, error, as_json)


def _refuse(file: Path, error: ConfigError, as_json: bool) -> NoReturn:
    if as_json:
        _print_json({"file": str(file), "valid": False, "faults": [_fault_row(fault) for fault in error.faults]})
    else:
        click.echo(str(error), err=True)
    raise SystemExit(exit_codes.CONFIG)


def _fault_row(fault: Fault) -> dict[str, object]:
    return {
        "source": fault.location.source,
        "line": fault.location.line,
        "column": fault.location.column,
        "key": fault.path,
        "message": fault.message,
        "suggestion": fault.suggestion,
        "related": list(fault.related),
    }


def _audit_row(row: KeyAudit) -> dict[str, object]:
    shadows = [f"{each.module}:{each.line}" for each in row.shadows]
    return {
        "key": row.path,
        "in_file": row.written,
        "parsed": row.parsed,
        "consumers": list(row.consumers),
        "shadows": shadows,
    }


def _masked(value: object) -> object:
    """Nothing that looks like a secret is shown, whatever key it was written to."""
    from neo.infra.config.masking import masked

    if isinstance(value, list):
        return [_masked(each) for each in value]
    return masked(value) if isinstance(value, str) else value


def _shown(value: object) -> str:
    """As it is written in a file."""
    if isinstance(value, list):
        return "[" + ", ".join(f'"{each}"' for each in value) + "]"
    return str(value).lower() if isinstance(value, bool) else str(value)


def _names(row: KeyAudit) -> str:
    return ", ".join(row.consumers) or "NOTHING"


def _print_table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> None:
    widths = [max(len(row[column]) for row in [head, *rows]) for column in range(len(head))]
    for row in [head, *rows]:
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def _print_json(content: object) -> None:
    click.echo(json.dumps(content, indent=2, ensure_ascii=False))
