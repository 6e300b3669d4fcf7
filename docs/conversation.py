"""Who says what to whom, read off the source of the actors.

A sentence is a call of `tell`, `request`, `call`, `reply`, `once` or `finish` in an actor. The message is the class that is
constructed there, or what annotations, `isinstance` and constructions in the same method say of the variable. A receiver
that is only known at run time is everybody who handles the message.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path

import attrs

REPO = Path(__file__).resolve().parents[1]
ACTORS = REPO / "neo" / "actors"
ROOMS_OUTSIDE = {
    "neo/infra/simulated": "ledger port",
    "neo/infra/xrpl": "ledger port",
    "neo/infra/simulated_exchange": "exchange port",
    "neo/infra/ccxt": "exchange port",
    "neo/infra/control": "operator",
    "neo/cli": "operator",
    "neo/system": "engine driver",
}
EVERY_ACTOR = "every actor"
PORTS = ("ledger port", "exchange port")
DRIVER = "engine driver"

_SAYING = {"tell": 1, "request": 1, "call": 1, "reply": 0, "reply_to": 1, "once": 2, "finish": 0}
#: Parts of the runtime that every actor has.
_RUNTIME_BASES = {"Actor", "Supervising"}


@attrs.frozen(order=True)
class Sentence:
    """`sender` says `message` to `receiver`; `how` is the method that is called."""

    sender: str
    message: str
    receiver: str
    how: str


@attrs.frozen(eq=False)
class Role:
    """An actor class: its name in the engine, its syntax, and the messages it handles, with the handling methods."""

    name: str
    node: ast.ClassDef
    module: ast.Module
    handles: tuple[tuple[str, str], ...]

    @property
    def handled(self) -> frozenset[str]:
        return frozenset(message for message, _ in self.handles)


class Unreadable(ValueError):
    """A message whose class cannot be read off the code: construct it where it is sent, or narrow it with isinstance."""


@cache
def constants(path: Path) -> Mapping[str, str]:
    """Module-level constants that are strings."""
    found = {}
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            found.update({target.id: node.value.value for target in node.targets if isinstance(target, ast.Name)})
    return found


@cache
def roles() -> tuple[Role, ...]:
    """Every actor of the engine; a module of neo/actors is named after the actor in it."""
    names = set(constants(ACTORS / "names.py").values())
    found = []
    for path in sorted(ACTORS.glob("*.py")):
        module = ast.parse(path.read_text(encoding="utf-8"), str(path))
        for node in module.body:
            if isinstance(node, ast.ClassDef) and _handlers(node):
                found += [
                    Role(name, node, module, _handlers(node)) for name in sorted(names) if _plays(path.stem, name)
                ]
    return tuple(found)


def _plays(module: str, name: str) -> bool:
    """One class may play several actors: poller plays poller_hot, poller_warm and poller_cold."""
    return name == module or name.startswith(f"{module}_")


@cache
def runtime_handled() -> frozenset[str]:
    """Messages that the runtime's own base classes take on behalf of every actor."""
    found: set[str] = set()
    for path in sorted((ACTORS / "runtime").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef) and node.name in _RUNTIME_BASES:
                found |= {message for message, _ in _handlers(node)}
    return frozenset(found)


@cache
def sentences() -> tuple[Sentence, ...]:
    """Everything that actors say, sorted, each once."""
    cast = roles()
    bases = _bases()
    found = {said for role in cast for said in _Reading(role, cast, bases).sentences()}
    return tuple(sorted(found | set(_from_outside(cast, found))))


def _from_outside(cast: tuple[Role, ...], inside: set[Sentence]) -> Iterator[Sentence]:
    """Messages that actors handle and no actor says: constructed by a port, by the operator, by the driver."""
    said = {sentence.message for sentence in inside}
    makers = makers_outside()
    for role in cast:
        for message in sorted(role.handled - said):
            for maker in makers.get(message, ()):
                yield Sentence(maker, message, role.name, "tell" if maker not in PORTS else "reply")


