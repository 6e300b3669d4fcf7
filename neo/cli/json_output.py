"""JSON for programs: one object, indented, keys as documented in docs/commands.md."""

from __future__ import annotations

import json

import click

json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")


def print_json(content: object) -> None:
    click.echo(json.dumps(content, indent=2, ensure_ascii=False))
