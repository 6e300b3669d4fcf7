"""Numbers as exchanges write them: text in plain digits."""

from __future__ import annotations

from decimal import Decimal


def plain(number: Decimal) -> str:
    """Without an exponent and without zeros at the end: "0.062", "10"."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") or "0" if "." in text else text


def fixed(number: Decimal, places: int) -> str:
    """With exactly so many digits after the point."""
    return f"{number:.{places}f}"
