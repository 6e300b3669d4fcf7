"""What the OrderRouter knows, and what its decisions ask for."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import attrs

from neo.domain.changed import changing
from neo.domain.config.strategy import StrategyConfig
from neo.domain.messages.journal import JournalEvent, OrderTransitioned
from neo.domain.messages.venue import SignedTransaction
from neo.domain.orders.fills import Place
from neo.domain.orders.order import Order, Submission
from neo.quickly_built import quickly_built
from neo.records import frozen


@frozen
class RouterSetup:
    """What does not change while a router lives. `id_prefix` carries session and incarnation: no id is ever used twice.

    `tickets`: so many are kept for cancels that must not wait for a sequence in doubt; 0 keeps none.
    """

    place: Place
    account: str
    id_prefix: str
    fee_drops_max: int
    last_ledger_offset: int
    strategy: StrategyConfig
    tickets: int = 0


@quickly_built
@frozen
class RouterState:
    """Orders and transactions without a proved end, and where on the ledger we are.

    `ledger_index` is the newest ledger that was read for our transactions without a gap. `next_sequence` is None until the
    account was read; `sequence_doubtful` stops new transactions until every one in flight has its verdict and the account
    was read again. `unjournaled` are transitions that nothing depends on: they ride along with the next write.
    `tickets` are on the ledger and not spent; after a refusal none are asked for until `tickets_again_ledger`.
    """

    orders: Mapping[str, Order] = attrs.field(factory=dict)
    submissions: Mapping[str, Submission] = attrs.field(factory=dict)
    ledger_index: int | None = None
    cursor_journaled: int = 0
    next_sequence: int | None = None
    sequence_doubtful: bool = True
    fee_drops: int = 10
    trading: bool = False
    numbered: int = 0
    acted_tick: int = 0
    unjournaled: tuple[OrderTransitioned, ...] = ()
    reading_account: bool = False
    canceling_everything: bool = False
    tickets: tuple[int, ...] = ()
    tickets_again_ledger: int = 0

    def order_by_sequence(self, sequence: int) -> Order | None:
        """The unfinished order whose offer has this sequence."""
        for order in self.orders.values():
            if order.offer_sequence == sequence:
                return order
        return None

    @property
    def can_send(self) -> bool:
        """Whether sequence numbers are certain enough to sign a transaction."""
        return self.next_sequence is not None and not self.sequence_doubtful and self.ledger_index is not None


#: The same, having read our transactions up to this ledger.
at_ledger: Callable[[RouterState, int], RouterState] = changing(RouterState, "ledger_index")


# ------------------------------------------------------------------------------------------------------------- outputs


@quickly_built
@frozen
class Journal:
    """Make `events` durable; only then hand over `then_submit`, in this order."""

    events: tuple[JournalEvent, ...]
    then_submit: tuple[SignedTransaction, ...] = ()


@frozen
class ReadAccount:
    """Read the account's sequence: everything in flight has its verdict."""


@frozen
class ReadTransactions:
    """Read our transactions from this ledger up to the newest: some ledgers were missed."""

    from_ledger: int


@frozen
class OrdersMoved:
    """Tell Strategy and Risk what is working now."""


@frozen
class ApprovalSpent:
    """Tell Risk that the approval was acted on and changed nothing: no order of it is on the way any more."""


@frozen
class Unexplained:
    """The ledger contradicts the books."""

    detail: str


RouterOutput = Journal | ReadAccount | ReadTransactions | OrdersMoved | ApprovalSpent | Unexplained
