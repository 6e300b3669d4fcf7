"""Orders were sent with tfPassive and believed to be makers; they took better offers, and the AMM pool, and paid for it.

tfPassive only leaves alone what rests at exactly its own price. neo looks at the touch and at the pool before it quotes.
"""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from neo.domain.market.instrument import Side
from neo.domain.messages.venue import TransactionKind, UnsignedTransaction
from neo.domain.strategy.quoting import Holdings, propose_quotes
from neo.infra.simulated.ledger import SimulatedLedger
from neo.infra.simulated.parsing import book_observed, own_transactions, to_ledger_transaction
from neo.infra.simulated.signer import SimulatedSigner
from tests.domain.samples import order_size, strategy
from tests.infra.simulated.worlds import buy, next_sequence, sell, step, world

US, OTHER = "ann", "bob"
NOTHING = (Decimal(0), Decimal(0))


def place_passively(ledger: SimulatedLedger, side: Side, base: Decimal, quote: Decimal) -> tuple[Decimal, Decimal]:
    """What an order of ours, sent as neo sends it, takes at once: base and quote."""
    asked = UnsignedTransaction(
        TransactionKind.OFFER_CREATE, US, next_sequence(ledger, US), 10, 10_000, side, base, quote, passive=True
    )
    closed = step(ledger, to_ledger_transaction(SimulatedSigner(US).sign(asked)))
    (done,) = [tx for tx in own_transactions(closed, US) if tx.account == US]
    return done.base_delta, done.quote_delta


def test_a_passive_order_takes_a_better_offer() -> None:
    ledger = world()
    step(ledger, sell(ledger, OTHER, 100, "2.5"))

    assert place_passively(ledger, Side.BUY, Decimal(10), Decimal(26)) != NOTHING


def test_a_passive_order_takes_from_the_pool() -> None:
    ledger = world(pool=True)

    assert place_passively(ledger, Side.BUY, Decimal(10), Decimal(26)) != NOTHING


def test_a_passive_order_leaves_an_offer_of_its_own_price_alone() -> None:
    ledger = world()
    step(ledger, sell(ledger, OTHER, 100, "2.5"))

    assert place_passively(ledger, Side.BUY, Decimal(10), Decimal(25)) == NOTHING


prices = st.decimals("2.30", "2.70", places=3)


@example(bid=Decimal("2.4"), ask=Decimal("2.7"), anchor=Decimal("2.65"), base_held=100, with_pool=True, levels=1)
@example(bid=Decimal("2.3"), ask=Decimal("2.6"), anchor=Decimal("2.35"), base_held=100, with_pool=True, levels=1)
@settings(max_examples=60, deadline=None)
@given(
    bid=prices,
    ask=prices,
    anchor=prices,
    base_held=st.sampled_from([0, 100, 5000]),
    with_pool=st.booleans(),
    levels=st.integers(1, 3),
)
def test_what_neo_quotes_takes_nothing_whatever_anchor_book_and_pool_say(
    bid: Decimal, ask: Decimal, anchor: Decimal, base_held: int, with_pool: bool, levels: int
) -> None:
    if bid >= ask:
        bid, ask = ask - Decimal("0.001"), ask
    ledger = world(pool=with_pool)
    step(ledger, sell(ledger, OTHER, 500, str(ask)), buy(ledger, "cid", 500, str(bid)))
    seen = book_observed(ledger.validated(), ledger, "xrpl", "XRP/RLUSD", US, 10)
    if not seen.bids or not seen.asks:
        return
    holdings = Holdings(Decimal(base_held), Decimal(1000))

    decided = propose_quotes(
        anchor, seen, holdings, strategy(levels=levels, skew_strength_bps=Decimal(10)), order_size(), 10
    )

    for quote in decided.quotes:
        taken = place_passively(ledger, quote.side, quote.quantity, _rounded(quote.side, quote.price * quote.quantity))
        assert taken == NOTHING, f"{quote} took {taken} from {seen}"


def _rounded(side: Side, amount: Decimal) -> Decimal:
    """As the router rounds: in our favour."""
    return amount.quantize(Decimal("0.000001"), "ROUND_DOWN" if side is Side.BUY else "ROUND_UP")


@pytest.mark.parametrize("side", Side)
def test_without_the_look_at_the_touch_the_same_quotes_would_take(side: Side) -> None:
    """What the check is worth: an anchor beyond the touch, quoted as it stands."""
    ledger = world()
    step(ledger, sell(ledger, OTHER, 500, "2.5"), buy(ledger, "cid", 500, "2.4"))
    price = Decimal("2.6") if side is Side.BUY else Decimal("2.3")

    assert place_passively(ledger, side, Decimal(10), 10 * price) != NOTHING
