"""Our transactions of a few ledgers as several nodes tell them: one that leaves a fill out, or makes one up, is noticed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from neo.domain.messages.venue import ValidatedTransaction
from neo.infra.xrpl.history import read_history
from neo.infra.xrpl.ledger_reading import NotThere
from neo.infra.xrpl.node import Node
from neo.infra.xrpl.node_failure import NodeFailed, NodeRefused
from neo.infra.xrpl.wire.errors import WireError
from neo.infra.xrpl.wire.pair import WirePair

Transactions = tuple[ValidatedTransaction, ...]
Story = TypeVar("Story")
#: How often a witness that does not have a ledger yet is asked while it is waited for.
LOOKS = 8
OTHER_TRANSACTIONS = "tells other transactions of ours than most nodes"
CaughtLying = Callable[[Node, str], None]


class Disputed(Exception):
    """As many nodes tell one story as another."""

    def __init__(self, nodes: Sequence[Node]) -> None:
        self.nodes = tuple(sorted(node.name for node in nodes))
        super().__init__(f"{', '.join(self.nodes)} tell different transactions")


async def agreed_transactions(
    nodes: Sequence[Node], pair: WirePair, first: int, last: int, witness_s: float, caught_lying: CaughtLying
) -> Transactions:
    """What the first node tells, if the second (when it can tell in time) tells the same; else what most of all nodes tell.

    NotThere when the first node cannot; Disputed; NodeFailed and WireError are the first node's.
    """
    leader, others = nodes[0], nodes[1:]
    if not others:
        return await _told(leader, pair, first, last)
    witness = max(others, key=lambda node: node.standing.ledger_index)
    mine, theirs = await asyncio.gather(
        _told(leader, pair, first, last), _heard(witness, pair, first, last, witness_s, caught_lying)
    )
    if theirs is None or theirs == mine:
        return mine
    stories = {leader: mine, witness: theirs}
    rest = [node for node in others if node is not witness]
    more = await asyncio.gather(*(_heard(node, pair, first, last, witness_s, caught_lying) for node in rest))
    stories.update({node: story for node, story in zip(rest, more, strict=True) if story is not None})
    return majority(stories, caught_lying, OTHER_TRANSACTIONS)


def majority(stories: Mapping[Node, Story], caught_lying: CaughtLying, otherwise: str) -> Story:
    """What most nodes tell; the others are `caught_lying` with `otherwise`. Disputed when no story has the most."""
    camps: list[tuple[Story, list[Node]]] = []
    for node, story in stories.items():
        for told, nodes in camps:
            if told == story:
                nodes.append(node)
                break
        else:
            camps.append((story, [node]))
    camps.sort(key=lambda camp: len(camp[1]), reverse=True)
    if len(camps) > 1 and len(camps[0][1]) == len(camps[1][1]):
        raise Disputed(tuple(stories))
    for _, nodes in camps[1:]:
        for node in nodes:
            caught_lying(node, otherwise)
    return camps[0][0]


async def _told(node: Node, pair: WirePair, first: int, last: int) -> Transactions:
    try:
        history = await read_history(node, pair, first, last)
    except NodeRefused as refused:
        raise NotThere(f"{node.name}: {refused}") from None
    if not history.covers(first, last):
        raise NotThere(f"{node.name} has ledgers {history.from_ledger} to {history.to_ledger} only")
    return history.transactions


async def _heard(
    node: Node, pair: WirePair, first: int, last: int, wait_s: float, caught_lying: CaughtLying
) -> Transactions | None:
    """None when the node does not tell in time: a witness is welcome, not needed."""
    try:
        async with asyncio.timeout(wait_s):
            while True:
                try:
                    return await _told(node, pair, first, last)
                except NotThere:  # it may be a moment behind the leader
                    await asyncio.sleep(wait_s / LOOKS)
    except (NodeFailed, TimeoutError):
        return None
    except WireError as broken:
        caught_lying(node, str(broken))
        return None
