"""TicketCreate: sequence numbers set aside, to be used in any order. Source: rippled `CreateTicket.cpp`."""

from __future__ import annotations

from neo.infra.simulated.effects.setting import Setting, Verdict
from neo.infra.simulated.flags import FULLY_CANONICAL_SIGNATURE
from neo.infra.simulated.results import (
    TEC_DIR_FULL,
    TEC_INSUFFICIENT_RESERVE,
    TEM_INVALID_COUNT,
    TEM_INVALID_FLAG,
    TES_SUCCESS,
)
from neo.infra.simulated.state import LedgerState
from neo.infra.simulated.transactions import TicketCreate

TICKETS_MAX = 250


def malformed_ticket_create(state: LedgerState, asked: TicketCreate) -> str | None:
    """Result code of a transaction that no ledger would take; None when it is well formed."""
    del state
    if asked.flags & ~FULLY_CANONICAL_SIGNATURE:
        return TEM_INVALID_FLAG
    return None if 1 <= asked.ticket_count <= TICKETS_MAX else TEM_INVALID_COUNT


def create_tickets(setting: Setting, asked: TicketCreate) -> Verdict:
    """The account's next sequences become tickets, and its sequence jumps over them."""
    state, account, count = setting.state, asked.account, asked.ticket_count
    owned = state.ticket_count.get(account, 0)
    if owned + count > TICKETS_MAX:
        return TEC_DIR_FULL, ()
    if not setting.can_own(account, count):
        return TEC_INSUFFICIENT_RESERVE, ()
    first = state.sequence[account]
    for number in range(first, first + count):
        state.put(state.tickets, (account, number), 1)
    state.put(state.ticket_count, account, owned + count)
    state.put(state.owner_count, account, state.owner_count[account] + count)
    state.put(state.sequence, account, first + count)
    return TES_SUCCESS, ()


def use_ticket(state: LedgerState, account: str, number: int) -> None:
    """The ticket is gone, whatever becomes of the transaction that used it."""
    state.put(state.tickets, (account, number), None)
    state.put(state.ticket_count, account, state.ticket_count[account] - 1 or None)
    state.put(state.owner_count, account, state.owner_count[account] - 1)
