"""The venue of mode paper: a gateway to the real market, and an imagined account before it."""

from __future__ import annotations

import random
from typing import Protocol

from neo.domain.config.configuration import Config
from neo.domain.market.instrument import LEDGER_VENUE
from neo.domain.messages.storage import Recovery
from neo.domain.paper.account import AccountOpening
from neo.domain.units import NS_PER_MS, ZERO, ripple_time_s
from neo.infra.paper.venue import Gateway, PaperVenue
from neo.infra.paper.venue import Scheduler as Timers


class Scheduler(Timers, Protocol):
    """Clock, timers and named random streams: every runtime has them."""

    def now_ns(self) -> int: ...
    def rng_for(self, label: str, /) -> random.Random: ...


def paper_opening(config: Config, recovery: Recovery, now_ns: int) -> AccountOpening:
    """The configured wallet at the first start, later what the books say.

    Sequence numbers begin at the ledger time in seconds: a session sends less than one transaction a second, so none is
    ever used twice.
    """
    sequence = ripple_time_s(now_ns)
    if recovery.cursor(LEDGER_VENUE) is None:
        return AccountOpening(config.xrpl.account, config.paper.wallet_xrp, config.paper.wallet_rlusd, sequence)
    held = {row.asset: row.fills_only + row.capital for row in recovery.balances if row.venue == LEDGER_VENUE}
    base, quote = held.get(config.xrpl.base, ZERO), held.get(config.xrpl.quote, ZERO)
    return AccountOpening(config.xrpl.account, base, quote, sequence)


def paper_venue(config: Config, gateway: Gateway, scheduler: Scheduler, recovery: Recovery) -> PaperVenue:
    """Not started, attached to nobody. `recovery`: the books as they are after the session was opened."""
    return PaperVenue(
        gateway,
        paper_opening(config, recovery, scheduler.now_ns()),
        config.paper.fill_model,
        scheduler,
        scheduler.rng_for("paper-venue"),
        config.paper.latency_ms * NS_PER_MS,
    )
