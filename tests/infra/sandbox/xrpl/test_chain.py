"""One chain behind all nodes: linked, kept within bounds, the same for the same seed, and money neither made nor lost."""

from __future__ import annotations

import time
from decimal import Decimal
from itertools import pairwise

import pytest

from neo.infra.sandbox.xrpl.chain.signed import transaction_hash
from neo.infra.sandbox.xrpl.chain.state_view import SimulatedView
from neo.infra.sandbox.xrpl.plan import SandboxPlan
from neo.infra.sandbox.xrpl.server import SandboxServer
from neo.infra.simulated.market import MarketPlan
from tests.infra.sandbox.xrpl.conftest import Sandboxes
from tests.infra.sandbox.xrpl.raw_client import ask, next_sequence, rpc, signed_offer, socket_to
from tests.patience import PATIENCE_S

START_NS = 1_800_000_000_000_000_000


def fixed_plan(**changes: object) -> SandboxPlan:
    """A plan whose clock stands still: each ledger closes a second after the one before."""
    settings: dict[str, object] = {"close_every_s": None, "clock": lambda: START_NS, **changes}
    return SandboxPlan(**settings)  # type: ignore[arg-type]


def test_each_ledger_names_its_parent_and_closes_later() -> None:
    with SandboxServer(fixed_plan()) as sandbox:
        sandbox.close_ledger(times=20)
        ledgers = sandbox.ledgers()

    for parent, child in pairwise(ledgers):
        assert (child.index, child.parent_hash) == (parent.index + 1, parent.hash)
        assert child.parent_close_time_s == parent.close_time_s < child.close_time_s
    assert len({each.hash for each in ledgers}) == len(ledgers)


def test_the_same_seed_gives_the_same_ledgers_and_another_seed_others() -> None:
    heads = []
    for seed in (1, 1, 2):
        with SandboxServer(fixed_plan(seed=seed)) as sandbox:
            heads.append(sandbox.close_ledger(times=30).hash)

    assert heads[0] == heads[1] != heads[2]


def test_traders_that_are_played_trade_and_their_transactions_have_the_hash_of_their_blob(sandboxes: Sandboxes) -> None:
    sandbox = sandboxes(market=MarketPlan(taker_probability=1.0))
    sandbox.close_ledger(times=30)
    records = [each for ledger in sandbox.ledgers() for each in ledger.transactions]

    binary = rpc(sandbox.urls_http[0], "tx", transaction=records[-1].hash, binary=True)

    assert len(records) > 30
    assert all(each.played for each in records)
    assert transaction_hash(binary["tx_blob"]) == records[-1].hash == binary["hash"]


def test_no_xrp_is_made_or_lost_but_for_the_fees_that_are_burned(sandboxes: Sandboxes) -> None:
    sandbox = sandboxes(market=MarketPlan(taker_probability=1.0))
    before = sandbox.snapshot()

    sandbox.close_ledger(times=50)

    after = sandbox.snapshot()
    fees = sum(
        int(each.tx_json["Fee"])
        for ledger in sandbox.ledgers()
        for each in ledger.transactions
        if ledger.index > before.record.index
    )
    assert isinstance(before.state, SimulatedView) and isinstance(after.state, SimulatedView)
    assert sum(after.state.state.drops.values()) == sum(before.state.state.drops.values()) - fees
    assert after.record.total_drops == before.record.total_drops - fees
    held = (sum(view.state.token.values(), Decimal()) for view in (before.state, after.state))
    assert len({round(each, 6) for each in held}) == 1


def test_history_is_kept_within_its_bounds_however_long_the_server_runs(sandboxes: Sandboxes) -> None:
    sandbox = sandboxes(history_ledgers_max=20, market=MarketPlan(taker_probability=1.0))

    sandbox.close_ledger(times=300)

    def sizes() -> tuple[int, int, int]:
        chain = sandbox.chain
        kept = sum(len(ledger.transactions) for ledger in chain.ledgers.values())
        of_accounts = {record.hash for account in chain._by_account for record in chain.transactions_of(account)}
        return len(chain.ledgers), len(chain.by_hash) - kept, len(of_accounts) - kept

    assert sandbox.on_loop(sizes) == (20, 0, 0)
    assert rpc(sandbox.urls_http[0], "server_info")["info"]["complete_ledgers"] == "1281-1300"


def test_the_truth_about_the_wallet_is_kept_when_the_history_is_not(sandboxes: Sandboxes) -> None:
    sandbox = sandboxes(history_ledgers_max=5)
    rpc(sandbox.urls_http[0], "submit", tx_blob=signed_offer(sandbox, next_sequence(sandbox)))

    sandbox.close_ledger(times=10)

    assert [record.ledger_index for record in sandbox.history()] == [1_001]
    assert rpc(sandbox.urls_http[0], "account_tx", account=sandbox.wallet.account)["transactions"] == []


def test_a_blob_that_comes_twice_counts_once_on_whichever_node(sandboxes: Sandboxes) -> None:
    sandbox = sandboxes(nodes=2)
    blob = signed_offer(sandbox, next_sequence(sandbox))

    first = rpc(sandbox.urls_http[0], "submit", tx_blob=blob)["engine_result"]
    second = rpc(sandbox.urls_http[1], "submit", tx_blob=blob)["engine_result"]
    sandbox.close_ledger()
    third = rpc(sandbox.urls_http[1], "submit", tx_blob=blob)

    assert (first, second, third["engine_result"]) == ("tesSUCCESS", "tefPAST_SEQ", "tefPAST_SEQ")
    assert third["tx_json"]["ledger_index"] == 1_001
    assert len(sandbox.history()) == 1


def test_a_network_with_a_high_id_wants_it_in_every_transaction(sandboxes: Sandboxes) -> None:
    sandbox = sandboxes(network_id=2_000)
    url, sequence = sandbox.urls_http[0], next_sequence(sandbox)

    without = rpc(url, "submit", tx_blob=signed_offer(sandbox, sequence))
    wrong = rpc(url, "submit", tx_blob=signed_offer(sandbox, sequence, NetworkID=2_001))
    right = rpc(url, "submit", tx_blob=signed_offer(sandbox, sequence, NetworkID=2_000))

    assert without["engine_result"] == "telREQUIRES_NETWORK_ID"
    assert wrong["engine_result"] == "telWRONG_NETWORK"
    assert right["engine_result"] == "tesSUCCESS"
    assert rpc(url, "server_info")["info"]["network_id"] == 2_000


def test_a_model_that_fails_while_ledgers_close_by_the_clock_is_named(sandboxes: Sandboxes) -> None:
    sandbox = sandboxes(close_every_s=4.0, speed=40.0)
    healthy = sandbox.failure()

    def broken(record: object) -> None:
        raise ZeroDivisionError(str(record))

    sandbox.on_loop(lambda: sandbox.chain.on_close.append(broken))
    give_up_s = time.monotonic() + PATIENCE_S
    while sandbox.failure() is None:
        assert time.monotonic() < give_up_s
    with pytest.raises(TimeoutError) as late:
        sandbox.wait_for_ledger(sandbox.snapshot().record.index + 50, timeout_s=0.1)

    assert healthy is None
    assert isinstance(late.value.__cause__, ZeroDivisionError)


def test_a_node_counts_its_connections(sandboxes: Sandboxes) -> None:
    sandbox = sandboxes()

    with socket_to(sandbox) as socket:
        ask(socket, "ping")
        during = sandbox.nodes[0].connections
    rpc(sandbox.urls_http[0], "ping")

    assert during == 1
