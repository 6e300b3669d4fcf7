"""Files and functions stay small, names say what things are, and every module says why it exists."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from tests.architecture.source_tree import functions, modules, planted

EVERYTHING = modules("neo", "tests", "benchmarks", "docs")
NEO = modules("neo")

MODULE_LINES_MAX = 400
FUNCTION_LINES_MAX = 60
#: A body longer than this is not trivial: it needs a docstring when it is public.
TRIVIAL_STATEMENTS = 10

NO_NAMES = re.compile(r"(Manager|Helper|Utils?|Common|Misc)$|^(utils?|common|misc|helpers?|managers?)$")
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")


def too_long(tree: ast.Module) -> Iterator[str]:
    for function in functions(tree):
        lines = (function.end_lineno or function.lineno) - function.lineno + 1
        if lines > FUNCTION_LINES_MAX:
            yield f"{function.name} has {lines} lines"


def empty_names(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef | ast.FunctionDef) and NO_NAMES.search(node.name):
            yield node.name


def undocumented(tree: ast.Module) -> Iterator[str]:
    """Public classes and functions with something in them and no docstring."""
    for node in tree.body:
        if not isinstance(node, ast.ClassDef | ast.FunctionDef) or node.name.startswith("_"):
            continue
        if not ast.get_docstring(node) and not _is_trivial(node):
            yield node.name


def broad_catches(tree: ast.Module) -> Iterator[str]:
    """`except Exception` hides what nobody expected; cleaning up and raising again does not."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ExceptHandler) and _catches_all(node) and not _raises_again(node):
            yield f"line {node.lineno}"


def _catches_all(node: ast.ExceptHandler) -> bool:
    return node.type is None or (isinstance(node.type, ast.Name) and node.type.id in {"Exception", "BaseException"})


def _raises_again(node: ast.ExceptHandler) -> bool:
    last = node.body[-1]
    return isinstance(last, ast.Raise) and last.exc is None


def _is_trivial(node: ast.ClassDef | ast.FunctionDef) -> bool:
    """Plain values, protocols, and functions of a few statements: their names and types say everything."""
    if isinstance(node, ast.ClassDef):
        return sum(_statements(member) for member in node.body if isinstance(member, ast.FunctionDef)) <= 4
    return _statements(node) <= TRIVIAL_STATEMENTS


def _statements(node: ast.FunctionDef) -> int:
    """Statements that do something: not the `...` of a protocol, not nested headers."""
    inner = [each for statement in node.body for each in ast.walk(statement) if isinstance(each, ast.stmt)]
    return sum(not (isinstance(each, ast.Expr) and isinstance(each.value, ast.Constant)) for each in inner)


def test_a_module_is_not_longer_than_anybody_wants_to_read() -> None:
    found = [f"{m.path}: {m.lines} lines" for m in EVERYTHING if m.lines > MODULE_LINES_MAX]
    found += [f"{m.path}: {what}" for m in EVERYTHING for what in too_long(m.tree)]
    assert not found, "\n".join(found)


def test_a_module_says_what_it_is_and_its_public_parts_as_well() -> None:
    found = [f"{m.path}: no module docstring" for m in NEO if m.text.strip() and not ast.get_docstring(m.tree)]
    found += [f"{m.path}: {name} has no docstring" for m in NEO for name in undocumented(m.tree)]
    assert not found, "\n".join(found)


def test_names_say_something() -> None:
    found = [f"{m.path}: {name}" for m in EVERYTHING for name in empty_names(m.tree)]
    found += [m.path for m in EVERYTHING if any(NO_NAMES.search(part) for part in m.path[:-3].split("/"))]
    assert not found, "\n".join(found)


def test_nothing_is_left_for_later() -> None:
    found = [m.path for m in EVERYTHING if m.path != "tests/architecture/test_house_style.py"
             and UNFINISHED.search(m.text)]  # fmt: skip
    assert not found, "\n".join(found)


def test_only_the_runtime_catches_everything() -> None:
    """The runtime turns any exception of a handler into a death that is supervised; the command line into exit code 70."""
    rooms = ("neo/actors/runtime/", "neo/__main__.py", "neo/cli/")
    found = [f"{m.path}, {what}" for m in NEO if not m.path.startswith(rooms) for what in broad_catches(m.tree)]
    assert not found, "\n".join(found)


def test_every_module_postpones_annotations() -> None:
    found = [
        m.path for m in EVERYTHING if m.text.strip() and "from __future__ import annotations" not in m.text
    ]  # fmt: skip
    assert not found, "\n".join(found)


def test_a_planted_fault_is_found() -> None:
    long_function = "def f():\n" + "    x = 1\n" * FUNCTION_LINES_MAX
    assert list(too_long(planted(long_function)))
    assert list(empty_names(planted("class OrderManager: ...")))
    assert list(empty_names(planted("def utils(): ...")))
    assert list(undocumented(planted("class Book:\n    def best(self):\n" + "        x = 1\n" * 5 + "")))
    assert list(undocumented(planted("def f():\n" + "    x = 1\n" * (TRIVIAL_STATEMENTS + 1))))
    assert list(broad_catches(planted("try:\n    f()\nexcept Exception:\n    pass")))
    assert list(broad_catches(planted("try:\n    f()\nexcept:\n    pass")))


def test_what_is_allowed_is_not_reported() -> None:
    assert not list(empty_names(planted("class Communication: ...\ndef manage(): ...")))
    assert not list(undocumented(planted("class Level:\n    price: Decimal\ndef mid(a, b):\n    return (a + b) / 2")))
    assert not list(broad_catches(planted("try:\n    f()\nexcept ValueError:\n    pass")))
    assert not list(broad_catches(planted("try:\n    f()\nexcept BaseException:\n    close()\n    raise")))
