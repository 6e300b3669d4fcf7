"""What actors and the domain may not do, each rule as a function from a syntax tree to what it found.

Time, chance, threads and the outside arrive in messages or through the runtime; otherwise the same seed would not give
the same trace, and a decision could not be repeated.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

Rule = Callable[[ast.Module], Iterator[str]]

_IMPORTS = {
    "clock": ("time",),
    "chance": ("random", "secrets", "uuid"),
    "threads": ("threading", "_thread", "queue", "multiprocessing", "concurrent", "asyncio", "contextvars", "signal"),
    "sockets": ("socket", "socketserver", "ssl", "select", "selectors", "http", "urllib", "ftplib", "smtplib"),
    "files": ("io", "os", "pathlib", "shutil", "tempfile", "subprocess", "sqlite3", "glob", "fcntl"),
    "logging": ("logging", "warnings", "sys", "traceback"),
}
_CLOCK_READINGS = {("datetime", "now"), ("datetime", "utcnow"), ("datetime", "today"), ("date", "today")}
_FILE_METHODS = {"open", "read_text", "write_text", "read_bytes", "write_bytes", "unlink", "mkdir"}
_SET_MAKERS = {"set", "frozenset"}
_SET_METHODS = {"union", "intersection", "difference", "symmetric_difference", "copy"}
#: These look at every element and give the same answer in any order.
_ORDER_BLIND = {"sorted", "len", "any", "all", "set", "frozenset", "bool"}
_ORDER_KEEPING = {"list", "tuple", "iter", "enumerate", "zip", "map", "filter", "next", "reversed", "sum", "dict"}


def forbidden_imports(tree: ast.Module) -> Iterator[str]:
    """Modules of the standard library that are a way out of a pure decision."""
    why = {module: kind for kind, names in _IMPORTS.items() for module in names}
    for node in ast.walk(tree):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names = [node.module]
        for name in names:
            if name.partition(".")[0] in why:
                yield _at(node, f"imports {name} ({why[name.partition('.')[0]]})")


def clock_readings(tree: ast.Module) -> Iterator[str]:
    """`datetime.now()` and its relatives: time arrives in messages."""
    for call in _calls(tree):
        func = call.func
        if isinstance(func, ast.Attribute) and (_last_name(func.value), func.attr) in _CLOCK_READINGS:
            yield _at(call, f"reads the clock: {ast.unparse(func)}()")


def file_access(tree: ast.Module) -> Iterator[str]:
    """`open(...)` and the methods of paths."""
    for call in _calls(tree):
        if isinstance(call.func, ast.Name) and call.func.id == "open":
            yield _at(call, "opens a file")
        elif isinstance(call.func, ast.Attribute) and call.func.attr in _FILE_METHODS:
            yield _at(call, f"touches a file: .{call.func.attr}()")


def blocking_talk(tree: ast.Module) -> Iterator[str]:
    """`.ask(` and `.proxy(` block, and the registry is a way around names."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in {"ask", "proxy"}:
            yield _at(node, f"blocks on another actor: .{node.func.attr}()")
        elif _last_name(node) == "ActorRegistry" or _imports(node, "ActorRegistry"):
            yield _at(node, "uses ActorRegistry")


def order_by_identity(tree: ast.Module) -> Iterator[str]:
    """`id` and `hash` differ from process to process."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"id", "hash"}:
            yield _at(node, f"depends on {node.func.id}()")
        elif isinstance(node, ast.keyword) and node.arg == "key" and _last_name(node.value) in {"id", "hash"}:
            yield _at(node.value, f"orders by {_last_name(node.value)}")


def set_iteration(tree: ast.Module) -> Iterator[str]:
    """A set of strings has another order in every process; sorted(...) gives it one."""
    known = _names_of_sets(tree)
    for node in ast.walk(tree):
        for iterated in _iterated(node):
            if _is_set(iterated, known):
                yield _at(iterated, f"iterates over a set: {ast.unparse(iterated)}")


RULES: tuple[Rule, ...] = (
    forbidden_imports,
    clock_readings,
    file_access,
    blocking_talk,
    order_by_identity,
    set_iteration,
)


def _iterated(node: ast.AST) -> Iterator[ast.expr]:
    """Expressions that `node` goes through one by one, in a way in which the order shows."""
    if isinstance(node, ast.For | ast.AsyncFor):
        yield node.iter
    elif isinstance(node, ast.ListComp | ast.DictComp):
        yield from (generator.iter for generator in node.generators)
    elif isinstance(node, ast.Starred):
        yield node.value
    elif isinstance(node, ast.Call):
        yield from _iterated_by_call(node)


def _iterated_by_call(node: ast.Call) -> Iterator[ast.expr]:
    name = _last_name(node.func)
    if name in _ORDER_KEEPING or (isinstance(node.func, ast.Attribute) and name in {"join", "extend"}):
        yield from node.args
    if name not in _ORDER_BLIND:
        for argument in node.args:
            if isinstance(argument, ast.GeneratorExp):
                yield from (generator.iter for generator in argument.generators)


def _names_of_sets(tree: ast.Module) -> frozenset[str]:
    """Names and attributes that somewhere in the module are bound to a set, or annotated as one."""
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and _is_set(node.value, frozenset(names)):
            names.update(name for target in node.targets if (name := _last_name(target)))
        elif isinstance(node, ast.AnnAssign) and _annotates_set(node.annotation):
            names.update(name for name in [_last_name(node.target)] if name)
        elif isinstance(node, ast.arg) and node.annotation is not None and _annotates_set(node.annotation):
            names.add(node.arg)
    return frozenset(names)


def _annotates_set(annotation: ast.expr) -> bool:
    base = annotation.value if isinstance(annotation, ast.Subscript) else annotation
    return _last_name(base) in {"set", "frozenset", "Set", "FrozenSet", "AbstractSet", "MutableSet"}


def _is_set(node: ast.expr, known: frozenset[str]) -> bool:
    if isinstance(node, ast.Set | ast.SetComp):
        return True
    if isinstance(node, ast.Name | ast.Attribute):
        return _last_name(node) in known
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitAnd | ast.BitOr | ast.Sub | ast.BitXor):
        return _is_set(node.left, known) or _is_set(node.right, known)
    if isinstance(node, ast.Call):
        if isinstance(node.func, ast.Name):
            return node.func.id in _SET_MAKERS
        if isinstance(node.func, ast.Attribute) and node.func.attr in _SET_METHODS:
            return _is_set(node.func.value, known)
    return False


def _calls(tree: ast.Module) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield node


def _imports(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.Import | ast.ImportFrom) and any(alias.name == name for alias in node.names)


def _last_name(node: ast.AST) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _at(node: ast.AST, what: str) -> str:
    return f"line {getattr(node, 'lineno', 0)}: {what}"
