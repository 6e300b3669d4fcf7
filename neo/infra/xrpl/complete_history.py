"""Our transactions over any range, from whichever node has it."""

from __future__ import annotations

from neo.domain.messages.venue import AccountTransactions
from neo.infra.xrpl.fleet import NoAnswer, NodeFleet
from neo.infra.xrpl.history import read_history
from neo.infra.xrpl.ledger_reading import NotThere
from neo.infra.xrpl.node import Node
from neo.infra.xrpl.node_failure import NodeFailed, NodeRefused
from neo.infra.xrpl.wire.errors import WireError
from neo.infra.xrpl.wire.pair import WirePair
from neo.infra.xrpl.witnesses import Disputed, agreed_transactions


async def complete_history(
    fleet: NodeFleet, pair: WirePair, first: int, last: int, witness_s: float
) -> AccountTransactions:
    """Complete when a node has all of first..last in `complete_ledgers` *and* answers for all of it, checked by a second one.

    Else the longest that a node tells: complete up to an earlier ledger when there is more than fits into one reading, and
    incomplete when nobody has the beginning. NoAnswer when no node tells anything, or when they contradict each other.
    """
    able = tuple(node for node in fleet.fit() if node.standing.ranges.covers(first, last))
    complaints: list[str] = []
    while able:
        try:
            agreed = await agreed_transactions(able, pair, first, last, witness_s, fleet.caught_lying)
            return AccountTransactions(pair.account, first, last, True, agreed)
        except (NotThere, NodeFailed) as failed:
            complaints.append(str(failed))
        except Disputed as disputed:
            raise NoAnswer(str(disputed)) from None
        except WireError as broken:
            fleet.caught_lying(able[0], str(broken))
            complaints.append(str(broken))
        able = able[
            1:
        ]  # the next one leads, with the others as its witnesses: nobody is believed alone who need not be
    told = [found for node in fleet.fit() if (found := await _told(fleet, node, pair, first, last, complaints))]
    if not told:
        raise NoAnswer("; ".join(complaints) or fleet.complaint())
    return max(told, key=lambda found: (found.complete, found.to_ledger, len(found.transactions)))


async def _told(
    fleet: NodeFleet, node: Node, pair: WirePair, first: int, last: int, complaints: list[str]
) -> AccountTransactions | None:
    """What one node has of the range, counted from its end; None when it cannot tell."""
    here = [low for low, high in node.standing.ranges.ranges if low <= last <= high]
    if not here:
        complaints.append(f"{node.name} does not have ledger {last}")
        return None
    begin = max(first, here[0])
    try:
        history = await read_history(node, pair, begin, last)
    except (NodeFailed, NodeRefused) as failed:
        complaints.append(f"{node.name}: {failed}")
        return None
    except WireError as broken:
        fleet.caught_lying(node, str(broken))
        complaints.append(f"{node.name}: {broken}")
        return None
    complete = begin == first and history.from_ledger <= first <= history.to_ledger
    return AccountTransactions(pair.account, first, history.to_ledger, complete, history.transactions)
