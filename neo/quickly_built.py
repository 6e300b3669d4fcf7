"""Frozen records that are built in half the time, and less the more fields they have.

A frozen attrs class writes each field past its own `__setattr__`, with one call for each. A record that is still being built has
nobody to be protected from: here it is of a twin class that can be written to, and becomes what it is when all is in place. A
simulated day builds two million records.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import attrs

_Record = TypeVar("_Record")

#: Set in the twin's namespace, for those who want to know each class that is derived from theirs.
OPEN_TWIN = "_is_open_twin"

_become = object.__dict__["__class__"].__set__
_ABSENT = object()


def quickly_built(record_class: type[_Record]) -> type[_Record]:
    """Decorates a class made by `attrs.frozen` from which none is derived. Nothing but the time of its constructor changes.

    TypeError for what this constructor could not do: converters, validators, hooks and uninitialised fields.
    """
    fields = attrs.fields(record_class)  # type: ignore[arg-type]  # attrs has looked at the class, mypy sees a type variable
    _require_plain(record_class, fields)
    twin = type(
        record_class.__name__,
        (record_class,),
        {"__slots__": (), "__setattr__": object.__setattr__, "__delattr__": object.__delattr__, OPEN_TWIN: True,
         "__module__": record_class.__module__, "__qualname__": record_class.__qualname__},
    )  # fmt: skip
    built = _constructor(fields, {"_twin": twin, "_record_class": record_class, "_become": _become, "_absent": _ABSENT})
    built.__annotations__ = vars(record_class)["__init__"].__annotations__
    built.__qualname__ = f"{record_class.__qualname__}.__init__"
    built.__module__ = record_class.__module__
    type.__setattr__(record_class, "__init__", built)
    return record_class


def _require_plain(record_class: type, fields: tuple[attrs.Attribute[Any], ...]) -> None:
    special = [f.name for f in fields if f.converter or f.validator or not f.init]
    special += [hook for hook in ("__attrs_pre_init__", "__attrs_post_init__") if hasattr(record_class, hook)]
    if special or "__setattr__" not in vars(record_class) or "__slots__" not in vars(record_class):
        why = f"because of {', '.join(special)}" if special else "because it is not frozen, or has no slots"
        raise TypeError(f"{record_class.__name__} cannot be built quickly, {why}")


def _constructor(fields: tuple[attrs.Attribute[Any], ...], names: dict[str, Any]) -> Callable[..., None]:
    """`__init__` as somebody would write it down."""
    body = ["_become(self, _twin)"]
    parameters: dict[bool, list[str]] = {False: ["self"], True: ["*"]}
    for number, field in enumerate(fields):
        parameter = value = str(field.alias)
        default: Any = field.default
        if isinstance(default, attrs.Factory):  # type: ignore[arg-type]  # a class, for which the stubs have a function
            names[f"_factory_{number}"] = default.factory
            parameter, value = f"{parameter}=_absent", f"_factory_{number}() if {parameter} is _absent else {parameter}"
        elif default is not attrs.NOTHING:
            names[f"_default_{number}"] = default
            parameter = f"{parameter}=_default_{number}"
        parameters[field.kw_only].append(parameter)
        body.append(f"self.{field.name} = {value}")
    body.append("self.__class__ = _record_class")
    keywords = parameters[True] if len(parameters[True]) > 1 else []
    lines = "\n    ".join(body)
    exec(f"def __init__({', '.join(parameters[False] + keywords)}):\n    {lines}\n", names)
    built: Callable[..., None] = names["__init__"]
    return built
