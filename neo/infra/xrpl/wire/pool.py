"""The AMM pool beside the book."""

from __future__ import annotations

import attrs

from neo.domain.messages.venue import PoolView
from neo.infra.xrpl.wire.pair import WirePair


@attrs.frozen
class PoolRead:
    """`amm_info`: the pool's own account (whose balances are the pool), amounts and fee, and where its quote side is frozen."""

    ledger_index: int
    account: str
    view: PoolView
    frozen: bool


def parse_amm(pair: WirePair, result: object) -> PoolRead | None:
    """From `amm_info` of a validated ledger; None when the answer is `actNotFound`: there is no pool. WireError otherwise."""
    raise NotImplementedError
