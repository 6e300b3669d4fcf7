"""A look at an exchange before anything is traded: does it answer, whose time has it, what does it list, are the keys good."""

from __future__ import annotations

import queue
from collections.abc import Mapping
from decimal import Decimal
from typing import Protocol

from neo.domain.messages.exchange import FetchMarkets, FetchWallet, MarketRule, MarketsFetched, WalletFetched
from neo.domain.messages.venue import PortError, PortFailed
from neo.infra.ccxt.exchange_clock import ClockMeasured, MeasureClock
from neo.infra.ccxt.exchange_desk import Reply
from neo.records import frozen

#: A question that failed is asked again: a start must not depend on one lost packet.
TRIES = 3
#: Of one question; the client has a time limit of its own below this.
ANSWER_S = 30.0


class Asked(Protocol):
    """A gateway that runs."""

    def submit(self, caller: str, request: object, done: Reply) -> None: ...


@frozen
class Unanswered:
    """`is_final`: the exchange looked at the question and refused it."""

    problem: str
    is_final: bool = False


@frozen(kw_only=True)
class ExchangeLook:
    """`clock_ahead_ms` is None for an exchange that does not tell its time, `free` (asset to amount) when nobody asked."""

    rules: tuple[MarketRule, ...] | Unanswered
    without_rules: tuple[str, ...] = ()
    clock_ahead_ms: int | Unanswered | None = None
    free: Mapping[str, Decimal] | Unanswered | None = None


def look_at(gateway: Asked, *, with_wallet: bool) -> ExchangeLook:
    """Blocks until everything was answered or given up."""
    markets = _answer(gateway, FetchMarkets())
    if not isinstance(markets, MarketsFetched):
        return ExchangeLook(rules=_why(markets))
    clock = _answer(gateway, MeasureClock())
    wallet = _answer(gateway, FetchWallet()) if with_wallet else None
    return ExchangeLook(
        rules=markets.rules,
        without_rules=markets.without_rules,
        clock_ahead_ms=clock.ahead_ms if isinstance(clock, ClockMeasured) else _why(clock),
        free=None if wallet is None else _free(wallet),
    )


def _free(wallet: object) -> Mapping[str, Decimal] | Unanswered:
    if not isinstance(wallet, WalletFetched):
        return _why(wallet)
    return {holding.asset: holding.free for holding in wallet.holdings}


def _answer(gateway: Asked, request: object) -> object:
    """The first that is no failure, or the last failure. A refusal is final."""
    answer: object = None
    for _ in range(TRIES):
        answers: queue.SimpleQueue[object] = queue.SimpleQueue()
        gateway.submit("look", request, answers.put)
        try:
            answer = answers.get(timeout=ANSWER_S)
        except queue.Empty:
            continue
        if not isinstance(answer, PortFailed) or answer.error is PortError.REJECTED:
            break
    return answer


def _why(answer: object) -> Unanswered:
    if isinstance(answer, PortFailed):
        return Unanswered(answer.detail, is_final=answer.error is PortError.REJECTED)
    return Unanswered(f"no answer within {ANSWER_S:.0f} s" if answer is None else type(answer).__name__)
