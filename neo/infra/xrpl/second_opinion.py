"""What is asked of one node and believed of two: balances and offers have no hash by which a client could check them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from neo.infra.xrpl.fleet import NoAnswer, NodeFleet
from neo.infra.xrpl.node import Node
from neo.infra.xrpl.node_failure import NodeFailed, NodeRefused
from neo.infra.xrpl.wire.errors import WireError
from neo.infra.xrpl.witnesses import LOOKS, Disputed, majority

Answer = TypeVar("Answer")
Ask = Callable[[Node], Awaitable[Answer]]
#: Nodes that are waited for one after the other until one of them can tell.
WITNESSES_MAX = 2
OTHERWISE = "tells something else of our account than most nodes"


async def confirmed(fleet: NodeFleet, ask: Ask[Answer], witness_s: float) -> Answer:
    """The best node's answer when another one, asked the same, says the same or cannot say; else what most nodes say.

    `ask` has to name the ledger. NoAnswer also when as many nodes say one thing as another; NodeRefused.
    """
    stories: dict[Node, Answer] = {}

    async def noted(node: Node) -> Answer:
        stories[node] = answer = await ask(node)
        return answer

    mine = await fleet.first_answer(noted)
    others = [node for node in fleet.fit() if node not in stories]
    for witness in others[:WITNESSES_MAX]:
        theirs = await _heard(fleet, witness, ask, witness_s)
        if theirs is not None:
            break
    else:
        return mine
    if theirs == mine:
        return mine
    stories[witness] = theirs
    rest = [node for node in others if node not in stories]
    more = await asyncio.gather(*(_heard(fleet, node, ask, witness_s) for node in rest))
    stories.update({node: story for node, story in zip(rest, more, strict=True) if story is not None})
    try:
        return majority(stories, fleet.caught_lying, OTHERWISE)
    except Disputed as disputed:
        raise NoAnswer(f"{', '.join(disputed.nodes)} tell different things of our account") from None


async def _heard(fleet: NodeFleet, node: Node, ask: Ask[Answer], wait_s: float) -> Answer | None:
    """None when the node does not tell in time: a witness is welcome, not needed."""
    try:
        async with asyncio.timeout(wait_s):
            while True:
                try:
                    return await ask(node)
                except NodeRefused:  # it may be a moment behind the leader
                    await asyncio.sleep(wait_s / LOOKS)
    except (NodeFailed, TimeoutError):
        return None
    except WireError as broken:
        fleet.caught_lying(node, str(broken))
        return None
