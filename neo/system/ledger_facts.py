"""What a look at real servers brings, in the words of the rules that judge it."""

from __future__ import annotations

from neo.domain.readiness.account import IssuerFacts, TokenLine, WalletFacts
from neo.domain.readiness.nodes import NodeFacts
from neo.infra.xrpl.node_probe import NodeProbed
from neo.infra.xrpl.wire.account import AccountFacts, IssuerTerms
from neo.infra.xrpl.wire.ledger_ranges import LedgerRanges
from neo.infra.xrpl.wire.server import ServerStatus


def node_facts(probed: NodeProbed) -> NodeFacts:
    """One server."""
    name, urls = probed.endpoint.name, tuple(way.url for way in probed.ways)
    failures = tuple(f"{_scheme(way.url)}: {way.failure}" for way in probed.ways if way.latency_ms is None)
    server = probed.server
    if server is None:
        return NodeFacts(name=name, urls=urls, problem="; ".join(failures) or "said nothing that can be used")
    return _answered(name, urls, failures, server, probed)


def _answered(
    name: str, urls: tuple[str, ...], failures: tuple[str, ...], server: ServerStatus, probed: NodeProbed
) -> NodeFacts:
    return NodeFacts(
        name=name,
        urls=urls,
        ways=tuple(_scheme(way.url) for way in probed.ways if way.latency_ms is not None),
        broken_ways=(*failures, *probed.complaints),
        latency_ms=min(way.latency_ms for way in probed.ways if way.latency_ms is not None),
        state=server.state,
        synced=server.synced,
        amendment_blocked=server.amendment_blocked,
        version=server.version,
        network_id=server.network_id,
        ledger_index=server.validated_index,
        close_time_ns=server.close_time_ns or 0,
        history=_history(server.ranges),
        history_ledgers=_unbroken(server.ranges),
        load_factor=server.load_factor,
    )


def wallet_facts(account: AccountFacts, issuer: IssuerTerms | None) -> WalletFacts:
    """Our account and what the issuer says of its token, None when there is no issuer."""
    state, line = account.state, account.trust_line
    return WalletFacts(
        account=state.account,
        base=state.base,
        owner_count=state.owner_count,
        reserve_base_drops=state.reserve_base_drops,
        reserve_increment_drops=state.reserve_increment_drops,
        regular_key=account.regular_key,
        master_disabled=account.master_disabled,
        line=None
        if line is None
        else TokenLine(
            balance=line.balance,
            limit=line.limit,
            frozen=line.frozen or line.frozen_by_us,
            deep_frozen=line.deep_frozen,
            authorized=line.authorized,
        ),
        issuer=None
        if issuer is None
        else IssuerFacts(
            global_freeze=issuer.global_freeze,
            requires_authorization=issuer.requires_authorization,
            can_claw_back=issuer.can_claw_back,
            transfer_rate=issuer.transfer_rate,
        ),
    )


def _scheme(url: str) -> str:
    return url.partition("://")[0]


def _history(ranges: LedgerRanges) -> str:
    if not ranges.ranges:
        return "no history"
    first, last = ranges.ranges[-1]
    holes = f", {ranges.holes} hole(s) before" if ranges.holes else ""
    return f"history {first}-{last}{holes}"


def _unbroken(ranges: LedgerRanges) -> int:
    """Ledgers without a hole, back from the newest."""
    if not ranges.ranges:
        return 0
    first, last = ranges.ranges[-1]
    return last - first + 1
