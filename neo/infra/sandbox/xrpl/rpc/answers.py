"""Answers as they leave: JSON with sorted keys, in the envelope of the transport."""

from __future__ import annotations

import json
from typing import Any

from neo.infra.sandbox.xrpl.rpc.errors import RpcError
from neo.infra.sandbox.xrpl.rpc.request import Request

#: Values of a request that an error answer does not repeat in full.
_ECHO_HIDDEN = ("secret", "seed", "seed_hex", "passphrase")


def to_text(content: Any) -> str:
    """JSON as the server writes it: sorted keys, no spaces."""
    return json.dumps(content, sort_keys=True, separators=(",", ":"))


def http_success(result: dict[str, Any]) -> dict[str, Any]:
    return {"result": {**result, "status": "success"}}


def http_failure(error: RpcError, request: Request) -> dict[str, Any]:
    return {"result": {**error.body(), "request": _masked(request.echo), "status": "error"}}


def ws_success(result: dict[str, Any], request: Request) -> dict[str, Any]:
    return {**_ws_head(request), "result": result, "status": "success", "type": "response"}


def ws_failure(error: RpcError, request: Request) -> dict[str, Any]:
    head = _ws_head(request)
    return {**error.body(), **head, "request": _masked(request.echo), "status": "error", "type": "response"}


def ws_unreadable(error: RpcError, content: dict[str, Any]) -> dict[str, Any]:
    """The answer to a message that named no command."""
    head: dict[str, Any] = {key: content[key] for key in ("id", "api_version") if key in content}
    return {**error.body(), **head, "request": _masked(content), "status": "error", "type": "response"}


def _ws_head(request: Request) -> dict[str, Any]:
    head: dict[str, Any] = {}
    if request.has_id:
        head["id"] = request.id
    if request.names_version:
        head["api_version"] = request.api_version
    return head


def _masked(echo: dict[str, Any]) -> dict[str, Any]:
    return {key: "<masked>" if key in _ECHO_HIDDEN else value for key, value in echo.items()}
