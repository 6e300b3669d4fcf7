"""What a transaction's metadata lists: ledger entries created, modified and deleted.

https://xrpl.org/docs/references/protocol/transactions/metadata#affectednodes
"""

from __future__ import annotations

import enum

from neo.infra.xrpl.wire.errors import WireError
from neo.infra.xrpl.wire.fields import Fields
from neo.records import frozen

#: More than any transaction of the network has ever touched.
_NODES_MAX = 10_000


class NodeFate(enum.Enum):
    CREATED = "CreatedNode"
    MODIFIED = "ModifiedNode"
    DELETED = "DeletedNode"


_FATES = {fate.value: fate for fate in NodeFate}


@frozen
class AffectedNode:
    """One entry. `fields` are NewFields of a created one and FinalFields else, None when the metadata has none (only the
    entry's thread of transactions went on). `previous` holds what changed, as it was before."""

    fate: NodeFate
    entry_type: str
    fields: Fields | None
    previous: Fields | None

    def before(self, name: str) -> Fields | None:
        """Where the value before the transaction stands: PreviousFields if it changed, else the final fields."""
        if self.previous is not None and name in self.previous:
            return self.previous
        return self.fields


def affected_nodes(meta: Fields) -> tuple[AffectedNode, ...]:
    """WireError when an entry is listed twice: its change would count twice."""
    nodes = []
    seen: set[str] = set()
    for listed in meta.children("AffectedNodes", _NODES_MAX):
        node, index = _node(listed)
        if index in seen:
            raise WireError(listed.path, "each ledger entry once", index)
        seen.add(index)
        nodes.append(node)
    return tuple(nodes)


def _node(listed: Fields) -> tuple[AffectedNode, str]:
    names = list(listed.names())
    fate = _FATES.get(names[0]) if len(names) == 1 else None
    if fate is None:
        raise WireError(listed.path, "one of CreatedNode, ModifiedNode, DeletedNode")
    entry = listed.child(fate.value)
    final = "NewFields" if fate is NodeFate.CREATED else "FinalFields"
    fields, previous = entry.optional_child(final), entry.optional_child("PreviousFields")
    return AffectedNode(fate, entry.text("LedgerEntryType"), fields, previous), entry.hash256("LedgerIndex")
