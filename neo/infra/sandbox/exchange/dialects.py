"""The dialects there are, by name."""

from __future__ import annotations

from neo.infra.sandbox.exchange.binance.dialect import BINANCE
from neo.infra.sandbox.exchange.dialect import Dialect
from neo.infra.sandbox.exchange.mexc.dialect import MEXC
from neo.infra.sandbox.exchange.plan import DialectName

_DIALECTS = {DialectName.MEXC: MEXC, DialectName.BINANCE: BINANCE}


def dialect_of(name: DialectName) -> Dialect:
    return _DIALECTS[name]
