"""neo sandbox xrpl: an XRP Ledger of one's own, for any client."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING

import click

from neo.domain.errors import NeoError
from neo.domain.session.exit_codes import EX_OK, UNAVAILABLE

if TYPE_CHECKING:
    from neo.infra.sandbox.xrpl.faults.schedule import FaultSchedule
    from neo.infra.sandbox.xrpl.server import SandboxServer

_SLICE_S = 0.1
#: A recording that the simulated ledger does not reproduce.
NOT_EQUAL = 1
#: A drawn schedule of faults covers this much ledger time, then the nodes stay healthy.
_FAULTS_S = 24 * 3_600.0


class CannotServe(NeoError):
    """The sandbox could not begin to listen."""

    exit_code = UNAVAILABLE


@click.command()
@click.option("--port", type=click.IntRange(0, 65_535), default=0, help="First node's port; 0: any that is free.")
@click.option("--nodes", type=click.IntRange(1, 16), default=1, show_default=True, help="Servers of the same ledger.")
@click.option("--seed", type=int, default=0, show_default=True, help="Accounts, prices and faults are made from it.")
@click.option(
    "--close-every",
    type=click.FloatRange(min=0.05),
    default=4.0,
    show_default=True,
    help="Seconds of ledger time between closes.",
)
@click.option("--manual", is_flag=True, help="Close only when a client sends ledger_accept.")
@click.option(
    "--speed",
    type=click.FloatRange(min=0.01, max=1_000.0),
    default=1.0,
    show_default=True,
    help="Ledger time for each second.",
)
@click.option("--faults", default="none", show_default=True, help="Name of a fault schedule: see docs/sandbox.md.")
@click.option(
    "--verify",
    "recordings",
    type=click.Path(path_type=Path, dir_okay=False),
    multiple=True,
    metavar="FILE",
    help="Serve nothing: replay a recorded random book of a real server and compare everything.",
)
def xrpl(
    port: int,
    nodes: int,
    seed: int,
    close_every: float,
    manual: bool,
    speed: float,
    faults: str,
    recordings: tuple[Path, ...],
) -> int:
    """Serve a simulated XRP Ledger as JSON-RPC and WebSocket until Ctrl-C, or verify the model behind it."""
    if recordings:
        return _verify(recordings)
    from neo.cli.stop_signals import StopSignals
    from neo.infra.sandbox.xrpl.plan import SandboxPlan
    from neo.infra.sandbox.xrpl.server import SandboxServer

    plan = SandboxPlan(
        seed=seed,
        nodes=nodes,
        port=port,
        close_every_s=None if manual else close_every,
        speed=speed,
        schedule=_schedule(faults, seed, nodes),
    )
    with StopSignals() as signals:
        server = SandboxServer(plan)
        try:
            server.start()
        except OSError as error:
            advice = "choose another --port, or 0 for any that is free"
            raise CannotServe(f"cannot listen on port {port}: {error.strerror}", advice) from error
        try:
            _tell(server, manual=manual)
            waiting = threading.Event()
            while signals.take() is None:
                waiting.wait(_SLICE_S)
                if (failure := server.failure()) is not None:
                    raise failure
        finally:
            server.stop()
    click.echo("Stopped.")
    return EX_OK


def _verify(recordings: tuple[Path, ...]) -> int:
    """0 when every recording is reproduced, 1 on any difference; a file that is no such recording raises (65)."""
    from neo.infra.simulated.verify.files import read_recording
    from neo.infra.simulated.verify.run import verify_recording

    courses = [read_recording(path) for path in recordings]
    code = EX_OK
    for course in courses:
        verification = verify_recording(course)
        click.echo(f"{course.name}:")
        for line in verification.lines():
            click.echo(f"  {line}")
        if not verification.is_equal:
            code = NOT_EQUAL
    return code


def _schedule(name: str, seed: int, nodes: int) -> FaultSchedule:
    from neo.infra.sandbox.xrpl.faults.schedule import NAMED, FaultSchedule, draw_schedule

    if name == "none":
        return FaultSchedule()
    if name not in NAMED:
        raise click.BadParameter(f"there is no {name!r}; choose none, {', '.join(NAMED)}", param_hint="--faults")
    troubles, mean_gap_s, mean_length_s = NAMED[name]
    return draw_schedule(
        seed, nodes, _FAULTS_S, troubles, mean_gap_s=mean_gap_s, mean_length_s=mean_length_s, always_one_good=nodes > 1
    )


def _tell(server: SandboxServer, *, manual: bool) -> None:
    """Where it listens, and an account that is ready to trade."""
    currency, issuer = server.token
    wallet = server.wallet
    for number, (ws, http) in enumerate(zip(server.urls_ws, server.urls_http, strict=True)):
        click.echo(f"node {number}: {ws}  {http}")
    click.echo(f"token: {currency} (RLUSD) of {issuer}")
    click.echo(f"account: {wallet.account} with XRP, a trust line and {currency[:6]}... to trade")
    click.echo(f"master seed: {wallet.seed}")
    click.echo(f"regular key: {wallet.regular_account} seed {wallet.regular_seed}")
    click.echo("These seeds are known to everybody: never use them on a real network.")
    click.echo("Ledgers close on ledger_accept." if manual else "Ledgers close by the clock.")
    click.echo("Ctrl-C stops it.")
