"""From the configuration to the venue of a session: one function for each mode that runs on the real clock."""

from __future__ import annotations

from neo.actors.runtime import ThreadSystem
from neo.domain.config.configuration import Config
from neo.domain.messages.storage import Recovery
from neo.system.session_venue import SessionVenue
from neo.system.simulated_venue import continued_wallet, simulated_signer, simulated_venue


def embedded_venue(config: Config, system: ThreadSystem, recovery: Recovery) -> SessionVenue:
    """The simulated ledger, continued from the books; it ends with the process."""
    gateway = simulated_venue(config, system, continued_wallet(config, recovery))
    return SessionVenue(gateway, simulated_signer(config), is_new=True)
