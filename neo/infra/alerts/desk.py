"""Decides with neo/domain/alerts and delivers. Used by one thread; it may wait as long as a network does."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence

from neo.domain.alerts.alerting import Policy, after, begin, due
from neo.domain.alerts.cause import Cause, Ended, Opened
from neo.domain.alerts.causes import Told, change_by, silence
from neo.domain.alerts.notice import Notice, Sender
from neo.domain.config.alerts import AlertsConfig
from neo.domain.units import NS_PER_S
from neo.infra.alerts.address import Address, Failure
from neo.records import define

_log = logging.getLogger("neo.alerts")

#: Waits so many seconds before the next try; False when there is no time left to try again.
Pause = Callable[[float], bool]
FIRST_PAUSE_S = 1.0
LONGEST_PAUSE_S = 30.0


@define
class _Post:
    """An address, and how it has gone with it."""

    address: Address
    failing: str | None = None
    undelivered: int = 0


class AlertDesk:
    """`now_ns` is given with each call: seconds of the wall, not of a simulated session."""

    def __init__(
        self, config: AlertsConfig, sender: Sender, addresses: Sequence[Address], pause: Pause, now_ns: int
    ) -> None:
        self._policy = Policy(config.per_hour_max, config.sign_of_life_hour)
        self._silence_ns = config.silence_s * NS_PER_S
        self._tries_max = config.tries_max
        self._sender = sender
        self._posts = [_Post(address) for address in addresses]
        self._pause = pause
        self._state = begin(self._policy, now_ns)
        self._heard_ns = now_ns

    @property
    def problem(self) -> str | None:
        """The addresses that do not work and since they stopped why; the text stays the same until that changes."""
        return "; ".join(f"{post.address.name}: {post.failing}" for post in self._posts if post.failing) or None

    def alive(self, now_ns: int) -> None:
        """The engine said something, whatever it was."""
        self._heard_ns = max(self._heard_ns, now_ns)

    def hear(self, told: Told, now_ns: int) -> None:
        change = change_by(told)
        if change is not None:
            self._state = after(self._state, change, now_ns)

    def tell(self, now_ns: int) -> None:
        """Deliver what is due."""
        silent_ns = now_ns - self._heard_ns
        change = Opened(silence(silent_ns // NS_PER_S)) if silent_ns >= self._silence_ns else Ended("silence")
        self._state = after(self._state, change, now_ns)
        self._state, notices = due(self._state, self._policy, now_ns)
        for notice in notices:
            for post in self._posts:
                self._deliver(post, notice, now_ns)

    def close(self) -> None:
        for post in self._posts:
            post.address.close()

    def _deliver(self, post: _Post, notice: Notice, now_ns: int) -> None:
        failure = self._try(post, notice)
        name = post.address.name
        if failure is None:
            if post.failing is not None:
                _log.warning("alerts reach %s again; %d were not delivered", name, post.undelivered)
                self._state = after(self._state, Ended(_key(post)), now_ns)
            post.failing, post.undelivered = None, 0
            return
        post.undelivered += 1
        if post.failing is None:
            post.failing = failure.reason
            _log.error("alerts do not reach %s: %s", name, failure.reason)
            if len(self._posts) > 1:  # the others shall know; where there is no other, nobody can be told
                cause = Cause(_key(post), f"alerts do not reach {name}", failure.reason, settle_ns=0)
                self._state = after(self._state, Opened(cause), now_ns)

    def _try(self, post: _Post, notice: Notice) -> Failure | None:
        """Again after a pause that doubles. An address that was failing before gets one try: others wait behind it."""
        pause_s = FIRST_PAUSE_S
        tries = 1 if post.failing is not None else self._tries_max
        while True:
            tries -= 1
            failure = post.address.deliver(notice, self._sender, post.undelivered)
            if failure is None or failure.is_final or tries == 0 or not self._pause(pause_s):
                return failure
            pause_s = min(2 * pause_s, LONGEST_PAUSE_S)


def _key(post: _Post) -> str:
    return f"address:{post.address.name}"
