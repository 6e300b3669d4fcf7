"""neo replay: one session over recorded data, in virtual time."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import click

from neo.cli.configuration import load_configuration
from neo.cli.context import CliContext, pass_context
from neo.cli.instant import Instant
from neo.cli.run import config_argument, duration_option, plain_option


@click.command()
@config_argument
@click.option(
    "--data",
    "data",
    type=click.Path(path_type=Path, dir_okay=False),
    multiple=True,
    required=True,
    help="Recorded file; more than one is read in the order of time, or (drops) as a symbol each.",
)
@click.argument("more_data", nargs=-1, type=click.Path(path_type=Path, dir_okay=False), metavar="[FILE]...")
@click.option(
    "--from",
    "from_ns",
    type=Instant(),
    help="Begin here instead of with the data: 2021-05-19 or 2021-05-19T12:30 (UTC).",
)
@duration_option
@plain_option
@pass_context
def replay(
    context: CliContext,
    config: Path,
    data: tuple[Path, ...],
    more_data: tuple[Path, ...],
    from_ns: int | None,
    duration: Decimal | None,
    plain: bool,
) -> int:
    """Trade recorded market data in virtual time.

    CONFIG is a TOML file such as config/sim.toml. Bars of one minute, trades, order books and what neo record wrote are
    recognised by their content, compressed or not. The session ends with the data, or earlier with --duration. The drop buyer
    takes bars, a file for each symbol, named BASE_QUOTE: neo replay config/drop.toml --data BTC_USDT.csv.gz XRP_USDT.csv.gz
    """
    from neo.cli.drive import drive
    from neo.cli.session_view import view_for
    from neo.cli.summary import print_final_summary

    options = {"mode": "replay", "session.duration_s": str(duration) if duration is not None else None}
    loaded = load_configuration(config, options)
    session, exit_code = drive(
        lambda: context.engine().start_replay(loaded, (*data, *more_data), from_ns), lambda: view_for(plain), context
    )
    print_final_summary(session.database, session.session_id)
    return exit_code
