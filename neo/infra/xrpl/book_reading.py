"""The book and the pool as one node has them in one validated ledger."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any

from xrpl.models.currencies import XRP, IssuedCurrency
from xrpl.models.requests import AccountInfo, BookOffers, GenericRequest, Subscribe
from xrpl.models.requests.request import Request
from xrpl.models.requests.subscribe import SubscribeBook

from neo.infra.xrpl.node_failure import NodeRefused
from neo.infra.xrpl.reader import Reader
from neo.infra.xrpl.wire.account import IssuerTerms, parse_issuer
from neo.infra.xrpl.wire.book_snapshot import BookSnapshot, parse_book
from neo.infra.xrpl.wire.pair import WirePair
from neo.infra.xrpl.wire.refusals import read_refusal

#: Offers read on each side: several times what anybody looks at, so that takers do not empty it between two readings.
BOOK_OFFERS_LIMIT = 60
#: What `amm_info` answers when nobody made a pool of the pair.
NO_POOL = "actNotFound"


def quote_of(pair: WirePair) -> IssuedCurrency:
    """The token of the pair in the library's form."""
    return IssuedCurrency(currency=pair.currency, issuer=pair.issuer)


async def read_book(node: Reader, pair: WirePair, ledger_index: int) -> BookSnapshot:
    """Both sides and the pool (none is an answer as well) of one ledger. WireError, NodeFailed; NodeRefused by the offers."""
    quote = quote_of(pair)
    asks: Request = BookOffers(taker_gets=XRP(), taker_pays=quote, ledger_index=ledger_index, limit=BOOK_OFFERS_LIMIT)
    bids: Request = BookOffers(taker_gets=quote, taker_pays=XRP(), ledger_index=ledger_index, limit=BOOK_OFFERS_LIMIT)
    # The library's AMMInfo knows no ledger_index, and without one the open ledger answers.
    amm: Request = GenericRequest(
        method="amm_info",
        asset=XRP().to_dict(),
        asset2=quote.to_dict(),
        ledger_index=ledger_index,
    )
    found = await asyncio.gather(node.read(asks), node.read(bids), _pool(node, amm))
    return parse_book(pair, *found, limit=BOOK_OFFERS_LIMIT)


async def _pool(node: Reader, amm: Request) -> dict[str, Any]:
    """The answer, also when it is that there is no pool: a pair without one is an ordinary pair."""
    answer = await node.ask(amm)
    refusal = read_refusal(answer)
    if refusal is not None and refusal.code != NO_POOL:
        raise NodeRefused(refusal)
    return answer


async def read_issuer(node: Reader, pair: WirePair) -> IssuerTerms:
    """The issuer's terms in the newest validated ledger. WireError, NodeFailed, NodeRefused."""
    return parse_issuer(pair, await node.read(AccountInfo(account=pair.issuer, ledger_index="validated")))


def subscription(pair: WirePair, watched: Iterable[str]) -> Subscribe:
    """Everything that moves our account, the book (both ways) and `watched`; of our own account proposed transactions as well.

    The `transactions` stream would have everything, of the whole network: a hundred times as much.
    """
    accounts = [pair.account, *sorted(set(watched) - {pair.account})]
    book = SubscribeBook(taker_gets=XRP(), taker_pays=quote_of(pair), taker=pair.account, both=True)
    return Subscribe(accounts=accounts, accounts_proposed=[pair.account], books=[book])
