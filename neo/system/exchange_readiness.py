"""Exchange, clock, keys, wallet and watchlist before anything is ordered: `neo doctor` shows it, a start asks for it."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from decimal import Decimal

from neo.domain.config.configuration import Config
from neo.domain.readiness.exchange import ExchangeFacts, ExchangeNeeds, WalletSeen, judge_exchange
from neo.domain.readiness.finding import Finding, Verdict, failures
from neo.domain.units import ZERO
from neo.infra.ccxt.gateway import ExchangeGateway
from neo.infra.ccxt.look import ExchangeLook, Unanswered, look_at
from neo.system.start_refused import StartRefused

_log = logging.getLogger("neo.session")


def look_at_exchange(config: Config, gateway: ExchangeGateway, *, with_wallet: bool) -> tuple[Finding, ...]:
    """`gateway` runs. Asks for markets and time, and for the wallet when there are keys."""
    exchange = config.exchange
    risk = config.exchange_risk
    needs = ExchangeNeeds(
        quote=exchange.quote,
        watchlist=exchange.watchlist,
        clock_offset_max_ms=exchange.clock_offset_max_ms,
        purchase=risk.position_size_usdt + risk.cash_reserve_usdt,
    )
    return judge_exchange(exchange_facts(config, look_at(gateway, with_wallet=with_wallet)), needs)


def require_exchange(config: Config, gateway: ExchangeGateway, *, with_wallet: bool) -> None:
    """StartRefused with everything that stops a session; advice goes into the log."""
    found = look_at_exchange(config, gateway, with_wallet=with_wallet)
    stops = failures(found)
    if stops:
        raise StartRefused(stops)
    for finding in found:
        if finding.verdict is Verdict.WARN:
            _log.warning("%s: %s; %s", finding.what, finding.seen, finding.fix)


def exchange_facts(config: Config, look: ExchangeLook) -> ExchangeFacts:
    """What a look brings, in the words of the rules that judge it."""
    name = config.exchange.name
    if isinstance(look.rules, Unanswered):
        return ExchangeFacts(name=name, problem=look.rules.problem)
    clock = look.clock_ahead_ms
    return ExchangeFacts(
        name=name,
        tradable=tuple(rule.symbol for rule in look.rules),
        without_rules=look.without_rules,
        clock_problem=clock.problem if isinstance(clock, Unanswered) else "",
        clock_ahead_ms=None if isinstance(clock, Unanswered) else clock,
        wallet=None if look.free is None else _wallet(look.free, config.exchange.quote),
    )


def _wallet(free: Mapping[str, Decimal] | Unanswered, quote: str) -> WalletSeen:
    if isinstance(free, Unanswered):
        return WalletSeen(problem=free.problem, is_refused=free.is_final)
    return WalletSeen(free=free.get(quote, ZERO), others=len(free.keys() - {quote}))
