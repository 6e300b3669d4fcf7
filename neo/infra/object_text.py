"""Fields of a record as a JSON object, through a function that is written for its class: as somebody would by hand.

An hour of trading writes three thousand journal entries and four thousand lines of telemetry. A loop over fields costs half as
much again, and to look up for each value how its class is written a third.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from json.encoder import encode_basestring_ascii
from typing import Any

import attrs

_Text = Callable[[Any], str]
_CLASSES: Mapping[str, type] = {each.__name__: each for each in (str, int, bool, Decimal)}
#: What stands in the function's text for a value of the class, where no call is needed.
_FORMS: Mapping[type, str] = {int: "{{{0}}}", bool: '{{"true" if {0} else "false"}}'}
#: Further such forms: a Decimal as Python shows it.
SHOWN_DECIMAL: Mapping[type, str] = {Decimal: '"{{{0}!s}}"'}


def expected_classes(record_class: type) -> dict[str, type]:
    """Field to the class that its annotation names, for plain values. What is None unless somebody says more is left out."""
    fields = [field for field in attrs.fields(record_class) if field.default is not None]
    named = {field.name: str(getattr(field.type, "__name__", field.type)).removesuffix(" | None") for field in fields}
    return {name: _CLASSES[words] for name, words in named.items() if words in _CLASSES}


def object_text(
    names: Iterable[str],
    texts: Mapping[type, _Text],
    through: Mapping[str, Callable[[Any], object]] | None = None,
    expected: Mapping[str, type] | None = None,
    forms: Mapping[type, str] | None = None,
) -> _Text:
    """A function from a record to its fields `names`, each as `texts` has it for the type of its value.

    What is `through` something is what that makes of it. `expected` changes nothing but the time: a record whose values are
    exactly of these classes is written without looking for their texts. `forms` are such as SHOWN_DECIMAL, and must say the same
    as `texts`.
    """
    names, steps = tuple(names), through or {}
    classes = {name: kind for name, kind in (expected or {}).items() if name in names and name not in steps}
    if not classes:
        return _written(names, texts, steps)
    return _written(names, texts, steps, classes, {**_FORMS, **(forms or {})})


def _written(
    names: tuple[str, ...],
    texts: Mapping[type, _Text],
    steps: Mapping[str, Callable[[Any], object]],
    classes: Mapping[str, type] = {},
    forms: Mapping[type, str] = {},
) -> _Text:
    known: dict[str, Any] = {"_texts": texts}
    taken, asked, parts = [], [], []
    for number, name in enumerate(names):
        value, kind = f"v{number}", classes.get(name)
        source, text = f"record.{name}", f"{{_texts[type({value})]({value})}}"
        if name in steps:
            known[f"_step_{number}"] = steps[name]
            source = f"_step_{number}({source})"
        if kind is not None:
            known[f"_class_{number}"], known[f"_text_{number}"] = kind, texts[kind]
            asked.append(f"type({value}) is _class_{number}")
            text = forms[kind].format(value) if kind in forms else f"{{_text_{number}({value})}}"
        taken.append(f"{value} = {source}")
        key = encode_basestring_ascii(name).replace("\\", "\\\\")
        parts.append(f"{key}:{text}")
    if asked:
        known["_otherwise"] = _once_needed(lambda: _written(names, texts, steps))
        taken.append(f"if not ({' and '.join(asked)}): return _otherwise(record)")
    lines = "\n    ".join([*taken, f"return f'''{{{{{','.join(parts)}}}}}'''"])
    exec(f"def text(record):\n    {lines}\n", known)
    written: _Text = known["text"]
    return written


def _once_needed(write: Callable[[], _Text]) -> _Text:
    """A function that is made when it is first called: most classes never need their second one."""
    made: list[_Text] = []

    def text(record: Any) -> str:
        if not made:
            made.append(write())
        return made[0](record)

    return text
