"""What the exchange router has in its hands: trades in work, each with at most one order, positions, the budget."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from decimal import Decimal
from functools import reduce

import attrs

from neo.domain.market.instrument import Side
from neo.domain.messages.dropping import BudgetSeen, ExchangePosition, PositionsChanged, TradeEnded, TradePurpose
from neo.domain.messages.exchange import (
    CancelExchangeOrder,
    ExchangeTrade,
    FetchOrder,
    FetchOrderTrades,
    FetchQuotes,
    MarketRule,
    OrderReported,
    PlaceExchangeOrder,
)
from neo.domain.messages.journal import JournalEvent, OrderTransitioned
from neo.domain.money.budget import Budget
from neo.domain.money.exact import total
from neo.domain.orders.lifecycle import OrderEvent, OrderState, transition
from neo.domain.strategy.drop.buyer import PROPOSAL_LIFE_NS
from neo.domain.telemetry.event import TelemetryEvent
from neo.domain.units import NS_PER_S, ZERO
from neo.records import frozen

#: An approval older than this is refused: the buyer forgets a proposal that it heard nothing of, and proposes anew.
APPROVAL_LIFE_NS = PROPOSAL_LIFE_NS - 5 * NS_PER_S
#: No try is sent later than this after its proposal; what the buyer was told of lies between the two.
TRY_LIFE_NS = PROPOSAL_LIFE_NS - 2 * NS_PER_S
#: So many newest intents are remembered: one that comes twice is handled once.
INTENTS_REMEMBERED = 1_000
#: So many of them are told with the books.
INTENTS_TOLD = 100


class Step(enum.Enum):
    """What an order waits for."""

    WRITING = "writing"  # its intent is on the way into the journal
    PLACING = "placing"
    LOOKING = "looking"
    CANCELING = "canceling"
    TRADES = "trades"
    PRICING = "pricing"  # of a fee in a third currency
    RESTING = "resting"  # for `due_ns`, then `next_step`


@frozen
class OrderInWork:
    """One try. `since_ns`: when its fate became uncertain; `absent`: looks since then that did not find it.

    `refused` is what the exchange said when it refused the order, until a look confirms that it has none. `asks` numbers
    the requests: only the answer to the newest counts.
    """

    client_order_id: str
    state: OrderState
    limit: Decimal
    quantity: Decimal
    since_ns: int
    step: Step = Step.WRITING
    next_step: Step = Step.LOOKING
    due_ns: int = 0
    asks: int = 0
    failures: int = 0
    absent: int = 0
    seen_open: int = 0
    refused: str = ""
    venue_order_id: str | None = None
    report: OrderReported | None = None
    trades: tuple[ExchangeTrade, ...] = ()
    unjournaled: tuple[OrderTransitioned, ...] = ()

    def moved(self, event: OrderEvent, reason: str = "") -> OrderInWork:
        """After `event`, which waits for the next write. NoSuchTransition when the table does not have it."""
        state = transition(self.state, event)
        told = OrderTransitioned(self.client_order_id, event, state, reason)
        return attrs.evolve(self, state=state, unjournaled=(*self.unjournaled, told))


@frozen
class TradeInWork:
    """An intent that has not ended. `attempt` counts the tries from 1, `unsent` those that never left; `filled` in base before
    fees, `result` in quote."""

    intent_id: str
    purpose: TradePurpose
    symbol: str
    side: Side
    quantity: Decimal
    limits: tuple[Decimal, ...]
    proposed_at_ns: int
    order: OrderInWork
    attempt: int = 1
    filled: Decimal = ZERO
    filled_quote: Decimal = ZERO
    result: Decimal = ZERO
    unsent: int = 0

    @property
    def level(self) -> int:
        """Index of the limit that the order in work has: one that never left does not use up its limit."""
        return self.attempt - 1 - self.unsent


@frozen
class Position:
    """What was bought and not sold. `spent` quote currency left our balance for it, quote fees included; `fee_value` is what
    fees in other currencies were worth; `gross` what was paid without any fee, for `bought` base units before fees."""

    symbol: str
    intent_id: str
    quantity: Decimal
    spent: Decimal
    fee_value: Decimal
    bought: Decimal
    gross: Decimal
    opened_at_ns: int

    @property
    def cost(self) -> Decimal:
        return total(self.spent, self.fee_value)

    def told(self) -> ExchangePosition:
        entry = self.gross / self.bought if self.bought else ZERO
        return ExchangePosition(self.symbol, self.intent_id, self.quantity, entry, self.cost, self.opened_at_ns)


@frozen
class RouterState:
    """`trades` by intent, `positions` and `rules` by symbol, `holdings` by asset as the books have them; `acted` are the newest
    intents, oldest first. `realised` are the results of the session's sales that have ended.

    `moves` counts what may have changed our money: a reconciliation is true only while it stands still.
    """

    trades: Mapping[str, TradeInWork] = attrs.field(factory=dict)
    positions: Mapping[str, Position] = attrs.field(factory=dict)
    rules: Mapping[str, MarketRule] = attrs.field(factory=dict)
    holdings: Mapping[str, Decimal] = attrs.field(factory=dict)
    budget: Budget = attrs.field(factory=lambda: Budget(ZERO))
    acted: tuple[str, ...] = ()
    coin_prices: Mapping[str, Decimal] = attrs.field(factory=dict)
    trading: bool = False
    canceling_everything: bool = False
    moves: int = 0
    placed_total: int = 0
    realised: Decimal = ZERO


@frozen
class PurchaseLimits:
    """What Risk's limits leave for purchases, in quote currency, fees included. The default limits nothing."""

    cash_reserve: Decimal = ZERO
    exposure_max: Decimal = Decimal("Infinity")
    positions_max: int = 1_000_000


