"""What a transaction did to offers of the pair."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from neo.domain.market.instrument import Side
from neo.domain.messages.venue import OfferChange, OfferChangeKind
from neo.infra.xrpl.wire.affected_nodes import AffectedNode, NodeFate
from neo.infra.xrpl.wire.amounts import base_and_quote, pair_amount
from neo.infra.xrpl.wire.envelope import TransactionEnvelope
from neo.infra.xrpl.wire.errors import WireError
from neo.infra.xrpl.wire.fields import Fields
from neo.infra.xrpl.wire.pair import WirePair
from neo.records import frozen

_KINDS = {
    NodeFate.CREATED: OfferChangeKind.CREATED,
    NodeFate.MODIFIED: OfferChangeKind.MODIFIED,
    NodeFate.DELETED: OfferChangeKind.DELETED,
}


@frozen
class OfferNode:
    """An offer of the pair in the metadata. Amounts are of base and quote whatever the side; `fields` are its final ones."""

    owner: str
    sequence: int
    is_ask: bool
    fate: NodeFate
    base_before: Decimal
    base_after: Decimal
    quote_before: Decimal
    quote_after: Decimal
    fields: Fields

    @property
    def consumed(self) -> bool:
        """True when somebody traded with it."""
        return self.base_before > self.base_after and self.quote_before > self.quote_after


def offer_nodes(pair: WirePair, nodes: tuple[AffectedNode, ...], owner: str | None = None) -> Iterator[OfferNode]:
    """Offers of the pair, of one owner or of all. A created one has nothing before; WireError when an offer grew."""
    for node in nodes:
        if node.entry_type != "Offer" or node.fields is None:
            continue
        account = node.fields.account("Account")
        if owner is None or account == owner:
            read = _read(pair, node, node.fields, account)
            if read is not None:
                yield read


def _read(pair: WirePair, node: AffectedNode, fields: Fields, account: str) -> OfferNode | None:
    after = base_and_quote(pair, fields, "TakerPays", "TakerGets")
    if after is None:
        return None
    base, quote, is_ask = after
    base_before = quote_before = Decimal(0)
    if node.fate is not NodeFate.CREATED:
        pays, gets = _before(pair, node, "TakerPays", not is_ask), _before(pair, node, "TakerGets", is_ask)
        base_before, quote_before = (gets, pays) if is_ask else (pays, gets)
        if base_before < base or quote_before < quote:
            raise WireError(fields.path, "an offer that does not grow")
    sequence = fields.whole("Sequence")
    return OfferNode(account, sequence, is_ask, node.fate, base_before, base, quote_before, quote, fields)


def _before(pair: WirePair, node: AffectedNode, name: str, is_base: bool) -> Decimal:
    where = node.before(name)
    amount = None if where is None else pair_amount(pair, where, name)
    if where is None or amount is None or amount.is_base is not is_base:
        raise WireError(f"{where.path if where else 'Offer'}.{name}", "an amount of the same asset as before")
    return amount.value


def own_changes(pair: WirePair, envelope: TransactionEnvelope) -> tuple[OfferChange, ...]:
    """Changes of our own offers. A modified one whose amounts stayed the same is none."""
    changes = []
    for offer in offer_nodes(pair, envelope.nodes, pair.account):
        base_before, quote_before = offer.base_before, offer.quote_before
        if offer.fate is NodeFate.CREATED:
            base_before, quote_before = _asked(pair, envelope, offer)
        elif offer.fate is NodeFate.MODIFIED and (base_before, quote_before) == (offer.base_after, offer.quote_after):
            continue
        side = Side.SELL if offer.is_ask else Side.BUY
        kind = _KINDS[offer.fate]
        changes.append(
            OfferChange(
                offer.sequence, side, kind, base_before, offer.base_after, quote_before, offer.quote_after
            )
        )  # fmt: skip
    return tuple(changes)


def _asked(pair: WirePair, envelope: TransactionEnvelope, offer: OfferNode) -> tuple[Decimal, Decimal]:
    """What the transaction asked for: only our own OfferCreate can have made an offer of ours."""
    sent = envelope.transaction
    sequence = sent.whole("TicketSequence") if "TicketSequence" in sent else sent.whole("Sequence")
    asked = (
        base_and_quote(pair, sent, "TakerPays", "TakerGets") if sent.raw("TransactionType") == "OfferCreate" else None
    )
    if asked is None or sent.raw("Account") != pair.account or sequence != offer.sequence or asked[2] != offer.is_ask:
        raise WireError(offer.fields.path, "an offer that the transaction asked for", offer.sequence)
    return asked[0], asked[1]
