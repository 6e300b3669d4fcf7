"""Pages of `account_tx`."""

from __future__ import annotations

from neo.domain.messages.venue import ValidatedTransaction
from neo.infra.xrpl.wire.envelope import TransactionEnvelope, open_transaction
from neo.infra.xrpl.wire.errors import WireError
from neo.infra.xrpl.wire.fields import UINT32_MAX, Fields
from neo.infra.xrpl.wire.offers import next_marker
from neo.infra.xrpl.wire.pair import WirePair
from neo.infra.xrpl.wire.transaction import parse_transaction
from neo.records import frozen

#: Servers give at most 200 to 400 a page, admin connections more.
_PAGE_MAX = 10_000


@frozen
class HistoryPage:
    """Our transactions on one page, in ledger order (oldest first, whatever order the server gave).

    `from_ledger`..`to_ledger` is the range that the server searched: not what was asked for when it has less. `marker` goes
    into the next request as it is; None on the last page.
    """

    from_ledger: int
    to_ledger: int
    transactions: tuple[ValidatedTransaction, ...]
    marker: object | None


def parse_history_page(pair: WirePair, result: object) -> HistoryPage:
    """A page of `account_tx`. WireError for another account's, for transactions outside of its own range, or not validated."""
    fields = Fields(result, "account_tx")
    fields.only("account", pair.account, f"the account {pair.account}")
    if "validated" in fields:
        fields.only("validated", True, "true: the ledgers are validated")
    first = fields.whole("ledger_index_min", least=1, most=UINT32_MAX)
    last = fields.whole("ledger_index_max", least=first, most=UINT32_MAX)
    envelopes = [open_transaction(entry) for entry in fields.children("transactions", _PAGE_MAX)]
    _check(envelopes, first, last)
    envelopes.sort(key=lambda each: (each.ledger_index, each.position))
    ours = (parse_transaction(pair, envelope) for envelope in envelopes)
    return HistoryPage(first, last, tuple(each for each in ours if each is not None), next_marker(result))


def _check(envelopes: list[TransactionEnvelope], first: int, last: int) -> None:
    seen: set[str] = set()
    places: set[tuple[int, int]] = set()
    for envelope in envelopes:
        if not first <= envelope.ledger_index <= last:
            raise WireError("account_tx.transactions", f"ledgers {first} to {last}", envelope.ledger_index)
        place = (envelope.ledger_index, envelope.position)
        if envelope.hash in seen or place in places:
            raise WireError("account_tx.transactions", "each transaction once", envelope.hash)
        seen.add(envelope.hash)
        places.add(place)
