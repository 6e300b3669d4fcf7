"""Submitting, holding, closing: what the open ledger says and what the closed one decides."""

from __future__ import annotations

from decimal import Decimal

import attrs
import pytest

from neo.domain.messages.venue import OfferChangeKind
from neo.infra.simulated.snapshot import decode_ledger, encode_ledger
from neo.infra.simulated.state import LedgerRules
from neo.infra.simulated.transactions import (
    FILL_OR_KILL,
    IMMEDIATE_OR_CANCEL,
    OfferCreate,
    Payment,
)
from tests.infra.simulated.worlds import (
    XRP,
    buy,
    cancel,
    drops_in_the_world,
    next_sequence,
    pay,
    sell,
    step,
    token_in_the_world,
    world,
)


def test_a_resting_offer_is_filled_at_its_own_price() -> None:
    ledger = world()
    step(ledger, sell(ledger, "ann", 100, "2.5"))

    closed = step(ledger, buy(ledger, "bob", 40, "2.6"))

    assert closed.outcomes[0].result == "tesSUCCESS"
    assert ledger.state.token["bob"] == Decimal(9_900)
    assert ledger.state.drops["bob"] == 10_040 * XRP - 10
    assert [(offer.owner, offer.gets) for offer in ledger.state.book(gives_xrp=True)] == [("ann", 60 * XRP)]


def test_metadata_names_each_offer_with_amounts_before_and_after() -> None:
    ledger = world()
    step(ledger, sell(ledger, "ann", 10, "2.5"), sell(ledger, "cid", 30, "2.51"))

    outcome = step(ledger, buy(ledger, "bob", 25, "2.6")).outcomes[0]

    effects = {(effect.owner, effect.fate): (effect.before, effect.after) for effect in outcome.offers}
    assert effects == {
        ("ann", OfferChangeKind.DELETED): ((Decimal(25), 10 * XRP), (Decimal(0), 0)),
        ("cid", OfferChangeKind.MODIFIED): ((Decimal("75.3"), 30 * XRP), (Decimal("37.65"), 15 * XRP)),
    }
    balances = {effect.account: effect.drops_after - effect.drops_before for effect in outcome.balances}
    assert balances == {"ann": -10 * XRP, "cid": -15 * XRP, "bob": 25 * XRP - 10}


def test_a_replaced_offer_and_its_successor_share_one_transaction() -> None:
    ledger = world()
    first = sell(ledger, "ann", 10, "2.5")
    step(ledger, first)

    outcome = step(ledger, sell(ledger, "ann", 10, "2.6", offer_sequence=first.sequence)).outcomes[0]

    assert [(effect.fate, effect.sequence) for effect in outcome.offers] == [
        (OfferChangeKind.DELETED, first.sequence),
        (OfferChangeKind.CREATED, first.sequence + 1),
    ]
    assert ledger.state.owner_count["ann"] == 2


def test_a_killed_replacement_leaves_the_old_offer_where_it_was() -> None:
    ledger = world()
    old = buy(ledger, "ann", 10, "2.4")
    step(ledger, old)

    closed = step(ledger, buy(ledger, "ann", 10, "2.5", offer_sequence=old.sequence, flags=FILL_OR_KILL))

    assert closed.outcomes[0].result == "tecKILLED"
    assert [offer.sequence for offer in ledger.state.offers_of("ann")] == [old.sequence]


def test_own_offers_in_the_way_are_removed_and_not_traded() -> None:
    ledger = world()
    step(ledger, sell(ledger, "ann", 10, "2.5"))

    step(ledger, buy(ledger, "ann", 10, "2.6"))

    assert [type(offer.gets) for offer in ledger.state.offers_of("ann")] == [Decimal]
    assert ledger.state.token["ann"] == Decimal(10_000)


def test_an_offer_whose_owner_spent_its_funds_is_skipped_and_removed() -> None:
    ledger = world()
    step(ledger, buy(ledger, "ann", 10, "2.5"))
    step(ledger, pay(ledger, "ann", "cid", Decimal(10_000)), buy(ledger, "bob", 10, "2.4"))

    step(ledger, sell(ledger, "cid", 10, "2.4"))

    assert ledger.state.offers_of("ann") == ()
    assert ledger.state.token["bob"] == Decimal(9_976)


