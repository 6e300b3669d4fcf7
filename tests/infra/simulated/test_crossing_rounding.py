"""What a crossing of several offers leaves behind, to the last digit. Expectations are worked out by hand."""

from __future__ import annotations

from decimal import Decimal

from neo.infra.simulated.funds import Funds
from neo.infra.simulated.openings import open_account
from neo.infra.simulated.rules import apply_transaction
from neo.infra.simulated.state import LedgerState
from neo.infra.simulated.transactions import IMMEDIATE_OR_CANCEL, OfferCreate
from tests.infra.simulated.worlds import XRP

LINE, OFFER, BASE, FEE = 200_000, 200_000, 1_000_000, 10


def _ledger(**tokens: str) -> LedgerState:
    state = LedgerState()
    for name, amount in tokens.items():
        open_account(state, name, 1_000 * XRP, Decimal(amount))
    return state


def _bid(state: LedgerState, who: str, drops: int, price: str) -> str:
    """`who` buys `drops` for `price` tokens an XRP."""
    return _offer(state, who, drops, Decimal(drops) * Decimal(price) / XRP)


def _ask(
    state: LedgerState, who: str, drops: int, price: str, *, flags: int = 0, expiration_s: int | None = None
) -> str:
    return _offer(state, who, Decimal(drops) * Decimal(price) / XRP, drops, flags, expiration_s)


def _offer(
    state: LedgerState,
    who: str,
    pays: int | Decimal,
    gets: int | Decimal,
    flags: int = 0,
    expiration_s: int | None = None,
    parent_close_s: int = 10,
) -> str:
    offer = OfferCreate(who, state.sequence[who], FEE, pays, gets, flags, expiration_s=expiration_s)
    result = apply_transaction(state, offer, ledger_index=5, parent_close_s=parent_close_s)
    state.commit()
    return result


def test_a_taker_whose_xrp_is_gone_places_no_remainder_although_its_own_crossed_offer_freed_a_reserve() -> None:
    state = _ledger(taker="100", maker="1000")
    _bid(state, "maker", 60 * XRP, "2.5")
    _bid(state, "taker", 1 * XRP, "2.6")
    state.drops["taker"] = BASE + LINE + OFFER + 50 * XRP + FEE

    result = _ask(state, "taker", 100 * XRP, "2.5")

    assert result == "tesSUCCESS"
    assert state.drops["taker"] == BASE + LINE + OFFER
    assert state.offers_of("taker") == ()


def test_the_reserve_of_an_expired_offer_is_not_for_sale_in_the_crossing_that_removes_it() -> None:
    state = _ledger(taker="1000", maker="100")
    _ask(state, "maker", 1 * XRP, "2.4", expiration_s=20)
    _ask(state, "maker", 100 * XRP, "2.5")
    state.drops["maker"] = BASE + LINE + 2 * OFFER + 50 * XRP

    result = _offer(state, "taker", 100 * XRP, Decimal(250), IMMEDIATE_OR_CANCEL, parent_close_s=20)

    assert result == "tesSUCCESS"
    assert state.drops["maker"] == BASE + LINE + 2 * OFFER
    assert state.token["maker"] == Decimal(225)


def test_a_taker_that_the_fee_brings_below_its_reserve_is_unfunded() -> None:
    state = _ledger(taker="100")
    state.drops["taker"] = BASE + LINE + FEE

    assert _ask(state, "taker", 1 * XRP, "2.5") == "tecUNFUNDED_OFFER"
    assert state.drops["taker"] == BASE + LINE


def test_tokens_left_in_a_crossing_are_the_first_balance_less_the_sum_of_what_was_given() -> None:
    """0.4 units of the last digit are lost from a balance twice, but their sum is 0.8 and is not."""
    state = _ledger(maker="9.999999999999999")
    funds = Funds(state)

    for _ in range(2):
        funds.begin_pass()
        funds.give("maker", Decimal("0.0000000000000004"))
        funds.end_pass()

    assert state.token["maker"] == Decimal("9.999999999999999")
    assert funds.of("maker", xrp=False) == Decimal("9.999999999999998")
    assert funds.before_pass("maker", xrp=False) == Decimal("9.999999999999998")


def test_what_a_forgotten_pass_gave_does_not_count() -> None:
    state = _ledger(maker="10")
    funds = Funds(state)
    funds.begin_pass()
    mark = len(state.journal)
    funds.give("maker", Decimal(4))

    state.rollback(mark)
    funds.forget_pass()

    assert funds.of("maker", xrp=False) == Decimal(10)


def test_the_last_of_several_offers_of_a_level_keeps_the_digits_that_their_sum_has_lost() -> None:
    """124.691356902469044 has 18 digits: 124.691356902469 is asked for, and 1.2345678901234 of it from the second."""
    state = _ledger(taker="0", first="123.4567890123456", second="1.234567890123444")
    _bid(state, "first", 90 * XRP, "2.5")
    _bid(state, "second", 90 * XRP, "2.5")

    result = _ask(state, "taker", 90 * XRP, "2.5", flags=IMMEDIATE_OR_CANCEL)

    assert result == "tesSUCCESS"
    assert state.token["taker"] == Decimal("124.691356902469")
    assert state.token["first"] == 0
    assert state.token["second"] == Decimal("0.000000000000044")


def test_a_crossing_whose_rounded_sum_exceeds_the_request_comes_to_nothing() -> None:
    """The four parts, added from the smallest on, make 198.0764000000001."""
    state = _ledger(
        taker="0", first="84.90543136484527", second="2.414417526879118", third="45.05949034635613", fourth="1000"
    )
    for number, maker in enumerate(("first", "second", "third", "fourth")):
        _bid(state, maker, 100 * XRP, str(Decimal("2.6") - Decimal("0.05") * number))
    before = dict(state.token)

    result = _offer(state, "taker", Decimal("198.0764"), 90 * XRP)

    assert result == "tesSUCCESS"
    assert state.token == before
    assert [(offer.pays, offer.gets) for offer in state.offers_of("taker")] == [(Decimal("198.0764"), 90 * XRP)]
