"""The book at one ledger: two answers to `book_offers` and one to `amm_info`."""

from __future__ import annotations

from decimal import Decimal

from neo.domain.units import drops_to_xrp
from neo.infra.xrpl.wire.amounts import base_and_quote, drops, token_value
from neo.infra.xrpl.wire.book_index import DIRECTORY, book_base, quality_in
from neo.infra.xrpl.wire.errors import WireError
from neo.infra.xrpl.wire.fields import Fields
from neo.infra.xrpl.wire.pair import WirePair
from neo.infra.xrpl.wire.pool import PoolRead, parse_amm
from neo.infra.xrpl.wire.validated_view import ViewedLedger, open_view, same_ledger
from neo.records import frozen

_OFFERS_MAX = 10_000


@frozen
class BookOffer:
    """An offer as the ledger has it: its remaining amounts of base and quote, whether funded or not.

    `quality` (16 hexadecimal digits of its book directory) sorts it: smaller is better for a taker. `is_ask`: it gives XRP.
    """

    owner: str
    sequence: int
    is_ask: bool
    quality: str
    base: Decimal
    quote: Decimal
    expiration_s: int | None


@frozen
class BookSide:
    """Offers best first, and what each owner has of the asset that they give.

    `is_cut`: as many offers as were asked for came back, so there may be more behind them.
    """

    offers: tuple[BookOffer, ...]
    funds: dict[str, Decimal]
    is_cut: bool


@frozen
class BookSnapshot:
    """Both sides and the pool, of one validated ledger."""

    ledger_index: int
    ledger_hash: str
    asks: BookSide
    bids: BookSide
    pool: PoolRead | None


def parse_book(pair: WirePair, asks: object, bids: object, amm: object, *, limit: int) -> BookSnapshot:
    """From `book_offers` with taker_gets XRP (asks), taker_pays XRP (bids) and `amm_info`, all of one validated ledger.

    `limit` is the limit that was asked for. WireError when they differ in ledger, pair or order.
    """
    ask_fields, ledger = open_view(asks, "asks")
    bid_fields, bid_ledger = open_view(bids, "bids")
    same_ledger(bid_fields, bid_ledger, ledger)
    pool = parse_amm(pair, amm)
    if pool is not None:
        same_ledger(Fields(amm, "amm_info"), ViewedLedger(pool.ledger_index, pool.ledger_hash), ledger)
    return BookSnapshot(
        ledger.index,
        ledger.hash,
        _side(pair, ask_fields, limit, is_ask=True),
        _side(pair, bid_fields, limit, is_ask=False),
        pool,
    )


def read_offer(pair: WirePair, fields: Fields) -> BookOffer | None:
    """An Offer entry with its directory, from a snapshot or from metadata. None when it is not in one of the pair's books."""
    amounts = base_and_quote(pair, fields, "TakerPays", "TakerGets")
    if amounts is None:
        return None
    base, quote, is_ask = amounts
    directory = fields.raw("BookDirectory")
    if not isinstance(directory, str) or not DIRECTORY.fullmatch(directory):
        raise fields.wrong("BookDirectory", "the index of a book directory")
    if not directory.startswith(book_base(pair, asks=is_ask)):
        return None
    return BookOffer(
        fields.account("Account"),
        fields.whole("Sequence", least=1),
        is_ask,
        quality_in(directory),
        base,
        quote,
        fields.optional_whole("Expiration", least=1),
    )


def _side(pair: WirePair, fields: Fields, limit: int, *, is_ask: bool) -> BookSide:
    listed = fields.children("offers", _OFFERS_MAX)
    offers: list[BookOffer] = []
    funds: dict[str, Decimal] = {}
    seen: set[tuple[str, int]] = set()
    for entry in listed:
        offer = read_offer(pair, entry)
        if offer is None or offer.is_ask is not is_ask:
            raise WireError(entry.path, f"an offer that {'gives' if is_ask else 'wants'} XRP for the pair's token")
        if (offer.owner, offer.sequence) in seen or (offers and offer.quality < offers[-1].quality):
            raise WireError(entry.path, "each offer once, best first", offer.sequence)
        seen.add((offer.owner, offer.sequence))
        offers.append(offer)
        if "owner_funds" in entry and offer.owner not in funds:
            funds[offer.owner] = _owner_funds(entry, is_ask=is_ask)
    return BookSide(tuple(offers), funds, len(listed) >= limit)


def _owner_funds(entry: Fields, *, is_ask: bool) -> Decimal:
    """What the owner could pay out in all; servers tell it with the first offer of each owner."""
    return drops_to_xrp(drops(entry, "owner_funds")) if is_ask else token_value(entry, "owner_funds")
