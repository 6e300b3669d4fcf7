"""Statistics of a day are read from each exchange's own answer as ccxt reads them, at a fraction of the work."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from typing import Any

import pytest

from neo.infra.ccxt.bulk_statistics import STATISTICS_CALLS, fetched_statistics
from neo.infra.ccxt.market_reading import day_statistics
from tests.infra.ccxt.test_other_exchanges import answering, client, with_market

_SPOT = {"openTime": 1, "closeTime": 2, "lastPrice": "10.3", "openPrice": "10", "highPrice": "11", "lowPrice": "9"}
_ANSWERS: dict[str, tuple[str, Any]] = {
    "mexc": ("AUSDT", [{**_SPOT, "symbol": "AUSDT", "quoteVolume": "1234.5", "priceChangePercent": "0.03"}]),
    "binance": ("AUSDT", [{**_SPOT, "symbol": "AUSDT", "quoteVolume": "1234.5", "priceChangePercent": "3.00"}]),
    "kucoin": (
        "A-USDT",
        {
            "data": {
                "ticker": [
                    {
                        "symbol": "A-USDT",
                        "symbolName": "A-USDT",
                        "last": "10.3",
                        "volValue": "1234.5",
                        "changeRate": "0.03",
                    }
                ]
            }
        },
    ),
    "gate": (
        "A_USDT",
        [{"currency_pair": "A_USDT", "last": "10.3", "quote_volume": "1234.5", "change_percentage": "3"}],
    ),
    "bybit": (
        "AUSDT",
        {
            "result": {
                "list": [{"symbol": "AUSDT", "lastPrice": "10.3", "turnover24h": "1234.5", "price24hPcnt": "0.03"}]
            }
        },
    ),
}


def rows_of(answer: Any) -> Any:
    for name in ("data", "ticker", "result", "list"):
        answer = answer.get(name, answer) if isinstance(answer, dict) else answer
    return answer


@pytest.mark.parametrize("exchange", sorted(STATISTICS_CALLS))
def test_volume_and_change_are_those_that_ccxt_reads(exchange: str) -> None:
    market_id, answer = _ANSWERS[exchange]
    made = answering(with_market(client(exchange), ("A/USDT", market_id)), answer)
    made.markets_by_id = {market_id: [made.markets["A/USDT"]]}
    read = getattr(made, "parse_spot_or_uta_ticker", made.parse_ticker)  # the first is what KuCoin's unified call uses
    unified = {"A/USDT": read(rows_of(answer)[0], made.markets["A/USDT"])}

    found = asyncio.run(fetched_statistics(made, ["A/USDT", "B/USDT"]))

    assert found == day_statistics(unified, ["A/USDT", "B/USDT"])
    assert [(each.symbol, each.volume_quote, each.change_bps) for each in found] == [
        ("A/USDT", Decimal("1234.5"), Decimal(300))
    ]


@pytest.mark.parametrize("exchange", sorted(STATISTICS_CALLS))
def test_the_call_is_one_that_the_library_has(exchange: str) -> None:
    assert callable(getattr(client(exchange), STATISTICS_CALLS[exchange].method))


@pytest.mark.parametrize(
    ("volume", "change"), [("-1", "0.1"), ("NaN", "0.1"), ("1", "Infinity"), (None, "0"), ("1", "")]
)
def test_numbers_that_are_none_leave_a_symbol_out(volume: str | None, change: str) -> None:
    made = answering(
        with_market(client("mexc"), ("A/USDT", "AUSDT")),
        [{"symbol": "AUSDT", "quoteVolume": volume, "priceChangePercent": change}],
    )

    assert asyncio.run(fetched_statistics(made, ["A/USDT"])) == ()


def test_half_an_answer_is_an_error() -> None:
    made = answering(client("kucoin"), {"data": {}})

    with pytest.raises(ValueError, match="something else"):
        asyncio.run(fetched_statistics(made, ["A/USDT"]))
