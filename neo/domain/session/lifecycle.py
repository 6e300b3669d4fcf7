"""The course of a session as a table: (phase, what happened) -> phase.

A missing entry is an error that changes nothing. A start after a crash takes the same way as a first one: reconcile, then
trade; whatever interrupts the order path leads back through reconciliation.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from types import MappingProxyType

from neo.domain.messages.session import Phase


class PhaseEvent(enum.Enum):
    ACTORS_READY = "actors_ready"  # every actor said that it is ready
    RECONCILED = "reconciled"  # books and venue agree
    ORDER_PATH_DOWN = "order_path_down"  # an actor that orders depend on is being rebuilt
    ORDER_PATH_BACK = "order_path_back"  # all of them are ready again
    HALTED = "halted"  # a halt was latched
    ORDERS_GONE_HOLD = "orders_gone_hold"  # nothing of ours can trade any more, and the session is to be held
    ORDERS_GONE_END = "orders_gone_end"  # nothing of ours can trade any more, and the session is to end
    RESUMED = "resumed"  # an operator cleared the halt
    STOP = "stop"  # an end was asked for while nothing of ours can trade


_P, _E = Phase, PhaseEvent
TABLE: Mapping[tuple[Phase, PhaseEvent], Phase] = MappingProxyType(
    {
        (_P.STARTING, _E.ACTORS_READY): _P.RECONCILING,
        (_P.STARTING, _E.HALTED): _P.HALTING,
        (_P.RECONCILING, _E.RECONCILED): _P.TRADING,
        (_P.RECONCILING, _E.ORDER_PATH_DOWN): _P.PAUSED,
        (_P.RECONCILING, _E.HALTED): _P.HALTING,
        (_P.TRADING, _E.ORDER_PATH_DOWN): _P.PAUSED,
        (_P.TRADING, _E.HALTED): _P.HALTING,
        (_P.PAUSED, _E.ORDER_PATH_DOWN): _P.PAUSED,
        (_P.PAUSED, _E.ORDER_PATH_BACK): _P.RECONCILING,
        (_P.PAUSED, _E.HALTED): _P.HALTING,
        (_P.HALTING, _E.HALTED): _P.HALTING,  # a later halt only enters the history
        (_P.HALTING, _E.ORDER_PATH_DOWN): _P.HALTING,
        (_P.HALTING, _E.ORDER_PATH_BACK): _P.HALTING,
        (_P.HALTING, _E.ORDERS_GONE_HOLD): _P.HELD,
        (_P.HALTING, _E.ORDERS_GONE_END): _P.STOPPING,
        (_P.HELD, _E.HALTED): _P.HELD,
        (_P.HELD, _E.ORDER_PATH_DOWN): _P.HELD,
        (_P.HELD, _E.ORDER_PATH_BACK): _P.HELD,
        (_P.HELD, _E.RESUMED): _P.RECONCILING,
        (_P.HELD, _E.STOP): _P.STOPPING,
    }
)


class NoSuchPhaseChange(ValueError):
    """The table has no entry for this phase and event. Nothing was changed."""

    def __init__(self, phase: Phase, event: PhaseEvent) -> None:
        super().__init__(f"a session that is {phase.value} cannot take {event.value}")
        self.phase = phase
        self.event = event


def next_phase(phase: Phase, event: PhaseEvent) -> Phase:
    """The phase after `event`; NoSuchPhaseChange when the table does not have it."""
    try:
        return TABLE[phase, event]
    except KeyError:
        raise NoSuchPhaseChange(phase, event) from None
