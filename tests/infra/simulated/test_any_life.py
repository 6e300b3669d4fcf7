"""What holds after every ledger, whatever was sent: money, reserves, offers, shares, snapshots."""

from __future__ import annotations

import json
import random
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from neo.infra.simulated.changes import Threads
from neo.infra.simulated.ledger import HELD_LEDGERS_MAX
from neo.infra.simulated.metadata import TransactionOutcome
from neo.infra.simulated.snapshot import decode_ledger, encode_ledger
from neo.infra.simulated.state import LedgerState
from neo.infra.simulated.wire.metadata import render_metadata
from tests.infra.simulated.any_life import Life, begin

_LEDGERS = 50
_ROUNDING = Decimal("1e-9")


def _objects(state: LedgerState, account: str) -> int:
    """What an account must keep a reserve for."""
    held = len(state.owned.get(account, ())) + state.ticket_count.get(account, 0) + (account in state.shares)
    if account == state.issue.issuer:
        return held + sum(line.issuer_reserved for line in state.lines.values())
    return held + (account in state.token and not state.line_of(account).holder_released)


def _is_no_overfill(outcome: TransactionOutcome) -> bool:
    return all(
        min(effect.after) >= 0
        and (effect.before is None or all(a <= b for a, b in zip(effect.after, effect.before, strict=True)))
        for effect in outcome.offers
    )


@settings(max_examples=25)
@given(st.integers(0, 2**32))
def test_money_reserves_offers_and_shares_add_up_after_every_ledger(seed: int) -> None:
    life = begin(seed)
    all_drops = sum(life.ledger.state.drops.values())

    for _ in range(_LEDGERS):
        closed = life.step()
        state = life.ledger.validated()

        assert sum(state.drops.values()) + state.counters["burned_drops"] == all_drops
        assert min(state.drops.values()) >= 0 and min(state.token.values(), default=Decimal(0)) >= 0
        for account in state.sequence:
            if account != state.pool_account:
                assert state.owner_count[account] == _objects(state, account), account
        assert all(_is_no_overfill(outcome) for outcome in closed.outcomes)
        pool = state.amm.get(state.pool_account)
        shares = sum(state.shares.values(), Decimal(0))
        assert abs(shares - (pool.shares if pool else 0)) <= _ROUNDING * (1 + shares)
        assert len(state.tickets) == sum(state.ticket_count.values())


@settings(max_examples=10)
@given(st.integers(0, 2**32))
def test_a_snapshot_of_any_ledger_is_json_and_goes_on_like_the_ledger_itself(seed: int) -> None:
    life = begin(seed)
    for _ in range(_LEDGERS):
        life.step()
    for _ in range(HELD_LEDGERS_MAX + 2):
        life.ledger.close(life.ledger.close_time_s + 1)

    twin = Life(random.Random(seed), decode_ledger(json.loads(json.dumps(encode_ledger(life.ledger)))))
    life.rng = random.Random(seed)

    for _ in range(20):
        assert encode_ledger(twin.ledger) == encode_ledger(life.ledger)
        results = [[outcome.result for outcome in each.step().outcomes] for each in (life, twin)]
        assert results[0] == results[1]


@settings(max_examples=10)
@given(st.integers(0, 2**32))
def test_metadata_names_every_entry_once_and_follows_its_thread(seed: int) -> None:
    life = begin(seed)
    last: dict[str, tuple[str, int]] = {}
    for _ in range(_LEDGERS):
        closed = life.step()
        for outcome in closed.outcomes:
            meta = render_metadata(life.ledger.state, outcome)
            bodies = [body for node in meta["AffectedNodes"] for body in node.values()]
            indexes = [body["LedgerIndex"] for body in bodies]
            assert indexes == sorted(set(indexes))
            for node in meta["AffectedNodes"]:
                ((kind, body),) = node.items()
                told = body if kind == "ModifiedNode" else body.get("FinalFields", {})
                if body["LedgerIndex"] in last and kind != "CreatedNode":
                    assert (told["PreviousTxnID"], told["PreviousTxnLgrSeq"]) == last[body["LedgerIndex"]]
                last[body["LedgerIndex"]] = (outcome.transaction.hash, closed.index)
    assert isinstance(life.ledger.threads, Threads)
