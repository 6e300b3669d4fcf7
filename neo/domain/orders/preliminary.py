"""What a server's preliminary result code tells, and what it does not: one rule for each class of codes.

A preliminary result is never proof: https://xrpl.org/docs/references/protocol/transactions/transaction-results. The only
question here is whether the transaction is on its way (then its ledger decides), or whether our sequence numbers may be
wrong (then they are read again once everything in flight has its verdict).
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from types import MappingProxyType

from neo.records import frozen


class Outlook(enum.Enum):
    ON_ITS_WAY = "on_its_way"  # applied, queued or claimed: wait for the validated ledger
    IN_DOUBT = "in_doubt"  # may or may not reach a ledger: UNKNOWN until LastLedgerSequence has passed


@frozen
class PreliminaryRule:
    """How a result bodes, and why, for the order's history."""

    outlook: Outlook
    meaning: str


_WAY, _DOUBT = Outlook.ON_ITS_WAY, Outlook.IN_DOUBT
#: By class, which is the first three letters.
CLASSES: Mapping[str, PreliminaryRule] = MappingProxyType(
    {
        "tes": PreliminaryRule(_WAY, "applied to the open ledger"),
        "tec": PreliminaryRule(_WAY, "would claim its fee; in another order of the ledger it may still succeed"),
        "ter": PreliminaryRule(_DOUBT, "kept for later: something before it is missing"),
        "tef": PreliminaryRule(_DOUBT, "cannot be applied to what this server has"),
        "tel": PreliminaryRule(_DOUBT, "this server does not take or relay it"),
        "tem": PreliminaryRule(_DOUBT, "malformed: no server should take it"),
    }
)
#: Codes that say something else than their class.
CODES: Mapping[str, PreliminaryRule] = MappingProxyType(
    {
        "terQUEUED": PreliminaryRule(_WAY, "queued for a ledger with room"),
        "tefALREADY": PreliminaryRule(_WAY, "this very transaction is there already"),
        "tefPAST_SEQ": PreliminaryRule(_DOUBT, "its sequence is used up: by itself, sent before, or by another"),
        "tefMAX_LEDGER": PreliminaryRule(_DOUBT, "its last ledger has passed on this server"),
        "tefNO_TICKET": PreliminaryRule(_DOUBT, "its ticket is used up: by itself, sent before, or by another"),
        "terPRE_SEQ": PreliminaryRule(_DOUBT, "a transaction with an earlier sequence is missing"),
        "terPRE_TICKET": PreliminaryRule(_DOUBT, "its ticket does not exist yet"),
        "telINSUF_FEE_P": PreliminaryRule(_DOUBT, "its fee is below what this server asks for"),
    }
)
_UNHEARD_OF = PreliminaryRule(_DOUBT, "a result that is not known here")


def rule_of(result: str) -> PreliminaryRule:
    """The rule for a result code: its own, that of its class, or doubt.

    Doubt is the rule wherever another server may still apply the transaction, or its sequence may not have been used:
    a refused transaction has been seen validated, and an applied one never (recordings 05, 09, 17).
    """
    return CODES.get(result) or CLASSES.get(result[:3]) or _UNHEARD_OF


def outlook(result: str) -> Outlook:
    """How `result` bodes."""
    return rule_of(result).outlook


def succeeded(result: str) -> bool:
    """Whether a *validated* result means that the transaction did what it says."""
    return result == "tesSUCCESS"
