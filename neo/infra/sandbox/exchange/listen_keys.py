"""Keys for private streams. They are given, prolonged and taken back; the private streams themselves are not served."""

from __future__ import annotations

import hashlib

from neo.infra.sandbox.exchange.api_error import Json
from neo.infra.sandbox.exchange.endpoint import Call


def start(call: Call) -> Json:
    """The same key for the same account while it is alive."""
    name = call.account
    key = hashlib.sha256(f"{call.site.plan.seed} {name}".encode()).hexdigest()
    call.site.listen_keys[key] = name
    return {"listenKey": key}


def keep_alive(call: Call) -> Json:
    return {"listenKey": _known(call)}


def keep_alive_silently(call: Call) -> Json:
    _known(call)
    return {}


def close(call: Call) -> Json:
    return {"listenKey": _forget(call)}


def close_silently(call: Call) -> Json:
    _forget(call)
    return {}


def _forget(call: Call) -> str:
    key = _known(call)
    del call.site.listen_keys[key]
    return key


def _known(call: Call) -> str:
    key = call.params.text("listenKey")
    if key not in call.site.listen_keys:
        raise call.params.wording.illegal("listenKey")
    return key
