"""A validated transaction's effect on our account: offers, balances, fee, tickets.

Source: https://xrpl.org/docs/references/protocol/transactions/metadata. An offer that was consumed wholly, cancelled,
replaced, expired or found unfunded is a DeletedNode; how much of it was filled is the difference of its PreviousFields and
FinalFields, and only that.
"""

from __future__ import annotations

from neo.domain.messages.venue import TransactionKind, ValidatedTransaction
from neo.domain.units import drops_to_xrp
from neo.infra.xrpl.wire.affected_nodes import AffectedNode, NodeFate
from neo.infra.xrpl.wire.amounts import drops
from neo.infra.xrpl.wire.balance_changes import balance_change
from neo.infra.xrpl.wire.envelope import TransactionEnvelope
from neo.infra.xrpl.wire.errors import WireError
from neo.infra.xrpl.wire.offer_changes import own_changes
from neo.infra.xrpl.wire.pair import WirePair

_KINDS = {kind.value: kind for kind in TransactionKind if kind is not TransactionKind.OTHER}
_OWNED = ("Offer", "Ticket")


def parse_transaction(pair: WirePair, envelope: TransactionEnvelope) -> ValidatedTransaction | None:
    """None when the transaction did not touch `pair.account`. Only offers of the pair are in `offers`; base_delta counts every
    change of the account's XRP. WireError when transaction and metadata contradict each other."""
    sent = envelope.transaction
    sender = sent.account("Account")
    ours = sender == pair.account
    change = balance_change(pair, envelope.nodes, pair.account)
    if ours and not change.account_seen:
        raise WireError(sent.path, "metadata with the account that sent it", sender)
    if not (ours or change.touched or _owns_touched(pair, envelope.nodes)):
        return None
    fee_drops = drops(sent, "Fee") if ours and "Delegate" not in sent else 0
    ticket_sequence = sent.whole("TicketSequence", least=1) if "TicketSequence" in sent else None
    return ValidatedTransaction(
        hash=envelope.hash,
        ledger_index=envelope.ledger_index,
        position=envelope.position,
        close_time_ns=envelope.close_time_ns,
        kind=_KINDS.get(sent.text("TransactionType"), TransactionKind.OTHER),
        account=sender,
        sequence=sent.whole("Sequence", most=0) if ticket_sequence is not None else sent.whole("Sequence"),
        result=envelope.result,
        fee_drops=fee_drops,
        base_delta=change.base + drops_to_xrp(fee_drops),
        quote_delta=change.quote,
        offers=own_changes(pair, envelope),
        ticket_sequence=ticket_sequence,
        tickets_created=_tickets_created(pair, envelope.nodes),
    )


def _owns_touched(pair: WirePair, nodes: tuple[AffectedNode, ...]) -> bool:
    """True when an offer (of any pair) or a ticket of our account is among the nodes."""
    return any(
        node.entry_type in _OWNED and node.fields is not None and node.fields.raw("Account") == pair.account
        for node in nodes
    )


def _tickets_created(pair: WirePair, nodes: tuple[AffectedNode, ...]) -> tuple[int, ...]:
    return tuple(
        sorted(
            node.fields.whole("TicketSequence", least=1)
            for node in nodes
            if node.entry_type == "Ticket"
            and node.fate is NodeFate.CREATED
            and node.fields is not None
            and node.fields.account("Account") == pair.account
        )
    )
