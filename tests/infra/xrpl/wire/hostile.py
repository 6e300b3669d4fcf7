"""What a broken or hostile server may make of an answer: any member replaced, removed, doubled, moved or nested."""

from __future__ import annotations

import copy
from typing import Any

from hypothesis import strategies as st

DEEP: Any = []
for _ in range(150):
    DEEP = [DEEP]

#: Values that once crashed somebody's parser.
NASTY: tuple[Any, ...] = (
    None, True, False, 0, 1, -1, 2**31, 2**32, 2**64, 10**400, -(10**400), 0.0, 1.5, -0.0, 1e308, float("nan"), float("inf"),
    "", "0", "-1", "1", "1e999999999", "1e-999999999", "NaN", "Infinity", "-Infinity", "sNaN", "0x10", "1_000", " 1", "١٢", "²",
    "9" * 5000, "0." + "0" * 5000 + "1", "1e17", "1.0000000000000001", "\x00", "\ud800", "a" * 100_000, "tesSUCCESS\n",
    [], [None], [[]], {}, {"value": "1"}, {"currency": "XRP"}, DEEP, {"AffectedNodes": []},
    "rrrrrrrrrrrrrrrrrrrrBZbvji", "F" * 64, "0" * 64, {"currency": "USD", "issuer": "rrrrrrrrrrrrrrrrrrrrBZbvji", "value": "NaN"},
)  # fmt: skip

Path = tuple[str | int, ...]


def paths(value: Any, here: Path = ()) -> list[Path]:
    """Every place inside of an answer, the answer itself first."""
    found: list[Path] = [here]
    if isinstance(value, dict):
        for name, member in value.items():
            found += paths(member, (*here, name))
    elif isinstance(value, list):
        for number, member in enumerate(value):
            found += paths(member, (*here, number))
    return found


def scalars(value: Any) -> list[Any]:
    """Values that occur in the answer: put elsewhere they are plausible lies."""
    if isinstance(value, dict):
        return [each for member in value.values() for each in scalars(member)]
    if isinstance(value, list):
        return [each for member in value for each in scalars(member)]
    return [value]


@st.composite
def spoiled(draw: st.DrawFn, answer: Any) -> Any:
    """`answer` with one to three things wrong."""
    answer = copy.deepcopy(answer)
    for _ in range(draw(st.integers(1, 3))):
        path = draw(st.sampled_from(paths(answer)))
        if not path:
            if draw(st.integers(0, 9)) == 0:
                return copy.deepcopy(draw(st.sampled_from(NASTY)))
            continue
        _spoil(draw, answer, path)
    return answer


def _spoil(draw: st.DrawFn, answer: Any, path: Path) -> None:
    where = answer
    for step in path[:-1]:
        where = where[step]
    last: Any = path[-1]
    way = draw(st.sampled_from(("nasty", "moved", "removed", "doubled", "near")))
    if way == "removed":
        del where[last]
    elif way == "doubled":
        if isinstance(where, list):
            where.append(copy.deepcopy(where[last]))
        else:
            where[f"{last}{draw(st.sampled_from(('', '2', 'x')))}"] = copy.deepcopy(where[last])
    elif way == "moved":
        where[last] = draw(st.sampled_from(scalars(answer)))
    elif way == "near":
        where[last] = _near(draw, where[last])
    else:
        where[last] = copy.deepcopy(draw(st.sampled_from(NASTY)))


def _near(draw: st.DrawFn, value: Any) -> Any:
    """Almost the right value."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + draw(st.integers(-3, 3))
    if isinstance(value, str) and value:
        at = draw(st.integers(0, len(value) - 1))
        return value[:at] + draw(st.sampled_from("0123456789AFrx-.eE\n")) + value[at + 1 :]
    return str(value)
