"""A type checker sees any callable in what `changing` gives: here the written signatures are held against the fields."""

from __future__ import annotations

import ast
import importlib
import typing
from pathlib import Path

import attrs
import pytest

PACKAGE = Path(__file__).parents[2] / "neo"


def changes() -> list[tuple[str, str]]:
    """Module and name of everything that is made with `changing`."""
    found = []
    for path in sorted(PACKAGE.rglob("*.py")):
        text = path.read_text("utf-8")
        if "= changing(" not in text:
            continue
        module = ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts)
        for node in ast.parse(text).body:
            call = getattr(node, "value", None)
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "changing":
                assert isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name), f"{module}: say its type"
                found.append((module, node.target.id))
    return found


def names_of(module: str, name: str) -> tuple[str, ...]:
    """The fields that `name` changes, as they are written there."""
    path = PACKAGE.parent / Path(*module.split(".")).with_suffix(".py")
    for node in ast.parse(path.read_text("utf-8")).body:
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.target.id == name:
            assert isinstance(node.value, ast.Call)
            return tuple(ast.literal_eval(each) for each in node.value.args[1:])
    raise AssertionError(f"{module} has no {name}")


def test_there_is_something_to_hold_against_the_fields() -> None:
    assert len(changes()) > 3


@pytest.mark.parametrize(("module", "name"), changes())
def test_a_change_takes_what_the_fields_of_its_record_are(module: str, name: str) -> None:
    parameters, result = typing.get_args(typing.get_type_hints(importlib.import_module(module))[name])
    record, *values = parameters

    assert attrs.has(result) and record is result
    fields = typing.get_type_hints(result)
    expected = [fields[each] for each in names_of(module, name)]
    for value, field in zip(values, expected, strict=True):
        assert value == field or value in typing.get_args(field), f"{name} takes {value} for a field of {field}"
