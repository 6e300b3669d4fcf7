"""One address of the exchange: how it is called, what it weighs, and what answers."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum

from neo.infra.sandbox.exchange.api_error import Json
from neo.infra.sandbox.exchange.params import Params
from neo.infra.sandbox.exchange.site import ExchangeSite
from neo.records import frozen


class Security(Enum):
    """Who may ask: anybody, anybody with a key, or an account that signs."""

    PUBLIC = "public"
    KEYED = "keyed"
    SIGNED = "signed"


@frozen
class Call:
    """A request that passed every gate. `account` is the name of who signed, empty on public endpoints."""

    site: ExchangeSite
    params: Params
    account: str
    now_ms: int


@frozen
class Endpoint:
    """`weight` looks at the parameters: many addresses cost more without a symbol. `is_order`: it places or cancels."""

    method: str
    path: str
    answer: Callable[[Call], Json]
    weight: Callable[[Params], int]
    security: Security = Security.PUBLIC
    is_order: bool = False


def weighing(weight: int, without_symbol: int | None = None) -> Callable[[Params], int]:
    """A fixed weight, or another one when neither a symbol nor a list of them was named."""

    def weigh(params: Params) -> int:
        named = "symbol" in params or "symbols" in params
        return weight if without_symbol is None or named else without_symbol

    return weigh
