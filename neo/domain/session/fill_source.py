"""What decided the fills of a session: every report names it, because its numbers mean nothing without."""

from __future__ import annotations

from collections.abc import Sequence

from neo.domain.config.choices import ExchangeFillModel, FillModel, Mode
from neo.domain.config.strategies import DROP_BUYER, MARKET_MAKER

#: The simulated ledger matched our offers like everybody else's.
LEDGER = "ledger"
#: The simulated exchange did the same with the drop buyer's orders.
EXCHANGE = "exchange"
#: The real venue did.
VENUE = "venue"


#: engine_state: what decided the fills of a session whose mode alone does not tell, a replay.
FILLED_BY_KEY = "fills.decided_by"


_SIMULATED_BY = {MARKET_MAKER: LEDGER, DROP_BUYER: EXCHANGE}


def fill_source(
    mode: str,
    paper_model: str | None,
    strategies: Sequence[str] = (MARKET_MAKER,),
    exchange_model: str | None = None,
) -> str:
    """`paper_model` and `exchange_model` are the session's own paper.fill_model and paper.exchange_fill_model.

    A session that did not store one had the usual one. An unknown mode (a database of a later version) has an unknown
    source: empty.
    """
    if mode in (Mode.SIM.value, Mode.REPLAY.value):
        return ", ".join(_SIMULATED_BY[strategy] for strategy in strategies if strategy in _SIMULATED_BY)
    if mode == Mode.LIVE.value:
        return VENUE
    if mode != Mode.PAPER.value:
        return ""
    models = {
        MARKET_MAKER: paper_model or FillModel.QUEUE.value,
        DROP_BUYER: exchange_model or ExchangeFillModel.TRADE_THROUGH.value,
    }
    used = {strategy: models[strategy] for strategy in strategies if strategy in models}
    if len(used) < 2:
        return next(iter(used.values()), "")
    return ", ".join(f"{model} ({_SIMULATED_BY[strategy]})" for strategy, model in used.items())
