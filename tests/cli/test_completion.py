"""What a shell is offered after TAB, asked for as the scripts of click ask: through the environment of a real process."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from neo.cli.main import COMMANDS
from tests.architecture.source_tree import REPO


def offered(words: str, count: int) -> set[str]:
    environment = {
        **os.environ,
        "PYTHONPATH": str(REPO),
        "_NEO_COMPLETE": "zsh_complete",
        "COMP_WORDS": words,
        "COMP_CWORD": str(count),
    }
    program = "import sys; sys.argv[0] = 'neo'; from neo.cli.main import main; sys.exit(main())"
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True)
    assert done.stderr == ""
    # three lines for each: kind, word, help
    return set(done.stdout.splitlines()[1::3])


def test_every_command_is_offered() -> None:
    assert offered("neo ", 1) == set(COMMANDS)


@pytest.mark.parametrize(
    ("words", "count", "expected"),
    [
        ("neo st", 1, {"status"}),
        ("neo db ", 2, {"check", "backup", "restore", "migrate"}),
        ("neo alert ", 2, {"test"}),
        ("neo status --j", 2, {"--json"}),
        ("neo run x.toml --mode ", 4, {"sim", "replay", "paper", "live"}),
    ],
)
def test_what_fits_is_offered(words: str, count: int, expected: set[str]) -> None:
    assert offered(words, count) == expected


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_the_script_for_a_shell_is_printed(shell: str, tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(REPO), "_NEO_COMPLETE": f"{shell}_source"}
    program = "import sys; sys.argv[0] = 'neo'; from neo.cli.main import main; sys.exit(main())"

    done = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True, cwd=tmp_path
    )

    assert "_NEO_COMPLETE" in done.stdout
