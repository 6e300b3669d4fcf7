"""The life of orders as the dashboard asks for it: read from the journal, whoever wrote it, and no further than needed."""

from __future__ import annotations

import tempfile
from pathlib import Path

import apsw
import attrs
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from neo.domain.messages.journal import OrderTransitioned, SessionClosed
from neo.domain.orders.lifecycle import TABLE, OrderEvent, OrderState, transition
from neo.infra.sqlite.chart_reader import ChartReader
from neo.infra.sqlite.errors import StorageFailed
from neo.infra.sqlite.state_store import SqliteStateStore
from tests.infra.sqlite.books import START_NS, accept, opened, order, session

_RESTS = (OrderEvent.HANDED_OVER, OrderEvent.PROVED_RESTING)
_IS_CANCELED = (OrderEvent.CANCEL_HANDED_OVER, OrderEvent.PROVED_CANCELED)
_EVENTS_OF = {state: [event for begin, event in TABLE if begin is state] for state in OrderState}


@attrs.define
class _Lives:
    """Orders o1, o2, ... of a database, and each step that was written, in the form and order that the reader answers in."""

    directory: Path
    store: SqliteStateStore = attrs.field(init=False)
    states: dict[str, OrderState] = attrs.field(init=False, factory=dict)
    written: list[tuple[str, int, str, str, str]] = attrs.field(init=False, factory=list)

    def __attrs_post_init__(self) -> None:
        self.store = opened(self.directory)
        accept(self.store, session("s1"))

    def begins(self, number: int, session_id: str = "s1") -> None:
        accept(self.store, attrs.evolve(order(number, offer_sequence=number), session_id=session_id))
        self.states[f"o{number}"] = OrderState.INTENDED

    def takes(self, number: int, *events: OrderEvent) -> None:
        for event in events:
            order_id, at_ns = f"o{number}", START_NS + len(self.written)
            state = self.states[order_id] = transition(self.states[order_id], event)
            accept(self.store, OrderTransitioned(order_id, event, state, "why"), at_ns=at_ns)
            self.written.append((order_id, at_ns, event.value, state.value, "why"))

    def next_session(self, session_id: str) -> None:
        accept(self.store, SessionClosed("s1", START_NS, "operator_shutdown", ""))
        accept(self.store, session(session_id, START_NS + 1))

    def unreadable_from_here(self) -> None:
        """A step that cannot be read without an error: whoever comes by is noticed."""
        self.store.close()
        with apsw.Connection(str(self.directory / "neo.db")) as connection:
            connection.execute(
                "INSERT INTO events SELECT max(lsn) + 1, 's2', 1, 'test', 'OrderTransitioned', 1, 'no JSON' FROM events"
            )
        connection.close()

    def of(self, *numbers: int) -> list[tuple[str, int, str, str, str]]:
        return [step for step in self.written if step[0] in {f"o{number}" for number in numbers}]

    def read(self, *numbers: int) -> list[tuple[str, int, str, str, str]]:
        with ChartReader(self.directory / "neo.db") as reader:
            return reader.steps([f"o{number}" for number in numbers])


def test_an_inherited_order_shows_the_steps_of_the_session_that_began_it_and_of_the_one_that_ended_it(
    tmp_path: Path,
) -> None:
    lives = _Lives(tmp_path)
    for number in (1, 2):
        lives.begins(number)
        lives.takes(number, *_RESTS)
    lives.takes(2, *_IS_CANCELED)
    lives.next_session("s2")
    lives.begins(3, "s2")
    lives.takes(3, *_RESTS, *_IS_CANCELED)
    lives.takes(1, OrderEvent.PROVED_PARTIAL, OrderEvent.PROVED_FILLED)
    lives.store.close()

    assert lives.read(1) == lives.of(1)
    assert [step[3] for step in lives.read(1)] == ["SUBMITTED", "OPEN", "PARTIALLY_FILLED", "FILLED"]
    assert lives.read(2, 1) == lives.of(1, 2)


def test_steps_of_orders_that_have_ended_are_not_looked_for_behind_their_end(tmp_path: Path) -> None:
    lives = _Lives(tmp_path)
    for number in (1, 2, 3):
        lives.begins(number)
        lives.takes(number, *_RESTS)
    lives.takes(1, *_IS_CANCELED)
    lives.next_session("s2")
    lives.takes(2, *_IS_CANCELED)
    lives.unreadable_from_here()

    assert lives.read(1) == lives.of(1)
    assert lives.read(2, 1) == lives.of(1, 2)
    # an order that the books do not know is not waited for
    assert lives.read(1, 9) == lives.of(1)
    # the third may still take a step, so that all there is has to be read
    with pytest.raises(StorageFailed, match="JSON"):
        lives.read(1, 3)


def test_steps_of_orders_are_not_looked_for_before_their_beginning(tmp_path: Path) -> None:
    lives = _Lives(tmp_path)
    lives.unreadable_from_here()
    lives.store = opened(tmp_path)
    lives.begins(1)
    lives.takes(1, *_RESTS)
    lives.store.close()

    assert lives.read(1) == lives.of(1)


@given(
    drawn=st.lists(st.tuples(st.integers(1, 4), st.integers(0, 99)), max_size=30),
    wanted=st.sets(st.integers(1, 4)),
    handed_over_after=st.integers(0, 30),
)
@hypothesis_settings(max_examples=40)
def test_whatever_orders_are_asked_for_every_step_of_theirs_is_there_once_and_no_other(
    drawn: list[tuple[int, int]], wanted: set[int], handed_over_after: int
) -> None:
    with tempfile.TemporaryDirectory() as directory:
        lives = _Lives(Path(directory))
        for index, (number, choice) in enumerate(drawn):
            if index == handed_over_after:
                lives.next_session("s2")
            state = lives.states.get(f"o{number}")
            if state is None:
                lives.begins(number)
            elif possible := _EVENTS_OF[state]:
                lives.takes(number, possible[choice % len(possible)])
        lives.store.close()

        assert lives.read(*wanted) == lives.of(*wanted)
