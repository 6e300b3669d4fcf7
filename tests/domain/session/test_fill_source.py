"""Every report names what decided its fills."""

from __future__ import annotations

import pytest

from neo.domain.session.fill_source import fill_source


@pytest.mark.parametrize(
    ("mode", "model", "source"),
    [
        ("sim", None, "ledger"),
        ("replay", "touch", "ledger"),
        ("paper", "touch", "touch"),
        ("paper", None, "queue"),
        ("live", "touch", "venue"),
        ("something", "touch", ""),
    ],
)
def test_the_source_of_the_fills_follows_from_the_mode(mode: str, model: str | None, source: str) -> None:
    assert fill_source(mode, model) == source


@pytest.mark.parametrize(
    ("strategies", "source"),
    [
        (("drop_buyer",), "touch"),
        (("market_maker", "drop_buyer"), "queue (ledger), touch (exchange)"),
        (("market_maker",), "queue"),
    ],
)
def test_a_paper_session_of_both_names_the_model_of_each_venue(strategies: tuple[str, ...], source: str) -> None:
    assert fill_source("paper", "queue", strategies, "touch") == source


def test_a_paper_session_on_an_exchange_that_stored_no_model_had_the_strict_one() -> None:
    assert fill_source("paper", None, ("drop_buyer",)) == "trade_through"
