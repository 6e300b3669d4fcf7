"""Circuit breakers of the drop buyer: losses in a row, what a day may cost, and how many trades a day has.

A day is a UTC day. Amounts are in the quote currency; a breaker that has tripped says so until its day is over, the one of
losses in a row until it is reset by a gain or by the operator.
"""

from __future__ import annotations

import enum
from decimal import Decimal

from neo.domain.money.exact import total
from neo.domain.units import NS_PER_S, ZERO
from neo.records import frozen

NS_PER_DAY = 86_400 * NS_PER_S


class Breaker(enum.Enum):
    """What has tripped."""

    LOSS_STREAK = "loss_streak"
    DAILY_LOSS = "daily_loss"
    DAILY_TRADES = "daily_trades"


@frozen(kw_only=True)
class BreakerLimits:
    """`daily_loss_max` in quote currency, positive."""

    loss_streak_max: int
    daily_loss_max: Decimal
    daily_trades_max: int


@frozen
class TradingRecord:
    """Closed trades of the current UTC day, and the losses in a row, which go on over midnight."""

    day: int = 0
    result_today: Decimal = ZERO
    trades_today: int = 0
    losses_in_a_row: int = 0


def closed(record: TradingRecord, result: Decimal, at_ns: int) -> TradingRecord:
    """With one more closed trade that brought `result` after fees."""
    record = on_day_of(record, at_ns)
    streak = record.losses_in_a_row + 1 if result < 0 else 0
    return TradingRecord(record.day, total(record.result_today, result), record.trades_today + 1, streak)


def tripped(limits: BreakerLimits, record: TradingRecord, at_ns: int) -> tuple[Breaker, ...]:
    """The breakers that stand open now."""
    today = on_day_of(record, at_ns)
    against = {
        Breaker.LOSS_STREAK: today.losses_in_a_row >= limits.loss_streak_max,
        Breaker.DAILY_LOSS: -today.result_today >= limits.daily_loss_max,
        Breaker.DAILY_TRADES: today.trades_today >= limits.daily_trades_max,
    }
    return tuple(breaker for breaker in Breaker if against[breaker])


def on_day_of(record: TradingRecord, at_ns: int) -> TradingRecord:
    """The record as it stands at `at_ns`: a new day has no trades yet, losses in a row go on."""
    day = at_ns // NS_PER_DAY
    return record if day <= record.day else TradingRecord(day, ZERO, 0, record.losses_in_a_row)
