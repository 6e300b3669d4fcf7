"""neo run: one session on the real clock."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import click

from neo.cli.configuration import load_configuration
from neo.cli.context import CliContext, pass_context
from neo.cli.duration import Duration

MODES = ("sim", "replay", "paper", "live")

config_argument = click.argument("config", type=click.Path(path_type=Path, dir_okay=False), metavar="CONFIG")
duration_option = click.option("--duration", type=Duration(), help="End after this time, e.g. 90s, 15m, 1h30m, 2d.")
plain_option = click.option("--plain", is_flag=True, help="Plain lines instead of the live view.")


@click.command()
@config_argument
@click.option("--mode", type=click.Choice(MODES), help="Wins over the configuration; live only if it allows live.")
@duration_option
@click.option("--speed", type=click.FloatRange(min=0, min_open=True), help="Times the real clock; simulation only.")
@plain_option
@pass_context
def run(
    context: CliContext, config: Path, mode: str | None, duration: Decimal | None, speed: float | None, plain: bool
) -> int:
    """Run a trading session until its duration, a halt or a signal ends it.

    CONFIG is a TOML file such as config/sim.toml. The first Ctrl-C cancels all orders and ends in order, the second
    shows what is still to do, the third ends at once. The exit code says why the session ended.
    """
    from neo.cli.drive import drive
    from neo.cli.session_view import view_for
    from neo.cli.summary import print_final_summary

    loaded = load_configuration(
        config,
        {
            "mode": mode,
            "session.duration_s": str(duration) if duration is not None else None,
            "speed": str(Decimal(str(speed))) if speed is not None else None,
        },
    )
    session, exit_code = drive(lambda: context.engine().start(loaded), lambda: view_for(plain), context)
    print_final_summary(session.database, session.session_id)
    return exit_code
