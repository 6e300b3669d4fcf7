"""What nodes say about the same ledger, held against each other, and against the ledgers believed before. Pure.

A client cannot check the validators' signatures of what it is told by JSON; it can see that nodes contradict each other,
themselves, or the chain of hashes. https://xrpl.org/docs/concepts/ledgers/ledger-structure: a ledger names its parent's hash.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection

from neo.records import frozen

#: Ledgers for which claims and beliefs are kept.
KEPT_LEDGERS = 512


@frozen
class Verdict:
    """About one ledger. `liars` are in a clear minority; `disputed`: as many say one thing as another."""

    ledger_hash: str | None
    liars: tuple[str, ...] = ()
    disputed: tuple[str, ...] = ()


class LedgerAgreement:
    """Claims by index and node, and the hashes that were believed; bounded."""

    def __init__(self) -> None:
        self._claims: OrderedDict[int, dict[str, str]] = OrderedDict()
        self._believed: OrderedDict[int, str] = OrderedDict()

    def claim(self, node: str, ledger_index: int, ledger_hash: str) -> str | None:
        """Note what a node says; the reason when it contradicts itself, None otherwise."""
        claims = self._claims.setdefault(ledger_index, {})
        before = claims.setdefault(node, ledger_hash)
        while len(self._claims) > KEPT_LEDGERS:
            self._claims.popitem(last=False)
        if before != ledger_hash:
            return f"ledger {ledger_index} is {before[:8]}… and then {ledger_hash[:8]}…"
        return None

    def forget(self, node: str) -> None:
        """What a node said counts no longer."""
        for claims in self._claims.values():
            claims.pop(node, None)

    def verdict(self, ledger_index: int, listened_to: Collection[str]) -> Verdict:
        """What the nodes that are listened to make of a ledger together."""
        camps: dict[str, list[str]] = {}
        for node, ledger_hash in self._claims.get(ledger_index, {}).items():
            if node in listened_to:
                camps.setdefault(ledger_hash, []).append(node)
        if len(camps) <= 1:
            return Verdict(next(iter(camps), None))
        ranked = sorted(camps.items(), key=lambda camp: len(camp[1]), reverse=True)
        (winner, most), (_, next_most) = ranked[0], ranked[1]
        if len(most) == len(next_most):
            return Verdict(None, disputed=tuple(sorted(node for nodes in camps.values() for node in nodes)))
        return Verdict(winner, tuple(sorted(node for ledger_hash, nodes in ranked[1:] for node in nodes)))

    def breaks_chain(self, ledger_index: int, parent_hash: str) -> bool:
        """Whether a ledger with this parent cannot follow the one that was believed before it."""
        before = self._believed.get(ledger_index - 1)
        return before is not None and before != parent_hash

    def supporters(self, ledger_index: int, ledger_hash: str) -> tuple[str, ...]:
        """Nodes that said so."""
        return tuple(node for node, claimed in self._claims.get(ledger_index, {}).items() if claimed == ledger_hash)

    def believed(self, ledger_index: int) -> str | None:
        """The hash that was believed, None when the ledger was never told."""
        return self._believed.get(ledger_index)

    def believe(self, ledger_index: int, ledger_hash: str) -> None:
        """This ledger is told to the engine now."""
        self._believed[ledger_index] = ledger_hash
        while len(self._believed) > KEPT_LEDGERS:
            self._believed.popitem(last=False)
