"""An address of a session's list: a name that no other one has, and a limit of time for the whole of a delivery."""

from __future__ import annotations

import queue
import threading

from neo.domain.alerts.notice import Notice, Sender
from neo.infra.alerts.address import Address, Failure

LATE = Failure("it was not taken in time")
BUSY = Failure("it is still busy with an earlier message")


class Recipient:
    """Delivers on a thread of its own and waits for it no longer than `limit_s`.

    Libraries limit the time between two bytes: whoever sends one now and then could hold up every other address for ever.
    A delivery that is late goes on alone, and until it has ended the address gets nothing more: so there is one at most. Its
    thread is a daemon, and keeps no process alive.
    """

    def __init__(self, address: Address, limit_s: float, name: str = "") -> None:
        self._address = address
        self._limit_s = limit_s
        self._name = name or address.name
        self._late: threading.Thread | None = None

    @property
    def name(self) -> str:
        return self._name

    def deliver(self, notice: Notice, sender: Sender, undelivered: int) -> Failure | None:
        if self._late is not None and self._late.is_alive():
            return BUSY
        results: queue.SimpleQueue[Failure | None] = queue.SimpleQueue()
        thread = threading.Thread(
            target=lambda: results.put(self._address.deliver(notice, sender, undelivered)),
            name="neo-alert-delivery",
            daemon=True,
        )
        thread.start()
        try:
            return results.get(timeout=self._limit_s)
        except queue.Empty:
            self._late = thread
            return LATE

    def close(self) -> None:
        """What is still late loses its connection with it, where the address has one."""
        self._address.close()


def named_apart(addresses: list[Address], limit_s: float) -> tuple[Recipient, ...]:
    """Recipients in the same order. Where several addresses have one name, each has its place among them behind it."""
    names = [address.name for address in addresses]
    return tuple(
        Recipient(
            address,
            limit_s,
            f"{address.name} ({names[: place + 1].count(address.name)})" if names.count(address.name) > 1 else "",
        )
        for place, address in enumerate(addresses)
    )
