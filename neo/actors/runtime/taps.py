"""Seams for tests and recorders: every message that is sent passes here."""

from __future__ import annotations

from collections.abc import Callable

from neo.actors.runtime.envelope import Envelope

Interceptor = Callable[[Envelope], Envelope | None]
Observer = Callable[[Envelope], None]


class _Watchers(dict[type, tuple[Observer, ...]]):
    """Message class to those who watch it, found once for each class: most messages are watched by nobody."""

    def __init__(self, observers: list[tuple[Observer, frozenset[type]]]) -> None:
        super().__init__()
        self._observers = observers

    def __missing__(self, message_class: type) -> tuple[Observer, ...]:
        found = tuple(see for see, classes in self._observers if not classes or message_class in classes)
        self[message_class] = found
        return found


class Taps:
    """Interceptors may change a message or take it away, in the order they were added; observers see what is left."""

    def __init__(self) -> None:
        self._interceptors: list[Interceptor] = []
        self._observers: list[tuple[Observer, frozenset[type]]] = []
        #: Of each message class.
        self.watchers = _Watchers(self._observers)
        self.intercepts = False
        self.open = False

    def intercept(self, interceptor: Interceptor) -> Callable[[], None]:
        """Returns what takes it out again."""
        self._interceptors.append(interceptor)
        self._settle()
        return lambda: self._remove(lambda: self._interceptors.remove(interceptor))

    def observe(self, observer: Observer, message_classes: tuple[type, ...] = ()) -> Callable[[], None]:
        """All messages, or those of some classes. Returns what takes it out again."""
        watch = (observer, frozenset(message_classes))
        self._observers.append(watch)
        self._settle()
        return lambda: self._remove(lambda: self._observers.remove(watch))

    def _remove(self, remove: Callable[[], None]) -> None:
        remove()
        self._settle()

    def _settle(self) -> None:
        # a new table, not an emptied one: another thread may be reading
        self.watchers = _Watchers(self._observers)
        self.intercepts = bool(self._interceptors)
        self.open = bool(self._interceptors or self._observers)

    def passed(self, envelope: Envelope) -> Envelope | None:
        current: Envelope | None = envelope
        for interceptor in self._interceptors:
            current = interceptor(envelope)
            if current is None:
                return None
            envelope = current
        for observer in self.watchers[type(envelope.message)]:
            observer(envelope)
        return envelope
