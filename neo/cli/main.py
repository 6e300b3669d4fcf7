"""The command `neo`: names of the commands, and what becomes of errors.

Only click and the standard library may be imported here, the rest when a command runs.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

import click

from neo.cli.context import CliContext
from neo.cli.lazy_group import LazyCommand, LazyGroup
from neo.domain.errors import NeoError

#: What shells report for a process that was ended by Ctrl-C.
INTERRUPTED = 130

COMMANDS = {
    "run": LazyCommand("neo.cli.run:run", "Run a trading session until its duration, a halt or a signal ends it."),
    "replay": LazyCommand("neo.cli.replay:replay", "Trade recorded market data in virtual time."),
    "simulate": LazyCommand(
        "neo.cli.simulate:simulate", "Run many seeded sessions with faults and check every invariant."
    ),
    "record": LazyCommand("neo.cli.record:record", "Record the live market: book, pool and trades of every ledger."),
    "doctor": LazyCommand("neo.cli.doctor:doctor", "Check configuration, machine, servers, account and key."),
    "sandbox": LazyCommand("neo.cli.sandbox:sandbox", "Serve simulated venues over real sockets, for any client."),
    "status": LazyCommand("neo.cli.status:status", "Show what the engine of this machine is doing."),
    "top": LazyCommand("neo.cli.top:top", "Watch the running session on a full screen until Ctrl-C."),
    "dash": LazyCommand("neo.cli.dash:dash", "Serve the dashboard of a database until Ctrl-C."),
    "halt": LazyCommand("neo.cli.operate:halt", "Halt the running engine: cancel every order, then stop or hold."),
    "resume": LazyCommand("neo.cli.operate:resume", "Let a halted engine that holds trade again."),
    "alert": LazyCommand("neo.cli.alert:alert", "Try the alerts: send a message to every address."),
    "sessions": LazyCommand("neo.cli.sessions:sessions", "List the sessions in the database."),
    "summary": LazyCommand("neo.cli.summary:summary", "Print the summary of a session."),
    "report": LazyCommand("neo.cli.report:report", "Write the report of a session: one HTML page, or Markdown."),
    "analyse": LazyCommand(
        "neo.cli.analyse:analyse", "Diagnose a session: problems by severity, what shows them, what to change."
    ),
    "experiments": LazyCommand(
        "neo.cli.experiments:experiments", "List, compare, note and export sessions as experiments."
    ),
    "capital": LazyCommand(
        "neo.cli.capital:capital", "List capital events, and write deposits and withdrawals by hand."
    ),
    "config": LazyCommand("neo.cli.config:config", "Check and explain configuration files (default: config/sim.toml)."),
    "db": LazyCommand("neo.cli.db:db", "Check, back up, restore and migrate the database."),
}


def _print_version(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted:
        from neo.infra.session.code_version import code_version

        click.echo(f"neo {code_version()}")
        ctx.exit()


@click.group(
    cls=LazyGroup,
    lazy=COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
    epilog="Exit codes and the JSON of each command are described in docs/commands.md.",
)
@click.option(
    "--version",
    is_flag=True,
    expose_value=False,
    is_eager=True,
    callback=_print_version,
    help="Print the version, with the commit in a checkout.",
)
def neo() -> None:
    """A trading engine for your own money on one machine."""


def main(arguments: Sequence[str] | None = None, context: CliContext | None = None) -> int:
    """Run one command line; the exit code."""
    context = context or CliContext()
    with context.crash:
        return _run(list(sys.argv[1:] if arguments is None else arguments), context)
    return context.crash.exit_code


def _run(arguments: list[str], context: CliContext) -> int:
    try:
        # https://no-color.org: any text in NO_COLOR; rich keeps to it by itself.
        color = False if os.environ.get("NO_COLOR") else None
        outcome = neo.main(args=arguments, prog_name="neo", standalone_mode=False, obj=context, color=color)
    except NeoError as error:
        click.echo(f"neo: {error}", err=True)
        return error.exit_code
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("neo: interrupted", err=True)
        return INTERRUPTED
    except SystemExit as leave:
        return leave.code if isinstance(leave.code, int) else (1 if leave.code else 0)
    return outcome if isinstance(outcome, int) else 0
