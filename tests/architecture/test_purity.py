"""Decisions are pure, and actors reach the outside only through the runtime."""

from __future__ import annotations

import ast
import sys

import pytest

from tests.architecture.purity_rules import (
    RULES,
    Rule,
    blocking_talk,
    clock_readings,
    file_access,
    forbidden_imports,
    order_by_identity,
    set_iteration,
)
from tests.architecture.source_tree import Module, modules, planted

ACTORS = tuple(m for m in modules("neo/actors") if not m.path.startswith("neo/actors/runtime/"))
GUARDED = ACTORS + modules("neo/domain")

THIRD_PARTY = {"neo/domain": {"attrs", "attr", "cattrs"}, "neo/actors": {"attrs", "attr"}}
RUNTIME_LIBRARIES = {"pykka", "attrs", "attr"}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_actors_and_domain_keep(rule: Rule) -> None:
    found = [f"{module.path}, {what}" for module in GUARDED for what in rule(module.tree)]
    assert not found, "\n".join(found)


def test_there_is_something_to_guard() -> None:
    paths = {module.path for module in GUARDED}
    assert "neo/actors/order_router.py" in paths
    assert "neo/domain/orders/lifecycle.py" in paths


PLANTED = [
    (forbidden_imports, "import time"),
    (forbidden_imports, "from random import Random"),
    (forbidden_imports, "from uuid import uuid4"),
    (forbidden_imports, "import threading as t"),
    (forbidden_imports, "import urllib.request"),
    (forbidden_imports, "def f():\n    import socket"),
    (forbidden_imports, "from os import environ"),
    (clock_readings, "import datetime\nx = datetime.datetime.now()"),
    (clock_readings, "from datetime import datetime, UTC\nx = datetime.now(UTC)"),
    (clock_readings, "x = date.today()"),
    (file_access, "with open('x') as f: pass"),
    (file_access, "text = path.read_text()"),
    (blocking_talk, "answer = ref.ask(1)"),
    (blocking_talk, "ref.proxy().quote()"),
    (blocking_talk, "from pykka import ActorRegistry"),
    (blocking_talk, "pykka.ActorRegistry.get_all()"),
    (order_by_identity, "sorted(x, key=id)"),
    (order_by_identity, "sorted(x, key=lambda each: hash(each))"),
    (order_by_identity, "x.sort(key=hash)"),
    (set_iteration, "for x in {1, 2}: pass"),
    (set_iteration, "y = [x for x in set(z)]"),
    (set_iteration, "y = tuple(frozenset(z))"),
    (set_iteration, "S = frozenset({1})\nfor x in S: pass"),
    (set_iteration, "def f(a: frozenset[str]) -> None:\n    print(*a)"),
    (set_iteration, "class A:\n    def __init__(self) -> None:\n        self.s: set[int] = set()\n"
                    "    def f(self) -> None:\n        for x in self.s: pass"),
    (set_iteration, "y = {1: 2}\nfor x in set(y) - {1}: pass"),
    (set_iteration, "z = ', '.join({'a', 'b'})"),
    (set_iteration, "z = ', '.join(str(x) for x in {'a', 'b'})"),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "snippet"), PLANTED, ids=[f"{rule.__name__}: {text}" for rule, text in PLANTED])
def test_a_planted_fault_is_found(rule: Rule, snippet: str) -> None:
    assert list(rule(planted(snippet)))


ALLOWED = [
    "from datetime import timedelta\nfrom decimal import Decimal\nimport json",
    "S = frozenset({1})\nif 1 in S: pass\nfor x in sorted(S): pass",
    "y = any(x > 1 for x in {1, 2})",
    "transaction.hash\nself._book = opened(watched)",
    "for x in (1, 2): pass\nfor k in {'a': 1}: pass",
]


@pytest.mark.parametrize("snippet", ALLOWED)
def test_what_is_allowed_is_not_reported(snippet: str) -> None:
    assert not [what for rule in RULES for what in rule(planted(snippet))]


@pytest.mark.parametrize("room", sorted(THIRD_PARTY))
def test_only_these_libraries_are_imported(room: str) -> None:
    guarded = [module for module in GUARDED if module.path.startswith(room)]
    found = [f"{m.path}: {name}" for m in guarded for name in _third_party(m) - THIRD_PARTY[room]]
    assert not found, "\n".join(found)


def test_the_runtime_imports_pykka_attrs_and_the_standard_library_only() -> None:
    runtime = modules("neo/actors/runtime")
    found = [f"{m.path}: {name}" for m in runtime for name in _third_party(m) - RUNTIME_LIBRARIES]
    assert not found, "\n".join(found)


def _third_party(module: Module) -> set[str]:
    roots = set()
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            roots |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            roots.add(node.module.partition(".")[0])
    return roots - sys.stdlib_module_names - {"neo"}
