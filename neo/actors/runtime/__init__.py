"""One actor system, two runtimes: Pykka threads with a real clock, and one thread with a virtual clock and a seed."""

from __future__ import annotations

from neo.actors.runtime.actor import Actor
from neo.actors.runtime.child_spec import ChildSpec, RestartPolicy
from neo.actors.runtime.crashes import Crash
from neo.actors.runtime.envelope import Envelope
from neo.actors.runtime.errors import ActorCrash, BlockingInsideActor, InjectedCrash, LiveLock, UnknownPort
from neo.actors.runtime.faults import ANY, Faults
from neo.actors.runtime.handlers import handles
from neo.actors.runtime.kernel import SimKernel
from neo.actors.runtime.mailbox import MailboxSpec, MailboxStats, Overflow
from neo.actors.runtime.messages import (
    ChildDied,
    ChildReady,
    ChildStopped,
    DeadLetter,
    Phase,
    Ping,
    Pong,
    RequestTimedOut,
    Tick,
)
from neo.actors.runtime.port_pool import PortClosed, PortSaturated, ThreadPoolPort
from neo.actors.runtime.ports import Port
from neo.actors.runtime.simulation import SimSystem
from neo.actors.runtime.supervising import Supervising
from neo.actors.runtime.system import System
from neo.actors.runtime.threads import ThreadSystem
from neo.actors.runtime.timers import Cancellable

__all__ = [
    "ANY",
    "Actor",
    "ActorCrash",
    "BlockingInsideActor",
    "Cancellable",
    "ChildDied",
    "ChildReady",
    "ChildSpec",
    "ChildStopped",
    "Crash",
    "DeadLetter",
    "Envelope",
    "Faults",
    "InjectedCrash",
    "LiveLock",
    "MailboxSpec",
    "MailboxStats",
    "Overflow",
    "Phase",
    "Ping",
    "Pong",
    "Port",
    "PortClosed",
    "PortSaturated",
    "RequestTimedOut",
    "RestartPolicy",
    "SimKernel",
    "SimSystem",
    "Supervising",
    "System",
    "ThreadPoolPort",
    "ThreadSystem",
    "Tick",
    "UnknownPort",
    "handles",
]
