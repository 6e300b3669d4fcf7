"""Nothing is said to nobody, nothing is listened for in vain, and every request has an ear for its time-out."""

from __future__ import annotations

import ast
import enum
from collections import Counter
from typing import Any, get_args

import attrs
import pytest

from docs.conversation import EVERY_ACTOR, Role, constants, roles, runtime_handled, sentences
from neo.domain.messages import journal, quoting, reconcile, session, storage, venue
from tests.architecture.source_tree import REPO, modules

MESSAGE_MODULES = (journal, quoting, reconcile, session, storage, venue)
#: The runtime's own messages to actors.
FROM_RUNTIME = {"Tick", "RequestTimedOut", "Pong", "ChildDied", "ChildReady", "ChildStopped", "DeadLetter"}

NAMES = tuple(sorted(set(constants(REPO / "neo/actors/names.py").values())))


def role_of(name: str) -> Role:
    """The actor of that name."""
    (role,) = (each for each in roles() if each.name == name)
    return role


def message_classes() -> dict[str, type]:
    """Every message of neo/domain/messages: attrs classes that are not merely a part of another one."""
    classes = {
        name: cls
        for module in MESSAGE_MODULES
        for name, cls in vars(module).items()
        if isinstance(cls, type) and cls.__module__ == module.__name__ and attrs.has(cls)
    }
    parts = {part for cls in classes.values() for part in _parts(cls)}
    return {name: cls for name, cls in classes.items() if cls not in parts and not issubclass(cls, enum.Enum)}


def _parts(cls: type) -> set[Any]:
    return {inner for field in attrs.fields(attrs.resolve_types(cls)) for inner in _inner(field.type)}


def _inner(annotation: Any) -> set[Any]:
    arguments = get_args(annotation)
    return {annotation} if not arguments else {inner for argument in arguments for inner in _inner(argument)}


def made_somewhere() -> set[str]:
    """Names that are called outside neo/domain/messages: what is constructed."""
    return {
        node.func.id
        for module in modules("neo")
        if not module.path.startswith("neo/domain/messages/")
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }


def taken_somewhere() -> set[str]:
    """Names that somebody handles, tells apart with `isinstance` or `match`, keys a table with, or takes as an argument."""
    taken: set[str] = set()
    for module in modules("neo"):
        if module.path.startswith("neo/domain/messages/"):
            continue
        for node in ast.walk(module.tree):
            taken.update(inner.id for part in _takers(node) for inner in ast.walk(part) if isinstance(inner, ast.Name))
    return taken


def _takers(node: ast.AST) -> list[ast.AST]:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"handles", "isinstance"}:
        return list(node.args)
    if isinstance(node, ast.MatchClass):
        return [node.cls]
    if isinstance(node, ast.Dict):
        return [key for key in node.keys if key is not None]
    if isinstance(node, ast.arg) and node.annotation is not None:
        return [node.annotation]
    return [node.annotation] if isinstance(node, ast.AnnAssign) else []


def test_every_message_is_said_by_somebody() -> None:
    unsaid = sorted(set(message_classes()) - made_somewhere())
    assert not unsaid, f"constructed nowhere: {', '.join(unsaid)}"


def test_every_message_is_taken_by_somebody() -> None:
    untaken = sorted(set(message_classes()) - taken_somewhere())
    assert not untaken, f"handled nowhere: {', '.join(untaken)}"


def test_what_an_actor_hears_somebody_says() -> None:
    heard = {(role.name, message) for role in roles() for message in role.handled - FROM_RUNTIME}
    said = {(sentence.receiver, sentence.message) for sentence in sentences()}
    in_vain = sorted(heard - said)
    assert not in_vain, "\n".join(f"{actor} listens for {message}, which nobody says" for actor, message in in_vain)


def test_what_is_said_to_an_actor_is_heard_by_it() -> None:
    handled = {role.name: role.handled | runtime_handled() for role in roles()}
    lost = [s for s in sentences() if s.receiver in handled and s.message not in handled[s.receiver]]
    assert not lost, "\n".join(f"{s.sender} tells {s.receiver} {s.message}, which it does not handle" for s in lost)
    nobody = [s for s in sentences() if s.receiver == EVERY_ACTOR and s.message not in runtime_handled()]
    assert not nobody


@pytest.mark.parametrize("name", NAMES)
def test_an_actor_handles_each_message_once(name: str) -> None:
    role = role_of(name)
    twice = [message for message, count in Counter(message for message, _ in role.handles).items() if count > 1]
    assert not twice


@pytest.mark.parametrize("name", NAMES)
def test_who_asks_also_hears_that_nobody_answered(name: str) -> None:
    role = role_of(name)
    asks = [s for s in sentences() if s.sender == role.name and s.how in {"request", "call"}]
    assert not asks or "RequestTimedOut" in role.handled, f"asks {asks[0].message} and ignores the time-out"


def test_every_actor_of_the_engine_has_a_module_that_is_named_after_it() -> None:
    assert {role.name for role in roles()} == set(NAMES)
