"""Servers of the ledger: which can be reached, which are fit to trade through, and whether one of them could be missed."""

from __future__ import annotations

from decimal import Decimal

from neo.domain.config.node_urls import is_private
from neo.domain.readiness.finding import Finding, Topic, fail, ok, warn
from neo.domain.units import NS_PER_S
from neo.records import frozen

MAIN_NETWORK = 0
LATENCY_MS_MAX = 1_000
#: Above this the server asks for higher fees, or refuses.
LOAD_MAX = Decimal(10)
#: An hour of ledgers: enough to find out what became of every order of a session that crashed a moment ago.
HISTORY_LEDGERS_MIN = 1_000


@frozen(kw_only=True)
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


@frozen(kw_only=True)
class Ground:
    """What servers are held against: the configured network, the clock, and how old a ledger may be."""

    network_id: int
    now_ns: int
    age_max_s: int


def judge_nodes(nodes: tuple[NodeFacts, ...], ground: Ground) -> tuple[Finding, ...]:
    """Each server, then all of them together."""
    newest = max((node.ledger_index for node in nodes), default=0)
    found = [finding for node in nodes for finding in judge_node(node, ground, newest)]
    return (*found, *_together(nodes, fit_nodes(nodes, ground)))


def fit_nodes(nodes: tuple[NodeFacts, ...], ground: Ground) -> tuple[NodeFacts, ...]:
    """Those that can be traded through."""
    return tuple(node for node in nodes if not node.problem and on_network(node, ground) and not _unfit(node, ground))


def on_network(node: NodeFacts, ground: Ground) -> bool:
    """Whether it is a server of the right network. Those of the main network usually do not say."""
    return (node.network_id or MAIN_NETWORK) == ground.network_id


def judge_node(node: NodeFacts, ground: Ground, newest_index: int) -> tuple[Finding, ...]:
    """One server. Being out of reach is only a warning here: whether any is left is judged over all of them."""
    if node.problem:
        fix = "check the address in xrpl.nodes, the network and the firewall; remove a server that is gone"
        return (warn(Topic.NODES, node.name, node.problem, fix),)
    if not on_network(node, ground):
        says = "does not say its network, so it is of the main network" if node.network_id is None else "is of network"
        seen = f"{says} {node.network_id or MAIN_NETWORK}, the configuration says {ground.network_id}"
        fix = "correct xrpl.network_id, or remove the server: an account of another network is another account"
        return (fail(Topic.NETWORK, node.name, seen, fix),)
    complaints = [*_unfit(node, ground), *_weak(node, newest_index)]
    if complaints:
        return tuple(warn(Topic.NODES, node.name, seen, fix) for seen, fix in complaints)
    seen = (
        f"{node.version}, ledger {node.ledger_index}, {node.latency_ms} ms, {' and '.join(node.ways)}, {node.history}"
    )
    return (ok(Topic.NODES, node.name, seen),)


def _unfit(node: NodeFacts, ground: Ground) -> list[tuple[str, str]]:
    """Reasons not to trade through it at all."""
    found = []
    if node.amendment_blocked:
        found.append(("is amendment blocked: too old for the network's rules", "upgrade it, or use another server"))
    if not node.synced:
        found.append((f"is not synced with the network ({node.state})", "wait until it is, or use another server"))
    age_s = (ground.now_ns - node.close_time_ns) // NS_PER_S
    if node.synced and age_s > ground.age_max_s:
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


def _together(nodes: tuple[NodeFacts, ...], fit: tuple[NodeFacts, ...]) -> tuple[Finding, ...]:
    if not fit:
        answered = [node for node in nodes if not node.problem]
        seen = "none of the servers answers" if not answered else "no server is fit to trade through"
        fix = "see each server; without one nothing can be sent, and nothing be learnt"
        return (fail(Topic.NODES, "all servers", seen, fix),)
    if len(fit) == 1:
        seen = f"only {fit[0].name} is fit to trade through"
        return (warn(Topic.NODES, "all servers", seen, "name two or more, of different operators, in xrpl.nodes"),)
    return (ok(Topic.NODES, "all servers", f"{len(fit)} of {len(nodes)} are fit to trade through"),)
