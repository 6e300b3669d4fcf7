"""From the configuration to the venue of a session: one function for each mode that runs on the real clock."""

from __future__ import annotations

import os
from collections.abc import Callable

from neo.actors.runtime import ThreadSystem
from neo.domain.config.choices import Mode
from neo.domain.config.configuration import Config
from neo.domain.errors import NeoError
from neo.domain.messages.storage import Recovery
from neo.domain.ports import Signer
from neo.domain.session.exit_codes import UNAVAILABLE
from neo.domain.telemetry.event import TelemetryEvent
from neo.infra.xrpl.entry_points import require_known_client
from neo.infra.xrpl.gateway import XrplGateway
from neo.system.cast import buys_drops, makes_markets
from neo.system.exchange_readiness import require_exchange
from neo.system.exchange_venue import continued_holdings, paper_exchange, simulated_exchange
from neo.system.ledger_readiness import require_ready
from neo.system.pace import Pace
from neo.system.paper_venue import paper_venue
from neo.system.real_exchange import exchange_keys, real_exchange
from neo.system.real_ledger import real_ledger
from neo.system.session_venue import ExchangeVenue, SessionVenue, VenuePort
from neo.system.signing import real_signer
from neo.system.simulated_venue import continued_wallet, simulated_signer, simulated_venue

Report = Callable[[TelemetryEvent], None]
#: Real seconds until the first ledger must have been heard of: one comes every 3 to 5 s.
FIRST_LEDGER_S = 30.0


class LedgerUnreachable(NeoError):
    """No server can be followed. Nothing was sent."""

    exit_code = UNAVAILABLE


def open_venue(config: Config, system: ThreadSystem, pace: Pace, recovery: Recovery, report: Report) -> SessionVenue:
    """Attached to nobody yet. NeoError when the session must not start; then nothing is left running.

    Only the venues of strategies that run are looked at: a drop buyer alone needs no node, a market maker no exchange.
    """
    if config.mode is Mode.SIM:
        return embedded_venue(config, system, recovery)
    is_live = config.mode is Mode.LIVE
    exchange = open_exchange(config, system, recovery, report) if buys_drops(config) else None
    if not makes_markets(config):
        return SessionVenue(simulated_signer(config), is_new=not is_live, exchange=exchange)
    try:
        ledger, signer = _ledger(config, system, pace, recovery, report)
    except BaseException:
        if exchange is not None:
            exchange.stop()
        raise
    return SessionVenue(signer, is_new=not is_live, ledger=ledger, is_running=True, exchange=exchange)


def _ledger(
    config: Config, system: ThreadSystem, pace: Pace, recovery: Recovery, report: Report
) -> tuple[VenuePort, Signer]:
    # Nothing that a paper session signs ever leaves the process.
    is_live = config.mode is Mode.LIVE
    key = real_signer(config, os.environ) if is_live else None
    require_known_client()
    require_ready(config, key.key_address if key is not None else None, system.now_ns, pace.speed)
    gateway = _following(real_ledger(config, system, pace.speed, report))
    port: VenuePort = gateway if is_live else paper_venue(config, gateway, system, recovery)
    return port, key or simulated_signer(config)


def open_exchange(config: Config, system: ThreadSystem, recovery: Recovery, report: Report) -> ExchangeVenue:
    """A gateway that runs to an exchange that was looked at. NeoError when the session must not start."""
    keys = exchange_keys(config, os.environ)
    gateway = real_exchange(config, keys, system.now_ns, report)
    try:
        gateway.start()
        require_exchange(config, gateway, with_wallet=config.mode is Mode.LIVE)
    except BaseException:
        gateway.stop()
        raise
    return gateway if config.mode is Mode.LIVE else paper_exchange(config, gateway, system, recovery)


def _following(gateway: XrplGateway) -> XrplGateway:
    """Started, and following the ledger: whoever trades wants to be heard from the first moment on."""
    try:
        gateway.start()
        if not gateway.wait_for_ledger(FIRST_LEDGER_S):
            problem = f"no server of the ledger can be followed: {gateway.complaint()}"
            raise LedgerUnreachable(
                problem, "Check xrpl.nodes and the network: neo doctor CONFIG looks at each server."
            )
    except BaseException:
        gateway.stop()
        raise
    return gateway


def embedded_venue(config: Config, system: ThreadSystem, recovery: Recovery) -> SessionVenue:
    """The simulated ledger and exchange, continued from the books; they end with the process."""
    ledger = simulated_venue(config, system, continued_wallet(config, recovery)) if makes_markets(config) else None
    exchange = simulated_exchange(config, system, continued_holdings(config, recovery)) if buys_drops(config) else None
    return SessionVenue(simulated_signer(config), is_new=True, ledger=ledger, exchange=exchange)
