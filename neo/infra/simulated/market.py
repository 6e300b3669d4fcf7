"""The other traders: makers that quote a little late, takers, and an arbitrageur between pool, book and fair price.

Called once for each ledger, before it closes; whatever they do is a transaction like ours, so money is conserved and
our quotes compete with theirs. Few transactions for each ledger keep a simulated day short.
"""

from __future__ import annotations

import random
from collections import deque
from decimal import Decimal

from neo.domain.units import BPS, DROPS_PER_XRP, ONE, ZERO
from neo.infra.simulated.genesis import ARBITRAGEUR, MAKERS, TAKERS, VAULT
from neo.infra.simulated.ledger import SimulatedLedger
from neo.infra.simulated.pool import fee_multiple
from neo.infra.simulated.prices import PricePath
from neo.infra.simulated.records import OfferKey
from neo.infra.simulated.transactions import IMMEDIATE_OR_CANCEL, SELL, OfferCreate, Payment
from neo.records import define, frozen

_TOKEN_PLACES = Decimal("0.000001")
_BASE_FEE_DROPS = 10
#: Inventory is looked at this often, and brought back to the start's when less than a quarter is left.
_REFILL_EVERY = 500


@frozen
class MarketPlan:
    """How the others trade. Distances in bps of the fair price, sizes in XRP, probabilities for each ledger."""

    make_size_xrp: Decimal = Decimal(400)
    take_size_xrp: Decimal = Decimal(60)
    maker_half_spreads_bps: tuple[Decimal, ...] = (Decimal(5), Decimal(9), Decimal(14))
    #: Share of `make_size_xrp` that each maker quotes; the tightest quotes least.
    maker_shares: tuple[Decimal, ...] = (Decimal("0.25"), Decimal(1), Decimal("2.5"))
    maker_lag_ledgers: tuple[int, ...] = (0, 1, 2)
    #: A maker lets its quotes stand until the price has moved by this share of its half spread.
    maker_patience: Decimal = Decimal("0.4")
    taker_probability: float = 0.35
    taker_reach_bps: Decimal = Decimal(30)
    #: Sizes of a taker's order in units of `take_size_xrp`: mostly small, sometimes large.
    taker_sizes: tuple[int, ...] = (1, 1, 1, 1, 1, 1, 3, 3, 3, 10)
    arbitrage_margin_bps: Decimal = Decimal(1)


@frozen
class Cast:
    """The names, or addresses, under which the others trade. The tightest maker comes first."""

    makers: tuple[str, ...] = MAKERS
    takers: tuple[str, ...] = TAKERS
    arbitrageur: str = ARBITRAGEUR
    vault: str = VAULT

    @property
    def traders(self) -> tuple[str, ...]:
        """Everybody with an inventory that is refilled by the vault."""
        return (*self.makers, *self.takers, self.arbitrageur)


@frozen
class _Terms:
    """One maker's part of the plan: `patience` is a share of the price, `bid_tokens` and `ask_tokens` are what `size_drops`
    are bought and sold for when that is 1.

    An offer of which less than `least_drops` is left is made anew.
    """

    maker: str
    lag_ledgers: int
    bid_tokens: Decimal
    ask_tokens: Decimal
    patience: Decimal
    size_drops: int
    least_drops: int


@define
class _Quoted:
    """A maker's two offers: fair price they were made for (zero: for none yet), how far it may go from there, and their keys
    in the ledger."""

    terms: _Terms
    fair: Decimal
    leeway: Decimal
    bid: OfferKey
    ask: OfferKey


