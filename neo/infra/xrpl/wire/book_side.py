"""One side of a kept book: offers in the ledger's order and what their owners can still pay."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Iterator
from decimal import ROUND_DOWN, Context, Decimal

from neo.domain.messages.venue import Level
from neo.domain.units import DROPS_PER_XRP, ONE, ZERO
from neo.infra.xrpl.wire.amounts import NEAREST
from neo.infra.xrpl.wire.book_index import rate_of
from neo.infra.xrpl.wire.book_snapshot import BookOffer, BookSide

OfferKey = tuple[str, int]
_TOWARD_ZERO = Context(prec=16, rounding=ROUND_DOWN)
_WIDE = Context(prec=60)


class KeptSide:
    """Offers sorted by quality and, within one quality, by age, as the ledger's directories have them.

    `funds`: by owner, of the asset that the side gives (XRP for asks). `transfer_rate`: what the giver is charged per unit
    of the token that it gives (1 = no fee).
    """

    def __init__(self, *, is_ask: bool) -> None:
        self.is_ask = is_ask
        self.transfer_rate = ONE
        self.funds: dict[str, Decimal] = {}
        self._offers: dict[OfferKey, BookOffer] = {}
        self._places: dict[OfferKey, tuple[str, int]] = {}
        self._order: list[tuple[str, int, OfferKey]] = []
        self._owned: Counter[str] = Counter()
        self._age = 0
        self._horizon: str | None = None

    def __len__(self) -> int:
        return len(self._order)

    def __iter__(self) -> Iterator[BookOffer]:
        return (self._offers[key] for _, _, key in self._order)

    @property
    def is_cut(self) -> bool:
        """Behind the last known offer there may be others."""
        return self._horizon is not None

    def read(self, side: BookSide) -> None:
        """Begin anew from a snapshot."""
        self.funds = dict(side.funds)
        self._offers, self._places, self._order, self._age = {}, {}, [], 0
        self._owned.clear()
        for offer in side.offers:
            self._insert(offer)
        self._horizon = side.offers[-1].quality if side.is_cut and side.offers else None

    # ------------------------------------------------------------------------------------------------------- offers

    def get(self, key: OfferKey) -> BookOffer | None:
        return self._offers.get(key)

    def has_owner(self, owner: str) -> bool:
        return self._owned[owner] > 0 if owner in self._owned else False

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

    def remove(self, key: OfferKey) -> None:
        del self._offers[key]
        quality, age = self._places.pop(key)
        del self._order[bisect_left(self._order, (quality, age, key))]
        self._owned[key[0]] -= 1
        if not self._owned[key[0]]:
            del self._owned[key[0]]
            self.funds.pop(key[0], None)

    def _insert(self, offer: BookOffer) -> None:
        key = (offer.owner, offer.sequence)
        self._age += 1
        self._offers[key] = offer
        self._places[key] = (offer.quality, self._age)
        insort(self._order, (offer.quality, self._age, key))
        self._owned[offer.owner] += 1

    # ------------------------------------------------------------------------------------------------------- funded

    def funded(self) -> Iterator[tuple[BookOffer, Decimal, Decimal]]:
        """Each offer with the base and quote that its owner can pay for, the owner's better offers being served first.

        An owner whose funds are not known is taken to have enough.
        """
        left: dict[str, Decimal] = {}
        for offer in self:
            gives = offer.base if self.is_ask else offer.quote
            costs = gives if self.transfer_rate == ONE else NEAREST.multiply(gives, self.transfer_rate)
            has = left.get(offer.owner, self.funds.get(offer.owner))
            if has is None:
                yield offer, offer.base, offer.quote
                continue
            left[offer.owner] = max(has - costs, ZERO)
            if has >= costs:
                yield offer, offer.base, offer.quote
            else:
                can_give = has if self.transfer_rate == ONE else _TOWARD_ZERO.divide(has, self.transfer_rate)
                yield offer, *self._cut(offer, max(can_give, ZERO))

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
