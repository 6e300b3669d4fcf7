"""Tickets: sequence numbers put aside, so that an urgent cancel need not wait for a transaction in doubt.

A transaction on a ticket may be in any ledger, whatever became of the account's sequence:
https://xrpl.org/docs/concepts/accounts/tickets. Each ticket is an owned object and keeps a reserve.
"""

from __future__ import annotations

from neo.domain.messages.journal import SubmissionPurpose
from neo.domain.messages.venue import AccountState
from neo.domain.orders.router_state import RouterSetup, RouterState

#: After a refusal (mostly too little XRP for their reserve) nothing is asked for during so many ledgers: a quarter hour.
RETRY_LEDGERS = 225


def missing_tickets(setup: RouterSetup, state: RouterState) -> int:
    """How many to make now: none while others are being made, or when everything is to be cancelled."""
    if len(state.tickets) >= setup.tickets or state.canceling_everything or not state.trading:
        return 0
    if (state.ledger_index or 0) < state.tickets_again_ledger:
        return 0
    if any(s.purpose is SubmissionPurpose.TICKETS for s in state.submissions.values()):
        return 0
    return setup.tickets - len(state.tickets)


def free_tickets(state: RouterState, account: AccountState) -> tuple[int, ...]:
    """Tickets that the account has and no transaction under way spends."""
    spent = {submission.ticket_sequence for submission in state.submissions.values()}
    return tuple(ticket for ticket in account.tickets if ticket not in spent)
