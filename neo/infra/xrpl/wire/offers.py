"""Our resting offers: `account_offers`."""

from __future__ import annotations

from collections.abc import Sequence

from neo.domain.market.instrument import Side
from neo.domain.messages.venue import OpenOffer, OpenOffers
from neo.infra.xrpl.wire.amounts import base_and_quote
from neo.infra.xrpl.wire.errors import WireError
from neo.infra.xrpl.wire.fields import Fields
from neo.infra.xrpl.wire.pair import WirePair
from neo.infra.xrpl.wire.validated_view import open_pages
from neo.records import frozen

_OFFERS_MAX = 10_000
_MARKER_LENGTH_MAX = 256


@frozen
class OffersRead:
    """`open` are ours of the pair; `other_pairs` counts offers of the account in other pairs, which neo leaves alone."""

    open: OpenOffers
    ledger_hash: str
    other_pairs: int


def parse_offers(pair: WirePair, pages: Sequence[object]) -> OffersRead:
    """From all pages of `account_offers`. WireError unless all are of one validated ledger and of `pair.account`."""
    opened, ledger = open_pages(pages, "account_offers", pair.account)
    offers: list[OpenOffer] = []
    sequences: set[int] = set()
    others = 0
    for page in opened:
        for fields in page.children("offers", _OFFERS_MAX):
            offer = _offer(pair, fields)
            sequence = fields.whole("seq", least=1)
            if sequence in sequences:
                raise WireError(fields.path, "each offer once", sequence)
            sequences.add(sequence)
            if offer is None:
                others += 1
            else:
                offers.append(offer)
    offers.sort(key=lambda each: each.sequence)
    return OffersRead(OpenOffers(pair.account, ledger.index, tuple(offers)), ledger.hash, others)


def _offer(pair: WirePair, fields: Fields) -> OpenOffer | None:
    amounts = base_and_quote(pair, fields, "taker_pays", "taker_gets")
    if amounts is None:
        return None
    base, quote, is_ask = amounts
    side = Side.SELL if is_ask else Side.BUY
    return OpenOffer(fields.whole("seq", least=1), side, base, quote, fields.optional_whole("expiration", least=1))


def next_marker(result: object) -> object | None:
    """Where the next page begins: goes into the next request as it is. None on the last page."""
    fields = Fields(result, "page")
    if "marker" not in fields:
        return None
    marker = fields.raw("marker")
    if isinstance(marker, str) and 0 < len(marker) <= _MARKER_LENGTH_MAX:
        return marker
    if isinstance(marker, dict) and 0 < len(marker) <= 8 and all(_is_plain(value) for value in marker.values()):
        return marker
    raise fields.wrong("marker", "a short text, or an object of a few numbers")


def _is_plain(value: object) -> bool:
    return (type(value) is int and 0 <= value < 2**64) or (isinstance(value, str) and len(value) <= _MARKER_LENGTH_MAX)
