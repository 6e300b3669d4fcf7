"""Journal events as JSON and back. Decimals and enums are text; the class name is the ``kind`` column."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any, get_args

import cattrs
from cattrs.gen import make_dict_unstructure_fn

from neo.domain.messages.journal import JournalEvent
from neo.infra.sqlite.decimal_text import decimal_text

#: Written with each event; a reader of an older version fills new fields with their defaults.
EVENT_SCHEMA_VERSION = 1

EVENT_CLASSES: tuple[type[Any], ...] = get_args(JournalEvent)

_converter = cattrs.Converter(forbid_extra_keys=True)
_converter.register_unstructure_hook(Decimal, decimal_text)
_converter.register_structure_hook(Decimal, lambda value, _: Decimal(value))

_CLASS_OF_KIND: dict[str, type[Any]] = {event_class.__name__: event_class for event_class in EVENT_CLASSES}
_UNSTRUCTURE: dict[type[Any], Callable[[Any], dict[str, Any]]] = {
    event_class: make_dict_unstructure_fn(event_class, _converter) for event_class in EVENT_CLASSES
}
_encode = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode


def payload_of(event: JournalEvent) -> str:
    """Compact JSON of ``event``; ``ValueError`` or ``TypeError`` for a value that cannot be stored."""
    return _encode(_UNSTRUCTURE[type(event)](event))


def event_of(kind: str, payload: str) -> JournalEvent:
    """The event that ``payload_of`` wrote."""
    event: JournalEvent = _converter.structure(json.loads(payload), _CLASS_OF_KIND[kind])
    return event
