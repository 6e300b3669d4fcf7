from __future__ import annotations

import json

import pytest

from neo.domain.messages.quoting import InventoryChanged
from neo.domain.messages.storage import AssetBalance, Recovery
from neo.domain.session.drift import inventory_drift, is_drift
from tests.domain.samples import D, inventory


def books(base: str, quote: str) -> Recovery:
    balances = (AssetBalance("xrpl", "XRP", D("-5"), D(base) + 5), AssetBalance("xrpl", "RLUSD", D(0), D(quote)))
    return Recovery(9, (), (), balances, (), (), ())


@pytest.mark.parametrize(
    ("books_say", "engine_says", "drifts"),
    [
        ("1000", "1000", False),
        ("1000", "1009.999999", False),
        ("1000", "1010", True),
        ("1000", "990", True),
        ("0", "0", False),
        ("0", "0.000001", True),
        ("-100", "-101", True),
    ],
)
def test_one_percent_of_the_books_is_a_drift(books_say: str, engine_says: str, drifts: bool) -> None:
    assert is_drift(D(books_say), D(engine_says)) is drifts


def test_books_and_engine_that_agree_have_no_drift() -> None:
    assert inventory_drift(books("1000", "1000"), inventory("1000", "1000")) is None


def test_a_drift_names_the_asset_and_both_balances() -> None:
    drift = inventory_drift(books("1000", "500"), inventory("1000", "1000"))

    assert drift is not None
    assert json.loads(drift.text) == {"RLUSD": {"books": "500", "engine": "1000"}}
    assert (drift.event.assets, drift.event.books, drift.event.engine) == (("RLUSD",), (D(500),), (D(1000),))


def test_an_engine_that_never_learned_its_inventory_claims_nothing() -> None:
    unknown: InventoryChanged | None = None

    assert inventory_drift(books("1000", "500"), unknown) is None
