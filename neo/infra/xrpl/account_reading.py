"""Our account and our offers, as one node has them in one validated ledger."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from xrpl.models.requests import AccountInfo, AccountLines, AccountObjects, AccountOffers
from xrpl.models.requests.account_objects import AccountObjectType
from xrpl.models.requests.request import Request

from neo.domain.messages.venue import LedgerClosed
from neo.infra.xrpl.reader import Reader
from neo.infra.xrpl.wire.account import AccountFacts, parse_account
from neo.infra.xrpl.wire.errors import WireError
from neo.infra.xrpl.wire.offers import OffersRead, next_marker, parse_offers
from neo.infra.xrpl.wire.pair import WirePair

PAGE_LIMIT = 400
#: An account may own more; more than 20,000 objects are not an account of ours.
PAGES_MAX = 50


async def read_account(node: Reader, pair: WirePair, at: LedgerClosed) -> AccountFacts:
    """Balances, sequence and tickets in the ledger `at`. WireError, NodeFailed, NodeRefused."""
    account, index = pair.account, at.ledger_index
    info, lines, tickets = await asyncio.gather(
        node.read(AccountInfo(account=account, ledger_index=index)),
        _pages(node, lambda m: AccountLines(account=account, ledger_index=index, limit=PAGE_LIMIT, marker=m)),
        _pages(
            node,
            lambda m: AccountObjects(
                account=account, ledger_index=index, type=AccountObjectType.TICKET, limit=PAGE_LIMIT, marker=m
            ),
        ),
    )
    return parse_account(
        pair,
        info,
        lines,
        tickets,
        close_time_ns=at.close_time_ns,
        base_fee_drops=at.base_fee_drops,
        open_ledger_fee_drops=at.open_ledger_fee_drops,
        reserve_base_drops=at.reserve_base_drops,
        reserve_increment_drops=at.reserve_increment_drops,
    )


async def read_offers(node: Reader, pair: WirePair, ledger_index: int) -> OffersRead:
    """Our resting offers in that ledger. WireError, NodeFailed, NodeRefused."""
    account = pair.account
    pages = await _pages(
        node, lambda m: AccountOffers(account=account, ledger_index=ledger_index, limit=PAGE_LIMIT, marker=m)
    )
    return parse_offers(pair, pages)


async def _pages(node: Reader, page: Callable[[Any], Request]) -> list[dict[str, Any]]:
    pages: list[dict[str, Any]] = []
    marker: object | None = None
    while len(pages) < PAGES_MAX:
        pages.append(await node.read(page(marker)))
        before, marker = marker, next_marker(pages[-1])
        if marker is None:
            return pages
        if marker == before:
            raise WireError("marker", "another one than before")
    raise WireError("marker", f"at most {PAGES_MAX} pages")
