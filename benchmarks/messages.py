"""Messages a second that the runtime carries, in virtual time and on threads.

    python benchmarks/messages.py [--rounds 5]

Prints one JSON line for each measurement:

- `virtual_ring`: ten supervised actors with a timer of 4 s each, one simulated day of ticks, messages and answers; by
  level of the trace. The processor seconds count, since there is one thread.
- `virtual_tell`: one actor takes what was told from outside.
- `threads_tell`: the same on a real thread, until the last message is handled.
- `threads_round_trip`: two actors on threads send one message to and fro; microseconds for there and back.
"""

from __future__ import annotations

import argparse
import json
import queue
import statistics
import sys
import time
from collections.abc import Callable
from functools import partial

import attrs

from neo.actors.runtime import (
    Actor,
    ChildSpec,
    MailboxSpec,
    Overflow,
    SimKernel,
    SimSystem,
    Supervising,
    ThreadSystem,
    Tick,
    handles,
)
from neo.actors.runtime.trace import TraceLevel

S = 1_000_000_000
DAY_S = 24 * 3_600
TOLD = 100_000
ROUND_TRIPS = 10_000


@attrs.frozen
class Price:
    symbol: str
    bid: int
    ask: int
    at_ns: int


@attrs.frozen
class Seen:
    bid: int


class Trader(Actor):
    """Sends a price to its neighbour at each tick; the neighbour answers."""

    def __init__(self, neighbour: str) -> None:
        super().__init__()
        self.neighbour = neighbour
        self.ticks = 0

    def started(self) -> None:
        self.every("tick", 4 * S)

    @handles(Tick)
    def on_tick(self, tick: Tick) -> None:
        self.ticks += 1
        self.tell(self.neighbour, Price("XRP", 100 + self.ticks, 101 + self.ticks, self.now_ns))

    @handles(Price)
    def on_price(self, price: Price) -> None:
        self.tell(self.envelope.sender, Seen(price.bid))

    @handles(Seen)
    def on_seen(self, seen: Seen) -> None:
        pass


class Counting(Actor):
    """Says when it has handled `count` messages."""

    mailbox = MailboxSpec(overflow=Overflow.NEVER)

    def __init__(self, count: int, done: Callable[[], None]) -> None:
        super().__init__()
        self.left = count
        self.done = done

    @handles(Price)
    def on_price(self, price: Price) -> None:
        self.left -= 1
        if self.left == 0:
            self.done()


class Echo(Actor):
    @handles(Price)
    def on_price(self, price: Price) -> None:
        self.reply(price)


class Bouncer(Counting):
    """Sends to the echo until it has come back `count` times."""

    @handles(Seen)
    def on_begin(self, seen: Seen) -> None:
        self.tell("echo", Price("XRP", 1, 2, 3))

    @handles(Price)
    def on_price(self, price: Price) -> None:
        super().on_price(price)
        if self.left > 0:
            self.tell("echo", price)


def virtual_ring(trace: TraceLevel) -> float:
    """Messages a processor second."""
    kernel = SimKernel(1, trace=trace)
    system = SimSystem(kernel)
    children = tuple(ChildSpec(f"trader{n}", Trader, {"neighbour": f"trader{(n + 1) % 10}"}) for n in range(10))
    system.spawn(ChildSpec("supervisor", Supervising, {"children": children}))
    started_s = time.process_time()
    system.run_for(DAY_S * S)
    return kernel.steps / (time.process_time() - started_s)


def virtual_tell() -> float:
    """Messages a processor second."""
    system = SimSystem(SimKernel(1))
    system.spawn(ChildSpec("counting", Counting, {"count": TOLD, "done": lambda: system.finish(True)}))
    started_s = time.process_time()
    for number in range(TOLD):
        system.tell("counting", Price("XRP", number, number, number))
    system.run_until_outcome(S)
    return TOLD / (time.process_time() - started_s)


def threads_tell() -> float:
    """Messages a second."""
    system, done = ThreadSystem(), queue.SimpleQueue[None]()
    system.spawn(ChildSpec("counting", Counting, {"count": TOLD, "done": lambda: done.put(None)}))
    started_s = time.perf_counter()
    for number in range(TOLD):
        system.tell("counting", Price("XRP", number, number, number))
    done.get()
    elapsed_s = time.perf_counter() - started_s
    system.shutdown(1.0)
    return TOLD / elapsed_s


def threads_round_trip() -> float:
    """Microseconds there and back."""
    system, done = ThreadSystem(), queue.SimpleQueue[None]()
    system.spawn(ChildSpec("echo", Echo))
    system.spawn(ChildSpec("bouncer", Bouncer, {"count": ROUND_TRIPS, "done": lambda: done.put(None)}))
    started_s = time.perf_counter()
    system.tell("bouncer", Seen(0))
    done.get()
    elapsed_s = time.perf_counter() - started_s
    system.shutdown(1.0)
    return elapsed_s / ROUND_TRIPS * 1e6


def report(what: str, unit: str, measure: Callable[[], float], rounds: int, **more: str) -> None:
    values = [measure() for _ in range(rounds)]
    figures = {
        "median": round(statistics.median(values), 1),
        "min": round(min(values), 1),
        "max": round(max(values), 1),
    }
    print(json.dumps({"benchmark": "messages", "what": what, **more, "unit": unit, **figures, "rounds": rounds}))


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args(arguments).rounds
    levels: tuple[TraceLevel, ...] = ("off", "hash", "full")
    for trace in levels:
        report("virtual_ring", "messages/s", partial(virtual_ring, trace), rounds, trace=trace)
    report("virtual_tell", "messages/s", virtual_tell, rounds)
    report("threads_tell", "messages/s", threads_tell, rounds)
    report("threads_round_trip", "us", threads_round_trip, rounds)


if __name__ == "__main__":
    main(sys.argv[1:])
