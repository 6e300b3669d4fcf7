"""Our transactions in a range of ledgers, from one node: `account_tx`, page after page."""

from __future__ import annotations

from typing import Any

from xrpl.models.requests import AccountTx

from neo.domain.messages.venue import ValidatedTransaction
from neo.infra.xrpl.reader import Reader
from neo.infra.xrpl.wire.errors import WireError
from neo.infra.xrpl.wire.history import parse_history_page
from neo.infra.xrpl.wire.pair import WirePair
from neo.records import frozen

PAGE_LIMIT = 200
PAGES_MAX = 50


@frozen
class HistoryRead:
    """Transactions of `from_ledger`..`to_ledger` in ledger order; the range is what the node really searched."""

    from_ledger: int
    to_ledger: int
    transactions: tuple[ValidatedTransaction, ...]

    def covers(self, first: int, last: int) -> bool:
        """Whether nothing of first..last can be missing."""
        return self.from_ledger <= first and last <= self.to_ledger


async def read_history(node: Reader, pair: WirePair, first: int, last: int) -> HistoryRead:
    """Both included. Shorter than asked for when the node has less, or when there is more than fits: then up to a whole ledger.

    WireError for pages that contradict each other; NodeFailed, NodeRefused.
    """
    found: list[ValidatedTransaction] = []
    low, high = 0, last
    marker: Any = None
    for _ in range(PAGES_MAX):
        request = AccountTx(
            account=pair.account,
            ledger_index_min=first,
            ledger_index_max=last,
            forward=True,
            limit=PAGE_LIMIT,
            marker=marker,
        )
        page = parse_history_page(pair, await node.read(request))
        low, high = max(low, page.from_ledger), min(high, page.to_ledger)
        _append(found, page.transactions, first, last)
        if page.marker is None:
            return HistoryRead(low, high, tuple(found))
        if page.marker == marker:
            raise WireError("marker", "another one than before")
        marker = page.marker
    whole = found[-1].ledger_index - 1 if found else 0  # the last ledger may go on on the next page
    return HistoryRead(low, min(high, whole), tuple(tx for tx in found if tx.ledger_index <= whole))


def _append(found: list[ValidatedTransaction], more: tuple[ValidatedTransaction, ...], first: int, last: int) -> None:
    for transaction in more:
        if not first <= transaction.ledger_index <= last:
            raise WireError("transactions", f"ledgers {first} to {last}", transaction.ledger_index)
        place = (transaction.ledger_index, transaction.position)
        if found and place <= (found[-1].ledger_index, found[-1].position):
            raise WireError("transactions", "rising order over all pages", transaction.hash)
        found.append(transaction)
