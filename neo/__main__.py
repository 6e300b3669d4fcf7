"""`python -m neo`, and the entry point of the `neo` command."""

from __future__ import annotations

import gc
import os
import sys

INTERRUPTED = 130
#: Allocations between two looks for cyclic garbage. Python's own 700 makes it look a hundred times while modules load, through
#: half a million objects that all stay.
COLLECT_EVERY = 50_000


def main() -> None:
    gc.set_threshold(COLLECT_EVERY)
    try:
        from neo.cli.main import main as run_command_line
    except KeyboardInterrupt:
        # Before there is anything that could be ended in order.
        sys.exit(INTERRUPTED)
    exit_code = run_command_line()
    try:
        sys.stdout.flush()
    except OSError:
        # Nobody reads any more. Python would try once more on its way out and put its own exit code over ours.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    # It all goes with the process now. Python would look through it once more for garbage: a tenth of a short simulation.
    gc.freeze()
    sys.exit(exit_code)


if __name__ == "__main__":
    main()
