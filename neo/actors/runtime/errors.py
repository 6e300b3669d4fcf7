"""What the runtime itself raises."""

from __future__ import annotations


class BlockingInsideActor(RuntimeError):
    """`ask` or `proxy` was used where only messages are allowed: a waiting actor is deaf to a halt."""


class UnknownPort(LookupError):
    """`call` named a port that the composition root did not plug in."""


class ActorCrash(Exception):
    """Stands in for SystemExit and its kin, for which Pykka would stop every actor of the process."""


class InjectedCrash(Exception):
    """A crash that the fault plan of a simulation asked for."""


class LiveLock(RuntimeError):
    """Simulated actors kept each other busy without virtual time ever moving on."""
