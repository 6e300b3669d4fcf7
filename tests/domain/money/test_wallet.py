"""The wallet explained: everything has a line, and the lines add up."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from neo.domain.market.instrument import Instrument, Side
from neo.domain.messages.storage import AssetBalance
from neo.domain.messages.venue import AccountState, OpenOffer
from neo.domain.money.wallet import (
    ORIGINS,
    ExplainedLine,
    WalletItem,
    explain_wallet,
    unexplained,
    wallet_lines,
    wallet_text,
)

D = Decimal
PAIR = Instrument("xrpl", "XRP", "RLUSD")


def account(
    base: str | Decimal = "1000", quote: str | Decimal = "500", owned: int = 1, tickets: tuple[int, ...] = ()
) -> AccountState:
    return AccountState("rUs", 7, 0, 1, D(base), D(quote), owned, True, 1_000_000, 200_000, 10, 10, tickets)


def books(
    base: str | Decimal = "1000", quote: str | Decimal = "500", base_traded: str = "0", quote_traded: str = "0"
) -> tuple[AssetBalance, ...]:
    return (
        AssetBalance("xrpl", "XRP", D(base_traded), D(base)),
        AssetBalance("xrpl", "RLUSD", D(quote_traded), D(quote)),
    )


def offer(side: Side, base: str, quote: str, sequence: int = 5) -> OpenOffer:
    return OpenOffer(sequence, side, D(base), D(quote), None)


def amounts(lines: tuple[ExplainedLine, ...], asset: str = "XRP") -> dict[WalletItem, Decimal]:
    return {line.item: line.amount for line in lines if line.asset == asset}


def test_each_owned_object_has_its_reserve_by_name() -> None:
    offers = (offer(Side.SELL, "30", "16"), offer(Side.BUY, "30", "15", 6))

    lines = amounts(explain_wallet(account(owned=7, tickets=(8, 9)), offers, books(), PAIR))

    assert lines == {
        WalletItem.CAPITAL: D(1000),
        WalletItem.BASE_RESERVE: D(1),
        WalletItem.TRUST_LINE_RESERVE: D("0.2"),
        WalletItem.OFFER_RESERVE: D("0.4"),
        WalletItem.TICKET_RESERVE: D("0.4"),
        WalletItem.OBJECT_RESERVE: D("0.4"),
        WalletItem.OFFERED: D(30),
        WalletItem.FREE: D("967.6"),
    }


def test_fees_have_a_line_of_their_own_when_they_are_known() -> None:
    traded = books(base="1000", base_traded="-10.5")

    together = amounts(explain_wallet(account("989.5"), (), traded, PAIR))
    apart = amounts(explain_wallet(account("989.5"), (), traded, PAIR, {"XRP": D("0.5")}))

    assert together[WalletItem.TRADED] == D("-10.5")
    assert (apart[WalletItem.TRADED], apart[WalletItem.FEES]) == (D(-10), D("-0.5"))


def test_the_last_digits_of_the_token_are_rounding() -> None:
    lines = explain_wallet(account(quote="500.0000000001"), (), books(), PAIR)

    assert amounts(lines, "RLUSD")[WalletItem.ROUNDING] == D("1e-10")
    assert unexplained(lines) == ()


def test_a_single_drop_is_never_rounding() -> None:
    (line,) = unexplained(explain_wallet(account("1000.000001"), (), books(), PAIR))

    assert (line.asset, line.amount) == ("XRP", D("0.000001"))
    assert "unexplained" in line.text


def test_offers_beyond_the_funds_show_as_less_than_nothing_free() -> None:
    lines = explain_wallet(account(quote="10"), (offer(Side.BUY, "30", "15"),), books(quote="10"), PAIR)

    free = next(line for line in lines if line.asset == "RLUSD" and line.item is WalletItem.FREE)
    assert free.amount == D(-5)
    assert free.note


def test_balances_of_other_venues_and_assets_are_passed_over() -> None:
    more = (*books(), AssetBalance("mexc", "XRP", D(77), D(77)), AssetBalance("xrpl", "EUR", D(5), D(5)))

    assert explain_wallet(account(), (), more, PAIR) == explain_wallet(account(), (), books(), PAIR)


money = st.decimals("-100000", "100000", places=6)


@given(money, money, money, money, money, money, st.decimals(0, 50, places=6), st.integers(0, 5), st.integers(0, 5))
def test_both_sums_are_the_balance_on_the_ledger(
    base: Decimal,
    quote: Decimal,
    base_traded: Decimal,
    quote_traded: Decimal,
    base_capital: Decimal,
    quote_capital: Decimal,
    fee: Decimal,
    offers: int,
    tickets: int,
) -> None:
    resting = tuple(offer(side, "30", "15", number) for number in range(offers) for side in Side)
    who = account(base, quote, 1 + len(resting) + tickets, tuple(range(tickets)))

    lines = explain_wallet(
        who, resting, books(base_capital, quote_capital, str(base_traded), str(quote_traded)), PAIR, {"XRP": fee}
    )

    for asset, held in (("XRP", base), ("RLUSD", quote)):
        own = [line for line in lines if line.asset == asset]
        assert sum((line.amount for line in own if line.item in ORIGINS), D(0)) == held
        assert sum((line.amount for line in own if line.item not in ORIGINS), D(0)) == held


def test_the_comparison_comes_back_from_the_store() -> None:
    lines = explain_wallet(account("989.5", owned=3), (offer(Side.SELL, "30", "16"),), books(), PAIR)

    assert wallet_lines(wallet_text(7, lines)) == lines
