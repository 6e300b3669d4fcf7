"""What KuCoin, Gate and Bybit say when they refuse an order, and what the engine makes of it."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from neo.domain.market.instrument import Side
from neo.domain.messages.exchange import FetchBars, PlaceExchangeOrder, StreamQuotes, UnknownSymbol
from neo.domain.messages.venue import PortError, PortFailed
from tests.contract.recorded_exchange import Refusal
from tests.contract.recorded_stages import Stage, on_bybit, on_gate, on_kucoin
from tests.infra.ccxt.exchange_stage import ask

STAGES: dict[str, Callable[[Path], contextlib.AbstractContextManager[Stage]]] = {
    "kucoin": on_kucoin,
    "gate": on_gate,
    "bybit": on_bybit,
}
SAID: dict[str, dict[str, object]] = {
    "kucoin": {
        "no money": {"code": "200004", "msg": "Balance insufficient!"},
        "name used": {"code": "126044", "msg": "clientOid duplicate"},
        "too many": {"code": "429000", "msg": "Too many requests"},
        "clock": {"code": "400002", "msg": "KC-API-TIMESTAMP Invalid"},
        "keys": {"code": "400003", "msg": "KC-API-KEY not exists"},
        "unheard of": {"code": "999999", "msg": "something new"},
    },
    "gate": {
        "no money": Refusal(400, {"label": "BALANCE_NOT_ENOUGH", "message": "Not enough balance"}),
        "too many": Refusal(429, {"label": "TOO_MANY_REQUESTS", "message": "Request Rate limit Exceeded"}),
        "keys": Refusal(401, {"label": "INVALID_KEY", "message": "Invalid key provided"}),
        "unheard of": Refusal(400, {"label": "SOMETHING_NEW", "message": "?"}),
    },
    "bybit": {
        "no money": {"retCode": 170131, "retMsg": "Balance insufficient."},
        "name used": {"retCode": 170141, "retMsg": "Duplicate clientOrderId"},
        "too many": {"retCode": 10006, "retMsg": "Too many visits!"},
        "clock": {"retCode": 10002, "retMsg": "invalid request, please check your server timestamp"},
        "keys": {"retCode": 10003, "retMsg": "API key is invalid."},
        "unheard of": {"retCode": 999999, "retMsg": "something new"},
    },
}
MEANS = {
    "no money": PortError.REJECTED,
    "name used": PortError.OUTCOME_UNKNOWN,
    "too many": PortError.UNAVAILABLE,
    "clock": PortError.UNAVAILABLE,
    "keys": PortError.REJECTED,
    "unheard of": PortError.OUTCOME_UNKNOWN,
}
PLACES = {"kucoin": "POST /api/v1/orders", "gate": "POST /api/v4/spot/orders", "bybit": "POST /v5/order/create"}


@pytest.fixture
def stage(exchange: str, shared_recordings: Path) -> Iterator[Stage]:
    with STAGES[exchange](shared_recordings) as made:
        yield made


def buy(symbol: str) -> PlaceExchangeOrder:
    return PlaceExchangeOrder("ours-1", symbol, Side.BUY, Decimal("0.1"), Decimal(2))


@pytest.mark.parametrize(("exchange", "what"), [(name, what) for name, every in SAID.items() for what in every])
def test_an_order_that_an_exchange_refuses_means_what_its_words_mean(exchange: str, what: str, stage: Stage) -> None:
    recorded, gateway = stage
    recorded.bodies[PLACES[exchange]] = SAID[exchange][what]  # written from the documentation of each

    answer = ask(gateway, buy("BTC/USDT"))

    assert isinstance(answer, PortFailed) and answer.error is MEANS[what]
    assert recorded.asked.count(PLACES[exchange]) == 1


@pytest.mark.parametrize("exchange", ["kucoin", "gate", "bybit"])
def test_a_symbol_that_is_not_listed_is_unknown_before_anything_is_sent(exchange: str, stage: Stage) -> None:
    recorded, gateway = stage

    assert isinstance(ask(gateway, buy("NOSUCH/USDT")), UnknownSymbol)
    assert isinstance(ask(gateway, FetchBars("NOSUCH/USDT", 3)), UnknownSymbol)
    assert PLACES[exchange] not in recorded.asked
    assert isinstance(ask(gateway, StreamQuotes(("BTC/USDT",))), PortFailed)
