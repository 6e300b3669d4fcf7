"""Every validated ledger reaches the engine once, in order, with everything of ours in it, whatever the stream does."""

from __future__ import annotations

import attrs

from neo.domain.telemetry.events import LedgerGapFilled, LedgerGapLeft, NodeDistrusted
from tests.infra.xrpl.gateway_stage import QUICK, staged
from tests.infra.xrpl.scripted_ledger import Json, hashes


def test_each_ledger_is_told_once_in_order_with_our_transactions() -> None:
    with staged() as stage:
        stage.start()
        first = stage.ledger.index

        expected = {stage.close_ledger(own): own for own in (2, 0, 1, 3)}
        stage.heard.ledger(stage.ledger.index)

        told = [ledger.ledger_index for ledger in stage.heard.ledgers]
        assert told == [first, *expected]
        for ledger in stage.heard.ledgers[1:]:
            entries = stage.ledger.transactions(ledger.ledger_index, ledger.ledger_index)
            assert tuple(tx.hash for tx in ledger.own_transactions) == hashes(entries)
            assert len(entries) == expected[ledger.ledger_index]


def test_fees_and_reserves_come_from_the_ledger_stream_and_from_the_open_ledger() -> None:
    with staged() as stage:
        stage.start()

        ledger = stage.heard.ledgers[0]

        assert (ledger.base_fee_drops, ledger.open_ledger_fee_drops) == (10, 12)
        assert (ledger.reserve_base_drops, ledger.reserve_increment_drops) == (1_000_000, 200_000)


def test_a_stream_that_doubles_reorders_and_loses_messages_changes_nothing() -> None:
    with staged() as stage:
        stage.start()
        [node] = stage.nodes

        lost = stage.ledger.close(own=2)  # nobody is told of this ledger
        late = stage.ledger.close(own=1)
        node.push(*(stage.ledger.streamed(entry) for entry in reversed((*lost, *late))))  # before their ledger
        for index in (stage.ledger.index, stage.ledger.index - 2, stage.ledger.index):
            node.announce(index)
        node.push(*(stage.ledger.streamed(entry) for entry in (*late, *late)))
        stage.heard.ledger(stage.close_ledger())

        told = {ledger.ledger_index: ledger for ledger in stage.heard.ledgers}
        assert list(told) == sorted(told) and len(told) == len(stage.heard.ledgers)
        assert hashes(lost) == tuple(tx.hash for tx in told[stage.ledger.index - 2].own_transactions)
        assert hashes(late) == tuple(tx.hash for tx in told[stage.ledger.index - 1].own_transactions)
        assert not stage.heard.all(NodeDistrusted)


def test_ledgers_that_closed_unseen_are_read_from_the_history_and_told_in_order() -> None:
    with staged() as stage:
        stage.start()
        first = stage.ledger.index

        for own in (1, 0, 2, 0, 0, 1):
            stage.ledger.close(own)
        stage.nodes[0].announce()
        stage.heard.ledger(stage.ledger.index)

        assert [ledger.ledger_index for ledger in stage.heard.ledgers] == list(range(first, stage.ledger.index + 1))
        assert [len(ledger.own_transactions) for ledger in stage.heard.ledgers[1:]] == [1, 0, 2, 0, 0, 1]
        filled = stage.heard.event(LedgerGapFilled)
        assert (filled.first, filled.last) == (first + 1, stage.ledger.index)


def test_a_gap_of_more_ledgers_than_are_filled_one_by_one_is_left_to_the_router_and_said() -> None:
    with staged() as stage:
        stage.start()
        first = stage.ledger.index

        for _ in range(100):
            stage.ledger.close()
        stage.nodes[0].announce()
        stage.heard.ledger(stage.ledger.index)

        assert [ledger.ledger_index for ledger in stage.heard.ledgers] == [first, stage.ledger.index]
        left = stage.heard.event(LedgerGapLeft)
        assert (left.first, left.last) == (first + 1, stage.ledger.index - 1)


def test_a_ledger_whose_history_is_not_there_yet_is_read_again_until_it_is() -> None:
    with staged() as stage:
        stage.start()
        [node] = stage.nodes
        refusals = iter(range(4))

        def late(params: Json) -> Json | str:
            if next(refusals, None) is not None:
                return {"error": "lgrIdxMalformed", "error_code": 58, "error_message": "Ledger index malformed."}
            return node.honest("account_tx", params)

        node.overrides["account_tx"] = late
        index = stage.close_ledger(own=1)

        assert len(stage.heard.ledger(index).own_transactions) == 1
        assert not stage.heard.all(NodeDistrusted)


def test_a_history_that_lacks_what_the_stream_showed_is_read_again() -> None:
    with staged() as stage:
        stage.start()
        [node] = stage.nodes
        short = iter(range(2))

        def lagging(params: Json) -> Json | str:
            answer = node.honest("account_tx", params)
            assert isinstance(answer, dict)
            return {**answer, "transactions": []} if next(short, None) is not None else answer

        entries = stage.ledger.close(own=2)
        node.push(*(stage.ledger.streamed(entry) for entry in entries))
        node.overrides["account_tx"] = lagging
        node.announce()

        told = stage.heard.ledger(stage.ledger.index)
        assert tuple(tx.hash for tx in told.own_transactions) == hashes(entries)


def test_a_ledger_that_no_node_can_show_is_passed_over_when_a_newer_one_can_be_read() -> None:
    with staged(timing=attrs.evolve(QUICK, gap_patience_s=0.5)) as stage:
        stage.start()
        [node] = stage.nodes
        hole = stage.ledger.index + 1

        def with_hole(params: Json) -> Json | str:
            if params["ledger_index_min"] <= hole <= params["ledger_index_max"]:
                return {"error": "lgrIdxMalformed", "error_code": 58, "error_message": "Ledger index malformed."}
            return node.honest("account_tx", params)

        node.overrides["account_tx"] = with_hole
        stage.close_ledger(own=1)
        newest = stage.close_ledger(own=1)

        assert stage.heard.ledger(newest).own_transactions
        left = stage.heard.event(LedgerGapLeft)
        assert (left.first, left.last) == (hole, newest - 1)
        assert hole not in [ledger.ledger_index for ledger in stage.heard.ledgers]