@frozen
class RouterSetup:
    """Whose orders these are. `quote` is the currency that is spent."""

    venue: str
    session_id: str
    quote: str
    limits: PurchaseLimits = attrs.field(factory=PurchaseLimits)


ExchangeRequest = PlaceExchangeOrder | FetchOrder | CancelExchangeOrder | FetchOrderTrades | FetchQuotes


@frozen
class Ask:
    """A question to the exchange; its answer counts as that of request number `number` of the intent's order."""

    intent_id: str
    number: int
    request: ExchangeRequest


@frozen
class Send:
    """The order of this intent is durable: it may be sent."""

    intent_id: str


@frozen
class Journal:
    """Make `events` durable together; `then` is done only when they are."""

    events: tuple[JournalEvent, ...]
    then: tuple[RouterOutput, ...]


RouterOutput = Ask | Send | Journal | PositionsChanged | TradeEnded | TelemetryEvent
Decision = tuple[RouterState, tuple[RouterOutput, ...]]


def with_trade(state: RouterState, trade: TradeInWork) -> RouterState:
    return attrs.evolve(state, trades={**state.trades, trade.intent_id: trade})


def with_order(state: RouterState, trade: TradeInWork, order: OrderInWork) -> RouterState:
    return with_trade(state, attrs.evolve(trade, order=order))


def without_trade(state: RouterState, intent_id: str) -> RouterState:
    return attrs.evolve(state, trades={key: each for key, each in state.trades.items() if key != intent_id})


def remembered(state: RouterState, intent_id: str) -> RouterState:
    return attrs.evolve(state, acted=(*state.acted, intent_id)[-INTENTS_REMEMBERED:])


def books(setup: RouterSetup, state: RouterState) -> PositionsChanged:
    """The books as they stand, for the drop buyer and Risk."""
    budget = state.budget
    return PositionsChanged(
        setup.venue,
        tuple(position.told() for position in state.positions.values()),
        BudgetSeen(budget.total, budget.free, budget.reserved, budget.committed),
        tuple(sorted({trade.symbol for trade in state.trades.values()})),
        state.acted[-INTENTS_TOLD:],
        state.placed_total,
        reduce(total, (trade.result for trade in state.trades.values()), state.realised),
    )
