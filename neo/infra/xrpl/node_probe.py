"""One look at a node, for whoever wants to know before trading: reachable by which ways, how it is, and our account there.

Nothing is followed and nothing is sent; each look opens its own connections and closes them.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from typing import Any

import attrs
from xrpl.models.requests import AccountInfo, ServerState
from xrpl.models.requests.request import Request

from neo.domain.messages.venue import LedgerClosed
from neo.infra.xrpl.account_reading import read_account, read_offers
from neo.infra.xrpl.book_reading import read_issuer
from neo.infra.xrpl.endpoint import NodeEndpoint
from neo.infra.xrpl.node_failure import NodeFailed, NodeRefused
from neo.infra.xrpl.node_rpc import NodeRpc
from neo.infra.xrpl.node_socket import NodeSocket
from neo.infra.xrpl.timing import GatewayTiming
from neo.infra.xrpl.wire.account import AccountFacts, IssuerTerms
from neo.infra.xrpl.wire.errors import WireError
from neo.infra.xrpl.wire.offers import OffersRead
from neo.infra.xrpl.wire.pair import WirePair
from neo.infra.xrpl.wire.refusals import read_refusal
from neo.infra.xrpl.wire.server import ServerStatus, parse_server
from neo.records import frozen

#: What servers answer about an account that the ledger does not have.
NO_ACCOUNT = "actNotFound"


@frozen
class WayProbed:
    """One address: how long an answer took, or why there was none."""

    url: str
    latency_ms: int | None = None
    failure: str = ""


@frozen(kw_only=True)
class NodeProbed:
    """What one node said. `ways` in the order WebSocket, HTTP. Without `server` it said nothing that can be used."""

    endpoint: NodeEndpoint
    ways: tuple[WayProbed, ...]
    server: ServerStatus | None = None
    account: AccountFacts | None = None
    #: The ledger has no such account, as far as this node knows.
    account_missing: bool = False
    offers: OffersRead | None = None
    issuer: IssuerTerms | None = None
    issuer_missing: bool = False
    #: What could not be read although the node answers, for people.
    complaints: tuple[str, ...] = ()


def probe_nodes(
    endpoints: Sequence[NodeEndpoint], pair: WirePair | None, timing: GatewayTiming | None = None
) -> tuple[NodeProbed, ...]:
    """Look at all nodes at the same time, within a few seconds. `pair` None: only at the servers, not at the account."""
    patience = timing or GatewayTiming()

    async def look() -> tuple[NodeProbed, ...]:
        return tuple(await asyncio.gather(*(_probe(endpoint, pair, patience) for endpoint in endpoints)))

    return asyncio.run(look())


class _Visit:
    """Reader over one connection."""

    def __init__(self, name: str, client: NodeSocket | NodeRpc, answer_s: float) -> None:
        self.name = name
        self._client = client
        self._answer_s = answer_s

    async def ask(self, request: Request, timeout_s: float | None = None) -> dict[str, Any]:
        return await self._client.ask(request, timeout_s or self._answer_s)

    async def read(self, request: Request, timeout_s: float | None = None) -> dict[str, Any]:
        answer = await self.ask(request, timeout_s)
        refusal = read_refusal(answer)
        if refusal is not None:
            raise NodeRefused(refusal)
        return answer


async def _probe(endpoint: NodeEndpoint, pair: WirePair | None, timing: GatewayTiming) -> NodeProbed:
    ways: list[WayProbed] = []
    probed: NodeProbed | None = None
    for url, is_socket in ((endpoint.ws_url, True), (endpoint.http_url, False)):
        if url is None:
            continue
        client = NodeSocket(url, lambda message: None, timing) if is_socket else NodeRpc(url)
        visit = _Visit(endpoint.name, client, timing.answer_s)
        try:
            if isinstance(client, NodeSocket):
                await client.connect()
            began_s = time.monotonic()
            server = parse_server(await visit.read(ServerState()))
            ways.append(WayProbed(url, round((time.monotonic() - began_s) * 1000)))
            if probed is None:
                probed = await _look_closer(NodeProbed(endpoint=endpoint, ways=(), server=server), visit, pair)
        except (NodeFailed, NodeRefused, WireError) as failed:
            ways.append(WayProbed(url, None, str(failed)))
        finally:
            await client.disconnect()
    return attrs.evolve(probed or NodeProbed(endpoint=endpoint, ways=()), ways=tuple(ways))


async def _look_closer(probed: NodeProbed, visit: _Visit, pair: WirePair | None) -> NodeProbed:
    """The account, its offers and the issuer, in the newest validated ledger of a node that is synced."""
    server = probed.server
    if pair is None or server is None or not server.synced:
        return probed
    at = _newest(pair, server)
    if at is None:
        return probed
    complaints: list[str] = []
    try:
        if await _is_missing(visit, pair.account, at.ledger_index):
            probed = attrs.evolve(probed, account_missing=True)
        else:
            account, offers = await read_account(visit, pair, at), await read_offers(visit, pair, at.ledger_index)
            probed = attrs.evolve(probed, account=account, offers=offers)
        if await _is_missing(visit, pair.issuer, at.ledger_index):
            probed = attrs.evolve(probed, issuer_missing=True)
        else:
            probed = attrs.evolve(probed, issuer=await read_issuer(visit, pair))
    except (NodeFailed, NodeRefused, WireError) as failed:
        complaints.append(str(failed))
    return attrs.evolve(probed, complaints=tuple(complaints))


async def _is_missing(visit: _Visit, account: str, ledger_index: int) -> bool:
    refusal = read_refusal(await visit.ask(AccountInfo(account=account, ledger_index=ledger_index)))
    if refusal is not None and refusal.code != NO_ACCOUNT:
        raise NodeRefused(refusal)
    return refusal is not None


def _newest(pair: WirePair, server: ServerStatus) -> LedgerClosed | None:
    """The ledger that is looked at, with its fees and reserves."""
    if server.fees is None or server.close_time_ns is None:
        return None
    fees = server.fees
    return LedgerClosed(
        venue=pair.venue,
        ledger_index=server.validated_index,
        close_time_ns=server.close_time_ns,
        base_fee_drops=fees.base_fee_drops,
        open_ledger_fee_drops=fees.base_fee_drops,
        reserve_base_drops=fees.reserve_base_drops,
        reserve_increment_drops=fees.reserve_increment_drops,
        own_transactions=(),
    )
