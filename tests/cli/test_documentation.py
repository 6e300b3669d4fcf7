from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from neo.cli.main import COMMANDS
from neo.domain.session import exit_codes

TEXT = (Path(__file__).parents[2] / "docs" / "commands.md").read_text()


def section(name: str) -> str:
    """The part of the page whose heading names the command, with what all commands share."""
    parts = TEXT.split("\n## ")
    return "\n".join(part for part in parts if re.search(rf"\bneo {name}\b|share", part.splitlines()[0]))


def commands() -> Iterator[tuple[str, str, click.Command]]:
    for name, lazy in COMMANDS.items():
        command = lazy.load()
        yield name, name, command
        if isinstance(command, click.Group):
            for sub, subcommand in command.commands.items():
                yield name, sub, subcommand


@pytest.mark.parametrize(("family", "name", "command"), list(commands()), ids=lambda value: str(value))
def test_every_command_and_option_is_documented(family: str, name: str, command: click.Command) -> None:
    documented = section(family)

    assert re.search(rf"\b{name}\b", documented)
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            missing = [option for option in parameter.opts if f"{option}" not in documented]
            assert missing == [], f"neo {family} {name}"


def test_every_exit_code_is_documented() -> None:
    codes = [value for value in vars(exit_codes).values() if isinstance(value, int)]

    assert [code for code in codes if f"| {code} |" not in TEXT] == []


def test_every_documented_command_exists() -> None:
    named = set(re.findall(r"`neo ([a-z]+)", TEXT)) | set(re.findall(r"^## neo ([a-z]+)", TEXT, re.MULTILINE))

    assert named == set(COMMANDS)
