"""Every recorded transaction, read by the wire parsers, explains what the server's own views say before and after it."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise

import pytest

from neo.domain.market.instrument import Side
from neo.domain.messages.venue import OfferChangeKind, ValidatedTransaction
from neo.domain.units import drops_to_xrp
from neo.infra.xrpl.wire.envelope import open_transaction
from neo.infra.xrpl.wire.offers import parse_offers
from neo.infra.xrpl.wire.pair import WirePair
from neo.infra.xrpl.wire.transaction import parse_transaction
from tests.contract.recorded_ledger import Json, RecordedLedger, View, recorded

ROLES = ("maker", "taker", "other", "poor")
#: Recordings with views between transactions, and the token whose balances are looked at.
SCENARIOS = (
    ("03_quoting", "rlusd"),
    ("04_crossing", "rlusd"),
    ("05_failures", "rlusd"),
    ("06_reserve", "rlusd"),
    ("07_amm", "rlusd"),
    ("11_transfer_fee_tick", "issuer2"),
    ("12_freeze_clawback", "rlusd"),
    ("13_payments", "rlusd"),
    ("16_tickets", "rlusd"),
    ("17_same_ledger", "rlusd"),
    ("18_trust_line_by_offer", "rlusd"),
    ("21_random_book", "rlusd"),
    ("22_random_book_amm", "rlusd"),
)
Offers = dict[int, tuple[Side, Decimal, Decimal]]


def consecutive(ledger: RecordedLedger, method: str, account: str) -> Iterator[tuple[View, View]]:
    """Views of one kind of one account, each with the next one, in the order of ledgers."""
    views = {view.ledger_index: view for view in ledger.views if (view.method, view.subject) == (method, account)}
    ordered = [views[index] for index in sorted(views)]
    pairs = pairwise(ordered)
    return ((before, after) for before, after in pairs if is_explained(ledger, account, before, after))


def is_explained(ledger: RecordedLedger, account: str, before: View, after: View) -> bool:
    """False when the recording left out a transaction of the account in between (some parts tidy up unrecorded).

    Each change of an account names the change before it; that chain must lead from the one view back to the other. The
    random books are recorded without gaps, and without these names.
    """
    roots = {
        v.ledger_index: v.result["account_data"]
        for v in ledger.views
        if (v.method, v.subject) == ("account_info", account)
    }
    if ledger.name.startswith("2"):
        return True
    if not {before.ledger_index, after.ledger_index} <= roots.keys():
        return False
    wanted, here = roots[before.ledger_index]["PreviousTxnID"], roots[after.ledger_index]["PreviousTxnID"]
    for entry in reversed(list(ledger.between(before.ledger_index, after.ledger_index))):
        if here == wanted:
            return True
        if open_transaction(entry).hash == here:
            here = change_before(entry, account)
    return bool(here == wanted)


def change_before(entry: Json, account: str) -> str | None:
    nodes = [node for listed in entry["meta"]["AffectedNodes"] for node in listed.values()]
    ours = (node for node in nodes if node.get("FinalFields", {}).get("Account") == account)
    return next((node["PreviousTxnID"] for node in ours if node["LedgerEntryType"] == "AccountRoot"), None)


def ours(ledger: RecordedLedger, pair: WirePair, before: View, after: View) -> Iterator[ValidatedTransaction]:
    """What touched the account in the ledgers after one view and up to the other."""
    for entry in ledger.between(before.ledger_index, after.ledger_index):
        read = parse_transaction(pair, open_transaction(entry))
        if read is not None:
            yield read


def token_of(view: View, pair: WirePair) -> Decimal:
    lines = view.result["lines"]
    wanted = (pair.issuer, pair.currency)
    return sum(
        (Decimal(line["balance"]) for line in lines if (line["account"], line["currency"]) == wanted), Decimal(0)
    )


@pytest.mark.parametrize(("name", "token"), SCENARIOS)
def test_balances_before_and_what_the_transactions_did_give_the_balances_after(name: str, token: str) -> None:
    ledger = recorded(name, token)
    compared = 0
    for pair in [ledger.pair(role) for role in ROLES if role in ledger.accounts]:
        for before, after in consecutive(ledger, "account_info", pair.account):
            done = list(ours(ledger, pair, before, after))
            drops = [int(view.result["account_data"]["Balance"]) for view in (before, after)]
            expected = drops_to_xrp(drops[1] - drops[0])
            assert sum((t.base_delta - drops_to_xrp(t.fee_drops) for t in done), Decimal(0)) == expected, after.step
            compared += 1
        for before, after in consecutive(ledger, "account_lines", pair.account):
            quote = sum((t.quote_delta for t in ours(ledger, pair, before, after)), Decimal(0))
            assert quote == token_of(after, pair) - token_of(before, pair), after.step
            compared += 1
    assert compared >= 1, "nothing was compared"


@pytest.mark.parametrize(("name", "token"), SCENARIOS)
def test_offers_before_and_what_the_transactions_did_give_the_offers_after(name: str, token: str) -> None:
    ledger = recorded(name, token)
    compared = 0
    for pair in [ledger.pair(role) for role in ROLES if role in ledger.accounts]:
        for before, after in consecutive(ledger, "account_offers", pair.account):
            offers = as_offers(pair, before)
            for transaction in ours(ledger, pair, before, after):
                apply(offers, transaction)
            assert offers == as_offers(pair, after), after.step
            compared += 1
    assert compared >= 1, "nothing was compared"


def as_offers(pair: WirePair, view: View) -> Offers:
    read = parse_offers(pair, [view.result])
    return {each.sequence: (each.side, each.base_quantity, each.quote_quantity) for each in read.open.offers}


def apply(offers: Offers, transaction: ValidatedTransaction) -> None:
    """Every change must begin where the last one ended."""
    for change in transaction.offers:
        if change.kind is not OfferChangeKind.CREATED:
            assert offers.pop(change.sequence) == (change.side, change.base_before, change.quote_before)
        if change.kind is not OfferChangeKind.DELETED:
            offers[change.sequence] = (change.side, change.base_after, change.quote_after)
