"""A validated transaction's effect on our account: offers, balances, fee, tickets.

Source: https://xrpl.org/docs/references/protocol/transactions/metadata. An offer that was consumed wholly, cancelled,
replaced, expired or found unfunded is a DeletedNode; how much of it was filled is the difference of its PreviousFields and
FinalFields, and only that.
"""

from __future__ import annotations

from neo.domain.messages.venue import ValidatedTransaction
from neo.infra.xrpl.wire.envelope import TransactionEnvelope
from neo.infra.xrpl.wire.pair import WirePair


def parse_transaction(pair: WirePair, envelope: TransactionEnvelope) -> ValidatedTransaction | None:
    """None when the transaction did not touch `pair.account`. Only offers of the pair are in `offers`; base_delta counts every
    change of the account's XRP. WireError when transaction and metadata contradict each other."""
    raise NotImplementedError
