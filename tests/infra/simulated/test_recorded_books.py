"""The simulated ledger beside a real server: every result, offer, balance, sequence and owner count."""

from __future__ import annotations

import pytest

from neo.infra.simulated.ledger import SimulatedLedger
from tests.infra.simulated.recorded_ledger import (
    Exchange,
    Recording,
    differences,
    first_ledger,
    read_recording,
    standard_ledger,
    tidy_up,
    to_transaction,
)


def _wrong(recording: Recording, ledger: SimulatedLedger, *, parts_start_empty: bool = False) -> list[str]:
    wrong: list[str] = []
    part = ""
    before = 0
    for exchange in recording.exchanges:
        if parts_start_empty and exchange.step.split(".")[0] != part:
            part = exchange.step.split(".")[0]
            tidy_up(ledger)
        if not parts_start_empty and exchange.close_time_s and exchange.ledger_index > before + 1:
            # Ledgers without transactions closed in between; only their times matter.
            ledger.close(max(exchange.close_time_s - 1, ledger.close_time_s + 1))
        before = exchange.ledger_index or before
        result = ledger.submit(to_transaction(recording, exchange.fields))
        if result != exchange.preliminary:
            wrong.append(f"{exchange.step}: preliminary {result} != {exchange.preliminary}")
        closed = ledger.close(_close_time(exchange, ledger, follow_clock=not parts_start_empty))
        if exchange.meta is None:
            wrong += [f"{exchange.step}: {closed.outcomes[0].result}, not in a ledger there"] if closed.outcomes else []
            continue
        final = closed.outcomes[0].result if closed.outcomes else "nothing"
        if final != exchange.meta["TransactionResult"]:
            wrong.append(f"{exchange.step}: {final} != {exchange.meta['TransactionResult']}")
        wrong += [f"{exchange.step}: {each}" for each in differences(recording, ledger.state, exchange.meta)]
    return wrong


def _close_time(exchange: Exchange, ledger: SimulatedLedger, *, follow_clock: bool) -> int:
    if follow_clock and exchange.close_time_s is not None:
        return max(exchange.close_time_s, ledger.close_time_s + 1)
    return ledger.close_time_s + 1


@pytest.mark.parametrize(("name", "transactions"), [("21_random_book", 300), ("22_random_book_amm", 150)])
def test_random_books_end_in_every_result_offer_and_balance_of_the_real_server(name: str, transactions: int) -> None:
    recording = read_recording(name)

    wrong = _wrong(recording, first_ledger(recording))

    assert wrong == []
    assert len(recording.exchanges) == transactions


def test_quotes_are_placed_replaced_expired_and_cancelled_as_on_the_real_server() -> None:
    recording = read_recording("03_quoting")

    wrong = _wrong(recording, standard_ledger(recording))

    assert wrong == []
    assert len(recording.exchanges) == 40


def test_crossing_cases_end_as_on_the_real_server() -> None:
    recording = read_recording("04_crossing")

    wrong = _wrong(recording, standard_ledger(recording), parts_start_empty=True)

    assert wrong == []
    assert len(recording.exchanges) == 100
