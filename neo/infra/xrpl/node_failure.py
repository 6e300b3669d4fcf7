"""The ways in which a request to one node fails. The port's three errors are made of these by whoever asked."""

from __future__ import annotations

import enum

from neo.infra.xrpl.wire.refusals import Refusal


class FailureKind(enum.Enum):
    """What is known about a request that has no usable answer."""

    NOT_SENT = "not_sent"  # it did not leave us
    NO_ANSWER = "no_answer"  # it left us; whether it arrived, and what became of it, is unknown
    BUSY = "busy"  # the node refused to work: 503, 1008, slowDown, tooBusy
    BROKEN = "broken"  # it answered something that no server of the XRP Ledger answers


class NodeFailed(Exception):
    """One request to one node failed. `detail` is for people."""

    def __init__(self, kind: FailureKind, detail: str) -> None:
        super().__init__(f"{kind.value}: {detail}")
        self.kind = kind
        self.detail = detail


class NodeRefused(Exception):
    """A node answered with an error that is about the question."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(f"{refusal.code}: {refusal.message}")
        self.refusal = refusal
