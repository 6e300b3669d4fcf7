"""What a transaction did to an account's XRP and to its line to the pair's issuer."""

from __future__ import annotations

from decimal import Decimal

from neo.domain.units import ZERO, drops_to_xrp
from neo.infra.xrpl.wire.affected_nodes import AffectedNode, NodeFate
from neo.infra.xrpl.wire.amounts import EXACT, drops, token_value
from neo.infra.xrpl.wire.errors import WireError
from neo.infra.xrpl.wire.fields import Fields
from neo.infra.xrpl.wire.pair import WirePair
from neo.records import frozen


@frozen
class BalanceChange:
    """Exact differences, the fee included. `touched`: the account itself or a trust line of it is in the metadata."""

    base: Decimal
    quote: Decimal
    touched: bool
    account_seen: bool


@frozen
class LineBalance:
    """One side's view of a trust line to the pair's issuer: what `holder` has of the token, before and after."""

    holder: str
    before: Decimal
    after: Decimal
    fields: Fields
    holder_is_low: bool


def balance_change(pair: WirePair, nodes: tuple[AffectedNode, ...], account: str) -> BalanceChange:
    """Of one account, over all nodes."""
    base, quote, touched, account_seen = 0, ZERO, False, False
    for node in nodes:
        if node.entry_type == "AccountRoot" and node.fields is not None and node.fields.raw("Account") == account:
            base += xrp_after(node, node.fields) - xrp_before(node)
            touched = account_seen = True
        elif node.entry_type == "RippleState" and node.fields is not None:
            line = line_balance(pair, node)
            if line is not None and line.holder == account:
                quote = EXACT.add(quote, EXACT.subtract(line.after, line.before))
            touched = touched or account in _sides(node.fields)
    return BalanceChange(drops_to_xrp(base), quote, touched, account_seen)


def xrp_after(node: AffectedNode, fields: Fields) -> int:
    """Drops of an AccountRoot; 0 once it is deleted."""
    return 0 if node.fate is NodeFate.DELETED and "Balance" not in fields else drops(fields, "Balance")


def xrp_before(node: AffectedNode) -> int:
    """Drops before the transaction; 0 for an account that it made."""
    where = None if node.fate is NodeFate.CREATED else node.before("Balance")
    return 0 if where is None or "Balance" not in where else drops(where, "Balance")


def line_balance(pair: WirePair, node: AffectedNode) -> LineBalance | None:
    """None for a line of another token. The ledger keeps a line's balance from its low account's point of view."""
    fields = node.fields
    if fields is None:
        return None
    low, high = _sides(fields)
    balance = fields.child("Balance")
    if balance.raw("currency") != pair.currency or pair.issuer not in (low, high):
        return None
    holder_is_low = high == pair.issuer
    sign = 1 if holder_is_low else -1
    after = token_value(balance, "value")
    before = ZERO
    if node.fate is not NodeFate.CREATED:
        where = node.before("Balance")
        before = after if where is None else token_value(where.child("Balance"), "value")
    return LineBalance(low if holder_is_low else high, sign * before, sign * after, fields, holder_is_low)


def _sides(fields: Fields) -> tuple[str, str]:
    low, high = fields.child("LowLimit").account("issuer"), fields.child("HighLimit").account("issuer")
    if low == high:
        raise WireError(fields.path, "a line between two accounts", low)
    return low, high
