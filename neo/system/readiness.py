"""Looks at everything that has to be in order before money is traded; the rules are in neo/domain/readiness."""

from __future__ import annotations

import os
from pathlib import Path

from neo.domain.config.choices import Mode
from neo.domain.config.configuration import Config
from neo.domain.readiness.finding import Finding, Topic, ok
from neo.domain.readiness.key_source import judge_key_source
from neo.domain.readiness.machine import judge_database, judge_disk, judge_software
from neo.infra.config.loader import Loaded
from neo.infra.machine.database import database_facts
from neo.infra.machine.disk import disk_facts
from neo.infra.machine.key_source import key_source_facts
from neo.infra.machine.software import software_facts

_NETWORKS = {0: "the main network", 1: "the test network", 2: "the development network"}


def examine(loaded: Loaded | None) -> tuple[Finding, ...]:
    """Everything, also what needs no network. None: the configuration could not be read, so only the software is looked at."""
    software = judge_software(software_facts({}))
    if loaded is None:
        return software
    config = loaded.config
    return (*software, *machine_findings(config), *ledger_findings(config))


def machine_findings(config: Config) -> tuple[Finding, ...]:
    """Disk and database."""
    database = Path(config.storage.path)
    return (*judge_disk(disk_facts(database.parent)), *judge_database(database_facts(database)))


def ledger_findings(config: Config) -> tuple[Finding, ...]:
    """Key and servers."""
    source = key_source_facts(config.xrpl.key_file, os.environ)
    return (judge_key_source(source, needed=config.mode is Mode.LIVE), *_servers(config))


def _servers(config: Config) -> tuple[Finding, ...]:
    nodes = config.xrpl.nodes
    if not nodes:
        return (ok(Topic.NODES, "all servers", f"none is configured, and mode {config.mode.value} needs none"),)
    network = _NETWORKS.get(config.xrpl.network_id, f"network {config.xrpl.network_id}")
    return (ok(Topic.CONFIGURATION, "xrpl.nodes", f"{len(nodes)} addresses of {network}"),)
