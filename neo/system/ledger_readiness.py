"""Servers, clock, account and key, before anything is sent: `neo doctor` shows all of it, a start refuses what fails."""

from __future__ import annotations

from collections.abc import Callable

from neo.domain.config.agreement import side_value
from neo.domain.config.configuration import Config
from neo.domain.readiness.account import Needs, judge_account, no_such_account
from neo.domain.readiness.clock import judge_clock
from neo.domain.readiness.finding import Finding, Topic, failures, warn
from neo.domain.readiness.nodes import Ground, fit_nodes, judge_nodes, on_network
from neo.infra.xrpl.endpoint import endpoints
from neo.infra.xrpl.node_probe import NodeProbed, probe_nodes
from neo.infra.xrpl.timing import GatewayTiming
from neo.system.ledger_facts import node_facts, wallet_facts
from neo.system.pace import GRACE_S
from neo.system.signing import wire_pair
from neo.system.start_refused import StartRefused


def look_at_ledger(
    config: Config, signing_key: str | None, now_ns: Callable[[], int], speed: float = 1.0
) -> tuple[Finding, ...]:
    """Asks every server once. `signing_key`: address of the key that is to sign, None when nothing is signed."""
    grace_s = int(GRACE_S * int(speed)) if speed > 1 else 0
    ground = Ground(
        network_id=config.xrpl.network_id,
        now_ns=now_ns(),
        age_max_s=int(config.risk.ledger_age_max_s),
    )
    # At any speed of the clock: nothing goes on yet that an answer could be too late for.
    probed = probe_nodes(endpoints(config.xrpl.nodes), wire_pair(config), GatewayTiming())
    nodes = tuple(map(node_facts, probed))
    clocks = [node.close_time_ns for node in nodes if node.synced and on_network(node, ground)]
    clock = (judge_clock(ground.now_ns, max(clocks), grace_s),) if clocks else ()
    best = [each for each, node in zip(probed, nodes, strict=True) if node in fit_nodes(nodes, ground)]
    return (*judge_nodes(nodes, ground), *clock, *_account(config, signing_key, best))


def require_ready(config: Config, signing_key: str | None, now_ns: Callable[[], int], speed: float) -> None:
    """StartRefused with everything that stops a session."""
    stops = failures(look_at_ledger(config, signing_key, now_ns, speed))
    if stops:
        raise StartRefused(stops)


def _account(config: Config, signing_key: str | None, fit: list[NodeProbed]) -> tuple[Finding, ...]:
    """As the newest of the servers that can be traded through sees it."""
    for probed in sorted(fit, key=lambda each: each.server.validated_index if each.server else 0, reverse=True):
        if probed.account_missing:
            return (no_such_account(config.xrpl.account, needed=signing_key is not None),)
        if probed.account is not None and (probed.issuer is not None or probed.issuer_missing):
            return judge_account(wallet_facts(probed.account, probed.issuer), _needs(config, signing_key))
    if not fit:
        return ()
    fix = "see what is said about each server"
    return (warn(Topic.ACCOUNT, "account", "could not be read from any server", fix),)


def _needs(config: Config, signing_key: str | None) -> Needs:
    strategy = config.strategy
    value = side_value(config.order_size.base_size_rlusd, strategy.levels, strategy.level_size_step)
    return Needs(quote=config.xrpl.quote, levels=strategy.levels, side_value_quote=value, signing_key=signing_key)
