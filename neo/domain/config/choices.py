"""The named choices that a configuration can make."""

from __future__ import annotations

from enum import Enum


class Mode(Enum):
    """Where market data, execution and time come from (SPEC, modes)."""

    SIM = "sim"
    REPLAY = "replay"
    PAPER = "paper"
    LIVE = "live"


class OnHalt(Enum):
    """What a session does after a halt has cancelled its orders."""

    EXIT = "exit"
    HOLD = "hold"


class UnknownOffers(Enum):
    """What reconciliation does with offers of our account that no record of ours explains."""

    ADOPT = "adopt"
    CANCEL = "cancel"


class FillModel(Enum):
    """How a paper session decides what of our offers would have traded (docs/paper.md)."""

    TOUCH = "touch"
    TRADE_THROUGH = "trade_through"
    QUEUE = "queue"


class ExchangeFillModel(Enum):
    """How a paper session decides what of an order on an exchange would have traded (docs/paper.md)."""

    TOUCH = "touch"
    TRADE_THROUGH = "trade_through"


class CheckpointMode(Enum):
    """Who checkpoints the write-ahead log: the engine, or a replication program that does it itself."""

    INTERNAL = "internal"
    EXTERNAL = "external"
