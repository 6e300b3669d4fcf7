"""Account, issuer, offers and pool: what is believed, what is not, and what it means."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from neo.domain.market.instrument import Side
from neo.domain.messages.venue import OpenOffer, PoolView
from neo.infra.xrpl.wire.account import AccountFacts, IssuerTerms, parse_account, parse_issuer
from neo.infra.xrpl.wire.errors import WireError
from neo.infra.xrpl.wire.offers import next_marker, parse_offers
from neo.infra.xrpl.wire.pool import parse_amm
from tests.infra.xrpl.keys import CURRENCY, ISSUER
from tests.infra.xrpl.wire.made import OURS, PAIR, POOL, THEIRS, changed, token

Json = dict[str, Any]
LEDGER: Json = {"ledger_index": 9, "ledger_hash": "A" * 64, "validated": True}
ROOT: Json = {"Account": OURS, "Balance": "12345678", "Flags": 0, "OwnerCount": 4, "Sequence": 77}
LINE: Json = {"account": ISSUER, "currency": CURRENCY, "balance": "10.5", "limit": "1000", "limit_peer": "0"}
TICKET: Json = {"LedgerEntryType": "Ticket", "Account": OURS, "TicketSequence": 5}


# ---------------------------------------------------------------------------------------------------------- account


def facts(info: Json | None = None, lines: list[Json] | None = None, tickets: list[Json] | None = None) -> AccountFacts:
    return parse_account(
        PAIR,
        {**LEDGER, "account_data": ROOT} if info is None else info,
        [page("lines", LINE)] if lines is None else lines,
        [page("account_objects", TICKET)] if tickets is None else tickets,
        close_time_ns=5,
        base_fee_drops=10,
        open_ledger_fee_drops=12,
        reserve_base_drops=1_000_000,
        reserve_increment_drops=200_000,
    )


def page(name: str, *entries: Json, **more: Any) -> Json:
    return {**LEDGER, "account": OURS, name: list(entries), **more}


def test_an_account_is_told_with_everything_that_it_owns() -> None:
    state = facts().state
    assert (state.base, state.quote, state.has_trust_line) == (Decimal("12.345678"), Decimal("10.5"), True)
    assert (state.sequence, state.owner_count, state.tickets, state.ledger_index) == (77, 4, (5,), 9)
    assert (state.base_fee_drops, state.open_ledger_fee_drops) == (10, 12)


def test_a_line_to_an_imitator_is_no_trust_line() -> None:
    imitation = {**LINE, "account": THEIRS}
    found = facts(lines=[page("lines", imitation, {**LINE, "currency": "USD"})])
    assert not found.state.has_trust_line and found.state.quote == 0
    assert found.trust_line is None and found.other_lines == 2


def test_what_hinders_trading_is_told() -> None:
    info = {**LEDGER, "account_data": {**ROOT, "Flags": 0x00100000, "RegularKey": THEIRS}}
    line = {**LINE, "freeze_peer": True, "deep_freeze_peer": True}
    found = facts(info, [page("lines", line)])
    assert (found.regular_key, found.master_disabled) == (THEIRS, True)
    assert found.trust_line is not None and found.trust_line.frozen and found.trust_line.deep_frozen
    assert not found.trust_line.frozen_by_us


def test_pages_are_put_together() -> None:
    lines = [page("lines", {**LINE, "account": THEIRS}, marker="m"), page("lines", LINE)]
    tickets = [page("account_objects", {**TICKET, "TicketSequence": 9}, marker="m"), page("account_objects", TICKET)]
    found = facts(lines=lines, tickets=tickets)
    assert (found.state.quote, found.other_lines, found.state.tickets) == (Decimal("10.5"), 1, (5, 9))


@pytest.mark.parametrize(
    "wrong",
    (
        pytest.param({"info": {**LEDGER, "account_data": {**ROOT, "Account": THEIRS}}}, id="somebody else's account"),
        pytest.param({"info": {**LEDGER, "account_data": ROOT, "validated": False}}, id="not validated"),
        pytest.param({"info": {**LEDGER, "account_data": {**ROOT, "Balance": "-5"}}}, id="negative"),
        pytest.param({"info": {"error": "actNotFound", **LEDGER}}, id="an error"),
        pytest.param({"lines": [page("lines", LINE, account=THEIRS)]}, id="somebody else's lines"),
        pytest.param({"lines": [page("lines", LINE, ledger_index=10)]}, id="another ledger"),
        pytest.param({"lines": [page("lines", LINE, ledger_hash="B" * 64)]}, id="another ledger of the same number"),
        pytest.param({"lines": [page("lines", LINE, LINE)]}, id="the same line twice"),
        pytest.param({"lines": [page("lines", LINE, marker="m")]}, id="a page is missing"),
        pytest.param({"lines": [page("lines", LINE), page("lines")]}, id="pages after the last"),
        pytest.param({"lines": []}, id="no page"),
        pytest.param({"lines": [page("lines", {**LINE, "balance": "1e400"})]}, id="absurd"),
        pytest.param({"tickets": [page("account_objects", TICKET, TICKET)]}, id="the same ticket twice"),
        pytest.param({"tickets": [page("account_objects", {**TICKET, "Account": THEIRS})]}, id="somebody's tickets"),
        pytest.param({"tickets": [page("account_objects", {"LedgerEntryType": "Offer"})]}, id="no tickets"),
    ),
)
def test_an_account_that_does_not_hang_together_is_not_believed(wrong: dict[str, Any]) -> None:
    with pytest.raises(WireError):
        facts(**wrong)


def test_the_issuers_terms_are_read() -> None:
    data = {"Account": ISSUER, "Flags": 0x80440000, "TransferRate": 1_002_000_000, "TickSize": 5}
    assert parse_issuer(PAIR, {**LEDGER, "account_data": data}) == IssuerTerms(9, Decimal("1.002"), 5, True, True, True)
    plain = {"Account": ISSUER, "Flags": 0, "TransferRate": 0, "TickSize": 0}
    assert parse_issuer(PAIR, {**LEDGER, "account_data": plain}) == IssuerTerms(
        9, Decimal(1), None, False, False, False
    )


@pytest.mark.parametrize("data", ({"Account": OURS, "Flags": 0}, {"Account": ISSUER, "Flags": 0, "TransferRate": 5}))
def test_terms_of_somebody_else_or_beyond_the_ledgers_bounds_are_not_believed(data: Json) -> None:
    with pytest.raises(WireError):
        parse_issuer(PAIR, {**LEDGER, "account_data": data})


# ------------------------------------------------------------------------------------------------- offers and pool


def resting(sequence: int, pays: Any, gets: Any, **more: Any) -> Json:
    return {"seq": sequence, "flags": 0, "quality": "1", "taker_pays": pays, "taker_gets": gets, **more}


def test_offers_of_other_pairs_are_counted_and_left_alone() -> None:
    usd = {"currency": "USD", "issuer": THEIRS, "value": "1"}
    offers = (
        resting(9, token("25"), "10000000"),
        resting(4, "2", usd),
        resting(3, "10000000", token("24"), expiration=7),
    )
    read = parse_offers(PAIR, [page("offers", *offers)])
    assert read.other_pairs == 1
    assert read.open.offers == (
        OpenOffer(3, Side.BUY, Decimal(10), Decimal(24), 7),
        OpenOffer(9, Side.SELL, Decimal(10), Decimal(25), None),
    )


@pytest.mark.parametrize(
    "pages",
    (
        [page("offers", resting(1, "1", token("1")), resting(1, "1", token("1")))],
        [page("offers", resting(1, "1", token("1")), account=THEIRS)],
        [page("offers", resting(1, "1", token("-1")))],
        [page("offers", resting(0, "1", token("1")))],
        [page("offers", marker="more")],
        [],
    ),
    ids=("twice", "somebody else's", "negative", "without a sequence", "incomplete", "nothing"),
)
def test_offers_that_cannot_be_are_not_believed(pages: list[Json]) -> None:
    with pytest.raises(WireError):
        parse_offers(PAIR, pages)


@pytest.mark.parametrize(("marker", "fine"), (("ABC,0", True), ({"ledger": 8, "seq": 0}, True), ("", False), (5, False),
                                              ("x" * 300, False), ({"a": []}, False), (None, False)))  # fmt: skip
def test_a_marker_is_handed_back_as_it_came_if_it_may_be_one(marker: Any, fine: bool) -> None:
    if fine:
        assert next_marker({"marker": marker}) == marker
    else:
        with pytest.raises(WireError):
            next_marker({"marker": marker})
    assert next_marker({}) is None


AMM: Json = {"account": POOL, "amount": "1000000", "amount2": token("2.5"), "trading_fee": 500}


def test_a_pool_is_read_whichever_way_round_its_assets_are() -> None:
    view = PoolView(Decimal(1), Decimal("2.5"), 500)
    there = parse_amm(PAIR, {**LEDGER, "amm": {**AMM, "asset2_frozen": True}})
    back = parse_amm(
        PAIR, {**LEDGER, "amm": {**AMM, "amount": token("2.5"), "amount2": "1000000", "asset_frozen": False}}
    )
    assert there is not None and (there.view, there.frozen, there.account) == (view, True, POOL)
    assert back is not None and (back.view, back.frozen) == (view, False)


def test_no_pool_is_an_answer() -> None:
    assert parse_amm(PAIR, {"error": "actNotFound", "status": "error"}) is None
    assert parse_amm(PAIR, {**LEDGER, "amm": {**AMM, "amount2": token("0")}}) is None


@pytest.mark.parametrize(
    ("path", "value"),
    (("amm.trading_fee", 1001), ("amm.trading_fee", -1), ("amm.amount", token("1")), ("amm.amount2.issuer", THEIRS),
     ("amm.amount", "1e6"), ("validated", False), ("amm", None), ("error", "actMalformed")),
)  # fmt: skip
def test_a_pool_that_cannot_be_is_not_believed(path: str, value: Any) -> None:
    with pytest.raises(WireError):
        parse_amm(PAIR, changed({**LEDGER, "amm": AMM}, path, value))
