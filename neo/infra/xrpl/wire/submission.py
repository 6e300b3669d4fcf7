"""The answer to `submit`."""

from __future__ import annotations

import re

from neo.domain.messages.venue import SubmissionAnswered
from neo.infra.xrpl.wire.fields import Fields
from neo.records import frozen

_RESULT = re.compile(r"te[cfmlrs][A-Z][A-Z0-9_]{1,60}", re.ASCII)


@frozen
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
    fields = Fields(result, "submit")
    if "error" in fields:
        raise fields.wrong("error", "an answer without an error")
    code = fields.text("engine_result")
    if not _RESULT.fullmatch(code):
        raise fields.wrong("engine_result", "a result such as tesSUCCESS")
    fields.child("tx_json").only("hash", expected_hash, f"the transaction {expected_hash[:8]}…")
    ledger_index = fields.whole("validated_ledger_index", least=1) if "validated_ledger_index" in fields else 0
    return SubmissionRead(
        SubmissionAnswered(expected_hash, code, ledger_index),
        fields.optional_flag("applied"),
        fields.optional_flag("queued"),
        fields.optional_flag("kept"),
        fields.optional_flag("broadcast"),
        fields.optional_whole("account_sequence_available"),
        fields.digits("open_ledger_cost", 0, 10**17) if "open_ledger_cost" in fields else None,
    )
