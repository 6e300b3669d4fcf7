"""What a server's preliminary result code tells, and what it does not.

A preliminary result is never proof: https://xrpl.org/docs/references/protocol/transactions/transaction-results. The only
question here is whether the transaction is on its way (then its ledger decides), or whether our sequence numbers may be
wrong (then they are read again once everything in flight has its verdict).
"""

from __future__ import annotations

import enum


class Outlook(enum.Enum):
    ON_ITS_WAY = "on_its_way"  # applied, queued or claimed: wait for the validated ledger
    IN_DOUBT = "in_doubt"  # may or may not reach a ledger: UNKNOWN until LastLedgerSequence has passed


#: Results after which the transaction is expected in a ledger: applied, fee claimed, queued for a later ledger.
_APPLIED_PREFIXES = ("tes", "tec")
_HELD = frozenset({"terQUEUED", "tefALREADY"})


def outlook(result: str) -> Outlook:
    """How `result` bodes.

    tes, tec and terQUEUED are on their way; tefALREADY means this very transaction is already there. tem (malformed), tel
    (refused by this server, also for its fee), ter (may work later: a missing earlier sequence), tef (sequence used up,
    LastLedgerSequence passed) and anything unheard of are in doubt: another server may still apply the transaction, and
    the sequence number may not have been used.
    """
    if result.startswith(_APPLIED_PREFIXES) or result in _HELD:
        return Outlook.ON_ITS_WAY
    return Outlook.IN_DOUBT


def succeeded(result: str) -> bool:
    """Whether a *validated* result means that the transaction did what it says."""
    return result == "tesSUCCESS"
