"""What can be wrong with one node, switched on and off while it runs."""

from __future__ import annotations

import enum
from typing import Any

import attrs

from neo.records import frozen


class Lie(enum.Enum):
    """An answer that is not true."""

    #: What is only in the open ledger is called validated.
    VALIDATED_FLAG = "validated_flag"
    #: The data of another account.
    WRONG_ACCOUNT = "wrong_account"
    #: Balances, indexes and times beyond anything possible.
    ABSURD_NUMBERS = "absurd_numbers"
    #: Text that is not JSON.
    MALFORMED_JSON = "malformed_json"
    #: Numbers where text belongs, lists where objects belong.
    WRONG_TYPES = "wrong_types"
    #: Fields are left out.
    MISSING_FIELDS = "missing_fields"
    #: The id of another network.
    WRONG_NETWORK = "wrong_network"


@frozen
class NodeFaults:
    """One node's faults; the default has none.

    `lag_ledgers`: it knows the ledger as it was that many closes ago. `slow_ms`: delay of each answer, up to twice that.
    `missing_ledgers`: ranges (first, last) that its history does not have. Probabilities are for each message or submit.
    """

    down: bool = False
    lag_ledgers: int = 0
    slow_ms: int = 0
    refuse_503: bool = False
    close_1008: bool = False
    not_synced: bool = False
    half_open: bool = False
    rate_limited: bool = False
    lost_submit_replies: float = 0.0
    lost_replies: float = 0.0
    reordered_messages: float = 0.0
    duplicated_messages: float = 0.0
    omitted_messages: float = 0.0
    missing_ledgers: tuple[tuple[int, int], ...] = ()
    lies: frozenset[Lie] = frozenset()

    def changed(self, **changes: Any) -> NodeFaults:
        """These faults with some of them set otherwise; TypeError for a fault that does not exist."""
        return attrs.evolve(self, **changes)


HEALTHY = NodeFaults()
