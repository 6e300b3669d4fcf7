"""Pages of `account_tx`."""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from neo.domain.messages.venue import ValidatedTransaction
from neo.infra.xrpl.wire.pair import WirePair


@attrs.frozen
class HistoryPage:
    """Our transactions on one page, in ledger order (oldest first, whatever order the server gave).

    `from_ledger`..`to_ledger` is the range that the server searched: not what was asked for when it has less. `marker` goes
    into the next request as it is; None on the last page.
    """

    from_ledger: int
    to_ledger: int
    transactions: tuple[ValidatedTransaction, ...]
    marker: Mapping[str, object] | None


def parse_history_page(pair: WirePair, result: object) -> HistoryPage:
    """A page of `account_tx`. WireError for another account's, for transactions outside of its own range, or not validated."""
    raise NotImplementedError
