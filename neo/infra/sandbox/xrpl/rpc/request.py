"""Requests as they arrive: a JSON-RPC body or a WebSocket message, checked before anything looks at them.

Source: rippled `ServerHandler.cpp`; refusals as recorded from xrpld 3.2.0.
"""

from __future__ import annotations

import json
from typing import Any

from neo.infra.sandbox.xrpl.rpc.errors import PlainRefusal, RpcError
from neo.records import frozen

API_VERSIONS = (1, 2)
BODY_BYTES_MAX = 1_000_000
_NOT_JSON = "Unable to parse request: * Line 1, Column 1\n  Syntax error: value, object or array expected.\n"


@frozen
class Request:
    """One call. `params` has neither method nor id; `echo` is what an error answer repeats."""

    method: str
    params: dict[str, Any]
    api_version: int
    echo: dict[str, Any]
    id: Any = None
    has_id: bool = False
    #: WebSocket answers repeat the version only when the request named one.
    names_version: bool = False


def read_json(text: str | bytes) -> Any:
    """ValueError for anything that is not JSON as the server reads it (NaN and the like are not)."""
    try:
        return json.loads(text, parse_constant=_no_constant)
    except RecursionError as too_deep:
        raise ValueError("nested too deeply") from too_deep


def read_http(body: bytes) -> Request:
    """A JSON-RPC body; PlainRefusal for what the server does not answer in JSON."""
    try:
        content = read_json(body)
    except ValueError:
        raise PlainRefusal(400, _NOT_JSON) from None
    if not isinstance(content, dict):
        raise PlainRefusal(400, _NOT_JSON)
    method = content.get("method")
    if method is None:
        raise PlainRefusal(400, "Null method")
    if not isinstance(method, str):
        raise PlainRefusal(400, "method is not string")
    if not method:
        raise PlainRefusal(400, "method is empty")
    params = _only_params(content.get("params"))
    version = _api_version(params)
    if version is None:
        raise PlainRefusal(400, "invalid_API_version")
    return Request(method, params, version, {**params, "command": method})


def _only_params(params: Any) -> dict[str, Any]:
    if params is None:
        return {}
    if not isinstance(params, list) or len(params) > 1:
        raise PlainRefusal(400, "params unparseable")
    only = params[0] if params else {}
    if only is None:
        return {}
    if not isinstance(only, dict):
        raise PlainRefusal(400, "params unparseable")
    return only


def read_message(content: dict[str, Any]) -> Request:
    """A WebSocket message that is a JSON object. RpcError when it names no command or a version that does not exist."""
    version = _api_version(content)
    if version is None:
        raise RpcError("invalid_API_version")
    method = content.get("command", content.get("method"))
    if not isinstance(method, str) or ("method" in content and content["method"] != method):
        raise RpcError("missingCommand")
    params = {key: value for key, value in content.items() if key not in ("command", "method", "id")}
    return Request(method, params, version, content, content.get("id"), "id" in content, "api_version" in content)


def _api_version(params: dict[str, Any]) -> int | None:
    version = params.get("api_version", 1)
    if isinstance(version, bool) or not isinstance(version, int) or version not in API_VERSIONS:
        return None
    return version


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")
