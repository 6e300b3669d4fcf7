"""`frozen` and `define` of attrs, for which a class is made in two thirds of the time.

For each class attrs writes its own `__repr__`, `__eq__` and `__hash__` and has Python compile them. A simulation makes 450 record
classes before it begins; few of their records are ever compared, fewer hashed, and hardly one is shown. Here these three are
functions that all classes share, which look for the fields when they are called. They answer what those of attrs would answer,
but to a derived class that writes one of them itself and asks its base for more (`super()`): the base then looks at all fields.
A type checker sees attrs itself.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from reprlib import recursive_repr
from typing import TYPE_CHECKING, Any

import attrs

if TYPE_CHECKING:
    from attrs import define as define
    from attrs import frozen as frozen


@recursive_repr()
def _shown(record: Any) -> str:
    shown = ", ".join(_field_shown(record, field) for field in _fields_of(type(record), "__repr__") if field.repr)
    return f"{type(record).__qualname__.rsplit('>.', 1)[-1]}({shown})"


def _field_shown(record: Any, field: attrs.Attribute[Any]) -> str:
    # What no constructor sets may not be there.
    value = getattr(record, field.name) if field.init else getattr(record, field.name, attrs.NOTHING)
    return f"{field.name}={field.repr(value) if callable(field.repr) else repr(value)}"


def _equal(record: Any, other: Any) -> Any:
    record_class = record.__class__
    if other.__class__ is not record_class:
        return NotImplemented
    values = _COMPARED[record_class]
    # Not as tuples: to those a NaN that is the same object on both sides is equal.
    return all(map(operator.eq, values(record), values(other)))


def _hashed(record: Any) -> int:
    record_class = record.__class__
    return hash((record_class.__qualname__, _HASHED[record_class](record)))


_shown.__name__, _equal.__name__, _hashed.__name__ = "__repr__", "__eq__", "__hash__"


class _Values(dict[type, Callable[[Any], tuple[Any, ...]]]):
    """Record class to what takes out of a record the values that a method looks at, made when the first is asked for."""

    def __init__(self, method: str, taken: Callable[[attrs.Attribute[Any]], bool]) -> None:
        super().__init__()
        self._method = method
        self._taken = taken

    def __missing__(self, record_class: type) -> Callable[[Any], tuple[Any, ...]]:
        # Any, because the stubs of attrs have no keys
        fields: list[Any] = [field for field in _fields_of(record_class, self._method) if self._taken(field)]
        is_plain = len(fields) > 1 and not any(field.eq_key for field in fields)
        self[record_class] = values = (
            operator.attrgetter(*[field.name for field in fields]) if is_plain else _few(*fields)
        )
        return values


def _few(*fields: Any) -> Callable[[Any], tuple[Any, ...]]:
    """What attrgetter does for two names and more; for one it gives the value itself, for none nothing, and it knows no keys."""
    taken = [(field.name, field.eq_key or _itself) for field in fields]
    return lambda record: tuple(key(getattr(record, name)) for name, key in taken)


def _itself(value: object) -> object:
    return value


def _fields_of(record_class: type, method: str) -> tuple[attrs.Attribute[Any], ...]:
    """The fields of the class that has the method, which need not be the record's own."""
    owner: Any = next(each for each in record_class.__mro__ if method in vars(each))
    return tuple(attrs.fields(owner))


_COMPARED = _Values("__eq__", lambda field: bool(field.eq))
_HASHED = _Values("__hash__", lambda field: bool(field.eq) if field.hash is None else field.hash)


def _sharing(make: Callable[..., Any], hashed: Callable[[Any], int] | None) -> Callable[..., Any]:
    def decorate(record_class: Any = None, *, eq: bool = True, repr: bool = True, **options: Any) -> Any:
        if record_class is None:
            return lambda named_class: decorate(named_class, eq=eq, repr=repr, **options)
        written = vars(record_class)
        if repr and "__repr__" not in written:
            record_class.__repr__ = _shown
        if eq and not {"__eq__", "__ne__"} & written.keys() and not issubclass(record_class, BaseException):
            if "__hash__" not in written:
                record_class.__hash__ = hashed
            record_class.__eq__ = _equal
        # Nobody refers weakly to a record: without room for that each is eight bytes smaller, and ends with one look less.
        return make(record_class, eq=False, repr=False, weakref_slot=False, **options)

    return decorate


if not TYPE_CHECKING:
    #: `attrs.frozen`: a record that does not change, which is compared and hashed by its values.
    frozen = _sharing(attrs.frozen, _hashed)
    #: `attrs.define`: a record that changes, which is compared by its values and cannot be hashed.
    define = _sharing(attrs.define, None)
