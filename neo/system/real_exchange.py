"""The gateway to a real exchange, as the configuration describes it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from neo.domain.config.choices import Mode
from neo.domain.config.configuration import Config
from neo.domain.telemetry.event import TelemetryEvent
from neo.infra.ccxt.access import ExchangeAccess, ExchangeKeys, keys_from
from neo.infra.ccxt.gateway import ExchangeGateway
from neo.infra.ccxt.plan import AskingPlan
from neo.system.cast import buys_drops


def exchange_keys(config: Config, environment: Mapping[str, str]) -> ExchangeKeys:
    """Of the account that trades. Only mode live has one: KeysMissing when its environment does not hold them."""
    if config.mode is not Mode.LIVE or not buys_drops(config):
        return ExchangeKeys()
    exchange = config.exchange
    return keys_from(environment, exchange.key_variable, exchange.secret_variable, exchange.password_variable)


def real_exchange(
    config: Config, keys: ExchangeKeys, now_ns: Callable[[], int], report: Callable[[TelemetryEvent], None]
) -> ExchangeGateway:
    """Not started. `report` is called from the gateway's thread."""
    exchange = config.exchange
    access = ExchangeAccess(
        exchange=exchange.name,
        quote=exchange.quote,
        keys=keys,
        origin=exchange.api_url,
        symbols=exchange.watchlist,
    )
    plan = AskingPlan(clock_off_beyond_ms=exchange.clock_offset_max_ms)
    return ExchangeGateway(access, plan, now_ns=now_ns, report=report)