def test_an_expired_offer_stays_until_somebody_meets_it() -> None:
    ledger = world()
    step(ledger, sell(ledger, "ann", 10, "2.5", expiration_s=ledger.close_time_s + 3))
    step(ledger)
    assert len(ledger.state.offers_of("ann")) == 1

    closed = step(ledger, buy(ledger, "bob", 10, "2.6", flags=IMMEDIATE_OR_CANCEL))

    assert closed.outcomes[0].result == "tecKILLED"
    assert ledger.state.offers_of("ann") == ()


def test_the_pool_takes_part_up_to_the_best_offer() -> None:
    ledger = world(pool=True)
    step(ledger, sell(ledger, "ann", 100, "2.52"))

    step(ledger, buy(ledger, "bob", 600, "2.55", flags=IMMEDIATE_OR_CANCEL))

    paid = Decimal(10_000) - ledger.state.token["bob"]
    got = ledger.state.drops["bob"] + 10 - 10_000 * XRP
    assert ledger.state.offers_of("ann") == ()
    assert got > 100 * XRP
    assert Decimal("2.5") < paid * XRP / got < Decimal("2.55")
    assert ledger.state.drops["amm"] < 100_000 * XRP


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"sequence": 99}, "tefPAST_SEQ"),
        ({"sequence": 101}, "terPRE_SEQ"),
        ({"fee_drops": 9}, "telINSUF_FEE_P"),
        ({"last_ledger_sequence": 10}, "tefMAX_LEDGER"),
        ({"expiration_s": 0}, "temBAD_EXPIRATION"),
        ({"expiration_s": 1_000}, "tecEXPIRED"),
        ({"offer_sequence": 0}, "temBAD_SEQUENCE"),
        ({"offer_sequence": 100}, "temBAD_SEQUENCE"),
        ({"flags": IMMEDIATE_OR_CANCEL | FILL_OR_KILL}, "temINVALID_FLAG"),
        ({"flags": 1}, "temINVALID_FLAG"),
        ({"flags": IMMEDIATE_OR_CANCEL}, "tecKILLED"),
        ({"last_ledger_sequence": 11}, "tesSUCCESS"),
    ],
)
def test_each_failure_answers_with_the_servers_own_code(change: dict[str, int], code: str) -> None:
    ledger = world()

    result = ledger.submit(sell(ledger, "ann", 10, "2.5", **change))

    assert result == code


def test_refused_transactions_use_neither_fee_nor_sequence_and_claimed_ones_use_both() -> None:
    ledger = world()
    step(ledger, sell(ledger, "ann", 10, "2.5", flags=1))
    assert (ledger.state.sequence["ann"], ledger.state.drops["ann"]) == (100, 10_000 * XRP)

    step(ledger, sell(ledger, "ann", 10, "2.5", flags=IMMEDIATE_OR_CANCEL))

    assert (ledger.state.sequence["ann"], ledger.state.drops["ann"]) == (101, 10_000 * XRP - 10)


def test_offers_of_equal_assets_or_without_amount_are_malformed() -> None:
    ledger = world()

    codes = [
        ledger.submit(OfferCreate("ann", 100, 10, 5, 5)),
        ledger.submit(OfferCreate("ann", 100, 10, Decimal(5), Decimal(5))),
        ledger.submit(OfferCreate("ann", 100, 10, 0, Decimal(5))),
        ledger.submit(Payment("ann", 100, 10, "bob", 0)),
        ledger.submit(Payment("ann", 100, 10, "ann", 5)),
        ledger.submit(OfferCreate("zoe", 100, 10, 5, Decimal(5))),
    ]

    assert codes == ["temBAD_OFFER", "temREDUNDANT", "temBAD_OFFER", "temBAD_AMOUNT", "temREDUNDANT", "terNO_ACCOUNT"]


def test_reserves_are_never_offered_and_each_offer_binds_one() -> None:
    ledger = world()
    ledger.state.drops["ann"] = 1_600_000  # base, trust line, one offer, 0.2 XRP to spare
    step(ledger, buy(ledger, "ann", 1, "2.5"))
    assert ledger.state.reserve_drops("ann") == 1_400_000

    second = ledger.submit(buy(ledger, "ann", 1, "2.4"))
    third = ledger.submit(sell(ledger, "ann", 1, "2.7"))

    assert second == "tecINSUF_RESERVE_OFFER"
    assert third == "tecINSUF_RESERVE_OFFER"


