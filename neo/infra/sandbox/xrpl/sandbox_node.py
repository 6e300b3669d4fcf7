"""One node of a running sandbox, as whoever tests with it sees it."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from neo.infra.sandbox.xrpl.faults.node_faults import HEALTHY, NodeFaults
from neo.infra.sandbox.xrpl.serving.host import NodeHost


class SandboxNode:
    """What is wrong with the node may be changed at any time and from any thread; `call` runs work on the server's loop."""

    def __init__(self, host: NodeHost, call: Callable[[Coroutine[Any, Any, Any]], Any]) -> None:
        self._host = host
        self._call = call

    @property
    def port(self) -> int:
        return self._host.node.port

    @property
    def faults(self) -> NodeFaults:
        return self._host.node.faults

    @property
    def connections(self) -> int:
        """WebSocket connections that are open now."""

        async def count() -> int:
            return self._host.connections

        return int(self._call(count()))

    def fault(self, **changes: Any) -> None:
        """Set some faults (names and meanings in NodeFaults) and leave the others as they are."""
        self._call(self._host.apply(self.faults.changed(**changes)))

    def heal(self) -> None:
        """No faults any more."""
        self._call(self._host.apply(HEALTHY))

    def kill(self) -> None:
        """Every connection breaks and new ones are refused."""
        self.fault(down=True)

    def revive(self) -> None:
        """Listen on the same port again; subscriptions are gone."""
        self.fault(down=False)
