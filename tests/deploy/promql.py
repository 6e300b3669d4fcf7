"""As much of PromQL as is needed to say which metrics and labels an expression names.

Source: prometheus.io, "Querying Prometheus". What is not known here is refused, so that no expression passes unread.
"""

from __future__ import annotations

import re

import attrs

FUNCTIONS = frozenset(
    {
        "rate",
        "increase",
        "delta",
        "deriv",
        "changes",
        "resets",
        "abs",
        "clamp_min",
        "clamp_max",
        "time",
        "vector",
        "absent",
    }
    | {"avg_over_time", "max_over_time", "min_over_time", "sum_over_time", "sort_desc", "topk", "bottomk", "scalar"}
)
AGGREGATIONS = frozenset({"sum", "avg", "min", "max", "count", "topk", "bottomk"})
#: Each takes labels in parentheses.
GROUPINGS = frozenset({"by", "without", "on", "ignoring", "group_left", "group_right"})
OPERATORS = frozenset({"and", "or", "unless", "bool", "offset"})
_TOKEN = re.compile(
    r"""(?P<space>\s+) | (?P<text>"(?:[^"\\]|\\.)*") | (?P<range>\[[^\]]*\]) | (?P<name>[A-Za-z_:][\w:]*)
    | (?P<number>\d+(?:\.\d+)?(?:[smhdw])?) | (?P<sign>=~|!~|!=|==|>=|<=|[-+*/%^=<>(),{}])""",
    re.VERBOSE,
)


@attrs.frozen
class Named:
    """`selected` are the metrics with the labels that their braces name; `grouped` the labels of by(), on() and the like."""

    selected: tuple[tuple[str, frozenset[str]], ...]
    grouped: frozenset[str]


def named(expression: str) -> Named:
    """What an expression names. ValueError for what is no expression as far as this reader knows."""
    tokens = _tokens(expression)
    selected: list[tuple[str, frozenset[str]]] = []
    grouped: set[str] = set()
    place = 0
    while place < len(tokens):
        token = tokens[place]
        following = tokens[place + 1] if place + 1 < len(tokens) else ""
        place += 1
        if not re.match(r"[A-Za-z_:]", token) or token in OPERATORS:
            continue
        if token in GROUPINGS:
            labels, place = _until(tokens, place, "(", ")")
            grouped.update(label for label in labels if label != ",")
        elif token in FUNCTIONS | AGGREGATIONS:
            if following not in ("(", "by", "without"):
                raise ValueError(f"{token} without arguments in {expression!r}")
        elif following == "(":
            raise ValueError(f"{token} is no function that is known here, in {expression!r}")
        elif following == "{":
            inside, place = _until(tokens, place, "{", "}")
            selected.append((token, frozenset(_matched(inside))))
        else:
            selected.append((token, frozenset()))
    return Named(tuple(selected), frozenset(grouped))


def _tokens(expression: str) -> list[str]:
    found, place = [], 0
    while place < len(expression):
        token = _TOKEN.match(expression, place)
        if token is None:
            raise ValueError(f"cannot read {expression[place:]!r}")
        place = token.end()
        if token.lastgroup not in ("space", "range"):
            found.append(token.group())
    for opening, closing in ("()", "{}"):
        if found.count(opening) != found.count(closing):
            raise ValueError(f"{opening} and {closing} do not match in {expression!r}")
    return found


def _until(tokens: list[str], place: int, opening: str, closing: str) -> tuple[list[str], int]:
    """What stands between, and the place after it."""
    if place >= len(tokens) or tokens[place] != opening:
        raise ValueError(f"{opening} expected after {tokens[place - 1]}")
    end = tokens.index(closing, place)
    return tokens[place + 1 : end], end + 1


def _matched(inside: list[str]) -> list[str]:
    """Labels of `label="text", …`."""
    labels = []
    for start in range(0, len(inside), 4):
        label, sign, text = [*inside[start : start + 3], "", "", ""][:3]
        if sign not in ("=", "!=", "=~", "!~") or not text.startswith('"'):
            raise ValueError(f"{label} is not compared with a text")
        labels.append(label)
    return labels
