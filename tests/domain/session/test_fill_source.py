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
