"""Which modules read which configuration keys, found in the source code.

An attribute counts as a key when it is read on a value whose class is the key's section class. An object of unknown
class counts only when it is called `config` and the next attribute is a section or a top-level key.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache

from neo.domain.config.configuration import Config
from neo.domain.config.keys import all_keys, all_sections
from neo.infra.config.source_types import (
    Function,
    ProgramFacts,
    SourceModule,
    expression_class,
    named_class,
    parameters,
)
from neo.records import define

ROOT_NAME = "config"
Scope = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda


@cache
def keys_by_attribute() -> dict[tuple[str, str], str]:
    """Class name and attribute to the dotted path of the key."""
    return {(key.section_class.__name__, key.name): key.path for key in all_keys()}


@cache
def section_attributes() -> dict[str, dict[str, str]]:
    """Class name of each section to the sections it holds: attribute to class name."""
    classes = all_sections()
    attributes: dict[str, dict[str, str]] = {section.__name__: {} for section in classes.values()}
    for path, section in classes.items():
        if path:
            holder, _, name = path.rpartition(".")
            attributes[classes[holder].__name__][name] = section.__name__
    return attributes


def keys_read_by(module: SourceModule, facts: ProgramFacts) -> set[str]:
    """Dotted paths of the keys whose value the module uses."""
    return set(_Reader(facts).scope(module.tree, {}))


@define
class _Reader:
    facts: ProgramFacts

    def scope(self, scope: Scope, outer: dict[str, str]) -> Iterator[str]:
        """Keys read in a scope and those inside it; names of the outer scope are visible."""
        names = dict(outer) | self._parameter_classes(scope)
        own = list(_own_nodes(scope))
        for node in own:
            self._learn(names, node)
        discarded = {id(node.value) for node in own if isinstance(node, ast.Expr)}
        for node in own:
            if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load) and id(node) not in discarded:
                path = self._key_at(names, node)
                if path:
                    yield path
            if isinstance(node, Scope):
                inner = names | {"self": node.name} if isinstance(node, ast.ClassDef) else names
                yield from self.scope(node, inner)

    def _parameter_classes(self, scope: Scope) -> dict[str, str]:
        if not isinstance(scope, Function | ast.Lambda):
            return {}
        return {each.arg: name for each in parameters(scope) if (name := named_class(each.annotation))}

    def _learn(self, names: dict[str, str], node: ast.AST) -> None:
        """Remember the class of a local name that is annotated or assigned."""
        target: ast.expr
        if isinstance(node, ast.AnnAssign):
            target, name = node.target, named_class(node.annotation)
        elif isinstance(node, ast.Assign) and len(node.targets) == 1:
            target, name = node.targets[0], self._class_of(names, node.value)
        elif isinstance(node, ast.NamedExpr):
            target, name = node.target, self._class_of(names, node.value)
        else:
            return
        if name and isinstance(target, ast.Name):
            names[target.id] = name

    def _class_of(self, names: dict[str, str], expression: ast.expr) -> str | None:
        """Class of an expression; what is called config and has no known class is taken for the configuration."""
        known = expression_class(self.facts, names, expression)
        if known is None and isinstance(expression, ast.Attribute):
            owner = self._class_of(names, expression.value)
            if owner is not None:
                return self.facts.attribute_class(owner, expression.attr)
            return Config.__name__ if expression.attr == ROOT_NAME else None
        if known is None and isinstance(expression, ast.Name) and expression.id == ROOT_NAME:
            return Config.__name__
        return known

    def _key_at(self, names: dict[str, str], node: ast.Attribute) -> str | None:
        owner = self._class_of(names, node.value)
        return keys_by_attribute().get((owner, node.attr)) if owner else None


def _own_nodes(scope: Scope) -> Iterator[ast.AST]:
    """Nodes of a scope in source order, not those inside nested functions and classes (these are yielded themselves)."""
    pending = list(ast.iter_child_nodes(scope))
    while pending:
        node = pending.pop(0)
        yield node
        if isinstance(node, Scope):
            pending = [*getattr(node, "decorator_list", []), *pending]
        else:
            pending = [*ast.iter_child_nodes(node), *pending]
