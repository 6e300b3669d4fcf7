"""What the issuer's account says about its token, followed through its transactions."""

from __future__ import annotations

from decimal import Decimal

from neo.domain.units import ONE
from neo.infra.xrpl.wire.account import GLOBAL_FREEZE, IssuerTerms, read_transfer_rate
from neo.infra.xrpl.wire.affected_nodes import AffectedNode
from neo.infra.xrpl.wire.pair import WirePair


class IssuerState:
    """Transfer rate (1 = no fee) and global freeze. Without terms: neither, until the issuer's account is seen."""

    def __init__(self, pair: WirePair, terms: IssuerTerms | None) -> None:
        self._issuer = pair.issuer
        self.transfer_rate: Decimal = ONE if terms is None else terms.transfer_rate
        self.global_freeze = False if terms is None else terms.global_freeze

    def apply(self, nodes: tuple[AffectedNode, ...]) -> bool:
        """One transaction; True when it changed the terms."""
        for node in nodes:
            fields = node.fields
            if node.entry_type == "AccountRoot" and fields is not None and fields.raw("Account") == self._issuer:
                before = (self.transfer_rate, self.global_freeze)
                flags = fields.whole("Flags") if "Flags" in fields else 0
                self.transfer_rate, self.global_freeze = read_transfer_rate(fields), bool(flags & GLOBAL_FREEZE)
                return before != (self.transfer_rate, self.global_freeze)
        return False
