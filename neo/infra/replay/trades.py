"""Recorded trades: `ts_ms,trade_id,side,price,amount,cost`, times in UTC milliseconds."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from neo.domain.market.instrument import Side
from neo.domain.units import NS_PER_MS
from neo.infra.replay.errors import ReplayDataError
from neo.infra.replay.fields import cells, columns, not_before, price, quantity, whole_number
from neo.infra.replay.lines import numbered_lines
from neo.records import frozen

TRADE_COLUMNS = ("ts_ms", "side", "price", "amount")


@frozen
class RecordedTrade:
    """`side` is the taker's."""

    at_ns: int
    side: Side
    price: Decimal
    amount: Decimal


def read_trades(path: Path) -> tuple[RecordedTrade, ...]:
    """All trades, oldest first; several may share a millisecond."""
    lines = numbered_lines(path)
    positions = columns(path, next(lines)[1], TRADE_COLUMNS)
    trades: list[RecordedTrade] = []
    previous_ns: int | None = None
    for line, text in lines:
        ts_ms, side, at_price, amount = cells(path, line, text, positions)
        if side not in ("buy", "sell"):
            raise ReplayDataError(path, line, f"side '{side}'", "a side is buy or sell")
        trade = RecordedTrade(
            whole_number(path, line, "ts_ms", ts_ms) * NS_PER_MS,
            Side(side),
            price(path, line, "price", at_price),
            quantity(path, line, "amount", amount),
        )
        not_before(path, line, trade.at_ns, previous_ns, strictly=False)
        previous_ns = trade.at_ns
        trades.append(trade)
    if not trades:
        raise ReplayDataError(path, 1, "has a header and no trades", "fetch the file again")
    return tuple(trades)
