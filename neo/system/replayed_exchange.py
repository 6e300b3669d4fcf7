"""Recorded one-minute bars as an exchange: every file a market, lived through at its own time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import attrs

from neo.actors.runtime import SimKernel
from neo.domain.config.configuration import Config
from neo.domain.errors import NeoError
from neo.domain.messages.storage import Recovery
from neo.domain.session.exit_codes import DATA
from neo.domain.session.fill_source import EXCHANGE, LEDGER
from neo.domain.units import NS_PER_MINUTE, NS_PER_MS, NS_PER_S
from neo.infra.replay.bar_markets import BarMarket, bar_markets
from neo.infra.replay.fields import LATEST_NS
from neo.infra.simulated_exchange.liquidity import SeededLiquidity
from neo.infra.simulated_exchange.listing import LEVEL_NOTIONAL
from neo.infra.simulated_exchange.market import ExchangeMarket
from neo.infra.simulated_exchange.price_path import DAY_MS, MINUTE_MS
from neo.infra.simulated_exchange.recorded_price import RecordedPrice
from neo.records import frozen
from neo.system.cast import makes_markets
from neo.system.exchange_venue import exchange_of, opening_holdings, terms_of
from neo.system.session_venue import SessionVenue
from neo.system.simulated_venue import opening_wallet, simulated_signer, simulated_venue


class NoCommonTime(NeoError):
    """The files have no time in common, or none that was asked for."""

    exit_code = DATA


@frozen
class ReplayedBars:
    """Markets that all have bars from `starts_at_ns` to `ends_at_ns`; what lies before warms anchors and averages up."""

    markets: tuple[BarMarket, ...]
    starts_at_ns: int
    ends_at_ns: int

    def configured(self, config: Config) -> Config:
        """Watching what was recorded: nothing else has a price here."""
        watchlist = tuple(market.symbol for market in self.markets)
        return attrs.evolve(config, exchange=attrs.evolve(config.exchange, watchlist=watchlist))

    def filled_by(self, config: Config) -> str:
        return f"{LEDGER}, {EXCHANGE}" if makes_markets(config) else EXCHANGE

    def venue(self, config: Config, kernel: SimKernel, recovery: Recovery) -> SessionVenue:
        """The market maker, if it runs too, has its simulated ledger."""
        markets = [_market(each, config.seed, self.starts_at_ns // NS_PER_MS) for each in self.markets]
        exchange = exchange_of(markets, config, kernel, opening_holdings(config))
        ledger = simulated_venue(config, kernel, opening_wallet(config)) if makes_markets(config) else None
        return SessionVenue(simulated_signer(config), is_new=True, ledger=ledger, exchange=exchange)


def replayed_bars(
    config: Config, data: Sequence[Path], from_ns: int | None = None, length_ns: int | None = None
) -> ReplayedBars:
    """From `from_ns`, or from where every file has begun and (if there is time) anchors are warm; to where the first ends.

    Only the bars that this takes are read: those of the session, and those of the day before for warming up and turnover.
    """
    first_needed_ns, end_ns = 0, LATEST_NS
    if from_ns is not None:
        first_needed_ns = from_ns - DAY_MS * NS_PER_MS - config.exchange.warm_up_minutes * NS_PER_MINUTE
        end_ns = from_ns + length_ns + NS_PER_MINUTE if length_ns is not None else LATEST_NS
    markets = bar_markets(data, config.exchange.quote, terms_of(config), first_needed_ns, end_ns)
    begun_ns = max(market.first_ms for market in markets) * NS_PER_MS
    ends_ns = min(market.end_ms for market in markets) * NS_PER_MS
    starts_ns = _warm(begun_ns, ends_ns, config.exchange.warm_up_minutes) if from_ns is None else from_ns
    if not begun_ns <= starts_ns < ends_ns:
        problem = f"all {len(markets)} symbols have bars from {_utc(begun_ns)} to {_utc(ends_ns)}"
        if from_ns is not None:
            problem += f", the replay should begin at {_utc(from_ns)}"
        raise NoCommonTime(problem, "Leave out the files of other times, or give another --from.")
    return ReplayedBars(markets, starts_ns, ends_ns)


def _warm(begun_ns: int, ends_ns: int, minutes: int) -> int:
    warm_ns = begun_ns + minutes * NS_PER_MINUTE
    return warm_ns if warm_ns < ends_ns else begun_ns


def _market(recorded: BarMarket, seed: int, start_ms: int) -> ExchangeMarket:
    path = RecordedPrice(recorded.bars, start_ms - start_ms % MINUTE_MS, start_ms)
    rules = recorded.rules
    liquidity = SeededLiquidity(f"{seed} {rules.base}", rules, path, LEVEL_NOTIONAL, centred=True)
    return ExchangeMarket(rules, path, liquidity, recorded.volumes)


def _utc(at_ns: int) -> str:
    return datetime.fromtimestamp(at_ns // NS_PER_S, UTC).strftime("%Y-%m-%d %H:%M UTC")
