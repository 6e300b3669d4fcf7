"""Answers of a node that lies: made from true ones."""

from __future__ import annotations

import random
from typing import Any

from neo.infra.sandbox.xrpl.faults.node_faults import Lie

#: The well-known address that nobody has a key for.
SOMEBODY_ELSE = "rrrrrrrrrrrrrrrrrrrrrhoLvTp"
_NUMBERS = {"Balance", "balance", "Sequence", "ledger_index", "ledger_current_index", "seq", "fee_base", "base_fee"}
_ABSURD = (10**30, -1, "99999999999999999999999999", "1e400", "-5", 2**64)


def lie(content: dict[str, Any], lies: frozenset[Lie], rng: random.Random, account: str) -> dict[str, Any]:
    """The same answer with the lies in it; the true one is left as it is. `account` is the one that is lied about."""
    if not lies:
        return content
    told: Any = content
    if Lie.VALIDATED_FLAG in lies:
        told = _replaced(told, lambda key, value: True if key == "validated" else value)
    if Lie.WRONG_ACCOUNT in lies:
        told = _replaced(told, lambda _, value: SOMEBODY_ELSE if value == account else value)
    if Lie.WRONG_NETWORK in lies:
        told = _replaced(told, lambda key, value: 4242 if key == "network_id" else value)
    if Lie.ABSURD_NUMBERS in lies:
        told = _replaced(told, lambda key, value: rng.choice(_ABSURD) if key in _NUMBERS else value)
    if Lie.WRONG_TYPES in lies:
        told = _replaced(told, lambda key, value: _mistyped(key, value, rng))
    if Lie.MISSING_FIELDS in lies:
        told = _with_gaps(told, rng)
    return dict(told)


def _replaced(value: Any, change: Any, key: str = "") -> Any:
    if isinstance(value, dict):
        return {name: _kept(name, each) or _replaced(each, change, name) for name, each in value.items()}
    if isinstance(value, list):
        return [_replaced(each, change, key) for each in value]
    return change(key, value)


def _kept(name: str, value: Any) -> Any:
    """Ids of requests stay what they are: an answer that belongs to no request would simply not be heard."""
    return value if name == "id" else None


def _mistyped(key: str, value: Any, rng: random.Random) -> Any:
    if key in ("type", "status", "id") or rng.random() < 0.5:
        return value
    if isinstance(value, str):
        return rng.choice((7, None, [value], {"value": value}))
    if isinstance(value, bool):
        return str(value)
    return rng.choice(("seven", [value], None, {}))


def _with_gaps(value: Any, rng: random.Random) -> Any:
    if isinstance(value, dict):
        kept = {key: each for key, each in value.items() if key in ("id", "type", "status") or rng.random() > 0.2}
        return {key: _with_gaps(each, rng) for key, each in kept.items()}
    if isinstance(value, list):
        return [_with_gaps(each, rng) for each in value]
    return value
