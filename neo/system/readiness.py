"""Looks at everything that has to be in order before money is traded; the rules are in neo/domain/readiness."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from pathlib import Path

from neo.domain.config.choices import Mode
from neo.domain.config.configuration import Config
from neo.domain.config.secret_text import SEED_VARIABLE
from neo.domain.readiness.finding import Finding, Topic, fail, ok, warn
from neo.domain.readiness.machine import judge_database, judge_disk, judge_software
from neo.domain.telemetry.event import TelemetryEvent
from neo.infra.ccxt.access import ExchangeKeys, KeysMissing
from neo.infra.ccxt.library import UnknownExchange
from neo.infra.config.loader import Loaded
from neo.infra.machine.database import database_facts
from neo.infra.machine.disk import disk_facts
from neo.infra.machine.software import software_facts
from neo.infra.xrpl.entry_points import SYNCHRONOUS
from neo.infra.xrpl.seed import SeedUnavailable
from neo.system.cast import buys_drops, makes_markets
from neo.system.exchange_readiness import look_at_exchange
from neo.system.ledger_readiness import look_at_ledger
from neo.system.real_exchange import exchange_keys, real_exchange
from neo.system.signing import PairRefused, real_signer

KEY_SOURCE = "key source"


def examine(loaded: Loaded | None) -> tuple[Finding, ...]:
    """Everything, also what needs no network. None: the configuration could not be read, so only the software is looked at."""
    software = judge_software(software_facts(SYNCHRONOUS))
    if loaded is None:
        return software
    config = loaded.config
    ledger = ledger_findings(config) if makes_markets(config) else ()
    exchange = exchange_findings(config) if buys_drops(config) else ()
    return (*software, *machine_findings(config), *ledger, *exchange)


def machine_findings(config: Config) -> tuple[Finding, ...]:
    """Disk and database."""
    database = Path(config.storage.path)
    return (*judge_disk(disk_facts(database.parent)), *judge_database(database_facts(database)))


def ledger_findings(config: Config) -> tuple[Finding, ...]:
    """Key, servers, clock and account. Without a network the servers fail, and the account is not looked at."""
    try:
        found, key_address = key_findings(config, os.environ)
        if not config.xrpl.nodes:
            seen = f"none is configured, and mode {config.mode.value} needs none"
            return (*found, ok(Topic.NODES, "all servers", seen))
        return (*found, *look_at_ledger(config, key_address, time.time_ns))
    except PairRefused as refusal:
        return (fail(Topic.CONFIGURATION, "market", refusal.problem, refusal.advice),)


def exchange_findings(config: Config) -> tuple[Finding, ...]:
    """Keys, exchange, clock, watchlist and wallet, through a gateway that lives as long as the look."""
    if config.mode not in (Mode.PAPER, Mode.LIVE):
        return (ok(Topic.EXCHANGE, config.exchange.name, f"is embedded: mode {config.mode.value} needs no real one"),)
    try:
        keys = exchange_keys(config, os.environ)
    except KeysMissing as refusal:
        missing = fail(Topic.KEY, f"API key of {config.exchange.name}", refusal.problem, refusal.advice)
        return (missing, *_seen(config, ExchangeKeys()))
    return _seen(config, keys)


def _seen(config: Config, keys: ExchangeKeys) -> tuple[Finding, ...]:
    gateway = real_exchange(config, keys, time.time_ns, _unheard)
    try:
        gateway.start()
        return look_at_exchange(config, gateway, with_wallet=bool(keys.api_key))
    except UnknownExchange as refusal:
        return (fail(Topic.CONFIGURATION, "exchange.name", refusal.problem, refusal.advice),)
    finally:
        gateway.stop()


def _unheard(event: TelemetryEvent) -> None:
    """What the look itself finds is in the findings."""
    del event


def key_findings(config: Config, environment: Mapping[str, str]) -> tuple[tuple[Finding, ...], str | None]:
    """Where the seed comes from, and the address of its key. Only a live session needs one.

    Which account the key may sign for is judged with the account.
    """
    xrpl = config.xrpl
    if config.mode is not Mode.LIVE and not xrpl.key_file:
        return (ok(Topic.KEY, KEY_SOURCE, "none is needed: nothing is signed for a real ledger"),), None
    try:
        key_address = real_signer(config, environment).key_address
    except SeedUnavailable as refusal:
        return (fail(Topic.KEY, KEY_SOURCE, refusal.problem, refusal.advice),), None
    if xrpl.key_file:
        return (ok(Topic.KEY, KEY_SOURCE, f"the file {xrpl.key_file}, which only its owner may read"),), key_address
    fix = "a file is safer (xrpl.key_file): environments are inherited, and tools show them"
    return (warn(Topic.KEY, KEY_SOURCE, f"the environment variable {SEED_VARIABLE}", fix),), key_address
