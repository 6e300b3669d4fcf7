"""Validated ledgers with what concerns our account, read from one node and held against what is believed."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from xrpl.models.requests import Fee, Ledger

from neo.domain.messages.venue import LedgerClosed, ValidatedTransaction
from neo.infra.xrpl.ledger_agreement import LedgerAgreement
from neo.infra.xrpl.node import Node
from neo.infra.xrpl.node_failure import NodeFailed, NodeRefused
from neo.infra.xrpl.wire.fees import LedgerFees, parse_fee
from neo.infra.xrpl.wire.ledger import LedgerRead, parse_ledger
from neo.infra.xrpl.wire.pair import WirePair
from neo.records import frozen


class NotThere(Exception):
    """The node cannot show the ledger (yet), or not all of it."""


class Contradiction(Exception):
    """What the node shows cannot be true, given what it said before or what is believed."""


@frozen
class Headers:
    """Consecutive ledgers, and what a transaction costs now."""

    ledgers: tuple[LedgerRead, ...]
    open_ledger_fee_drops: int | None


async def read_headers(node: Node, first: int, last: int) -> Headers:
    """NotThere when the node does not have one of them; WireError, NodeFailed."""
    asked = [node.read(Ledger(ledger_index=index)) for index in range(first, last + 1)]
    try:
        answers, fee = await asyncio.gather(asyncio.gather(*asked), _open_fee(node))
    except NodeRefused as refused:
        raise NotThere(f"{node.name}: {refused}") from None
    return Headers(tuple(parse_ledger(answer) for answer in answers), fee)


async def _open_fee(node: Node) -> int | None:
    """The fee is worth no ledger: None when the node does not tell."""
    try:
        return parse_fee(await node.read(Fee())).open_ledger_fee_drops
    except (NodeFailed, NodeRefused):
        return None


def check_headers(ledgers: Sequence[LedgerRead], first: int, agreement: LedgerAgreement, node: Node) -> None:
    """Contradiction unless they are the ledgers asked for, chained to each other and to what was believed."""
    before: LedgerRead | None = None
    for index, ledger in enumerate(ledgers, first):
        if ledger.ledger_index != index:
            raise Contradiction(f"ledger {ledger.ledger_index} where {index} was asked for")
        said = agreement.claim(node.name, index, ledger.ledger_hash)
        if said is not None:
            raise Contradiction(said)
        if before is not None and ledger.parent_hash != before.ledger_hash:
            raise Contradiction(f"ledger {index} does not follow ledger {index - 1}")
        if ledger.close_time_ns <= (before.close_time_ns if before is not None else ledger.parent_close_time_ns):
            raise Contradiction(f"ledger {index} closed before its parent")
        before = ledger


def check_transactions(transactions: Sequence[ValidatedTransaction], ledgers: Sequence[LedgerRead]) -> None:
    """Contradiction when a transaction says another close time than its ledger."""
    closed = {ledger.ledger_index: ledger.close_time_ns for ledger in ledgers}
    for transaction in transactions:
        if closed.get(transaction.ledger_index) != transaction.close_time_ns:
            raise Contradiction(f"transaction {transaction.hash} closed at another time than its ledger")


def closed_messages(
    pair: WirePair, headers: Headers, fees: LedgerFees, transactions: Sequence[ValidatedTransaction]
) -> tuple[LedgerClosed, ...]:
    """The messages for the engine, oldest first. Fees of ledgers gone by are those of now: nobody pays them any more."""
    by_index: dict[int, list[ValidatedTransaction]] = {}
    for transaction in transactions:
        by_index.setdefault(transaction.ledger_index, []).append(transaction)
    return tuple(
        LedgerClosed(
            venue=pair.venue,
            ledger_index=ledger.ledger_index,
            close_time_ns=ledger.close_time_ns,
            base_fee_drops=fees.base_fee_drops,
            open_ledger_fee_drops=headers.open_ledger_fee_drops or fees.base_fee_drops,
            reserve_base_drops=fees.reserve_base_drops,
            reserve_increment_drops=fees.reserve_increment_drops,
            own_transactions=tuple(by_index.get(ledger.ledger_index, ())),
        )
        for ledger in headers.ledgers
    )