def test_an_account_with_nothing_above_its_reserve_cannot_sell_xrp() -> None:
    ledger = world()
    ledger.state.drops["ann"] = 1_200_000

    assert ledger.submit(sell(ledger, "ann", 1, "2.5")) == "tecUNFUNDED_OFFER"


def test_payments_move_both_assets_and_refuse_what_is_not_there() -> None:
    ledger = world()

    codes = [
        step(ledger, pay(ledger, "ann", "bob", 5 * XRP)).outcomes[0].result,
        step(ledger, pay(ledger, "ann", "bob", Decimal(7))).outcomes[0].result,
        ledger.submit(pay(ledger, "ann", "bob", 20_000 * XRP)),
        ledger.submit(pay(ledger, "ann", "bob", Decimal(20_000))),
        ledger.submit(pay(ledger, "ann", "nobody", 10)),
        ledger.submit(pay(ledger, "ann", "newcomer", 2 * XRP)),
        ledger.submit(pay(ledger, "ann", "newcomer", Decimal(1))),
    ]

    assert codes == [
        "tesSUCCESS",
        "tesSUCCESS",
        "tecUNFUNDED_PAYMENT",
        "tecPATH_PARTIAL",
        "tecNO_DST_INSUF_XRP",
        "tesSUCCESS",
        "tecPATH_DRY",
    ]
    assert ledger.state.token["bob"] == Decimal(10_007)
    assert ledger.state.drops["newcomer"] == 2 * XRP


def test_a_fill_makes_a_trust_line_and_selling_everything_takes_it_away() -> None:
    ledger = world()
    step(ledger, pay(ledger, "ann", "newcomer", 50 * XRP), buy(ledger, "bob", 20, "2.5"))
    step(ledger, sell(ledger, "newcomer", 10, "2.5"))
    assert ledger.state.token["newcomer"] == Decimal(25)
    assert ledger.state.owner_count["newcomer"] == 1

    step(ledger, pay(ledger, "newcomer", "ann", Decimal(25)))

    assert "newcomer" not in ledger.state.token
    assert ledger.state.owner_count["newcomer"] == 0


def test_a_gap_in_the_sequences_is_held_until_it_is_filled() -> None:
    ledger = world()
    late = sell(ledger, "ann", 10, "2.6", sequence=101)
    assert ledger.submit(late) == "terPRE_SEQ"

    closed = step(ledger, sell(ledger, "ann", 10, "2.5"))

    assert [outcome.transaction.sequence for outcome in closed.outcomes] == [100, 101]


def test_a_held_transaction_is_forgotten_once_its_last_ledger_has_passed() -> None:
    ledger = world()
    ledger.submit(sell(ledger, "ann", 10, "2.6", sequence=101, last_ledger_sequence=11))
    step(ledger)

    closed = step(ledger, sell(ledger, "ann", 10, "2.5"))

    assert [outcome.transaction.sequence for outcome in closed.outcomes] == [100]


@pytest.mark.parametrize(("ledgers_later", "applied"), [(10, [100, 101]), (25, [100])])
def test_a_held_transaction_without_a_last_ledger_is_kept_for_twenty_ledgers(
    ledgers_later: int, applied: list[int]
) -> None:
    ledger = world()
    ledger.submit(sell(ledger, "ann", 10, "2.6", sequence=101))
    for _ in range(ledgers_later):
        step(ledger)

    closed = step(ledger, sell(ledger, "ann", 10, "2.5"))

    assert [outcome.transaction.sequence for outcome in closed.outcomes] == applied


def test_a_full_open_ledger_asks_for_more_and_queues_the_rest() -> None:
    ledger = world(rules=LedgerRules(open_limit=3))
    for number in range(4):
        ledger.submit(sell(ledger, "ann", 1, f"2.{5 + number}"))
    assert ledger.open_ledger_fee_drops > 10

    queued = ledger.submit(sell(ledger, "bob", 1, "2.9"))
    at_once = step(ledger)
    later = step(ledger)

    assert queued == "terQUEUED"
    assert [outcome.transaction.account for outcome in at_once.outcomes] == ["ann"] * 4
    assert [outcome.transaction.account for outcome in later.outcomes] == ["bob"]


