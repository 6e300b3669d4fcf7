"""neo sandbox exchange: an exchange of one's own in the wire format of MEXC or Binance, for any client."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import click

from neo.domain.session.exit_codes import EX_OK

if TYPE_CHECKING:
    from neo.infra.sandbox.exchange.sandbox import SandboxExchange

_SLICE_S = 0.1
_SHARE = click.FloatRange(0.0, 1.0)


class Milliseconds(click.ParamType):  # type: ignore[type-arg]  # generic only since click 8.4
    """`MEDIAN` or `MEDIAN:P99`, in ms; without a 99th percentile every request takes the median."""

    name = "median[:p99]"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> tuple[float, float]:
        if isinstance(value, tuple):
            return value
        median, colon, p99 = str(value).partition(":")
        try:
            found = (float(median), float(p99) if colon else float(median))
        except ValueError:
            found = (-1.0, -1.0)
        if not 0 <= found[0] <= found[1] < 3_600_000:
            self.fail(
                f"{value!r} is not a latency; write for example 180:2000 (median and 99th percentile, ms).", param, ctx
            )
        return found


@click.command()
@click.option(
    "--dialect", type=click.Choice(["mexc", "binance"]), default="mexc", show_default=True, help="Wire format."
)
@click.option("--symbols", type=click.IntRange(1, 5_000), default=150, show_default=True, help="Markets against USDT.")
@click.option("--port", type=click.IntRange(0, 65_535), default=0, help="Port; 0: any that is free.")
@click.option("--seed", type=int, default=0, show_default=True, help="Markets, prices and troubles are made from it.")
@click.option(
    "--bars",
    type=click.Path(path_type=Path, dir_okay=False),
    multiple=True,
    help="Recorded one-minute bars named BASE_USDT.csv; that market relives them.",
)
@click.option(
    "--books",
    type=click.Path(path_type=Path, dir_okay=False),
    multiple=True,
    help="Recorded order book and trades of one market (Binance messages), named BASE_USDT; it relives them.",
)
@click.option(
    "--latency", type=Milliseconds(), default=(0.0, 0.0), show_default="none", help="Of a request, lognormal."
)
@click.option("--errors", type=_SHARE, default=0.0, show_default=True, help="Share of requests that fail in some way.")
@click.option(
    "--lost-replies", type=_SHARE, default=0.0, show_default=True, help="Share of orders whose reply is lost."
)
@click.option("--duplicates", type=_SHARE, default=0.0, show_default=True, help="Share of orders that arrive twice.")
@click.option("--late-visibility", type=click.IntRange(0), default=0, help="Ms until an order can be found.")
@click.option("--clock-drift", type=int, default=0, help="Ms by which the exchange's clock is ahead.")
@click.option(
    "--dips-per-day",
    type=click.FloatRange(0.0, 1_440.0),
    default=2.0,
    show_default=True,
    help="Sudden falls of each seeded market.",
)
@click.option("--limits", type=click.FloatRange(0.0), default=1.0, show_default=True, help="Request limits; 0: none.")
def exchange(
    dialect: str,
    symbols: int,
    port: int,
    seed: int,
    bars: tuple[Path, ...],
    books: tuple[Path, ...],
    latency: tuple[float, float],
    errors: float,
    lost_replies: float,
    duplicates: float,
    late_visibility: int,
    clock_drift: int,
    dips_per_day: float,
    limits: float,
) -> int:
    """Serve a simulated exchange over HTTP and WebSocket until Ctrl-C."""
    from neo.cli.stop_signals import StopSignals
    from neo.infra.sandbox.exchange.plan import DialectName, ExchangePlan
    from neo.infra.sandbox.exchange.sandbox import SandboxExchange
    from neo.infra.simulated_exchange.disturbance import Climate, Latency, Trouble

    troubles = ((Trouble.REPLY_LOST, lost_replies), (Trouble.DUPLICATED, duplicates))
    plan = ExchangePlan(
        dialect=DialectName(dialect),
        symbols=symbols,
        seed=seed,
        port=port,
        bars=bars,
        books=books,
        climate=Climate(Latency(*latency), errors, troubles, late_visibility),
        limit_share=limits,
        clock_drift_ms=clock_drift,
        dips_per_day=dips_per_day,
    )
    with StopSignals() as signals, SandboxExchange(plan) as server:
        _tell(server)
        waiting = threading.Event()
        while signals.take() is None:
            waiting.wait(_SLICE_S)
    click.echo("Stopped.")
    return EX_OK


def _tell(server: SandboxExchange) -> None:
    """Where it listens, who may trade, and what ccxt needs to come here."""
    account = server.plan.accounts[0]
    funds = ", ".join(f"{amount} {asset}" for asset, amount in account.funds)
    click.echo(f"{server.plan.dialect.value}: {server.url}  streams: {server.stream_url}/ws")
    click.echo(f"account: key {account.api_key} secret {account.secret}, with {funds}")
    click.echo(f"ccxt: ccxt.{server.plan.dialect.value}({json.dumps(server.ccxt_config())})")
    click.echo("Ctrl-C stops it.")
