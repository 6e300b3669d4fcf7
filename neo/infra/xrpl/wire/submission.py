"""The answer to `submit`."""

from __future__ import annotations

import attrs

from neo.domain.messages.venue import SubmissionAnswered


@attrs.frozen
class SubmissionRead:
    """`answered` is the message for the engine. The rest says what the server did; None where it does not say.

    `sequence_available`: the next sequence after everything that this server has and queued.
    """

    answered: SubmissionAnswered
    applied: bool | None
    queued: bool | None
    kept: bool | None
    broadcast: bool | None
    sequence_available: int | None
    open_ledger_cost_drops: int | None


def parse_submit(result: object, expected_hash: str) -> SubmissionRead:
    """The answer to a `submit` that is no error (see refusals.py). WireError when it is about another transaction."""
    raise NotImplementedError
