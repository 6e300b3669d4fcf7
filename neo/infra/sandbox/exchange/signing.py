"""Signed requests: HMAC-SHA256 of the parameters with the account's secret, and a timestamp within a window.

Source: Binance "SIGNED endpoint security" and MEXC spot v3 "SIGNED", which agree.
"""

from __future__ import annotations

import hashlib
import hmac

from neo.infra.sandbox.exchange.params import Params
from neo.infra.sandbox.exchange.plan import AccountPlan
from neo.infra.sandbox.exchange.request import ApiRequest

_WINDOW_MS, _WINDOW_MAX_MS = 5_000, 60_000
_AHEAD_MAX_MS = 1_000


def check_signature(request: ApiRequest, params: Params, account: AccountPlan, now_ms: int) -> None:
    """Raises the dialect's error unless the request is fresh and signed by the account."""
    wording = params.wording
    signature = params.text("signature")
    timestamp_ms = params.integer("timestamp")
    window_ms = params.integer("recvWindow", _WINDOW_MS)
    if window_ms > _WINDOW_MAX_MS:
        raise wording.bad_window()
    if timestamp_ms >= now_ms + _AHEAD_MAX_MS:
        raise wording.bad_timestamp(ahead=True)
    if now_ms - timestamp_ms > window_ms:
        raise wording.bad_timestamp(ahead=False)
    expected = hmac.new(account.secret.encode(), request.signed_text().encode(), hashlib.sha256).hexdigest()
    if not hmac.compare_digest(expected.encode(), signature.lower().encode()):
        raise wording.bad_signature()
