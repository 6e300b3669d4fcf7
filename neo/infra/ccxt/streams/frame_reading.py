"""Frames of a server that may say anything: JSON objects, and messages of protocol buffers."""

from __future__ import annotations

import json
from typing import Any

from neo.infra.ccxt.streams.stream_language import Unreadable

_VARINT, _EIGHT_BYTES, _COUNTED, _FOUR_BYTES = 0, 1, 2, 5
_VARINT_BYTES_MAX = 10


def _refuse(constant: str) -> Any:
    raise Unreadable(f"{constant} is no JSON")


def json_object(frame: str | bytes) -> dict[str, Any]:
    """Unreadable for everything that is no JSON object, however it is broken. Numbers with a point stay text."""
    try:
        message = json.loads(frame, parse_constant=_refuse, parse_float=str)
    except (ValueError, RecursionError) as reason:
        raise Unreadable(f"no JSON: {type(reason).__name__}") from None
    if not isinstance(message, dict):
        raise Unreadable(f"a JSON {type(message).__name__}")
    return message


def fields_of(message: bytes) -> dict[int, int | bytes]:
    """Fields by number, the last of each; those of fixed width are passed over. Unreadable where the bytes do not add up.

    Source: protobuf.dev/programming-guides/encoding.
    """
    fields: dict[int, int | bytes] = {}
    place = 0
    while place < len(message):
        key, place = _varint(message, place)
        number, kind = key >> 3, key & 7
        if kind == _VARINT:
            fields[number], place = _varint(message, place)
        elif kind == _COUNTED:
            length, place = _varint(message, place)
            fields[number] = message[place : place + length]
            place += length
        elif kind in (_EIGHT_BYTES, _FOUR_BYTES):
            place += 8 if kind == _EIGHT_BYTES else 4
        else:
            raise Unreadable(f"wire type {kind}")
    if place > len(message) or not fields:
        raise Unreadable("the bytes end in the middle of a field")
    return fields


def _varint(message: bytes, place: int) -> tuple[int, int]:
    """(value, next place)."""
    value = 0
    for count, byte in enumerate(message[place : place + _VARINT_BYTES_MAX]):
        value |= (byte & 0x7F) << 7 * count
        if byte < 0x80:
            return value, place + count + 1
    raise Unreadable("a number without an end")