class Market:
    """Everyone but us."""

    def __init__(
        self,
        ledger: SimulatedLedger,
        path: PricePath,
        rng: random.Random,
        plan: MarketPlan,
        cast: Cast = Cast(),
    ) -> None:
        self._ledger = ledger
        self._path = path
        self._rng = rng
        self._plan = plan
        self._cast = cast
        self._fair: deque[Decimal] = deque(maxlen=max(plan.maker_lag_ledgers) + 1)
        self._next: dict[str, int] = {}
        self._turn = 0
        self._start_drops = {name: ledger.state.drops[name] for name in cast.traders}
        self._quoted = [_Quoted(terms, ZERO, ZERO, (terms.maker, 0), (terms.maker, 0)) for terms in _terms(plan, cast)]
        margin = plan.arbitrage_margin_bps / BPS
        self._cheap, self._dear = ONE - margin, ONE + margin

    def trade(self, at_ns: int) -> Decimal:
        """Send this ledger's transactions; returns the fair price of the moment."""
        fair = self._path.price_at(at_ns)
        self._fair.append(fair)
        self._next.clear()
        self._turn += 1
        self._quote()
        if self._rng.random() < self._plan.taker_probability:
            self._take(fair)
        self._arbitrage(fair)
        if self._turn % _REFILL_EVERY == 0:
            self._refill(fair)
        return fair

    # ------------------------------------------------------------------------------------------------------ makers

    def _quote(self) -> None:
        offers, due = self._ledger.state.offers, self._turn % len(self._cast.makers)
        for number, quoted in enumerate(self._quoted):
            if number == due and self._is_stale(quoted):
                self._requote(quoted, bid=True, ask=True)
                continue
            # A side whose offer is gone or mostly filled is quoted anew.
            bid, ask, least_drops = offers.get(quoted.bid), offers.get(quoted.ask), quoted.terms.least_drops
            no_bid, no_ask = bid is None or bid.pays < least_drops, ask is None or ask.gets < least_drops
            if no_bid or no_ask:
                self._requote(quoted, bid=no_bid, ask=no_ask)

    def _is_stale(self, quoted: _Quoted) -> bool:
        """True when the price, as this maker sees it, has moved by more than its patience."""
        return abs(self._seen_by(quoted) - quoted.fair) > quoted.leeway

    def _seen_by(self, quoted: _Quoted) -> Decimal:
        """The fair price as the maker knows it."""
        prices = self._fair
        return prices[max(0, len(prices) - 1 - quoted.terms.lag_ledgers)]

    def _requote(self, quoted: _Quoted, *, bid: bool, ask: bool) -> None:
        terms = quoted.terms
        fair = quoted.fair = self._seen_by(quoted)
        quoted.leeway = terms.patience * fair
        maker, drops = terms.maker, terms.size_drops
        if bid:
            tokens, sequence = (fair * terms.bid_tokens).quantize(_TOKEN_PLACES), self._sequence(maker)
            self._ledger.relay(OfferCreate(maker, sequence, _BASE_FEE_DROPS, drops, tokens, 0, quoted.bid[1] or None))
            quoted.bid = (maker, sequence)
        if ask:
            tokens, sequence = (fair * terms.ask_tokens).quantize(_TOKEN_PLACES), self._sequence(maker)
            self._ledger.relay(OfferCreate(maker, sequence, _BASE_FEE_DROPS, tokens, drops, 0, quoted.ask[1] or None))
            quoted.ask = (maker, sequence)

    # ------------------------------------------------------------------------------------------ takers, arbitrage

    def _take(self, fair: Decimal) -> None:
        rng, plan = self._rng, self._plan
        taker = self._cast.takers[rng.randrange(len(self._cast.takers))]
        drops = int(plan.take_size_xrp * rng.choice(plan.taker_sizes) * rng.randrange(50, 151) * 10_000)
        reach = plan.taker_reach_bps / BPS
        if rng.random() < 0.5:
            self._immediate(taker, fair * (ONE + reach), drops, buy=True)
        else:
            self._immediate(taker, fair * (ONE - reach), drops, buy=False)

    def _arbitrage(self, fair: Decimal) -> None:
        """Take what book and pool sell below the fair price or buy above it."""
        low, high = fair * self._cheap, fair * self._dear
        drops = self._pool_drops(low, high)
        asks, bids = self._book_drops(low, high)
        if drops > 0 or asks:
            self._immediate(self._cast.arbitrageur, low, max(drops, 0) + asks, buy=True)
        elif drops < 0 or bids:
            self._immediate(self._cast.arbitrageur, high, max(-drops, 0) + bids, buy=False)

    def _pool_drops(self, low: Decimal, high: Decimal) -> int:
        """Drops to buy from the pool (negative: to sell) so that its price with fee comes to the edge of fair."""
        state = self._ledger.state
        token = state.token.get(state.pool_account)
        if not token:
            return 0
        drops = state.drops[state.pool_account]
        value = token * DROPS_PER_XRP
        multiple = fee_multiple(state.amm[state.pool_account].fee_hundred_thousandths)
        cheap = low * multiple
        if value < cheap * drops:
            target = cheap
        elif value * multiple > high * drops:
            target = high / multiple
        else:
            return 0
        return int(drops - (value * drops / target).sqrt())

    def _book_drops(self, low: Decimal, high: Decimal) -> tuple[int, int]:
        """Drops that the best offers sell below `low` and buy above `high`."""
        state = self._ledger.state
        asks = bids = 0
        ours, offers = self._cast.arbitrageur, state.offers
        for _, _, key in state.books[True]:
            offer = offers[key]
            if offer.owner == ours or not offer.gets or offer.pays * DROPS_PER_XRP >= low * offer.gets:
                break
            asks += int(offer.gets)
        for _, _, key in state.books[False]:
            offer = offers[key]
            if offer.owner == ours or not offer.pays or offer.gets * DROPS_PER_XRP <= high * offer.pays:
                break
            bids += int(offer.pays)
        return asks, bids

    def _immediate(self, trader: str, price: Decimal, drops: int, *, buy: bool) -> None:
        if drops <= 0:
            return
        tokens = _tokens(price, drops)
        pays, gets, flags = (drops, tokens, IMMEDIATE_OR_CANCEL) if buy else (tokens, drops, IMMEDIATE_OR_CANCEL | SELL)
        self._ledger.relay(OfferCreate(trader, self._sequence(trader), _BASE_FEE_DROPS, pays, gets, flags))

    # ------------------------------------------------------------------------------------------------- inventory

    def _refill(self, fair: Decimal) -> None:
        """Traders that are short of one asset swap a half of the start's amount with the vault, at the fair price."""
        state = self._ledger.state
        for trader, start_drops in self._start_drops.items():
            half = start_drops // 2
            tokens = _tokens(fair, half)
            if state.drops[trader] < start_drops // 4 and state.token[trader] > tokens:
                self._swap(trader, tokens, half)
            elif state.token[trader] < tokens / 2 and state.drops[trader] > half + start_drops // 4:
                self._swap(trader, half, tokens)

    def _swap(self, trader: str, gives: int | Decimal, gets: int | Decimal) -> None:
        vault = self._cast.vault
        self._ledger.relay(Payment(trader, self._sequence(trader), _BASE_FEE_DROPS, vault, gives))
        self._ledger.relay(Payment(vault, self._sequence(vault), _BASE_FEE_DROPS, trader, gets))

    def _sequence(self, account: str) -> int:
        """The next free sequence of an account that only sends through here."""
        sequence = self._next.get(account)
        if sequence is None:
            sequence = self._ledger.state.sequence[account]
        self._next[account] = sequence + 1
        return sequence


def _terms(plan: MarketPlan, cast: Cast) -> tuple[_Terms, ...]:
    count = min(len(cast.makers), len(plan.maker_half_spreads_bps))
    return tuple(_terms_of(cast.makers[number], plan, number) for number in range(count))


def _terms_of(maker: str, plan: MarketPlan, number: int) -> _Terms:
    half_spread = plan.maker_half_spreads_bps[number] / BPS
    drops = int(plan.make_size_xrp * plan.maker_shares[number] * DROPS_PER_XRP)
    lag, patience = plan.maker_lag_ledgers[number], plan.maker_patience * half_spread
    bid_tokens, ask_tokens = ((ONE + share) * drops / DROPS_PER_XRP for share in (-half_spread, half_spread))
    return _Terms(maker, lag, bid_tokens, ask_tokens, patience, drops, drops // 3)


def _tokens(price: Decimal, drops: int) -> Decimal:
    return (price * drops / DROPS_PER_XRP).quantize(_TOKEN_PLACES)
