"""A kept side of the book against a fresh one."""

from __future__ import annotations

from itertools import islice

from neo.infra.xrpl.wire.book_side import KeptSide
from neo.infra.xrpl.wire.book_snapshot import BookSide


def first_difference(kept: KeptSide, fresh: BookSide) -> str | None:
    """In words, as far as both reach: an end counts only on a side that is not cut."""
    name = "ask" if kept.is_ask else "bid"
    mine = list(islice(kept, len(fresh.offers) if fresh.is_cut else None))
    for number, (is_, was) in enumerate(zip(fresh.offers, mine, strict=False)):
        if is_ != was:
            return f"{name} {number} is {is_}, not {was}"
    if (len(mine) > len(fresh.offers)) or (len(mine) < len(fresh.offers) and not kept.is_cut):
        return f"{len(fresh.offers)} {name}s, not {len(mine)}"
    for owner in {offer.owner: None for offer in fresh.offers[: len(mine)]}:
        if owner in fresh.funds and kept.funds.get(owner, fresh.funds[owner]) != fresh.funds[owner]:
            return f"{owner} can give {fresh.funds[owner]} for its {name}s, not {kept.funds[owner]}"
    return None
