"""A day of a small engine in virtual time: prices make orders, orders are written before they are sent, all of it
under a supervisor. Run as a program it prints the digest of its trace."""

from __future__ import annotations

import sys
from collections.abc import Callable

import attrs

from neo.actors.runtime import (
    Actor,
    ChildSpec,
    Faults,
    RequestTimedOut,
    RestartPolicy,
    SimKernel,
    SimSystem,
    Supervising,
    Tick,
    handles,
)

MS = 1_000_000
S = 1_000_000_000


@attrs.frozen
class Order:
    number: int
    price: int
    tags: frozenset[str] = frozenset({"bid", "level1", "post", "xrp"})


@attrs.frozen
class Written:
    order: Order


@attrs.frozen
class Filled:
    order: Order


class Venue:
    """Lives in the kernel, so it survives the death of the engine. Fills each order once, however often it is sent."""

    def __init__(self, kernel: SimKernel) -> None:
        self.kernel = kernel
        self.rng = kernel.rng_for("venue")
        self.received: list[Order] = []

    def submit(self, caller: str, request: object, done: Callable[[object], None]) -> None:
        assert isinstance(request, Order)

        def arrive() -> None:
            self.received.append(request)
            self.kernel.after(self.rng.randrange(50 * MS), lambda: done(Filled(request)))

        self.kernel.after(self.rng.randrange(200 * MS), arrive)


class Writer(Actor):
    """`disk` outlives the process."""

    def __init__(self, disk: list[Order]) -> None:
        super().__init__()
        self.disk = disk

    @handles(Order)
    def on_order(self, order: Order) -> None:
        self.disk.append(order)
        self.reply(Written(order))


class Router(Actor):
    def __init__(self, boot: int) -> None:
        super().__init__()
        self.number = (boot * 1_000 + self.incarnation) * 1_000_000

    def started(self) -> None:
        self.every("requote", 4 * S, self.rng.randrange(4 * S))

    @handles(Tick)
    def on_tick(self, tick: Tick) -> None:
        self.number += 1
        self.request("writer", Order(self.number, self.rng.randrange(100)), 2 * S)

    @handles(Written)
    def on_written(self, written: Written) -> None:
        self.call("venue", written.order, 2 * S)

    @handles(Filled)
    def on_filled(self, filled: Filled) -> None:
        self.tell("inventory", filled)

    @handles(RequestTimedOut)
    def on_timeout(self, timed_out: RequestTimedOut) -> None:
        """In doubt: not sent again."""


class Inventory(Actor):
    @handles(Filled)
    def on_filled(self, filled: Filled) -> None:
        pass


ROUGH = Faults(
    crash_before={"*": 0.01},
    crash_after={"*": 0.01},
    crash_between_sends={"router": 0.02},
    hang={"writer": 0.002},
    hang_ns=20 * S,
    delay_p=0.1,
    pause_p=0.01,
    lose_request={"venue": 0.05},
    lose_reply={"venue": 0.05},
    late_reply={"venue": 0.05},
    duplicate_reply={"venue": 0.05},
)

PATIENT = RestartPolicy(intensity=1_000_000)


class Day:
    """The world outside, and the engine that lives in it until it is killed."""

    def __init__(self, seed: int, faults: Faults, service_ns: tuple[int, int] | None = None) -> None:
        self.kernel = SimKernel(seed, trace="full")
        self.venue = Venue(self.kernel)
        self.disk: list[Order] = []
        self.faults = faults
        self.service_ns = service_ns
        self.boots = 0
        self.system = self.boot()

    def boot(self) -> SimSystem:
        self.boots += 1
        self.system = SimSystem(self.kernel, self.faults, self.boots, self.service_ns)
        self.system.ports["venue"] = self.venue
        children = (
            ChildSpec("writer", Writer, {"disk": self.disk}, attrs.evolve(PATIENT, restart_with=("router",))),
            ChildSpec("inventory", Inventory, {}, PATIENT),
            ChildSpec("router", Router, {"boot": self.boots}, PATIENT),
        )
        # the supervisor itself is above injected crashes: its death is the death of the process
        self.system.faults = attrs.evolve(self.faults, crash_before={**self.faults.crash_before, "root": 0.0},
                                          crash_after={**self.faults.crash_after, "root": 0.0})  # fmt: skip
        self.system.spawn(ChildSpec("root", Supervising, {"children": children}))
        return self.system

    def live(self, for_ns: int, kills: int = 0) -> Day:
        for _ in range(kills):
            self.system.run_for(for_ns // (kills + 1))
            self.system.kill9()
            self.kernel.run_until(self.kernel.now_ns() + S)
            self.boot()
        self.system.run_for(for_ns // (kills + 1))
        return self


if __name__ == "__main__":
    sys.stdout.write(Day(int(sys.argv[1]), ROUGH).live(1_800 * S, kills=2).kernel.digest())
