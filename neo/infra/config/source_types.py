"""A small type finder over source code: enough to tell on which class an attribute is read.

It knows annotations (parameters, variables, class attributes, returns), constructor calls, and assignments from those;
it does not run or import what it reads.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

import attrs

from neo.records import define, frozen

Function = ast.FunctionDef | ast.AsyncFunctionDef
# Calls that give back a value of their first argument's class.
SAME_CLASS_CALLS = frozenset({"evolve", "replace", "copy", "deepcopy"})
# Annotations that mean one of their arguments.
TRANSPARENT = frozenset({"Optional", "Final", "ClassVar", "Annotated", "Union"})


@define
class ClassFacts:
    """What is known about one class: its bases, and the class names of its attributes and of its methods' results."""

    bases: list[str] = attrs.field(factory=list)
    attributes: dict[str, str] = attrs.field(factory=dict)
    results: dict[str, str] = attrs.field(factory=dict)


@define
class ProgramFacts:
    """Classes and functions of a program by name; two classes of one name share what is known about them."""

    classes: dict[str, ClassFacts] = attrs.field(factory=dict)
    functions: dict[str, str] = attrs.field(factory=dict)

    def attribute_class(self, class_name: str, attribute: str) -> str | None:
        """Class of `attribute` on `class_name` or the closest base that has it."""
        pending, seen = [class_name], set[str]()
        while pending:
            name = pending.pop(0)
            if name in seen or name not in self.classes:
                continue
            seen.add(name)
            facts = self.classes[name]
            if attribute in facts.attributes:
                return facts.attributes[attribute]
            if attribute in facts.results:
                return facts.results[attribute]
            pending += facts.bases
        return None


@frozen
class SourceModule:
    """`name` is dotted; `path` is kept for messages."""

    name: str
    path: Path
    tree: ast.Module


def read_modules(root: Path) -> list[SourceModule]:
    """Every Python file below `root`, the package folder. Raises SyntaxError for one that is not Python."""
    modules = []
    for path in sorted(root.rglob("*.py")):
        parts = path.relative_to(root.parent).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        modules.append(SourceModule(name, path, ast.parse(path.read_text("utf-8"), str(path))))
    return modules


def program_facts(modules: list[SourceModule], known: Mapping[str, Mapping[str, str]]) -> ProgramFacts:
    """Collect declarations first, then what methods assign to self. `known`: attributes of classes from elsewhere."""
    facts = ProgramFacts({name: ClassFacts(attributes=dict(attributes)) for name, attributes in known.items()})
    for module in modules:
        for node in ast.walk(module.tree):
            if isinstance(node, ast.ClassDef):
                _collect_class(facts, node)
            elif isinstance(node, Function) and (result := named_class(node.returns)):
                facts.functions.setdefault(node.name, result)
    for module in modules:
        for node in ast.walk(module.tree):
            if isinstance(node, ast.ClassDef):
                _collect_assignments(facts, node)
    return facts


def named_class(annotation: ast.expr | None) -> str | None:
    """The class that an annotation names: quoted, optional and module-qualified forms are looked through."""
    if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        try:
            return named_class(ast.parse(annotation.value, mode="eval").body)
        except SyntaxError:
            return None
    if isinstance(annotation, ast.Name):
        return annotation.id
    if isinstance(annotation, ast.Attribute):
        return annotation.attr
    if isinstance(annotation, ast.BinOp):
        return _first_class([annotation.left, annotation.right])
    if isinstance(annotation, ast.Subscript) and named_class(annotation.value) in TRANSPARENT:
        inner = annotation.slice
        return _first_class(inner.elts if isinstance(inner, ast.Tuple) else [inner])
    return None


def expression_class(facts: ProgramFacts, names: dict[str, str], expression: ast.expr) -> str | None:
    """Class of an expression, given those of the local names."""
    if isinstance(expression, ast.Name):
        return names.get(expression.id)
    if isinstance(expression, ast.Attribute):
        owner = expression_class(facts, names, expression.value)
        return facts.attribute_class(owner, expression.attr) if owner else None
    if isinstance(expression, ast.Call):
        return _call_class(facts, names, expression)
    if isinstance(expression, ast.BoolOp):
        found = (expression_class(facts, names, each) for each in expression.values)
        return next((each for each in found if each), None)
    return None


def parameters(function: Function | ast.Lambda) -> Iterator[ast.arg]:
    arguments = function.args
    yield from (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)


def _call_class(facts: ProgramFacts, names: dict[str, str], call: ast.Call) -> str | None:
    called = call.func
    name = called.id if isinstance(called, ast.Name) else called.attr if isinstance(called, ast.Attribute) else ""
    if name in facts.classes:
        return name
    if name in SAME_CLASS_CALLS and call.args:
        return expression_class(facts, names, call.args[0])
    if isinstance(called, ast.Attribute):
        owner = expression_class(facts, names, called.value)
        return facts.attribute_class(owner, name) if owner else None
    return facts.functions.get(name)


def _first_class(expressions: list[ast.expr]) -> str | None:
    found = (named_class(each) for each in expressions)
    return next((each for each in found if each and each != "None"), None)


def _collect_class(facts: ProgramFacts, node: ast.ClassDef) -> None:
    known = facts.classes.setdefault(node.name, ClassFacts())
    known.bases += [name for base in node.bases if (name := named_class(base))]
    for statement in node.body:
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
            if name := named_class(statement.annotation):
                known.attributes[statement.target.id] = name
        elif isinstance(statement, Function) and (name := named_class(statement.returns)):
            known.results[statement.name] = name


def _collect_assignments(facts: ProgramFacts, node: ast.ClassDef) -> None:
    """self.limits = limits, in any method, where the right side has a known class."""
    known = facts.classes[node.name]
    for method in (each for each in node.body if isinstance(each, Function)):
        names = {each.arg: name for each in parameters(method) if (name := named_class(each.annotation))}
        names.setdefault("self", node.name)
        for statement in ast.walk(method):
            target, value = _assigned(statement)
            if isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name) and target.value.id == "self":
                annotated = named_class(statement.annotation) if isinstance(statement, ast.AnnAssign) else None
                name = annotated or (expression_class(facts, names, value) if value else None)
                if name:
                    known.attributes.setdefault(target.attr, name)


def _assigned(statement: ast.AST) -> tuple[ast.expr | None, ast.expr | None]:
    if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
        return statement.targets[0], statement.value
    if isinstance(statement, ast.AnnAssign):
        return statement.target, statement.value
    return None, None
