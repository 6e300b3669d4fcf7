"""How MEXC says no: `{"code": …, "msg": …}`, mostly with HTTP 400.

Source: error codes of MEXC spot v3, and messages that people met (30002, 30004, 30005, "quantity scale is invalid"). A
client id that was used before is answered with 603 here: what MEXC says then is not recorded anywhere we know of.
"""

from __future__ import annotations

from neo.infra.sandbox.exchange.api_error import ApiError
from neo.infra.sandbox.exchange.numbers import plain
from neo.infra.simulated_exchange.market_rules import MarketRules
from neo.infra.simulated_exchange.refusal import Refusal, RefusalReason

_REFUSALS = {
    RefusalReason.UNKNOWN_SYMBOL: (10007, "bad symbol"),
    RefusalReason.NOT_TRADING: (30016, "trading disabled"),
    RefusalReason.PRICE_NOT_ON_TICK: (400, "price scale is invalid"),
    RefusalReason.PRICE_OUT_OF_BOUNDS: (30087, "Order price exceeds allowed range"),
    RefusalReason.QUANTITY_NOT_ON_STEP: (400, "quantity scale is invalid"),
    RefusalReason.CLIENT_ID_TAKEN: (603, "Repeated request"),
    RefusalReason.TOO_MANY_ORDERS: (30029, "Cannot exceed the maximum order limit"),
    RefusalReason.WOULD_TAKE: (30041, "current order type can not place order"),
}
_TOO_SMALL = frozenset({RefusalReason.QUANTITY_TOO_SMALL, RefusalReason.NOTIONAL_TOO_SMALL})
_TOO_LARGE = frozenset({RefusalReason.QUANTITY_TOO_LARGE, RefusalReason.NOTIONAL_TOO_LARGE})
_IN_QUOTE = frozenset({RefusalReason.NOTIONAL_TOO_SMALL, RefusalReason.NOTIONAL_TOO_LARGE})


class MexcWording:
    """neo.infra.sandbox.exchange.wording.Wording."""

    def missing(self, name: str) -> ApiError:
        if name == "orderId":
            text = "Param 'origClientOrderId' or 'orderId' must be sent, but both were empty/null!"
            return _error(400, 700004, text)
        return _error(400, 700004, f"Mandatory parameter '{name}' was not sent, was empty/null, or malformed.")

    def illegal(self, name: str) -> ApiError:
        return _error(400, 700008, f"Illegal characters found in parameter '{name}'.")

    def not_a_choice(self, name: str) -> ApiError:
        return _error(400, -1128 if name == "interval" else 700008, f"Invalid {name}.")

    def bad_symbol(self) -> ApiError:
        return _error(400, -1121, "Invalid symbol.")

    def bad_combination(self) -> ApiError:
        return _error(400, -1128, "Combination of optional parameters invalid.", _extend=None)

    def refused(self, refusal: Refusal, rules: MarketRules | None, side: str) -> ApiError:
        """An order that was not taken; nothing happened."""
        asset = (rules.quote if refusal.reason in _IN_QUOTE else rules.base) if rules is not None else ""
        if refusal.reason is RefusalReason.BALANCE_TOO_SMALL:
            return _error(400, 30004, "Insufficient position") if side == "BUY" else _error(400, 30005, "Oversold")
        if refusal.reason in _TOO_SMALL:
            return _error(
                400, 30002, f"The minimum transaction volume cannot be less than:{plain(refusal.limit)}{asset}"
            )
        if refusal.reason in _TOO_LARGE:
            return _error(
                400, 30003, f"The maximum transaction volume cannot be greater than:{plain(refusal.limit)}{asset}"
            )
        return _error(400, *_REFUSALS[refusal.reason])

    def order_not_found(self) -> ApiError:
        return _error(400, -2013, "Order does not exist.", _extend=None)

    def not_cancelable(self) -> ApiError:
        """An order that is filled or cancelled is as unknown to a cancel as one that never was."""
        return _error(400, -2011, "Unknown order sent.", _extend=None)

    def key_missing(self) -> ApiError:
        return _error(400, 400, "api key required")

    def key_unknown(self) -> ApiError:
        return _error(400, 10072, "Api key info invalid")

    def bad_signature(self) -> ApiError:
        return _error(400, 700002, "Signature for this request is not valid.")

    def bad_timestamp(self, *, ahead: bool) -> ApiError:
        del ahead
        return _error(400, 700003, "Timestamp for this request is outside of the recvWindow.")

    def bad_window(self) -> ApiError:
        return _error(400, 700005, "recvWindow must less than 60000")

    def too_many_requests(self, wait_s: int) -> ApiError:
        return ApiError(429, {"code": 429, "msg": "Too Many Requests"}, {"Retry-After": str(wait_s)})

    def banned(self, until_ms: int, wait_s: int) -> ApiError:
        body = {"code": 429, "msg": f"Too Many Requests; IP banned until {until_ms}."}
        return ApiError(418, body, {"Retry-After": str(wait_s)})

    def maintenance(self) -> ApiError:
        body = {
            "code": 500,
            "message": "Under maintenance, please try again later",
            "announcement": "https://www.mexc.com/support",
        }
        return ApiError(503, body)

    def server_error(self) -> ApiError:
        return _error(503, 503, "service not available, please try again")

    def status_unknown(self) -> ApiError:
        return _error(504, 504, "Gateway Time-out")

    def not_found(self) -> ApiError:
        return _error(404, 404, "Not Found")


def _error(status: int, code: int, message: str, **more: object) -> ApiError:
    return ApiError(status, {"msg": message, "code": code, **more})
