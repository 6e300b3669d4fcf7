"""A request as it arrived: method, path, what must have been signed, and its parameters."""

from __future__ import annotations

import json
from urllib.parse import parse_qsl

from neo.records import frozen

_PARAMETERS_MAX = 200


@frozen
class ApiRequest:
    """`query` and `body` are the raw texts. `api_key` is empty when no key was sent; `sender` is the address it came from."""

    method: str
    path: str
    query: str
    body: str
    api_key: str
    sender: str

    def values(self) -> dict[str, str] | None:
        """Parameters by name, the query's before the body's; None when they cannot be read."""
        try:
            body = _json_values(self.body) if self.body.lstrip().startswith("{") else _pairs(self.body)
            return {**body, **_pairs(self.query)}
        except (ValueError, RecursionError):
            return None

    def signed_text(self) -> str:
        """What the signature covers: query and body without the signature, joined without a separator."""
        return _without_signature(self.query) + _without_signature(self.body)


def _pairs(text: str) -> dict[str, str]:
    return dict(parse_qsl(text, keep_blank_values=True, max_num_fields=_PARAMETERS_MAX))


def _json_values(text: str) -> dict[str, str]:
    found = json.loads(text)
    if not isinstance(found, dict) or len(found) > _PARAMETERS_MAX:
        raise ValueError("not an object")
    return {str(name): value if isinstance(value, str) else json.dumps(value) for name, value in found.items()}


def _without_signature(text: str) -> str:
    return "&".join(part for part in text.split("&") if not part.startswith("signature="))
