"""Constants in the source that stand where a configuration key should be read.

Only names that can hardly mean anything else are looked for: a key's full path (heartbeat_timeout_s), or its own name
when that has at least two words beside the unit (clob_switch_threshold_bps, price_floor; not timeout_s or levels).
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache

from neo.domain.config.keys import Key, all_keys
from neo.infra.config.source_types import Function, SourceModule
from neo.records import frozen

UNITS = frozenset({"s", "ms", "ns", "bps", "drops", "seconds", "rlusd", "xrp", "mb", "days"})
# What the ledger itself calls so: models and parsers of its messages use the name for what is in a message.
LEDGER_NAMES = frozenset({"network_id"})
# Comparing with these tests for presence or sign, not for a threshold.
NEUTRAL = frozenset({0, 1, -1})


@frozen
class Shadow:
    """`text` is the offending source, `form` what kind of shadow it is."""

    path: str
    module: str
    line: int
    form: str
    text: str


def shadows_in(module: SourceModule) -> list[Shadow]:
    """Every literal of the module that is bound to, defaulted to, passed for or compared with a key's name."""
    found: list[Shadow] = []
    for node in ast.walk(module.tree):
        for name, form in _literals(node):
            key = shadowable_names().get(name.lower().lstrip("_"))
            if key is not None:
                line = getattr(node, "lineno", 0)
                found.append(Shadow(key.path, module.name, line, form, ast.unparse(node).split("\n")[0][:100]))
    return found


@cache
def shadowable_names() -> dict[str, Key]:
    names = {key.path.replace(".", "_"): key for key in all_keys() if key.section}
    own = [key for key in all_keys() if _is_telling(key.name) and key.name not in LEDGER_NAMES]
    return names | {key.name: key for key in own}


def _is_telling(name: str) -> bool:
    return len([word for word in name.split("_") if word not in UNITS]) >= 2


def _literals(node: ast.AST) -> Iterator[tuple[str, str]]:
    if isinstance(node, ast.Assign | ast.AnnAssign):
        yield from _bound(node)
    elif isinstance(node, Function | ast.Lambda):
        yield from _defaults(node)
    elif isinstance(node, ast.Compare):
        yield from _compared(node)
    elif isinstance(node, ast.Call):
        yield from _passed(node)
    elif isinstance(node, ast.BoolOp) and _is_literal(node.values[-1]):
        yield from ((_name(each), "fallback") for each in node.values[:-1])


def _bound(node: ast.Assign | ast.AnnAssign) -> Iterator[tuple[str, str]]:
    if node.value is None or not _is_literal(node.value):
        return
    for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
        yield _name(target), "constant"


def _defaults(node: Function | ast.Lambda) -> Iterator[tuple[str, str]]:
    positional = [*node.args.posonlyargs, *node.args.args]
    defaults = node.args.defaults
    pairs = [
        *zip(positional[len(positional) - len(defaults) :], defaults, strict=True),
        *zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True),
    ]
    for argument, default in pairs:
        if default is not None and _is_literal(default):
            yield argument.arg, "default argument"


def _compared(node: ast.Compare) -> Iterator[tuple[str, str]]:
    sides = [node.left, *node.comparators]
    if any(_is_literal(side) and _number(side) not in NEUTRAL for side in sides):
        yield from ((_name(side), "comparison") for side in sides)


def _passed(node: ast.Call) -> Iterator[tuple[str, str]]:
    for keyword in node.keywords:
        if keyword.arg and _is_literal(keyword.value):
            yield keyword.arg, "argument"
    # config.get("price_floor", 1) and getattr(config, "price_floor", 1)
    for first, second in zip(node.args, node.args[1:], strict=False):
        if isinstance(first, ast.Constant) and isinstance(first.value, str) and _is_literal(second):
            yield first.value, "fallback"


def _name(node: ast.expr) -> str:
    if isinstance(node, ast.Name):
        return node.id
    return node.attr if isinstance(node, ast.Attribute) else ""


def _is_literal(node: ast.expr) -> bool:
    """A number or text, also negative, as Decimal("3"), or as the default of an attrs field."""
    if isinstance(node, ast.Constant):
        return isinstance(node.value, int | float | str) and not isinstance(node.value, bool)
    if isinstance(node, ast.UnaryOp):
        return _is_literal(node.operand)
    if isinstance(node, ast.BinOp):
        return _is_literal(node.left) and _is_literal(node.right)
    if isinstance(node, ast.Call):
        if _name(node.func) in ("Decimal", "int", "float", "D"):
            return bool(node.args) and _is_literal(node.args[0])
        return _name(node.func) in ("field", "ib") and any(
            each.arg == "default" and _is_literal(each.value) for each in node.keywords
        )
    return False


def _number(node: ast.expr) -> object:
    try:
        return ast.literal_eval(node)
    except ValueError:
        return None
