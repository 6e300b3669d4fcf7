"""TAB in a real bash at a real terminal: what stands in ~/.bashrc as docs/commands.md has it, and then keys."""

from __future__ import annotations

import os
import pty
import select
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.source_tree import REPO
from tests.patience import PATIENCE_S

BASH = shutil.which("bash")
PROMPT = "ready:"
#: The program that TAB asks; everything else that is typed only shows how it arrived.
NEO = f"""#!/bin/sh
if [ -n "$_NEO_COMPLETE" ]; then
  exec "{sys.executable}" -c "import sys; sys.argv[0] = 'neo'; from neo.cli.main import main; sys.exit(main())"
fi
for each in "$@"; do printf '<%s>' "$each"; done; echo " is what came"
"""


class Shell:
    """Bash with nothing but the line for completion, and somebody who types."""

    def __init__(self, folder: Path) -> None:
        assert BASH is not None, "bash is needed for this test"
        program = folder / "bin" / "neo"
        program.parent.mkdir()
        program.write_text(NEO, encoding="utf-8")
        program.chmod(0o755)
        environment = {
            "PATH": f"{program.parent}:{os.environ['PATH']}",
            "PYTHONPATH": str(REPO),
            "HOME": str(folder),
            "INPUTRC": os.devnull,
            "TERM": "dumb",
            "PS1": PROMPT,
        }
        self.terminal, inside = pty.openpty()
        command = [BASH, "--norc", "--noprofile", "-i"]
        self._process = subprocess.Popen(
            command, stdin=inside, stdout=inside, stderr=inside, env=environment, cwd=folder, start_new_session=True
        )
        os.close(inside)
        self._seen = ""
        self.until(PROMPT)

    def type(self, keys: str) -> None:
        os.write(self.terminal, keys.encode())

    def until(self, text: str) -> str:
        """What the terminal showed up to this text, which comes within the patience of tests."""
        last_s = time.monotonic() + PATIENCE_S
        while text not in self._seen:
            ready, _, _ = select.select([self.terminal], [], [], max(0.0, last_s - time.monotonic()))
            assert ready, f"{text!r} did not come, but {self._seen!r}"
            self._seen += os.read(self.terminal, 4096).decode(errors="replace")
        shown, _, self._seen = self._seen.partition(text)
        return shown

    def close(self) -> None:
        self._process.kill()
        self._process.wait()
        os.close(self.terminal)


@pytest.fixture
def shell(tmp_path: Path) -> Iterator[Shell]:
    opened = Shell(tmp_path)
    yield opened
    opened.close()


def test_tab_completes_commands_options_choices_and_files(shell: Shell, tmp_path: Path) -> None:
    # Given the line of the documentation, and a file
    line = 'eval "$(_NEO_COMPLETE=bash_source neo)"'
    assert line in (REPO / "docs" / "commands.md").read_text(encoding="utf-8")
    (tmp_path / "mine.toml").touch()
    shell.type(f"{line}; echo set-$((1 + 1))\n")
    shell.until("set-2")
    # When somebody types beginnings and TAB
    shell.type("neo exper\tlis\t--js\t\n")
    # Then bash has written the rest
    assert shell.until("is what came").endswith("<experiments><list><--json> ")
    shell.type("neo run mi\t--mode pap\t\n")
    assert shell.until("is what came").endswith("<run><mine.toml><--mode><paper> ")
