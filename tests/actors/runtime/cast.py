"""The actors that the tests use."""

from __future__ import annotations

import threading
from collections.abc import Callable

import attrs

from neo.actors.runtime import Actor, ChildSpec, RequestTimedOut, RestartPolicy, Supervising, Tick, handles
from tests.patience import PATIENCE_S

MS = 1_000_000
S = 1_000_000_000

Record = Callable[[object], None]


@attrs.frozen
class Say:
    text: str


@attrs.frozen
class Ask:
    question: str


@attrs.frozen
class Answer:
    text: str


@attrs.frozen
class Boom:
    """Whoever handles it crashes."""


@attrs.frozen
class Exit:
    """Whoever handles it calls for the end of the process."""


@attrs.frozen
class Hang:
    """Whoever handles it does not return."""


class Listener(Actor):
    """Records what it hears as `name#incarnation:text`."""

    def __init__(self, record: Record) -> None:
        super().__init__()
        self.record = record

    @handles(Say)
    def on_say(self, message: Say) -> None:
        self.record(f"{self.name}#{self.incarnation}:{message.text}")

    @handles(Boom)
    def on_boom(self, message: Boom) -> None:
        raise ValueError("boom")

    @handles(Exit)
    def on_exit(self, message: Exit) -> None:
        raise SystemExit(3)


class Recorder(Listener):
    """Also records its start and its end."""

    def started(self) -> None:
        self.record(f"{self.name}#{self.incarnation} started")

    def stopping(self) -> None:
        self.record(f"{self.name}#{self.incarnation} stopping")


class Oracle(Actor):
    """Answers."""

    @handles(Ask)
    def on_ask(self, message: Ask) -> None:
        self.reply(Answer(f"{message.question}!"))


class Asker(Actor):
    """Asks `to` once for each Say, and records what comes back with the correlation made relative to its first.

    Its patience is longer than any thread stands still: who wants to see it end gives it less.
    """

    def __init__(self, record: Record, to: str, timeout_ns: int = 600 * S) -> None:
        super().__init__()
        self.record = record
        self.to = to
        self.timeout_ns = timeout_ns
        self.asked: dict[int, str] = {}

    @handles(Say)
    def on_say(self, message: Say) -> None:
        self.asked[self.request(self.to, Ask(message.text), self.timeout_ns)] = message.text

    @handles(Answer)
    def on_answer(self, message: Answer) -> None:
        asked = self.asked.get(self.envelope.correlation)
        self.record(("answer", asked, message.text, self.envelope.is_reply))

    @handles(RequestTimedOut)
    def on_timeout(self, message: RequestTimedOut) -> None:
        self.record(("timed out", self.asked.get(message.correlation), message.to, message.request_type))


class Ticker(Actor):
    def __init__(self, record: Record, period_ns: int, first_ns: int | None = None, until: int = 5) -> None:
        super().__init__()
        self.record = record
        self.period_ns = period_ns
        self.first_ns = first_ns
        self.left = until

    def started(self) -> None:
        self.every("beat", self.period_ns, self.first_ns)

    @handles(Tick)
    def on_tick(self, tick: Tick) -> None:
        self.record(tick)
        self.left -= 1
        if self.left == 0:
            self.cancel("beat")


class Parent(Supervising):
    """Records what its hooks are told. `stop_within_ns` is what its children are given to end."""

    def __init__(self, record: Record, children: tuple[ChildSpec, ...], stop_within_ns: int = 600 * S) -> None:
        super().__init__(children)
        self.record = record
        self.stop_within_ns = stop_within_ns

    def all_ready(self) -> None:
        self.record("all ready")

    def child_down(self, name: str, error: str) -> None:
        self.record(("down", name, error))

    def child_back(self, name: str) -> None:
        self.record(("back", name))

    def escalated(self, name: str, error: str) -> None:
        self.record(("escalated", name, error))

    def children_stopped(self, stuck: tuple[str, ...]) -> None:
        self.record(("stopped", stuck))

    @handles(Say)
    def on_say(self, message: Say) -> None:
        if message.text == "stop":
            self.stop_children(self.stop_within_ns)
        else:
            self.report_hung(message.text, "silent")


#: Restarts at once, so that tests on threads need not wait.
QUICK = RestartPolicy(backoff_min_ns=MS, backoff_max_ns=10 * MS)


class Stubborn(Recorder):
    """Hangs until it is released, then tries to speak."""

    def __init__(self, record: Record, release: threading.Event, to: str = "listener") -> None:
        super().__init__(record)
        self.release = release
        self.to = to

    @handles(Hang)
    def on_hang(self, message: Hang) -> None:
        self.record(f"{self.name}#{self.incarnation} hangs")
        self.release.wait(2 * PATIENCE_S)
        self.tell(self.to, Say("a word from the past"))
        self.record(f"{self.name}#{self.incarnation} woke")
