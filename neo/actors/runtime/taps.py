"""Seams for tests and recorders: every message that is sent passes here."""

from __future__ import annotations

from collections.abc import Callable

from neo.actors.runtime.envelope import Envelope

Interceptor = Callable[[Envelope], Envelope | None]
Observer = Callable[[Envelope], None]


class Taps:
    """Interceptors may change a message or take it away, in the order they were added; observers see what is left."""

    def __init__(self) -> None:
        self._interceptors: list[Interceptor] = []
        self.observers: list[Observer] = []
        self.intercepts = False
        self.open = False

    def intercept(self, interceptor: Interceptor) -> Callable[[], None]:
        """Returns what takes it out again."""
        self._interceptors.append(interceptor)
        self._settle()
        return lambda: self._remove(lambda: self._interceptors.remove(interceptor))

    def observe(self, observer: Observer) -> Callable[[], None]:
        """Returns what takes it out again."""
        self.observers.append(observer)
        self._settle()
        return lambda: self._remove(lambda: self.observers.remove(observer))

    def _remove(self, remove: Callable[[], None]) -> None:
        remove()
        self._settle()

    def _settle(self) -> None:
        self.intercepts = bool(self._interceptors)
        self.open = bool(self._interceptors or self.observers)

    def passed(self, envelope: Envelope) -> Envelope | None:
        current: Envelope | None = envelope
        for interceptor in self._interceptors:
            current = interceptor(envelope)
            if current is None:
                return None
            envelope = current
        for observer in self.observers:
            observer(envelope)
        return envelope
