"""Who hears what when a ledger closes or a transaction is proposed, on one node.

The server sends one message for each kind of subscription that matches: a connection that has the transactions stream,
the account and the book hears of one transaction three times, as recording 08 shows.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from neo.infra.sandbox.xrpl.chain.chain import Proposal
from neo.infra.sandbox.xrpl.chain.records import LedgerRecord, TransactionRecord, affected_accounts, asset_of, books_of
from neo.infra.sandbox.xrpl.serving.node import Node
from neo.infra.sandbox.xrpl.streams import messages
from neo.infra.sandbox.xrpl.streams.subscriber import Subscriber


class Publisher:
    """All connections of one node that have asked for something."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._subscribers: list[Subscriber] = []
        self._last_published = node.chain.head.index
        self._last_status: dict[str, Any] | None = None

    def add(self, subscriber: Subscriber) -> None:
        self._subscribers.append(subscriber)

    def remove(self, subscriber: Subscriber) -> None:
        if subscriber in self._subscribers:
            self._subscribers.remove(subscriber)

    def ledger_closed(self, record: LedgerRecord) -> None:
        """Publish what this node has come to know: with a lag an older ledger, after a lag all that it missed."""
        del record
        node = self._node
        if not node.synced:
            return
        self.status_changed()
        known = node.known_index
        for index in range(max(self._last_published + 1, node.chain.first_index), known + 1):
            self._publish(node.chain.ledgers[index])
        self._last_published = max(known, self._last_published)

    def proposed(self, proposal: Proposal) -> None:
        node = self._node
        if not node.synced or node.faults.lag_ledgers:
            return
        funds = None
        if proposal.tx_json.get("TransactionType") == "OfferCreate":
            asset = asset_of(proposal.tx_json["TakerGets"])
            funds = node.chain.model.current().owner_funds(proposal.tx_json["Account"], asset)
        accounts = affected_accounts(proposal.tx_json, {})
        for each in tuple(self._subscribers):
            count = ("transactions_proposed" in each.streams) + bool(each.accounts_proposed & accounts)
            for _ in range(count):
                each.send(messages.proposed_transaction(proposal, funds, each.api_version))

    def status_changed(self) -> None:
        """Tell those who listen to the server, when there is something new to tell."""
        listeners = [each for each in self._subscribers if "server" in each.streams]
        message = messages.server_status(self._node, self._node.chain.model.fees())
        if not listeners or message == self._last_status:
            return
        self._last_status = message
        for each in listeners:
            each.send(message)

    def _publish(self, record: LedgerRecord) -> None:
        books = {transaction.hash: books_of(transaction.meta) for transaction in record.transactions}
        for each in tuple(self._subscribers):
            for message in self._told(each, record, books):
                each.send(message)

    def _told(self, to: Subscriber, record: LedgerRecord, books: dict[str, Any]) -> Iterator[dict[str, Any]]:
        if "ledger" in to.streams:
            yield messages.ledger_closed(self._node, record)
        if "book_changes" in to.streams:
            yield messages.book_changes(record)
        for transaction in record.transactions:
            count = _matches(to, transaction, books[transaction.hash])
            for _ in range(count):
                yield messages.validated_transaction(transaction, record, to.api_version)


def _matches(to: Subscriber, transaction: TransactionRecord, books: frozenset[Any]) -> int:
    """How many times the connection hears of the transaction."""
    streams = bool(to.streams & {"transactions", "transactions_proposed"})
    accounts = bool((to.accounts | to.accounts_proposed) & transaction.accounts)
    return streams + bool(to.books & books) + accounts
