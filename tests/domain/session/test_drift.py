from __future__ import annotations

import json

import pytest

from neo.domain.messages.storage import AssetBalance, Recovery
from neo.domain.session.drift import engine_side, inventory_drift, is_drift
from neo.domain.session.engine_balances import Totals, balances_from, balances_text
from tests.domain.samples import D


def books(base: str, quote: str, coin: str = "0") -> Recovery:
    balances = (
        AssetBalance("xrpl", "XRP", D("-5"), D(base) + 5),
        AssetBalance("xrpl", "RLUSD", D(0), D(quote)),
        AssetBalance("mexc", "XRP", D(coin), D(0)),
    )
    return Recovery(9, (), (), balances, (), (), ())


def engine(base: str, quote: str, coin: str = "0") -> Totals:
    return {("xrpl", "XRP"): D(base), ("xrpl", "RLUSD"): D(quote), ("mexc", "XRP"): D(coin)}


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
    assert inventory_drift(books("1000", "1000", "7"), engine("1000", "1000", "7")) is None


def test_a_drift_names_venue_and_asset_and_both_balances() -> None:
    drift = inventory_drift(books("1000", "500", "7"), engine("1000", "1000", "8"))

    assert drift is not None
    assert json.loads(drift.text) == {
        "mexc": {"XRP": {"books": "7", "engine": "8"}},
        "xrpl": {"RLUSD": {"books": "500", "engine": "1000"}},
    }
    assert (drift.event.venues, drift.event.assets) == (("mexc", "xrpl"), ("XRP", "RLUSD"))
    assert (drift.event.books, drift.event.engine) == ((D(7), D(500)), (D(8), D(1000)))


def test_an_asset_that_the_engine_does_not_know_has_drifted() -> None:
    believed = {place: amount for place, amount in engine("1000", "500").items() if place[0] == "xrpl"}

    drift = inventory_drift(books("1000", "500", "7"), believed)

    assert drift is not None
    assert drift.rows == (("mexc", "XRP", D(7), D(0)),)


def test_an_engine_that_never_learned_its_inventory_claims_nothing() -> None:
    assert inventory_drift(books("1000", "500"), {}) is None
    assert balances_text({}) is None


def test_what_the_engine_believed_is_read_back_as_it_was_written() -> None:
    believed = engine("1000.000001", "500", "7")

    assert balances_from(balances_text(believed)) == believed
    drift = inventory_drift(books("1", "1"), believed)
    assert drift is not None
    assert engine_side(drift.text) == believed


def test_zeros_that_sums_leave_behind_are_not_written() -> None:
    believed = {("xrpl", "RLUSD"): D("985.00000200000000"), ("xrpl", "XRP"): D("1000.000"), ("mexc", "BTC"): D("100")}

    assert balances_text(believed) == '{"mexc": {"BTC": "100"}, "xrpl": {"RLUSD": "985.000002", "XRP": "1000"}}'


def test_what_older_versions_wrote_is_of_the_ledger() -> None:
    assert balances_from('{"XRP": "1000", "RLUSD": "5"}') == {("xrpl", "XRP"): D(1000), ("xrpl", "RLUSD"): D(5)}
    assert engine_side('{"XRP": {"books": "1", "engine": "2"}}') == {("xrpl", "XRP"): D(2)}
    assert balances_from(None) == engine_side(None) == {}
