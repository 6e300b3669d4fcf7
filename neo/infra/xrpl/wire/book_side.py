"""One side of a kept book: offers in the ledger's order and what their owners can still pay."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterator
from decimal import ROUND_DOWN, Context, Decimal

from neo.domain.messages.venue import Level
from neo.domain.units import DROPS_PER_XRP, ZERO
from neo.infra.xrpl.wire.amounts import NEAREST
from neo.infra.xrpl.wire.book_index import rate_of
from neo.infra.xrpl.wire.book_snapshot import BookOffer, BookSide

Key = tuple[str, int]
_TOWARD_ZERO = Context(prec=16, rounding=ROUND_DOWN)
_WIDE = Context(prec=60)


class KeptSide:
    """Offers sorted by quality and, within one quality, by age, as the ledger's directories have them."""

    def __init__(self, *, is_ask: bool) -> None:
        self.is_ask = is_ask
        self.funds: dict[str, Decimal] = {}
        self._offers: dict[Key, BookOffer] = {}
        self._places: dict[Key, tuple[str, int]] = {}
        self._order: list[tuple[str, int, Key]] = []
        self._age = 0
        self._horizon: str | None = None

    def __len__(self) -> int:
        return len(self._order)

    @property
    def is_cut(self) -> bool:
        """Behind the last known offer there may be others."""
        return self._horizon is not None

    def read(self, side: BookSide) -> None:
        """Begin anew from a snapshot."""
        self.funds = dict(side.funds)
        self._offers, self._places, self._order, self._age = {}, {}, [], 0
        for offer in side.offers:
            self._insert(offer)
        self._horizon = side.offers[-1].quality if side.is_cut and side.offers else None

    def __iter__(self) -> Iterator[BookOffer]:
        return (self._offers[key] for _, _, key in self._order)

    def get(self, key: Key) -> BookOffer | None:
        return self._offers.get(key)

    def owners(self) -> set[str]:
        return {owner for owner, _ in self._offers}

    def is_beyond(self, quality: str) -> bool:
        """True where a cut snapshot did not reach: what is there is unknown, and new offers there are left out as well."""
        return self._horizon is not None and quality >= self._horizon

    def add(self, offer: BookOffer) -> None:
        """A new offer: behind those of the same quality."""
        if not self.is_beyond(offer.quality):
            self._insert(offer)

    def change(self, offer: BookOffer) -> None:
        """Other amounts; the place stays."""
        self._offers[(offer.owner, offer.sequence)] = offer

    def remove(self, key: Key) -> None:
        del self._offers[key]
        quality, age = self._places.pop(key)
        del self._order[bisect_left(self._order, (quality, age, key))]

    def _insert(self, offer: BookOffer) -> None:
        key = (offer.owner, offer.sequence)
        self._age += 1
        self._offers[key] = offer
        self._places[key] = (offer.quality, self._age)
        insort(self._order, (offer.quality, self._age, key))

    # ------------------------------------------------------------------------------------------------------- funded

    def funded(self) -> Iterator[tuple[BookOffer, Decimal, Decimal]]:
        """Each offer with the base and quote that its owner can pay for, the owner's better offers being served first.

        The funds of an owner that are not known are taken to suffice.
        """
        left: dict[str, Decimal] = {}
        for offer in self:
            gives = offer.base if self.is_ask else offer.quote
            has = left.get(offer.owner, self.funds.get(offer.owner, gives if offer.owner not in left else ZERO))
            if has >= gives:
                base, quote = offer.base, offer.quote
            else:
                base, quote = self._cut(offer, max(has, ZERO))
            if offer.owner in self.funds:
                left[offer.owner] = has - (base if self.is_ask else quote)
            yield offer, base, quote

    def levels(self, without: str, now_s: int, depth: int) -> tuple[Level, ...]:
        """The first `depth` offers with something behind them, neither ours nor expired at ledger time `now_s`."""
        levels: list[Level] = []
        for offer, base, quote in self.funded():
            if len(levels) >= depth:
                break
            expired = offer.expiration_s is not None and offer.expiration_s <= now_s
            if offer.owner != without and not expired and base > 0 and quote > 0:
                levels.append(Level(NEAREST.divide(quote, base), base))
        return tuple(levels)

    def _cut(self, offer: BookOffer, gives: Decimal) -> tuple[Decimal, Decimal]:
        """The offer with only `gives` to give: the other amount at its quality, rounded down as the ledger stores it."""
        rate = rate_of(offer.quality)
        if self.is_ask:
            wants = _TOWARD_ZERO.plus(_WIDE.multiply(_WIDE.multiply(gives, DROPS_PER_XRP), rate))
            return gives, min(wants, offer.quote)
        drops = _WIDE.multiply(gives, rate).to_integral_value(rounding=ROUND_DOWN)
        return min(_WIDE.divide(drops, DROPS_PER_XRP), offer.base), gives
