"""JSON from a server that may say anything: objects only, no NaN, no depth that breaks the parser."""

from __future__ import annotations

import json
from typing import Any


class NotJson(ValueError):
    """What came is no JSON object."""


def _refuse(constant: str) -> Any:
    raise NotJson(f"{constant} is no JSON")


def parsed_object(text: str | bytes) -> dict[str, Any]:
    """The JSON object in `text`; NotJson for everything else, however it is broken."""
    try:
        value = json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError) as reason:
        raise NotJson(f"no JSON: {type(reason).__name__}") from None
    if not isinstance(value, dict):
        raise NotJson(f"a JSON {type(value).__name__} where an object was expected")
    return value
