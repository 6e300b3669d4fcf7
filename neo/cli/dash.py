"""neo dash: the dashboard of a database, whether its engine runs in another process or not at all."""

from __future__ import annotations

import os
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import click

from neo.cli.configuration import load_configuration
from neo.cli.database_option import STANDARD_CONFIG, chosen_database
from neo.domain.session.exit_codes import EX_OK

if TYPE_CHECKING:
    from neo.domain.config.dashboard import DashboardConfig

SLICE_S = 0.2


@click.command()
@click.option("--database", type=click.Path(path_type=Path, dir_okay=False), help="Database file; wins over --config.")
@click.option(
    "--config",
    "config",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Configuration that names the database; its [dashboard] is used, too.",
)
@click.option("--host", help="Address to listen on (default: dashboard.host, 127.0.0.1 unless told otherwise).")
@click.option("--port", type=click.IntRange(0, 65_535), help="Port to listen on; 0 takes a free one.")
def dash(database: Path | None, config: Path | None, host: str | None, port: int | None) -> int:
    """Serve the dashboard of a database until Ctrl-C.

    Reads only: the engine may run, elsewhere on this machine, or have ended. Halt and resume need the token in the
    environment variable that dashboard.token_env names. Exit code 69 when the port is taken.
    """
    from neo.cli.stop_signals import StopSignals
    from neo.infra.metrics.exposition import metrics_route
    from neo.infra.metrics.readings import sighted_reading
    from neo.infra.session.code_version import code_version
    from neo.infra.web.server import DashboardServer, ServerPlan
    from neo.infra.web.sources import OtherEngine
    from neo.infra.web.token import token_from

    file = chosen_database(database, config)
    settings = _settings(config, host, port)
    token = token_from(os.environ, settings)
    source = OtherEngine(file)
    metrics = metrics_route(sighted_reading(source.sighting), with_process=False)
    with StopSignals() as signals:
        server = DashboardServer(
            ServerPlan(config=settings, source=source, version=code_version(), token=token, more_routes=(metrics,))
        )
        server.start()
        try:
            waiting = threading.Event()
            click.echo(f"Dashboard of {file}: {server.url} ({_rights(token, settings)}); Ctrl-C ends it")
            while signals.take() is None:
                waiting.wait(SLICE_S)
        finally:
            server.stop()
    return EX_OK


def _settings(config: Path | None, host: str | None, port: int | None) -> DashboardConfig:
    """[dashboard] of the configuration that was named or is there, with what the command line says instead."""
    import attrs

    from neo.domain.config.bounds import ValueRefused
    from neo.domain.config.dashboard import DashboardConfig

    named = config or (STANDARD_CONFIG if STANDARD_CONFIG.exists() else None)
    settings = load_configuration(named, {}).config.dashboard if named is not None else DashboardConfig()
    try:
        return attrs.evolve(
            settings,
            host=settings.host if host is None else host,
            port=settings.port if port is None else port,
        )
    except ValueRefused as error:
        raise click.BadParameter(str(error)) from error


def _rights(token: str | None, settings: DashboardConfig) -> str:
    return "halt and resume with token" if token is not None else f"read-only: {settings.token_env} holds no token"
