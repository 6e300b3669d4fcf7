"""A healthy world to be made worse, one thing at a time."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from neo.domain.readiness.account import IssuerFacts, Needs, TokenLine, WalletFacts
from neo.domain.readiness.finding import Finding, Verdict
from neo.domain.readiness.nodes import NodeFacts

D = Decimal
NOW_NS = 1_767_225_600 * 10**9
ACCOUNT = "rB8ARcAqkfZvz2bHqDKvB9Y8C36mT4xy5T"
REGULAR = "rMxCKbEDwqr76QuheSUMdEGf4B9xJ8m5De"


def node(name: str = "one.example", **changes: object) -> NodeFacts:
    facts: dict[str, object] = {
        "name": name,
        "urls": (f"wss://{name}",),
        "ways": ("ws",),
        "latency_ms": 40,
        "state": "full",
        "synced": True,
        "version": "3.2.0",
        "network_id": 0,
        "ledger_index": 90_000,
        "close_time_ns": NOW_NS - 5 * 10**9,
        "history": "32570-90000",
        "history_ledgers": 57_431,
    }
    return NodeFacts(**(facts | changes))  # type: ignore[arg-type]


def wallet(**changes: object) -> WalletFacts:
    facts: dict[str, object] = {
        "account": ACCOUNT,
        "base": D(500),
        "owner_count": 1,
        "reserve_base_drops": 1_000_000,
        "reserve_increment_drops": 200_000,
        "regular_key": REGULAR,
        "master_disabled": False,
        "line": TokenLine(balance=D(500), limit=D(10_000)),
        "issuer": IssuerFacts(),
    }
    return WalletFacts(**(facts | changes))  # type: ignore[arg-type]


def needs(**changes: object) -> Needs:
    facts: dict[str, object] = {
        "quote": "RLUSD",
        "levels": 2,
        "side_value_quote": D(40),
        "signing_key": REGULAR,
    }
    return Needs(**(facts | changes))  # type: ignore[arg-type]


def verdicts(findings: Iterable[Finding]) -> list[tuple[str, str]]:
    return [(finding.what, finding.verdict.value) for finding in findings]


def not_ok(findings: Iterable[Finding]) -> list[Finding]:
    return [finding for finding in findings if finding.verdict is not Verdict.OK]