def makers_outside() -> dict[str, tuple[str, ...]]:
    """Class name to the rooms outside the actors that construct it."""
    found: dict[str, set[str]] = {}
    for room, maker in ROOMS_OUTSIDE.items():
        for path in sorted((REPO / room).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                    found.setdefault(node.func.id, set()).add(maker)
    return {name: tuple(sorted(makers)) for name, makers in found.items()}


def _handlers(node: ast.ClassDef) -> tuple[tuple[str, str], ...]:
    found = []
    for method in node.body:
        for decorator in getattr(method, "decorator_list", ()):
            if isinstance(decorator, ast.Call) and _name(decorator.func) == "handles" and hasattr(method, "name"):
                found += [(_name(argument), method.name) for argument in decorator.args]
    return tuple(found)


def _bases() -> dict[str, ast.FunctionDef]:
    """Methods that the engine's actors inherit: saying one of them says what is in it."""
    module = ast.parse((ACTORS / "engine_actor.py").read_text(encoding="utf-8"))
    classes = [node for node in module.body if isinstance(node, ast.ClassDef)]
    return {m.name: m for node in classes for m in node.body if isinstance(m, ast.FunctionDef) and m.name[0] != "_"}


@cache
def _returned() -> Mapping[str, str]:
    """Function or method of the domain to the one class that it returns."""
    return _unambiguous((n.name, _name(n.returns)) for n in _domain_nodes() if isinstance(n, ast.FunctionDef))


@cache
def _fields() -> Mapping[str, str]:
    """Field of a class of the domain to its one class."""
    annotated = (node for node in _domain_nodes() if isinstance(node, ast.AnnAssign))
    return _unambiguous((_name(node.target), _name(node.annotation)) for node in annotated)


def forget() -> None:
    """What was read is read again when it is asked for; the syntax trees of the actors go."""
    for kept in (constants, roles, runtime_handled, sentences, _returned, _fields):
        kept.cache_clear()


def _domain_nodes() -> Iterator[ast.AST]:
    for path in sorted((REPO / "neo/domain").rglob("*.py")):
        yield from ast.walk(ast.parse(path.read_text(encoding="utf-8")))


def _unambiguous(pairs: Iterable[tuple[str, str]]) -> Mapping[str, str]:
    found: dict[str, set[str]] = {}
    for name, kind in pairs:
        found.setdefault(name, set()).add(kind)
    return {name: next(iter(kinds)) for name, kinds in found.items() if len(kinds) == 1 and kinds != {""}}


@attrs.frozen(eq=False)
class _Reading:
    """Reads the sentences of one actor."""

    role: Role
    cast: tuple[Role, ...]
    bases: Mapping[str, ast.FunctionDef]

    def sentences(self) -> Iterator[Sentence]:
        for method in self.role.node.body:
            if isinstance(method, ast.FunctionDef):
                yield from self._of_method(method, _annotated(method))

    def _of_method(self, method: ast.FunctionDef, known: dict[str, tuple[str, ...]]) -> Iterator[Sentence]:
        yield from self._of_block(method.body, dict(known))

    def _of_block(self, block: list[ast.stmt], known: dict[str, tuple[str, ...]]) -> Iterator[Sentence]:
        """Statement by statement, so that constructions and `isinstance` are known to what follows them."""
        for statement in block:
            yield from self._of_statement(statement, known)

    def _of_statement(self, statement: ast.stmt, known: dict[str, tuple[str, ...]]) -> Iterator[Sentence]:
        if isinstance(statement, ast.If):
            yield from self._of_expressions(statement.test, known)
            yield from self._of_block(statement.body, known | _narrowed(statement.test))
            yield from self._of_block(statement.orelse, known)
            return
        if isinstance(statement, ast.For):
            known.update(_looped(statement, known))
        elif isinstance(statement, ast.Assign | ast.AnnAssign) and isinstance(statement.value, ast.Call):
            targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
            made = _constructed(statement.value)
            known.update({_name(target): made for target in targets if made and _name(target)})
        for inner in ast.iter_child_nodes(statement):
            if isinstance(inner, ast.stmt):
                yield from self._of_statement(inner, known)
            elif isinstance(inner, ast.expr | ast.excepthandler | ast.withitem):
                yield from self._of_expressions(inner, known)

    def _of_expressions(self, node: ast.AST, known: dict[str, tuple[str, ...]]) -> Iterator[Sentence]:
        for call in ast.walk(node):
            if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute):
                continue
            how = call.func.attr
            of_self = isinstance(call.func.value, ast.Name) and call.func.value.id == "self"
            if of_self and how in self.bases:
                yield from self._of_method(self.bases[how], _annotated(self.bases[how]))
            elif how in _SAYING and (of_self or how == "finish") and len(call.args) > _SAYING[how]:
                yield from self._said(how, call, known)

    def _said(self, how: str, call: ast.Call, known: dict[str, tuple[str, ...]]) -> Iterator[Sentence]:
        for message in self._messages(call.args[_SAYING[how]], known):
            for receiver in self._receivers(how, call, message):
                yield Sentence(self.role.name, message, receiver, how)

    def _messages(self, node: ast.expr, known: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
        if isinstance(node, ast.Call):
            if isinstance(node.func, ast.Name) and node.func.id[0].isupper():
                return (node.func.id,)
            answer = _returned().get(_name(node.func))
        elif isinstance(node, ast.Attribute):
            answer = _fields().get(node.attr)
        else:
            answer = None
        if answer:
            return (answer,)
        if isinstance(node, ast.Name) and node.id in known:
            return known[node.id]
        where = f"{self.role.name}, line {node.lineno}"
        raise Unreadable(f"{where}: the class of the message {ast.unparse(node)} cannot be read off the code")

    def _receivers(self, how: str, call: ast.Call, message: str) -> tuple[str, ...]:
        if how == "finish":
            return (DRIVER,)
        if how == "once" or (how == "tell" and ast.unparse(call.args[0]) == "self.name"):
            return (self.role.name,)
        if how == "call":
            return (f"{constants(REPO / 'neo/domain/ports.py')[_name(call.args[0])]} port",)
        if how in {"tell", "request"}:
            named = constants(ACTORS / "names.py").get(_name(call.args[0]))
            if named:
                return (named,)
        everybody = tuple(role.name for role in self.cast if message in role.handled)
        return everybody or ((EVERY_ACTOR,) if message in runtime_handled() else ())


def _annotated(method: ast.FunctionDef) -> dict[str, tuple[str, ...]]:
    """Parameters with their classes: `a: X | Y` and `many: tuple[X, ...]` alike."""
    return {
        argument.arg: _classes_in(argument.annotation)
        for argument in method.args.args
        if argument.annotation is not None
    }


def _classes_in(annotation: ast.expr) -> tuple[str, ...]:
    if isinstance(annotation, ast.BinOp):
        return _classes_in(annotation.left) + _classes_in(annotation.right)
    if isinstance(annotation, ast.Subscript):
        return _classes_in(annotation.slice)
    if isinstance(annotation, ast.Tuple):
        return tuple(name for element in annotation.elts for name in _classes_in(element))
    return (annotation.id,) if isinstance(annotation, ast.Name) else ()


def _narrowed(test: ast.expr) -> dict[str, tuple[str, ...]]:
    for node in ast.walk(test):
        if isinstance(node, ast.Call) and _name(node.func) == "isinstance":
            return {_name(node.args[0]): _classes_in(node.args[1])}
    return {}


def _looped(loop: ast.For, known: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    classes = known.get(_name(loop.iter), ())
    return {_name(loop.target): classes} if classes and _name(loop.target) else {}


def _constructed(call: ast.Call) -> tuple[str, ...]:
    return (call.func.id,) if isinstance(call.func, ast.Name) and call.func.id[0].isupper() else ()


def _name(node: ast.AST | None) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""
