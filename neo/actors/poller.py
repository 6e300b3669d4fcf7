"""TierPoller: asks for the quotes of one tier on a fixed grid of times, and says how that went."""

from __future__ import annotations

from neo.actors.engine_actor import EngineActor
from neo.actors.names import EXCHANGE_DATA, RISK
from neo.actors.runtime import RequestTimedOut, Tick, handles
from neo.domain.market.poll_cycles import PollCycle, overrun
from neo.domain.market.tiers import Tier
from neo.domain.messages.dropping import CyclePolled, PollerStarted, PollSymbols
from neo.domain.messages.exchange import FetchQuotes, QuotesFetched
from neo.domain.messages.session import GatewayReported
from neo.domain.messages.venue import PortFailed
from neo.domain.ports import EXCHANGE_PORT
from neo.domain.telemetry.polling_events import MdPollOverrun
from neo.domain.units import NS_PER_S
from neo.records import frozen

#: After this the gateway has surely given up; until then a cycle is late, not lost.
CALL_TIMEOUT_NS = 20 * NS_PER_S
#: What a cycle without an answer brought.
_NOTHING = QuotesFetched((), (), (), "", 0, 0)


@frozen
class _Asked:
    """The request under way."""

    correlation: int
    started_ns: int
    symbols: int


class TierPoller(EngineActor):
    """One request at a time. A cycle that is not done when the next should start costs that start, and is reported.

    Starts lie on the grid that began with the first symbol: a late cycle delays nothing but itself.
    """

    def __init__(self, venue: str, tier: Tier, interval_ns: int) -> None:
        super().__init__()
        self._venue = venue
        self._tier = tier
        self._interval_ns = interval_ns
        self._symbols: tuple[str, ...] = ()
        self._asked: _Asked | None = None

    def started(self) -> None:
        self.tell(EXCHANGE_DATA, PollerStarted(self._tier))

    @handles(PollSymbols)
    def on_symbols(self, message: PollSymbols) -> None:
        if message.symbols and not self._symbols:
            self.every("poll", self._interval_ns, first_ns=0)  # whoever was idle looks at once
        self._symbols = message.symbols

    @handles(Tick)
    def on_tick(self, message: Tick) -> None:
        if self._asked is not None or not self._symbols:
            return
        correlation = self.call(EXCHANGE_PORT, FetchQuotes(self._symbols), CALL_TIMEOUT_NS)
        self._asked = _Asked(correlation, self.mono_ns, len(self._symbols))

    @handles(QuotesFetched)
    def on_quotes(self, message: QuotesFetched) -> None:
        self.tell(RISK, GatewayReported(self._venue, True, ""))
        self._ended(message)

    @handles(PortFailed)
    def on_port_failed(self, message: PortFailed) -> None:
        self._failed(message.detail)

    @handles(RequestTimedOut)
    def on_timeout(self, message: RequestTimedOut) -> None:
        self._failed(f"no answer within {CALL_TIMEOUT_NS // NS_PER_S} s")

    def _failed(self, why: str) -> None:
        self.tell(RISK, GatewayReported(self._venue, False, why))
        self._ended(_NOTHING, why)

    def _ended(self, answer: QuotesFetched, failed: str = "") -> None:
        asked, self._asked = self._asked, None
        if asked is None:
            return
        cycle = PollCycle(asked.started_ns, self.mono_ns, asked.symbols, len(answer.quotes), answer.endpoint)
        late = overrun(self._interval_ns, cycle)
        if late is not None:
            self.emit(MdPollOverrun.of(self._tier, late))
        polled = CyclePolled(
            self._tier, cycle, answer.quotes, answer.unknown, answer.missing, failed, answer.started_ns
        )
        self.tell(EXCHANGE_DATA, polled)
