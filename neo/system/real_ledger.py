"""The gateway to real nodes, as the configuration describes them."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Protocol

from neo.domain.config.configuration import Config
from neo.domain.telemetry.event import TelemetryEvent
from neo.infra.xrpl.endpoint import endpoints
from neo.infra.xrpl.gateway import XrplGateway
from neo.infra.xrpl.ledger_desk import GatewayPlan
from neo.infra.xrpl.timing import GatewayTiming, NodeRules
from neo.system.signing import wire_pair


class Surroundings(Protocol):
    """Clock and named random streams: every runtime has them."""

    def now_ns(self) -> int: ...
    def rng_for(self, label: str, /) -> random.Random: ...


def gateway_plan(config: Config, speed: float) -> GatewayPlan:
    """Patience is counted in the engine's seconds: at `speed` times the clock that much less of real time."""
    return GatewayPlan(
        endpoints=endpoints(config.xrpl.nodes),
        pair=wire_pair(config),
        rules=NodeRules(network_id=config.xrpl.network_id, validated_age_max_s=int(config.risk.ledger_age_max_s)),
        timing=GatewayTiming().divided_by(speed),
    )


def real_ledger(
    config: Config, around: Surroundings, speed: float, report: Callable[[TelemetryEvent], None]
) -> XrplGateway:
    """Not started, attached to nobody. `report` is called from the gateway's thread."""
    return XrplGateway(gateway_plan(config, speed), now_ns=around.now_ns, rng=around.rng_for("gateway"), report=report)
