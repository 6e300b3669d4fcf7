"""Why an exchange refuses: a value with an enum reason, which each dialect words in its own way."""

from __future__ import annotations

from decimal import Decimal
from enum import Enum

from neo.domain.units import ZERO
from neo.records import frozen


class RefusalReason(Enum):
    UNKNOWN_SYMBOL = "unknown_symbol"
    NOT_TRADING = "not_trading"
    PRICE_NOT_ON_TICK = "price_not_on_tick"
    PRICE_OUT_OF_BOUNDS = "price_out_of_bounds"
    QUANTITY_NOT_ON_STEP = "quantity_not_on_step"
    QUANTITY_TOO_SMALL = "quantity_too_small"
    QUANTITY_TOO_LARGE = "quantity_too_large"
    NOTIONAL_TOO_SMALL = "notional_too_small"
    NOTIONAL_TOO_LARGE = "notional_too_large"
    BALANCE_TOO_SMALL = "balance_too_small"
    CLIENT_ID_TAKEN = "client_id_taken"
    WOULD_TAKE = "would_take"
    TOO_MANY_ORDERS = "too_many_orders"
    UNKNOWN_ORDER = "unknown_order"
    ORDER_CLOSED = "order_closed"


@frozen
class Refusal:
    """Nothing happened. `limit` is the number that was not met, where there is one."""

    reason: RefusalReason
    limit: Decimal = ZERO
