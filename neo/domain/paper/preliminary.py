"""The imagined server's first word on a transaction, as a real one would say it (recording 05)."""

from __future__ import annotations

from collections.abc import Sequence

from neo.domain.messages.venue import LedgerClosed, SignedTransaction
from neo.domain.paper.account import PaperAccount
from neo.records import frozen


@frozen
class Word:
    """`taken`: it is kept for the next ledger, or for one after that."""

    result: str
    taken: bool


def word_on(
    account: PaperAccount, waiting: Sequence[SignedTransaction], signed: SignedTransaction, ledger: LedgerClosed
) -> Word:
    """Never final: the ledger that takes it decides."""
    asked = signed.transaction
    if asked.last_ledger_sequence <= ledger.ledger_index:
        return Word("tefMAX_LEDGER", taken=False)
    if asked.fee_drops < ledger.base_fee_drops:
        return Word("telINSUF_FEE_P", taken=False)
    sequences = {one.transaction.sequence for one in waiting if one.transaction.ticket_sequence is None}
    tickets = {one.transaction.ticket_sequence for one in waiting}
    if asked.ticket_sequence is not None:
        return _word_on_ticket(account, asked.ticket_sequence, tickets)
    if asked.sequence < account.sequence or asked.sequence in sequences:
        return Word("tefPAST_SEQ", taken=False)
    if asked.fee_drops < ledger.open_ledger_fee_drops:
        return Word("terQUEUED", taken=True)
    missing = any(number not in sequences for number in range(account.sequence, asked.sequence))
    return Word("terPRE_SEQ" if missing else "tesSUCCESS", taken=True)


def _word_on_ticket(account: PaperAccount, ticket: int, in_use: set[int | None]) -> Word:
    if ticket in in_use or (ticket not in account.tickets and ticket < account.sequence):
        return Word("tefNO_TICKET", taken=False)
    return Word("tesSUCCESS" if ticket in account.tickets else "terPRE_TICKET", taken=True)
