"""How a server is: synced or not, how old its ledger is, what it has, on which network."""

from __future__ import annotations

from decimal import Decimal

import attrs

from neo.infra.xrpl.wire.fees import LedgerFees
from neo.infra.xrpl.wire.ledger_ranges import LedgerRanges


@attrs.frozen
class ServerStatus:
    """`server_info` or `server_state`.

    `validated_index` is 0 and `fees` None while there is no validated ledger. `validated_age_s` is only in server_info,
    `close_time_ns` only in server_state. `load_factor` is 1 for an idle server. `network_id` None: the server does not say.
    """

    state: str
    version: str
    ranges: LedgerRanges
    validated_index: int
    validated_hash: str
    validated_age_s: int | None
    close_time_ns: int | None
    fees: LedgerFees | None
    load_factor: Decimal
    network_id: int | None
    amendment_blocked: bool
    peers: int | None

    @property
    def synced(self) -> bool:
        """Follows the network and may answer for it."""
        return self.state in SYNCED_STATES and self.validated_index > 0 and not self.amendment_blocked


#: https://xrpl.org/docs/references/http-websocket-apis/api-conventions/rippled-server-states
SYNCED_STATES = frozenset({"full", "validating", "proposing"})


def parse_server(result: object) -> ServerStatus:
    """The answer to `server_info` or `server_state`."""
    raise NotImplementedError
