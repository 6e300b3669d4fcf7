"""Stream messages that come late, twice, or never."""

from __future__ import annotations

import random
from typing import Any

from neo.infra.sandbox.xrpl.faults.node_faults import NodeFaults


class Disorder:
    """One connection's stream; a message that is held back follows the next one."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._held: list[dict[str, Any]] = []

    def passed(self, message: dict[str, Any], faults: NodeFaults) -> list[dict[str, Any]]:
        """What is sent now that `message` came."""
        if self._happens(faults.omitted_messages):
            return []
        if self._happens(faults.reordered_messages) and not self._held:
            self._held = [message]
            return []
        held, self._held = self._held, []
        copies = 2 if self._happens(faults.duplicated_messages) else 1
        return [message] * copies + held

    def _happens(self, probability: float) -> bool:
        return probability > 0.0 and self._rng.random() < probability
