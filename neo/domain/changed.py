"""A frozen record with some fields changed, in half the time that attrs.evolve takes.

A simulated day changes a quarter of a million records; attrs.evolve looks at the definition of every field each time.
"""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Any

import attrs

if TYPE_CHECKING:
    # A type checker knows attrs.evolve: it holds every changed field against the class.
    from attrs import evolve as changed
else:

    def changed(record: Any, **fields: Any) -> Any:
        """As attrs.evolve, for classes with at least two fields, none of them keyword-only: KeyError for an unknown one."""
        kind = type(record)
        layout = _LAYOUTS.get(kind)
        if layout is None:
            layout = _LAYOUTS[kind] = _layout(kind)
        places, read = layout
        values = list(read(record))
        for name, value in fields.items():
            values[places[name]] = value
        return kind(*values)


_LAYOUTS: dict[type, tuple[dict[str, int], attrgetter[Any]]] = {}


def _layout(kind: type) -> tuple[dict[str, int], attrgetter[Any]]:
    """Where in the constructor each field is, and how to read them all."""
    fields = attrs.fields(kind)
    if len(fields) < 2 or any(field.kw_only or not field.init for field in fields):
        raise TypeError(f"{kind.__name__} cannot be made from two or more fields in their order: use attrs.evolve")
    return {field.alias: place for place, field in enumerate(fields)}, attrgetter(*(field.name for field in fields))


__all__ = ["changed"]
