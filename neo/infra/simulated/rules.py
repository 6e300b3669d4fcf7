"""How one transaction changes a ledger: checks in the server's order, then the effect.

`apply_transaction` either claims the fee and leaves its changes in the state (tes and tec results), or changes nothing
(tel, tem, tef, ter). Source: rippled `Transactor.cpp`; the effects are in neo/infra/simulated/effects.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from neo.infra.simulated import results
from neo.infra.simulated import transactions as tx
from neo.infra.simulated.effects import (
    account_settings,
    foreign_offers,
    offers,
    payments,
    pool_creation,
    pool_deposits,
    pool_votes,
    pool_withdrawals,
    tickets,
    trust_lines,
)
from neo.infra.simulated.effects.resting import rest_at_once
from neo.infra.simulated.effects.setting import Setting, Verdict
from neo.infra.simulated.flags import DISABLE_MASTER
from neo.infra.simulated.state import LedgerState
from neo.infra.simulated.transactions import Transaction

#: Networks with a higher id want it in every transaction, others refuse it there.
_LEGACY_NETWORK_ID_MAX = 1024

_Malformed = Callable[[LedgerState, Any], str | None]
_Effect = Callable[[Setting, Any], Verdict]

_KINDS: dict[type, tuple[_Malformed, _Effect]] = {
    tx.OfferCreate: (offers.malformed_offer, offers.create_offer),
    tx.OfferCancel: (offers.malformed_cancel, offers.cancel_offer),
    tx.Payment: (payments.malformed_payment, payments.pay),
    tx.ForeignOfferCreate: (foreign_offers.malformed_foreign_offer, foreign_offers.create_foreign_offer),
    tx.AccountSet: (account_settings.malformed_account_set, account_settings.set_account),
    tx.SetRegularKey: (account_settings.malformed_regular_key, account_settings.set_regular_key),
    tx.TrustSet: (trust_lines.malformed_trust_set, trust_lines.set_trust),
    tx.Clawback: (trust_lines.malformed_clawback, trust_lines.claw_back),
    tx.TicketCreate: (tickets.malformed_ticket_create, tickets.create_tickets),
    tx.AmmCreate: (pool_creation.malformed_amm_create, pool_creation.create_pool),
    tx.AmmDeposit: (pool_deposits.malformed_deposit, pool_deposits.deposit),
    tx.AmmWithdraw: (pool_withdrawals.malformed_withdrawal, pool_withdrawals.withdraw),
    tx.AmmVote: (pool_votes.malformed_vote, pool_votes.vote),
    tx.AmmBid: (pool_votes.malformed_bid, pool_votes.bid),
}


def is_applied(result: str) -> bool:
    """True when the transaction is part of the ledger: it worked, or only its fee was claimed."""
    return result.startswith(("tes", "tec"))


def base_fee_drops(state: LedgerState, transaction: Transaction) -> int:
    """The least fee of a transaction of this kind: a pool costs as much as an owned object keeps in reserve."""
    rules = state.rules
    return rules.reserve_increment_drops if type(transaction) is tx.AmmCreate else rules.base_fee_drops


def apply_transaction(
    state: LedgerState, transaction: Transaction, ledger_index: int, parent_close_s: int, *, retry_tec: bool = False
) -> str:
    """Result code. With `retry_tec` a tec result leaves no trace: the server tries such a transaction again later."""
    if type(transaction) is tx.OfferCreate and rest_at_once(state, transaction, ledger_index, parent_close_s):
        return results.TES_SUCCESS
    return apply_step_by_step(state, transaction, ledger_index, parent_close_s, retry_tec=retry_tec)


def apply_step_by_step(
    state: LedgerState, transaction: Transaction, ledger_index: int, parent_close_s: int, *, retry_tec: bool = False
) -> str:
    """The same for any transaction, in the server's own order."""
    refusal = refusal_of(state, transaction, ledger_index)
    if refusal:
        return refusal
    mark = len(state.journal)
    balance_before_fee = _claim_fee(state, transaction)
    after_fee = len(state.journal)
    effect = _KINDS[type(transaction)][1]
    result, keep = effect(Setting(state, balance_before_fee, ledger_index, parent_close_s), transaction)
    if result == results.TES_SUCCESS:
        return result
    if not result.startswith("tec") or retry_tec:
        state.rollback(mark)
        return result
    state.rollback(after_fee)
    for key in keep:
        state.remove(key)
    return result