def test_a_preliminary_kill_may_become_a_fill_when_the_order_changes() -> None:
    finals = set()
    for number in range(12):
        ledger = world()
        step(ledger, sell(ledger, "ann", 10, "2.5"))
        ledger.submit(attrs.evolve(cancel(ledger, "ann", 100), hash=f"number {number}"))
        first_word = ledger.submit(buy(ledger, "bob", 10, "2.6", flags=IMMEDIATE_OR_CANCEL))
        closed = ledger.close(ledger.close_time_s + 4)
        last_word = next(one.result for one in closed.outcomes if one.transaction.account == "bob")
        assert first_word == "tecKILLED"
        finals.add(last_word)

    assert finals == {"tecKILLED", "tesSUCCESS"}


def test_relayed_transactions_take_effect_at_the_close_and_not_before() -> None:
    ledger = world()
    ledger.relay(sell(ledger, "ann", 10, "2.5"))
    assert ledger.state.offers_of("ann") == ()

    closed = step(ledger)

    assert [outcome.result for outcome in closed.outcomes] == ["tesSUCCESS"]
    assert len(ledger.state.offers_of("ann")) == 1


def test_the_validated_view_does_not_show_the_open_ledger() -> None:
    ledger = world()
    step(ledger, sell(ledger, "ann", 10, "2.5"))

    ledger.submit(buy(ledger, "bob", 4, "2.5"))
    validated = ledger.validated()

    assert validated.offers_of("ann")[0].gets == 10 * XRP
    assert validated.drops["bob"] == 10_000 * XRP
    assert ledger.state.offers_of("ann")[0].gets == 6 * XRP


def test_close_times_only_go_forward() -> None:
    ledger = world()

    with pytest.raises(ValueError, match="is not after"):
        ledger.close(ledger.close_time_s)


def test_a_decoded_ledger_goes_on_exactly_like_the_encoded_one() -> None:
    ledger = world(pool=True)
    step(ledger, sell(ledger, "ann", 10, "2.6"), buy(ledger, "bob", 10, "2.4"))
    twin = decode_ledger(encode_ledger(ledger))

    for each in (ledger, twin):
        step(each, sell(each, "cid", 12, "2.3"), buy(each, "bob", "3.3", "2.7"))

    assert encode_ledger(ledger) == encode_ledger(twin)


def test_money_survives_a_busy_ledger() -> None:
    ledger = world(pool=True)
    drops, token = drops_in_the_world(ledger), token_in_the_world(ledger)
    for number in range(6):
        who = ("ann", "bob", "cid")[number % 3]
        ledger.submit(buy(ledger, who, 33, "2.61") if number % 2 else sell(ledger, who, 7, "2.4"))
        assert next_sequence(ledger, who) > 100

    step(ledger)

    assert drops_in_the_world(ledger) == drops
    assert abs(token_in_the_world(ledger) - token) < Decimal("1e-9")


def test_a_watched_account_sees_its_outcomes_at_their_true_positions() -> None:
    sent = []
    for watched in (None, "bob"):
        ledger = world()
        ledger.watched = watched
        step(ledger, sell(ledger, "ann", 10, "2.5"), sell(ledger, "cid", 10, "2.6"))
        closed = step(
            ledger, buy(ledger, "bob", 5, "2.5"), sell(ledger, "cid", 3, "2.7"), sell(ledger, "ann", 3, "2.8")
        )
        assert closed.transaction_count == 3
        sent.append([outcome for outcome in closed.outcomes if outcome.touches("bob")])

    assert len(closed.outcomes) == 1
    seen, whole = sent[1][0], sent[0][0]
    assert (seen.transaction, seen.result, seen.index) == (whole.transaction, whole.result, whole.index)
    assert seen.offers == tuple(each for each in whole.offers if each.owner == "bob")
    assert seen.balances == tuple(each for each in whole.balances if each.account == "bob")
    assert len(seen.balances) < len(whole.balances)
