"""`@handles`: which method takes which message."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

Handler = TypeVar("Handler", bound=Callable[..., None])

_MARK = "_handled_messages"


def handles(*message_classes: type) -> Callable[[Handler], Handler]:
    """Marks a method of an Actor as the handler of exactly these classes (subclasses of them are other messages)."""

    def mark(method: Handler) -> Handler:
        setattr(method, _MARK, message_classes)
        return method

    return mark


def handler_table(inherited: Mapping[type, str], members: Mapping[str, Any]) -> dict[type, str]:
    """Message class to method name. TypeError when one class names two handlers for the same message."""
    own: dict[type, str] = {}
    for name, member in members.items():
        for message_class in getattr(member, _MARK, ()):
            if message_class in own:
                raise TypeError(f"{message_class.__name__} has two handlers: {own[message_class]} and {name}")
            own[message_class] = name
    return {**inherited, **own}