def refusal_of(state: LedgerState, transaction: Transaction, ledger_index: int) -> str | None:
    """Result code when the transaction cannot even cost its fee in this ledger."""
    if transaction.ticket_sequence or transaction.network_id is not None or state.rules.network_id:
        refusal = _misaddressed(state, transaction)
        if refusal:
            return refusal
    return _KINDS[type(transaction)][0](state, transaction) or _not_now(state, transaction, ledger_index)


def _misaddressed(state: LedgerState, transaction: Transaction) -> str | None:
    """A transaction for another network, or with both a sequence and a ticket."""
    if transaction.ticket_sequence is not None and transaction.sequence:
        return results.TEM_SEQ_AND_TICKET
    network, meant = state.rules.network_id, transaction.network_id
    if network <= _LEGACY_NETWORK_ID_MAX:
        return None if meant is None else results.TEL_NETWORK_ID_MAKES_TX_NON_CANONICAL
    if meant is None:
        return results.TEL_REQUIRES_NETWORK_ID if transaction.wire is not None else None
    return None if meant == network else results.TEL_WRONG_NETWORK


def _not_now(state: LedgerState, transaction: Transaction, ledger_index: int) -> str | None:
    """Result code when the transaction's turn has not come or is over, or its fee or its key does not fit."""
    account = transaction.account
    sequence = state.sequence.get(account)
    if sequence is None:
        return results.TER_NO_ACCOUNT
    ticket = transaction.ticket_sequence
    if ticket is None:
        if transaction.sequence != sequence:
            return results.TER_PRE_SEQ if transaction.sequence > sequence else results.TEF_PAST_SEQ
    elif (account, ticket) not in state.tickets:
        return results.TER_PRE_TICKET if ticket >= sequence else results.TEF_NO_TICKET
    if transaction.last_ledger_sequence is not None and ledger_index > transaction.last_ledger_sequence:
        return results.TEF_MAX_LEDGER
    fee = transaction.fee_drops
    least = state.rules.base_fee_drops if type(transaction) is tx.OfferCreate else base_fee_drops(state, transaction)
    if fee < least:
        return results.TEL_INSUF_FEE_P
    if state.drops[account] < fee:
        return results.TER_INSUF_FEE_B
    return _bad_key(state, transaction) if transaction.signer is not None else None


def _bad_key(state: LedgerState, transaction: Transaction) -> str | None:
    settings = state.settings_of(transaction.account)
    if transaction.signer == settings.regular_key:
        return None
    if transaction.signer != transaction.account:
        return results.TEF_BAD_AUTH
    return results.TEF_MASTER_DISABLED if settings.flags & DISABLE_MASTER else None


def _claim_fee(state: LedgerState, transaction: Transaction) -> int:
    """The fee is burned and the sequence or the ticket is used up; the sender's drops before that."""
    account, fee = transaction.account, transaction.fee_drops
    drops, counters, sequences = state.drops, state.counters, state.sequence
    balance, burned, sequence = drops[account], counters["burned_drops"], sequences[account]
    drops[account] = balance - fee
    counters["burned_drops"] = burned + fee
    state.journal += (drops, account, balance), (counters, "burned_drops", burned), (sequences, account, sequence)
    if transaction.ticket_sequence is None:
        sequences[account] = sequence + 1
    else:
        tickets.use_ticket(state, account, transaction.ticket_sequence)
    return balance
