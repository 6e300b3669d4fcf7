"""The life of an order as a table: (state, event) -> state. The same table serves every venue.

A missing entry is an error that changes nothing (`NoSuchTransition`). FILLED, CANCELED, EXPIRED and FAILED are final and are
reached only by events whose name says where the proof came from (a validated transaction, or the venue's own record).
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from types import MappingProxyType


class OrderState(enum.Enum):
    INTENDED = "INTENDED"  # durable here, not yet handed to the venue
    SUBMITTED = "SUBMITTED"  # handed over, no verdict yet
    UNKNOWN = "UNKNOWN"  # in doubt: funds stay reserved, nothing is sent again
    OPEN = "OPEN"  # proved to rest at the venue
    PARTIALLY_FILLED = "PARTIALLY_FILLED"  # proved to rest, some of it traded
    CANCELING = "CANCELING"  # resting as far as we know, a cancel or replacement is under way
    FILLED = "FILLED"
    CANCELED = "CANCELED"
    EXPIRED = "EXPIRED"
    FAILED = "FAILED"

    # As for Side: a table of lives is looked into with every step of every order.
    __hash__ = object.__hash__

    @property
    def is_final(self) -> bool:
        return self in FINAL_STATES


class OrderEvent(enum.Enum):
    HANDED_OVER = "handed_over"  # passed to the venue port
    WITHHELD = "withheld"  # proved never sent (refused before the port took it)
    OUTCOME_LOST = "outcome_lost"  # timeout, lost reply, restart in between
    PROVED_RESTING = "proved_resting"  # validated transaction created the offer
    PROVED_PARTIAL = "proved_partial"  # validated transaction traded a part, the rest remains
    PROVED_FILLED = "proved_filled"  # validated transactions traded all of it
    PROVED_FAILED = "proved_failed"  # validated with a failure, or can never be in a ledger any more
    PROVED_CANCELED = "proved_canceled"  # validated transaction removed the offer
    PROVED_EXPIRED = "proved_expired"  # the ledger dropped it after its Expiration, or unfunded
    CANCEL_HANDED_OVER = "cancel_handed_over"
    CANCEL_PROVED_FAILED = "cancel_proved_failed"  # the cancel can never be in a ledger any more, the offer rests

    __hash__ = object.__hash__


FINAL_STATES = frozenset({OrderState.FILLED, OrderState.CANCELED, OrderState.EXPIRED, OrderState.FAILED})

_S, _E = OrderState, OrderEvent
_VERDICTS = {
    _E.PROVED_RESTING: _S.OPEN,
    _E.PROVED_PARTIAL: _S.PARTIALLY_FILLED,
    _E.PROVED_FILLED: _S.FILLED,
    _E.PROVED_FAILED: _S.FAILED,
    _E.PROVED_CANCELED: _S.CANCELED,
    _E.PROVED_EXPIRED: _S.EXPIRED,
}
_RESTING = {
    _E.PROVED_PARTIAL: _S.PARTIALLY_FILLED,
    _E.PROVED_FILLED: _S.FILLED,
    _E.PROVED_CANCELED: _S.CANCELED,
    _E.PROVED_EXPIRED: _S.EXPIRED,
    _E.CANCEL_HANDED_OVER: _S.CANCELING,
}
_LIVES: dict[OrderState, dict[OrderEvent, OrderState]] = {
    _S.INTENDED: {
        _E.HANDED_OVER: _S.SUBMITTED,
        _E.WITHHELD: _S.FAILED,
        _E.OUTCOME_LOST: _S.UNKNOWN,
        **_VERDICTS,
    },
    _S.SUBMITTED: {_E.OUTCOME_LOST: _S.UNKNOWN, _E.CANCEL_HANDED_OVER: _S.SUBMITTED, **_VERDICTS},
    _S.UNKNOWN: {_E.CANCEL_HANDED_OVER: _S.UNKNOWN, **_VERDICTS},
    _S.OPEN: _RESTING,
    _S.PARTIALLY_FILLED: _RESTING,
    # A cancel may answer tesSUCCESS and the offer still fill in the same ledger: only the proof decides.
    _S.CANCELING: {
        **_RESTING,
        _E.PROVED_PARTIAL: _S.CANCELING,
        _E.CANCEL_HANDED_OVER: _S.CANCELING,
        _E.CANCEL_PROVED_FAILED: _S.OPEN,
    },
}
TABLE: Mapping[tuple[OrderState, OrderEvent], OrderState] = MappingProxyType(
    {(state, event): target for state, row in _LIVES.items() for event, target in row.items()}
)


class NoSuchTransition(ValueError):
    """The table has no entry for this state and event. Nothing was changed."""

    def __init__(self, state: OrderState, event: OrderEvent) -> None:
        super().__init__(f"an order that is {state.value} cannot take {event.value}")
        self.state = state
        self.event = event


def transition(state: OrderState, event: OrderEvent) -> OrderState:
    """The state after `event`; NoSuchTransition when the table does not have it."""
    try:
        return TABLE[state, event]
    except KeyError:
        raise NoSuchTransition(state, event) from None
