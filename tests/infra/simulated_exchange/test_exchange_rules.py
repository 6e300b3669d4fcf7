"""What the exchange refuses, and what happens to orders when their market stops."""

from __future__ import annotations

import pytest

from neo.infra.simulated_exchange.order import Order, OrderStatus
from neo.infra.simulated_exchange.refusal import Refusal, RefusalReason
from tests.infra.simulated_exchange.exchanges import BOOK, IN_QUOTE, ME, OTHER, D, OrderKind, Side, Stage


@pytest.mark.parametrize(
    ("quantity", "price", "reason"),
    [
        ("10.05", "1.00", RefusalReason.QUANTITY_NOT_ON_STEP),
        ("0.9", "1.00", RefusalReason.QUANTITY_TOO_SMALL),
        ("0", "1.00", RefusalReason.QUANTITY_TOO_SMALL),
        ("10000.1", "1.00", RefusalReason.QUANTITY_TOO_LARGE),
        ("10", "1.001", RefusalReason.PRICE_NOT_ON_TICK),
        ("10", "0", RefusalReason.PRICE_NOT_ON_TICK),
        ("10", "5.06", RefusalReason.PRICE_OUT_OF_BOUNDS),
        ("100", "0.20", RefusalReason.PRICE_OUT_OF_BOUNDS),
        ("4.9", "1.00", RefusalReason.NOTIONAL_TOO_SMALL),
        ("1000", "1.00", RefusalReason.BALANCE_TOO_SMALL),
    ],
)
def test_an_order_that_breaks_a_rule_is_refused_and_nothing_happens(
    quantity: str, price: str, reason: RefusalReason
) -> None:
    stage = Stage(IN_QUOTE)

    assert stage.refused(Side.BUY, quantity, price) is reason

    assert (stage.free("USDT"), stage.locked("USDT")) == (D(1_000), D(0))
    assert not stage.exchange.register.orders()


def test_a_market_order_too_small_or_too_large_in_quote_is_refused() -> None:
    stage = Stage()

    small = stage.refused(Side.BUY, "0", kind=OrderKind.MARKET, quote_quantity=D("4.99"))
    large = stage.refused(Side.BUY, "0", kind=OrderKind.MARKET, quote_quantity=D(100_001))

    assert (small, large) == (RefusalReason.NOTIONAL_TOO_SMALL, RefusalReason.NOTIONAL_TOO_LARGE)


@pytest.mark.parametrize("side", list(Side))
def test_a_market_order_that_cannot_be_paid_is_refused(side: Side) -> None:
    stage = Stage()
    stage.accepted(Side.SELL, "990", "1.10")
    stage.accepted(Side.BUY, "990", "0.98")

    assert stage.refused(side, "100", kind=OrderKind.MARKET) is RefusalReason.BALANCE_TOO_SMALL


def test_a_sale_by_quote_needs_the_base_for_it() -> None:
    stage = Stage()
    stage.accepted(Side.SELL, "990", "1.10")

    refusal = stage.refused(Side.SELL, "0", kind=OrderKind.MARKET, quote_quantity=D(100))

    assert refusal is RefusalReason.BALANCE_TOO_SMALL


def test_a_client_id_is_taken_while_its_order_is_open_and_free_again_afterwards() -> None:
    stage = Stage()
    order = stage.accepted(Side.BUY, "10", "1.00", client_id="mine")
    assert stage.refused(Side.BUY, "10", "1.00", client_id="mine") is RefusalReason.CLIENT_ID_TAKEN

    stage.exchange.cancel(ME, "XRPUSDT", order.order_id, "", stage.at_ms)

    assert stage.accepted(Side.BUY, "10", "1.00", client_id="mine").order_id != order.order_id


def test_where_client_ids_are_unique_for_ever_a_filled_one_is_refused_too() -> None:
    stage = Stage(IN_QUOTE)
    assert stage.accepted(Side.BUY, "10", "1.02", client_id="mine").status is OrderStatus.FILLED

    assert stage.refused(Side.BUY, "10", "1.02", client_id="mine") is RefusalReason.CLIENT_ID_TAKEN


def test_another_accounts_client_id_is_no_hindrance_and_its_orders_cannot_be_touched() -> None:
    stage = Stage()
    order = stage.accepted(Side.BUY, "10", "1.00", client_id="mine", account=OTHER)

    assert stage.accepted(Side.BUY, "10", "1.00", client_id="mine")
    stolen = stage.exchange.cancel(ME, "XRPUSDT", order.order_id, "", stage.at_ms)

    assert stolen == Refusal(RefusalReason.UNKNOWN_ORDER)


def test_there_is_a_largest_number_of_open_orders() -> None:
    stage = Stage(IN_QUOTE)
    for _ in range(3):
        stage.accepted(Side.BUY, "10", "0.90")

    assert stage.refused(Side.BUY, "10", "0.90") is RefusalReason.TOO_MANY_ORDERS


def test_a_cancelled_order_gives_back_what_was_locked() -> None:
    stage = Stage(IN_QUOTE)
    order = stage.accepted(Side.BUY, "150", "1.02")
    assert stage.locked("USDT") == D("51") * D("1.002")

    cancelled = stage.exchange.cancel(ME, "XRPUSDT", order.order_id, "", stage.at_ms)

    assert isinstance(cancelled, Order) and cancelled.status is OrderStatus.CANCELED
    assert (stage.locked("USDT"), stage.free("USDT")) == (D(0), D(1_000) - D("102") * D("1.002"))


def test_cancelling_twice_or_after_the_fill_is_refused() -> None:
    stage = Stage()
    filled = stage.accepted(Side.BUY, "10", "1.02")

    answer = stage.exchange.cancel(ME, "XRPUSDT", filled.order_id, "", stage.at_ms)

    assert answer == Refusal(RefusalReason.ORDER_CLOSED)


def test_a_delisted_market_ends_its_orders_and_is_unknown_until_it_is_relisted() -> None:
    stage = Stage()
    order = stage.accepted(Side.BUY, "10", "1.00")

    stage.exchange.delist("XRPUSDT")

    assert stage.now(order).status is OrderStatus.EXPIRED
    assert stage.locked("USDT") == 0
    assert stage.refused(Side.BUY, "10", "1.00") is RefusalReason.UNKNOWN_SYMBOL
    assert stage.exchange.market("XRPUSDT") is None
    stage.exchange.relist("XRPUSDT")
    assert stage.accepted(Side.BUY, "10", "1.00")


def test_a_halted_market_refuses_new_orders_keeps_the_old_and_lets_them_be_cancelled() -> None:
    stage = Stage()
    order = stage.accepted(Side.BUY, "10", "1.00")
    stage.exchange.halt("XRPUSDT")

    assert stage.refused(Side.BUY, "10", "1.00") is RefusalReason.NOT_TRADING
    stage.next_book(BOOK, sold="500")
    assert stage.now(order).executed == 0
    assert isinstance(stage.exchange.cancel(ME, "XRPUSDT", order.order_id, "", stage.at_ms), Order)
