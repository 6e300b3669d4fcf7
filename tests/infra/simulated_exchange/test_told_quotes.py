"""Quotes of the simulated exchange that come by themselves."""

from __future__ import annotations

from neo.domain.messages.exchange import QuotesStreamed, StreamChanged, StreamQuotes, StreamsAssigned
from neo.domain.messages.venue import PortError, PortFailed
from tests.infra.simulated_exchange.test_gateway import SYMBOL, Client

OTHER = "BTC/USDT"


def listening() -> tuple[Client, list[tuple[str, object]]]:
    client, heard = Client(), list[tuple[str, object]]()
    client.gateway.attach(lambda name, message: heard.append((name, message)), "data")
    return client, heard


def told(heard: list[tuple[str, object]]) -> list[tuple[str, int]]:
    """(symbol, time) of every quote."""
    messages = [message for _, message in heard]
    return [(each.symbol, each.at_ns) for m in messages if isinstance(m, QuotesStreamed) for each in m.quotes]


def test_changes_of_the_wanted_symbols_are_told_and_of_no_others() -> None:
    client, heard = listening()
    answer = client.ask(StreamQuotes((SYMBOL,)), 60)

    assert answer == StreamsAssigned((SYMBOL,), ())
    assert heard[0] == ("data", StreamChanged(True, (SYMBOL,), ""))
    assert {symbol for symbol, _ in told(heard)} == {SYMBOL}
    times = [at_ns for _, at_ns in told(heard)]
    assert len(times) > 5 and times == sorted(set(times))


def test_nothing_is_told_any_more_once_nothing_is_wanted_or_nobody_listens() -> None:
    client, heard = listening()
    client.ask(StreamQuotes((SYMBOL, OTHER)), 10)
    client.ask(StreamQuotes(()), 1)
    heard.clear()
    client.ask(StreamQuotes(()), 30)
    assert heard == []

    client.ask(StreamQuotes((SYMBOL,)), 5)
    assert told(heard)
    client.gateway.detach()
    heard.clear()
    client.ask(StreamQuotes(()), 30)
    assert heard == []


def test_where_nobody_listens_streams_are_refused() -> None:
    answer = Client().ask(StreamQuotes((SYMBOL,)))

    assert isinstance(answer, PortFailed) and answer.error is PortError.REJECTED
