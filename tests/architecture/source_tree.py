"""neo's own source as syntax trees: what the architecture tests look at."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import attrs

REPO = Path(__file__).resolve().parents[2]


@attrs.frozen(eq=False)
class Module:
    """One file of Python: `path` is relative to the repository."""

    path: str
    text: str

    @property
    def tree(self) -> ast.Module:
        return parsed(self)

    @property
    def lines(self) -> int:
        return self.text.count("\n")


@cache
def modules(*folders: str) -> tuple[Module, ...]:
    """Every module below `folders`, by path."""
    found = sorted(path for folder in folders for path in (REPO / folder).rglob("*.py"))
    return tuple(_module(path) for path in found if "__pycache__" not in path.parts)


@cache
def _module(path: Path) -> Module:
    text = path.read_text(encoding="utf-8")
    return Module(path.relative_to(REPO).as_posix(), text)


@cache
def parsed(module: Module) -> ast.Module:
    """Kept for this folder's tests only (conftest.py): a million objects, through which each collection of garbage would go."""
    return ast.parse(module.text, module.path)


def planted(text: str) -> ast.Module:
    """A snippet that breaks a rule, to prove that the rule can fail."""
    return ast.parse(text)


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


@cache
def tracked_files() -> tuple[str, ...]:
    """Paths that git knows; in an export without git, every file outside hidden and generated folders."""
    try:
        listed = subprocess.run(["git", "ls-files", "-z"], cwd=REPO, capture_output=True, check=True).stdout.decode()
    except (OSError, subprocess.CalledProcessError):
        return tuple(sorted(_visible_files()))
    return tuple(name for name in listed.split("\0") if name and (REPO / name).is_file())


def _visible_files() -> Iterator[str]:
    for path in REPO.rglob("*"):
        relative = path.relative_to(REPO)
        if path.is_file() and not any(part.startswith(".") or part == "__pycache__" for part in relative.parts):
            yield relative.as_posix()
