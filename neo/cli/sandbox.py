"""neo sandbox: simulated venues served over real sockets, in their own wire formats."""

from __future__ import annotations

import click

from neo.cli.sandbox_exchange import exchange
from neo.cli.sandbox_xrpl import xrpl


@click.group()
def sandbox() -> None:
    """Serve simulated venues over real sockets, for any client."""


sandbox.add_command(xrpl)
sandbox.add_command(exchange)
