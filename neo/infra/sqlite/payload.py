"""Journal events as JSON and back. Decimals and enums are text; the class name is the ``kind`` column."""

from __future__ import annotations

import enum
import json
import re
from collections.abc import Callable
from decimal import Decimal
from json.encoder import encode_basestring
from typing import Any, get_args

import attrs
import cattrs

from neo.domain.messages.journal import JournalEvent
from neo.infra.object_text import expected_classes, object_text
from neo.infra.sqlite.decimal_text import decimal_text

#: Written with each event; a reader of an older version fills new fields with their defaults.
EVENT_SCHEMA_VERSION = 1

EVENT_CLASSES: tuple[type[Any], ...] = get_args(JournalEvent)

_converter = cattrs.Converter(forbid_extra_keys=True)
_converter.register_structure_hook(Decimal, lambda value, _: Decimal(value))

_HALF = re.compile("[\ud800-\udfff]")

_CLASS_OF_KIND: dict[str, type[Any]] = {event_class.__name__: event_class for event_class in EVENT_CLASSES}


class _Texts(dict[type[Any], Callable[[Any], str]]):
    """JSON text by class; a class of enum members is learnt when it first comes."""

    def __missing__(self, kind: type[Any]) -> Callable[[Any], str]:
        if not issubclass(kind, enum.Enum):
            raise TypeError(f"a {kind.__name__} cannot be stored in an event")
        texts = {member.name: encode_basestring(member.value) for member in kind}
        self[kind] = lambda member: texts[member._name_]
        return self[kind]


#: Written by hand because a simulated day writes a hundred thousand: cattrs and json together take half as long again.
_TEXT_OF = _Texts(
    {
        str: encode_basestring,
        int: int.__repr__,
        bool: {False: "false", True: "true"}.__getitem__,
        type(None): {None: "null"}.__getitem__,
        Decimal: lambda value: '"' + decimal_text(value) + '"',
    }
)


class _Payloads(dict[type[Any], Callable[[Any], str]]):
    """What writes an event, by class; learnt when the first one comes."""

    def __missing__(self, event_class: type[Any]) -> Callable[[Any], str]:
        if event_class not in EVENT_CLASSES:
            raise KeyError(f"a {event_class.__name__} is no event of the journal")
        names = [field.name for field in attrs.fields(event_class)]
        self[event_class] = object_text(names, _TEXT_OF, expected=expected_classes(event_class))
        return self[event_class]


_PAYLOADS = _Payloads()


def stored_form(event: JournalEvent) -> tuple[JournalEvent, str]:
    """The event as it can be stored, and its payload: nearly always the event itself.

    Halves of characters (lone surrogates: a file name or a command line that is no UTF-8, a venue's JSON) are no text to SQLite.
    Words must not keep a fact out of the books, so each becomes U+FFFD, here and in the projections that are made of it.
    """
    text = _PAYLOADS[type(event)](event)
    if text.isascii() or _HALF.search(text) is None:
        return event, text
    words: dict[str, Any] = {
        field.name: _HALF.sub("\N{REPLACEMENT CHARACTER}", value)
        for field in attrs.fields(type(event))
        if isinstance(value := getattr(event, field.name), str)
    }
    whole: JournalEvent = attrs.evolve(event, **words)
    return whole, payload_of(whole)


def payload_of(event: JournalEvent) -> str:
    """Compact JSON of ``event``; ``ValueError`` or ``TypeError`` for a value that cannot be stored."""
    return _PAYLOADS[type(event)](event)


def event_of(kind: str, payload: str) -> JournalEvent:
    """The event that ``payload_of`` wrote."""
    event: JournalEvent = _converter.structure(json.loads(payload), _CLASS_OF_KIND[kind])
    return event
