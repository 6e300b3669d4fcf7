"""Every proposed trade has one fate, and the books prove it: refused by Risk, ended by the router, or lost with its messenger."""

from __future__ import annotations

from neo.domain.strategy.drop.buyer import PROPOSAL_LIFE_NS
from neo.harness.broken import Broken
from neo.harness.trades_watched import TradeSeen
from neo.harness.world import World
from neo.infra.sqlite.books_reader import BooksReader
from neo.infra.sqlite.books_rows import TradeRow

_ONE = "one fate for each drop"


def fates_broken(world: World, reader: BooksReader, *, quiet: bool) -> list[Broken]:
    """Trades with two fates, ends without proof, and, once everything is `quiet`, trades without any fate.

    A proposal or its approval may be lost when an actor or the process dies with it: then the books must not have it, and
    nothing of it may have been sent (which another invariant sees). Where nothing can be lost, that is no fate either.
    """
    rows = {row.intent_id: row for session in world.session_ids for row in reader.trades(session)}
    found = [broken for seen in world.trades.trades.values() for broken in _fate(seen, rows, world, quiet=quiet)]
    proposed = world.trades.trades
    return found + [Broken(_ONE, f"{name} is in the books, and was never proposed") for name in rows.keys() - proposed]


def _fate(seen: TradeSeen, rows: dict[str, TradeRow], world: World, *, quiet: bool) -> list[Broken]:
    intent, row = seen.proposed.intent_id, rows.get(seen.proposed.intent_id)
    if row is not None and seen.approved is None:
        return [Broken(_ONE, f"{intent} was taken on without an approval")]
    if seen.ended is not None and (row is None or row.outcome != seen.ended.outcome.value):
        written = "nothing" if row is None else row.outcome
        return [Broken(_ONE, f"{intent} ended {seen.ended.outcome.value}, the books say {written}")]
    young = world.kernel.now_ns() - seen.proposed.proposed_at_ns <= PROPOSAL_LIFE_NS
    if not quiet or young or seen.refused is not None or row is not None or world.loses_messages:
        return []  # what is in the books without an outcome is "in doubt", and seen as such
    return [Broken(_ONE, f"nobody knows what became of {intent} in {seen.proposed.symbol}")]
