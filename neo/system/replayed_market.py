"""What a replay trades in: a recorded fair price that moves the simulated ledger, or recorded ledgers themselves."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Protocol

from neo.actors.runtime import SimKernel
from neo.domain.config.configuration import Config
from neo.domain.errors import NeoError
from neo.domain.messages.storage import Recovery
from neo.domain.session.exit_codes import DATA
from neo.domain.session.fill_source import LEDGER
from neo.infra.replay.recorded_ledger import RecordedLedger, span_of
from neo.infra.replay.recording import RecordedPath, holds_ledgers, read_fair_price
from neo.records import frozen
from neo.system.cast import buys_drops
from neo.system.paper_venue import paper_venue
from neo.system.replayed_exchange import replayed_bars
from neo.system.session_venue import SessionVenue
from neo.system.simulated_venue import opening_wallet, simulated_signer, simulated_venue

_log = logging.getLogger("neo.replay")
#: Scaled prices keep ten digits behind the point.
PRICE_STEP = Decimal("1e-10")


class OtherMarket(NeoError):
    """The recording is of another market than the configuration trades."""

    exit_code = DATA


class BeginsWithTheRecording(NeoError):
    """The replay cannot begin at the time asked for."""

    exit_code = DATA


class ReplayedMarket(Protocol):
    """From when to when, what decides fills, and the venue that comes of it."""

    @property
    def starts_at_ns(self) -> int: ...

    @property
    def ends_at_ns(self) -> int: ...

    def configured(self, config: Config) -> Config:
        """The configuration as far as the recording decides it."""
        ...

    def filled_by(self, config: Config) -> str: ...

    def venue(self, config: Config, kernel: SimKernel, recovery: Recovery) -> SessionVenue: ...


@frozen
class ReplayedPrices:
    """A recorded fair price, `scale` times what the file says, from `starts_at_ns` to `ends_at_ns`."""

    path: RecordedPath
    scale: Decimal
    starts_at_ns: int
    ends_at_ns: int

    @property
    def start_price(self) -> Decimal:
        return self.price_at(self.starts_at_ns)

    def price_at(self, at_ns: int) -> Decimal:
        price = self.path.price_at(at_ns)
        return price if self.scale == 1 else (price * self.scale).quantize(PRICE_STEP)

    def configured(self, config: Config) -> Config:
        return config

    def filled_by(self, config: Config) -> str:
        return LEDGER

    def venue(self, config: Config, kernel: SimKernel, recovery: Recovery) -> SessionVenue:
        price = self.start_price
        ledger = simulated_venue(config, kernel, opening_wallet(config, price), self, price)
        return SessionVenue(simulated_signer(config), is_new=True, ledger=ledger)


@frozen
class ReplayedLedgers:
    """Books, pool and trades as neo record stored them; an imagined account trades in front of them."""

    paths: tuple[Path, ...]
    starts_at_ns: int
    ends_at_ns: int

    def configured(self, config: Config) -> Config:
        return config

    def filled_by(self, config: Config) -> str:
        return config.paper.fill_model.value

    def venue(self, config: Config, kernel: SimKernel, recovery: Recovery) -> SessionVenue:
        ledger = paper_venue(config, RecordedLedger(self.paths, kernel), kernel, recovery)
        return SessionVenue(simulated_signer(config), is_new=True, ledger=ledger)


def replayed_market(
    config: Config, data: Sequence[Path], from_ns: int | None = None, length_ns: int | None = None
) -> ReplayedMarket:
    """What the drop buyer trades in are bars, a file for each symbol. Without it, recorded ledgers are traded as they are,
    and a recorded price of another asset is scaled to sim.start_price.

    `from_ns`: when the replay begins, None: with the recording. `length_ns`: how long it was asked to be at most.
    """
    if buys_drops(config):
        return replayed_bars(config, data, from_ns, length_ns)
    if holds_ledgers(data):
        if from_ns is not None:
            raise BeginsWithTheRecording(
                "a recording of ledgers is replayed from its beginning", "Leave --from out, or cut the file."
            )
        span = span_of(data)
        ours = f"{config.xrpl.base}/{config.xrpl.quote}"
        if span.symbol != ours:
            advice = "Give a configuration of that market, or another recording."
            raise OtherMarket(f"the recording is of {span.symbol}, the configuration trades {ours}", advice)
        return ReplayedLedgers(tuple(data), span.starts_at_ns, span.ends_at_ns)
    path = read_fair_price(data)
    starts_at_ns = path.start_ns if from_ns is None else from_ns
    if not path.start_ns <= starts_at_ns < path.end_ns:
        raise BeginsWithTheRecording("the recording has no price at --from", "Give a time within the recording.")
    first = path.price_at(starts_at_ns)
    fits = config.strategy.price_floor <= first <= config.strategy.price_ceiling
    scale = Decimal(1) if fits else config.sim.start_price / first
    if not fits:
        _log.warning("recorded price %s is outside floor and ceiling: all prices are scaled by %.6g", first, scale)
    return ReplayedPrices(path, scale, starts_at_ns, path.end_ns)
