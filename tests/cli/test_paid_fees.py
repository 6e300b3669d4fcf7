"""Fees of a session are summed to the last digit, whatever an asset's units are."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from neo.cli.paid_fees import dated_fees, fees_on, summed_fees
from neo.domain.messages.journal import FeeCharged
from neo.infra.sqlite.books_reader import BooksReader
from tests.infra.sqlite.books import START_NS, accept, opened, session


def test_fees_are_summed_by_venue_and_asset_with_every_digit(tmp_path: Path) -> None:
    large, tiny = Decimal("123456789012345.5"), Decimal("0.000000000000000001")
    store = opened(tmp_path)
    accept(store, session(), FeeCharged("f1", "mexc", "SHIB", large), FeeCharged("f2", "mexc", "SHIB", tiny))
    accept(store, FeeCharged("f3", "xrpl", "XRP", Decimal("0.000012")), at_ns=START_NS + 1)
    store.close()

    with BooksReader(store.path) as books:
        fees = summed_fees(books, "s1")
        dated = dated_fees(books, "s1", "xrpl")

    assert fees_on("mexc", fees) == [("SHIB", Decimal("123456789012345.500000000000000001"))]
    assert fees_on("xrpl", fees) == [("XRP", Decimal("0.000012"))]
    assert dated == [(START_NS + 1, "XRP", Decimal("0.000012"))]
