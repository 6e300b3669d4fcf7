"""`python -m neo`, and the entry point of the `neo` command."""

from __future__ import annotations

import sys

from neo.cli.main import main as run_command_line


def main() -> None:
    sys.exit(run_command_line())


if __name__ == "__main__":
    main()
