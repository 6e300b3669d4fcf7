"""MarketData: keeps the newest book of every symbol of every venue, and passes on nothing that is older."""

from __future__ import annotations

from neo.actors.engine_actor import EngineActor
from neo.actors.runtime import MailboxSpec, handles
from neo.domain.messages.quoting import MarketUpdated
from neo.domain.messages.venue import BookObserved


class MarketData(EngineActor):
    """A slow moment costs intermediate books, never order: only the newest per symbol waits in the mailbox."""

    mailbox = MailboxSpec(capacity=10_000, conflate={BookObserved: lambda book: (book.venue, book.symbol)})

    def __init__(self, subscribers: tuple[str, ...]) -> None:
        super().__init__()
        self._subscribers = subscribers
        self._newest: dict[tuple[str, str], int] = {}

    @handles(BookObserved)
    def on_book(self, book: BookObserved) -> None:
        key = (book.venue, book.symbol)
        if book.ledger_index < self._newest.get(key, 0):
            return  # a lagging node, or a reply that was overtaken
        self._newest[key] = book.ledger_index
        update = MarketUpdated(book, self.now_ns)
        for subscriber in self._subscribers:
            self.tell(subscriber, update)
