"""The book at one ledger: two answers to `book_offers` and one to `amm_info`."""

from __future__ import annotations

from decimal import Decimal

import attrs

from neo.infra.xrpl.wire.pair import WirePair
from neo.infra.xrpl.wire.pool import PoolRead


@attrs.frozen
class BookOffer:
    """An offer as the ledger has it. `pays` and `gets` are the taker's view, in XRP or tokens; `quality` (16 hexadecimal digits
    of its book directory) sorts it: smaller is better for a taker. `is_ask`: it gives XRP."""

    index: str
    owner: str
    sequence: int
    is_ask: bool
    quality: str
    pays: Decimal
    gets: Decimal
    expiration_s: int | None


@attrs.frozen
class BookSnapshot:
    """Both sides best first, with what each owner can pay out of what it offers (XRP for asks, tokens for bids).

    `asks_cut` / `bids_cut`: as many offers as were asked for came back, so there may be more behind them.
    """

    ledger_index: int
    ledger_hash: str
    asks: tuple[BookOffer, ...]
    bids: tuple[BookOffer, ...]
    ask_funds: dict[str, Decimal]
    bid_funds: dict[str, Decimal]
    asks_cut: bool
    bids_cut: bool
    pool: PoolRead | None


def parse_book(pair: WirePair, asks: object, bids: object, amm: object, *, limit: int) -> BookSnapshot:
    """From `book_offers` with taker_gets XRP (asks), taker_pays XRP (bids) and `amm_info`, all of one validated ledger.

    `limit` is the limit that was asked for. WireError when they differ in ledger, pair or order."""
    raise NotImplementedError
