"""The price that quotes are built around: the AMM pool's mid, or the order book's when the two disagree."""

from __future__ import annotations

import enum
from decimal import Decimal

from neo.domain.config.strategy import StrategyConfig
from neo.domain.market.pool import is_usable
from neo.domain.market.suspension import Suspension
from neo.domain.messages.venue import BookObserved
from neo.domain.units import BPS, TWO
from neo.quickly_built import building, quickly_built
from neo.records import frozen


class AnchorSource(enum.Enum):
    AMM = "amm"
    CLOB = "clob"


@quickly_built
@frozen
class Anchor:
    """The chosen price and where it came from.

    `divergence_bps` is (pool mid - book mid) in bps of the book mid, signed; None without a pool. With a suspension the tick
    must not quote; `price` and `source` are then what was looked at, None when the book has no mid.
    """

    price: Decimal | None
    source: AnchorSource | None
    divergence_bps: Decimal | None
    pool_mid: Decimal | None
    book_mid: Decimal | None
    suspension: Suspension | None = None


_anchor = building(Anchor)


def choose_anchor(book: BookObserved, strategy: StrategyConfig) -> Anchor:
    """The anchor of this book and pool.

    The pool's mid, unless it is more than `clob_switch_threshold_bps` away from the book's (then the book's); more than
    `anchor_max_divergence_bps` away suspends the tick, as does a book without two sides that do not cross.
    """
    pool = book.pool
    pool_mid = pool.mid if pool is not None and is_usable(pool) else None
    suspension = _unusable(book)
    if suspension is not None:
        return Anchor(None, None, None, pool_mid, None, suspension)
    book_mid = (book.bids[0].price + book.asks[0].price) / TWO
    if pool_mid is None:
        return Anchor(book_mid, AnchorSource.CLOB, None, None, book_mid)
    divergence_bps = (pool_mid - book_mid) * BPS / book_mid
    distance_bps = abs(divergence_bps)
    if distance_bps > strategy.anchor_max_divergence_bps:
        return Anchor(book_mid, AnchorSource.CLOB, divergence_bps, pool_mid, book_mid, Suspension.DIVERGENCE)
    if distance_bps > strategy.clob_switch_threshold_bps:
        return _anchor(book_mid, AnchorSource.CLOB, divergence_bps, pool_mid, book_mid)
    return _anchor(pool_mid, AnchorSource.AMM, divergence_bps, pool_mid, book_mid)


def book_mid(book: BookObserved) -> Decimal | None:
    """Mid of the book; None when a side is missing or the sides cross."""
    bids, asks = book.bids, book.asks
    return (bids[0].price + asks[0].price) / TWO if bids and asks and bids[0].price < asks[0].price else None


def _unusable(book: BookObserved) -> Suspension | None:
    if not book.bids or not book.asks:
        return Suspension.ONE_SIDED_BOOK if book.bids or book.asks else Suspension.EMPTY_BOOK
    return Suspension.CROSSED_BOOK if book.bids[0].price >= book.asks[0].price else None
