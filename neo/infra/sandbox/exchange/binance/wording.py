"""How Binance says no: `{"code": …, "msg": …}` with HTTP 400, 401 for keys, 418 and 429 for too many requests.

Source: error codes of the Binance spot documentation.
"""

from __future__ import annotations

from neo.infra.sandbox.exchange.api_error import ApiError
from neo.infra.simulated_exchange.market_rules import MarketRules
from neo.infra.simulated_exchange.refusal import Refusal, RefusalReason

_REFUSALS = {
    RefusalReason.UNKNOWN_SYMBOL: (-1121, "Invalid symbol."),
    RefusalReason.NOT_TRADING: (-1013, "Market is closed."),
    RefusalReason.PRICE_NOT_ON_TICK: (-1013, "Filter failure: PRICE_FILTER"),
    RefusalReason.PRICE_OUT_OF_BOUNDS: (-1013, "Filter failure: PERCENT_PRICE_BY_SIDE"),
    RefusalReason.QUANTITY_NOT_ON_STEP: (-1013, "Filter failure: LOT_SIZE"),
    RefusalReason.QUANTITY_TOO_SMALL: (-1013, "Filter failure: LOT_SIZE"),
    RefusalReason.QUANTITY_TOO_LARGE: (-1013, "Filter failure: LOT_SIZE"),
    RefusalReason.NOTIONAL_TOO_SMALL: (-1013, "Filter failure: NOTIONAL"),
    RefusalReason.NOTIONAL_TOO_LARGE: (-1013, "Filter failure: NOTIONAL"),
    RefusalReason.BALANCE_TOO_SMALL: (-2010, "Account has insufficient balance for requested action."),
    RefusalReason.CLIENT_ID_TAKEN: (-2010, "Duplicate order sent."),
    RefusalReason.WOULD_TAKE: (-2010, "Order would immediately match and take."),
    RefusalReason.TOO_MANY_ORDERS: (-1013, "Filter failure: MAX_NUM_ORDERS"),
    RefusalReason.UNKNOWN_ORDER: (-2011, "Unknown order sent."),
    RefusalReason.ORDER_CLOSED: (-2011, "Unknown order sent."),
}
_CHOICES = {
    "side": (-1117, "Invalid side."),
    "type": (-1116, "Invalid orderType."),
    "timeInForce": (-1115, "Invalid timeInForce."),
    "interval": (-1120, "Invalid interval."),
}


class BinanceWording:
    """neo.infra.sandbox.exchange.wording.Wording, and what only Binance says."""

    def missing(self, name: str) -> ApiError:
        if name == "orderId":
            return _error(-1102, "Param 'origClientOrderId' or 'orderId' must be sent, but both were empty/null!")
        return _error(-1102, f"Mandatory parameter '{name}' was not sent, was empty/null, or malformed.")

    def illegal(self, name: str) -> ApiError:
        return _error(-1100, f"Illegal characters found in parameter '{name}'; legal range is restricted.")

    def not_a_choice(self, name: str) -> ApiError:
        return _error(*_CHOICES.get(name, (-1130, f"Data sent for parameter '{name}' is not valid.")))

    def bad_symbol(self) -> ApiError:
        return _error(-1121, "Invalid symbol.")

    def bad_combination(self) -> ApiError:
        return _error(-1128, "Combination of optional parameters invalid.")

    def not_required(self, name: str) -> ApiError:
        return _error(-1106, f"Parameter '{name}' sent when not required.")

    def too_precise(self, name: str) -> ApiError:
        return _error(-1111, f"Parameter '{name}' has too much precision.")

    def refused(self, refusal: Refusal, rules: MarketRules | None, side: str) -> ApiError:
        del rules, side
        return _error(*_REFUSALS[refusal.reason])

    def order_not_found(self) -> ApiError:
        return _error(-2013, "Order does not exist.")

    def not_cancelable(self) -> ApiError:
        return _error(-2011, "Unknown order sent.")

    def key_missing(self) -> ApiError:
        return _error(-2014, "API-key format invalid.", 401)

    def key_unknown(self) -> ApiError:
        return _error(-2015, "Invalid API-key, IP, or permissions for action.", 401)

    def bad_signature(self) -> ApiError:
        return _error(-1022, "Signature for this request is not valid.")

    def bad_timestamp(self, *, ahead: bool) -> ApiError:
        if ahead:
            return _error(-1021, "Timestamp for this request was 1000ms ahead of the server's time.")
        return _error(-1021, "Timestamp for this request is outside of the recvWindow.")

    def bad_window(self) -> ApiError:
        return _error(-1131, "recvWindow must be less than 60000.")

    def too_many_requests(self, wait_s: int) -> ApiError:
        text = "Too much request weight used; current limit is 6000 request weight per 1 MINUTE."
        return ApiError(429, {"code": -1003, "msg": text}, {"Retry-After": str(wait_s)})

    def banned(self, until_ms: int, wait_s: int) -> ApiError:
        text = f"Way too much request weight used; IP banned until {until_ms}."
        return ApiError(418, {"code": -1003, "msg": text}, {"Retry-After": str(wait_s)})

    def maintenance(self) -> ApiError:
        return _error(1, "System is under maintenance.", 503)

    def server_error(self) -> ApiError:
        return _error(-1001, "Internal error; unable to process your request. Please try again.", 503)

    def status_unknown(self) -> ApiError:
        text = "Timeout waiting for response from backend server. Send status unknown; execution status unknown."
        return _error(-1007, text, 504)

    def not_found(self) -> ApiError:
        return _error(-1000, "No such address.", 404)


def _error(code: int, message: str, status: int = 400) -> ApiError:
    return ApiError(status, {"code": code, "msg": message})
