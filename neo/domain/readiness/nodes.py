"""Servers of the ledger: which can be reached, which are fit to trade through, and whether one of them could be missed."""

from __future__ import annotations

from decimal import Decimal

import attrs

from neo.domain.config.node_urls import is_private
from neo.domain.readiness.finding import Finding, Topic, fail, ok, warn
from neo.domain.units import NS_PER_S

#: A healthy network validates a ledger every 3 to 5 s, and times are rounded to 10 s.
NEWEST_LEDGER_S_MAX = 20
LATENCY_MS_MAX = 1_000
#: Above this the server asks for higher fees, or refuses.
LOAD_MAX = Decimal(10)
#: An hour of ledgers: enough to find out what became of every order of a session that crashed a moment ago.
HISTORY_LEDGERS_MIN = 1_000


@attrs.frozen(kw_only=True)
class NodeFacts:
    """What one server answered. `problem` is empty when it answered at all; everything else is of that answer.

    `ways` names the ways in that work (ws, http), `broken_ways` what is wrong with the others.
    """

    name: str
    urls: tuple[str, ...]
    problem: str = ""
    ways: tuple[str, ...] = ()
    broken_ways: tuple[str, ...] = ()
    latency_ms: int = 0
    state: str = ""
    synced: bool = False
    amendment_blocked: bool = False
    version: str = ""
    network_id: int | None = None
    ledger_index: int = 0
    close_time_ns: int = 0
    history: str = ""
    history_ledgers: int = 0
    load_factor: Decimal = Decimal(1)


def judge_nodes(nodes: tuple[NodeFacts, ...], network_id: int, now_ns: int) -> tuple[Finding, ...]:
    """Each server, then all of them together."""
    newest = max((node.ledger_index for node in nodes), default=0)
    found = [finding for node in nodes for finding in judge_node(node, network_id, now_ns, newest)]
    fit = [node for node in nodes if _is_fit(node, network_id, now_ns)]
    return (*found, *_together(nodes, fit))


def judge_node(node: NodeFacts, network_id: int, now_ns: int, newest_index: int) -> tuple[Finding, ...]:
    """One server. Being out of reach is only a warning here: whether any is left is judged over all of them."""
    if node.problem:
        fix = "check the address in xrpl.nodes, the network and the firewall; remove a server that is gone"
        return (warn(Topic.NODES, node.name, node.problem, fix),)
    if node.network_id is not None and node.network_id != network_id:
        seen = f"belongs to network {node.network_id}, the configuration says {network_id}"
        fix = "correct xrpl.network_id, or remove the server: an account of another network is another account"
        return (fail(Topic.NETWORK, node.name, seen, fix),)
    complaints = [*_unfit(node, now_ns), *_weak(node, newest_index)]
    if complaints:
        return tuple(warn(Topic.NODES, node.name, seen, fix) for seen, fix in complaints)
    seen = (
        f"{node.version}, ledger {node.ledger_index}, {node.latency_ms} ms, {' and '.join(node.ways)}, {node.history}"
    )
    return (ok(Topic.NODES, node.name, seen),)


def _unfit(node: NodeFacts, now_ns: int) -> list[tuple[str, str]]:
    """Reasons not to trade through it at all."""
    found = []
    if node.amendment_blocked:
        found.append(("is amendment blocked: too old for the network's rules", "upgrade it, or use another server"))
    if not node.synced:
        found.append((f"is not synced with the network ({node.state})", "wait until it is, or use another server"))
    age_s = (now_ns - node.close_time_ns) // NS_PER_S
    if node.synced and age_s > NEWEST_LEDGER_S_MAX:
        found.append((f"its newest ledger is {age_s} s old", "wait until it has caught up; check this machine's clock"))
    return found


def _weak(node: NodeFacts, newest_index: int) -> list[tuple[str, str]]:
    found = []
    if node.broken_ways:
        found.append((f"answers only in part: {'; '.join(node.broken_ways)}", "correct or remove that address"))
    if node.latency_ms > LATENCY_MS_MAX:
        found.append((f"takes {node.latency_ms} ms for an answer", "use a server that is nearer, or your own"))
    if newest_index - node.ledger_index > 2:
        found.append(
            (f"is {newest_index - node.ledger_index} ledgers behind another server", "put it last in xrpl.nodes")
        )
    if node.load_factor > LOAD_MAX:
        found.append((f"is loaded: it asks for {node.load_factor:f} times the usual fee", "use one that is less busy"))
    if node.history_ledgers < HISTORY_LEDGERS_MIN:
        seen = f"knows only {node.history_ledgers} ledgers of history"
        found.append((seen, f"name a server with more than {HISTORY_LEDGERS_MIN}: recovery after a crash reads them"))
    if not all(is_private(url) for url in node.urls):
        found.append(("is spoken to without encryption", "use wss:// or https://: anybody on the way can lie to neo"))
    return found


def _is_fit(node: NodeFacts, network_id: int, now_ns: int) -> bool:
    right = node.network_id is None or node.network_id == network_id
    return not node.problem and right and not _unfit(node, now_ns)


def _together(nodes: tuple[NodeFacts, ...], fit: list[NodeFacts]) -> tuple[Finding, ...]:
    if not fit:
        answered = [node for node in nodes if not node.problem]
        seen = "none of the servers answers" if not answered else "no server is fit to trade through"
        fix = "see each server; without one nothing can be sent, and nothing be learnt"
        return (fail(Topic.NODES, "all servers", seen, fix),)
    if len(fit) == 1:
        seen = f"only {fit[0].name} is fit to trade through"
        return (warn(Topic.NODES, "all servers", seen, "name two or more, of different operators, in xrpl.nodes"),)
    return (ok(Topic.NODES, "all servers", f"{len(fit)} of {len(nodes)} are fit to trade through"),)
