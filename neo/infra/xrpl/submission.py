"""Sends a signed transaction, and says honestly what became of it.

Sequence, hash and LastLedgerSequence are durable before this is asked for. The blob is sent as it is: it is never signed
again, filled in or waited for; sending the same blob to a second node is harmless, because its hash is the same. What a
server answers is its preliminary word. https://xrpl.org/docs/concepts/transactions/reliable-transaction-submission
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from xrpl.models.requests import SubmitOnly

from neo.domain.messages.venue import PortError, PortFailed, SignedTransaction, SubmissionAnswered
from neo.domain.ports import LEDGER_PORT
from neo.infra.xrpl.fleet import NodeFleet
from neo.infra.xrpl.node import Node
from neo.infra.xrpl.node_failure import FailureKind, NodeFailed, NodeRefused
from neo.infra.xrpl.wire.errors import WireError
from neo.infra.xrpl.wire.refusals import port_error
from neo.infra.xrpl.wire.submission import parse_submit

#: Nodes that a transaction is offered to, one after the other, until one says what it thinks of it.
NODES_TRIED_MAX = 3


class Submissions:
    """Transactions under way, at most as many as requests may wait."""

    def __init__(self, submit_s: float) -> None:
        self._submit_s = submit_s
        self._seen: dict[str, asyncio.Future[SubmissionAnswered]] = {}

    def shown(self, hash_: str, result: str, ledger_index: int) -> None:
        """A stream shows the transaction: it has arrived, whatever became of the answer."""
        waiting = self._seen.get(hash_)
        if waiting is not None and not waiting.done():
            waiting.set_result(SubmissionAnswered(hash_, result, ledger_index))

    async def submit(self, fleet: NodeFleet, signed: SignedTransaction) -> SubmissionAnswered | PortFailed:
        """The word of the first node that has one, or of the stream."""
        if not signed.blob:
            return _failed(PortError.REJECTED, f"transaction {signed.hash} is not signed for this ledger")
        nodes = fleet.fit()[:NODES_TRIED_MAX]
        if not nodes:
            return _failed(PortError.UNAVAILABLE, fleet.complaint())
        if signed.hash in self._seen:
            return _failed(PortError.OUTCOME_UNKNOWN, f"transaction {signed.hash} is being sent already")
        shown = self._seen[signed.hash] = asyncio.get_running_loop().create_future()
        asking = asyncio.ensure_future(self._offer(fleet, nodes, signed))
        try:
            await asyncio.wait({asking, shown}, return_when=asyncio.FIRST_COMPLETED)
            return asking.result() if asking.done() and _is_answer(asking.result(), shown) else shown.result()
        finally:
            del self._seen[signed.hash]
            asking.cancel()
            shown.cancel()

    async def _offer(
        self, fleet: NodeFleet, nodes: Sequence[Node], signed: SignedTransaction
    ) -> SubmissionAnswered | PortFailed:
        complaints: list[str] = []
        may_have_arrived = False
        for node in nodes:
            try:
                answer = await node.read(SubmitOnly(tx_blob=signed.blob, fail_hard=False), self._submit_s)
                return parse_submit(answer, signed.hash).answered
            except NodeFailed as failed:
                may_have_arrived |= failed.kind in _ARRIVED_PERHAPS
                complaints.append(failed.detail)
            except WireError as broken:
                may_have_arrived = True
                fleet.caught_lying(node, str(broken))
                complaints.append(f"{node.name}: {broken}")
            except NodeRefused as refused:
                error = port_error(refused.refusal, submitting=True)
                complaints.append(f"{node.name}: {refused}")
                if error is PortError.REJECTED and not may_have_arrived:
                    return _failed(error, complaints[-1])
                may_have_arrived |= error is PortError.OUTCOME_UNKNOWN
        error = PortError.OUTCOME_UNKNOWN if may_have_arrived else PortError.UNAVAILABLE
        return _failed(error, "; ".join(complaints))


#: After these the node may have the transaction. `BUSY` is said instead of taking it.
_ARRIVED_PERHAPS = frozenset({FailureKind.NO_ANSWER, FailureKind.BROKEN})


def _is_answer(answer: SubmissionAnswered | PortFailed, shown: asyncio.Future[SubmissionAnswered]) -> bool:
    """An answer counts, a failure only when no stream showed the transaction."""
    return isinstance(answer, SubmissionAnswered) or not shown.done()


def _failed(error: PortError, detail: str) -> PortFailed:
    return PortFailed(LEDGER_PORT, error, detail[:500])
