"""The AMM pool of a kept book: its account's balances and its trading fee, from the metadata of each transaction."""

from __future__ import annotations

from decimal import Decimal

from neo.domain.messages.venue import PoolView
from neo.domain.units import ZERO, drops_to_xrp
from neo.infra.xrpl.wire.affected_nodes import AffectedNode, NodeFate
from neo.infra.xrpl.wire.amounts import EXACT, is_pair_token
from neo.infra.xrpl.wire.balance_changes import line_balance, xrp_after, xrp_before
from neo.infra.xrpl.wire.currency import XRP
from neo.infra.xrpl.wire.fields import Fields
from neo.infra.xrpl.wire.line_freeze import is_frozen_by_issuer
from neo.infra.xrpl.wire.pair import WirePair
from neo.infra.xrpl.wire.pool import TRADING_FEE_MAX, PoolRead

#: What a transaction added to the pool: base and quote, negative when they left it.
PoolFlow = tuple[Decimal, Decimal]


class KeptPool:
    """None of it (`account` is None) while the pair has no pool."""

    def __init__(self, pair: WirePair) -> None:
        self.account: str | None = None
        self._pair = pair
        self._base = self._quote = ZERO
        self._fee = 0
        self._frozen = False

    def read(self, pool: PoolRead | None) -> None:
        """Begin anew from a snapshot."""
        if pool is None:
            self._forget()
            return
        self.account, self._frozen = pool.account, pool.frozen
        self._base, self._quote, self._fee = pool.view.base, pool.view.quote, pool.view.fee_hundred_thousandths

    def view(self) -> PoolView | None:
        """None when there is no pool, nothing in it, or its token is frozen in it: nobody can trade with it then."""
        if self.account is None or self._frozen or not self._base or not self._quote:
            return None
        return PoolView(self._base, self._quote, self._fee)

    def apply(self, nodes: tuple[AffectedNode, ...]) -> PoolFlow:
        """One transaction; what it added to the pool."""
        gone = False
        for node in nodes:
            if node.entry_type == "AMM" and node.fields is not None:
                gone = self._pool_entry(node, node.fields) or gone
        base = quote = ZERO
        if self.account is not None:
            for node in nodes:
                moved = self._balance(node, self.account)
                base, quote = EXACT.add(base, moved[0]), EXACT.add(quote, moved[1])
        if gone:
            self._forget()
        return base, quote

    def _pool_entry(self, node: AffectedNode, fields: Fields) -> bool:
        """The AMM entry itself: a new pool, another fee. True when it was deleted."""
        account = fields.account("Account")
        if node.fate is NodeFate.CREATED and self._is_ours(fields):
            self.account, self._frozen = account, False
        if account != self.account:
            return False
        # A fee of 0 is the default, which entries leave out.
        self._fee = fields.whole("TradingFee", 0, TRADING_FEE_MAX) if "TradingFee" in fields else 0
        return node.fate is NodeFate.DELETED

    def _is_ours(self, fields: Fields) -> bool:
        """The two assets in any order; XRP is the default, which a new entry leaves out."""
        names = [name for name in ("Asset", "Asset2") if name in fields]
        assets = [asset for asset in map(fields.child, names) if asset.raw("currency") != XRP]
        return len(assets) == 1 and is_pair_token(self._pair, assets[0])

    def _balance(self, node: AffectedNode, account: str) -> PoolFlow:
        fields = node.fields
        if fields is None:
            return ZERO, ZERO
        if node.entry_type == "AccountRoot" and fields.raw("Account") == account:
            after = xrp_after(node, fields)
            self._base = drops_to_xrp(after)
            return drops_to_xrp(after - xrp_before(node)), ZERO
        if node.entry_type == "RippleState":
            line = line_balance(self._pair, node)
            if line is not None and line.holder == account:
                self._quote, self._frozen = line.after, is_frozen_by_issuer(line)
                return ZERO, EXACT.subtract(line.after, line.before)
        return ZERO, ZERO

    def _forget(self) -> None:
        self.account = None
        self._base = self._quote = ZERO
        self._fee, self._frozen = 0, False
