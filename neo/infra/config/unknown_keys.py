"""Keys and tables that nothing reads, with what the writer probably meant."""

from __future__ import annotations

import difflib
from typing import Any

import attrs

from neo.domain.config.keys import Key, all_keys, all_sections
from neo.infra.config.fault import Excerpt, Fault, Location
from neo.infra.config.positions import Path
from neo.infra.config.source_text import SourceText
from neo.records import frozen

SIMILARITY_MIN = 0.6


@frozen
class Unknown:
    """`meant` is the dotted path of the key or table that was probably meant; one mistake is one fault."""

    fault: Fault
    meant: str = ""

    def stands_for(self, key: Key) -> bool:
        """Whether `key` is not missing but misspelt here, itself or the table around it."""
        return bool(self.meant) and (key.path == self.meant or key.path.startswith(self.meant + "."))


def unknown_keys(source: SourceText) -> list[Unknown]:
    """Every unknown key and table of the file; what is inside an unknown table is not listed again."""
    found: list[Unknown] = []
    _walk(source, source.tree, (), found)
    return found


def _walk(source: SourceText, tree: dict[str, Any], table: Path, found: list[Unknown]) -> None:
    prefix = "".join(f"{part}." for part in table)
    leaves = {key.path for key in all_keys()}
    for name, value in tree.items():
        path = prefix + name
        if path in all_sections() and isinstance(value, dict):
            _walk(source, value, (*table, name), found)
        elif path not in leaves and path not in all_sections():
            found.append(_unknown(source, (*table, name), isinstance(value, dict), tree))


def _unknown(source: SourceText, path: Path, is_table: bool, siblings: dict[str, Any]) -> Unknown:
    prefix = "".join(f"{part}." for part in path[:-1])
    name = str(path[-1])
    allowed = _names_below(prefix, tables=is_table)
    near = [each for each in difflib.get_close_matches(name, allowed, 3, SIMILARITY_MIN) if each not in siblings]
    suggestion = _suggestion(name, near, allowed, prefix)
    message = "no such table" if is_table else "unknown key: nothing reads it"
    span = source.key_span(path)
    return Unknown(
        Fault(
            location=source.location(span) if span else Location(source.name),
            path=prefix + name,
            message=message,
            suggestion=suggestion,
            excerpt=_without_value(source.excerpt(span)) if span else None,
        ),
        prefix + near[0] if near else "",
    )


def _names_below(prefix: str, *, tables: bool) -> list[str]:
    paths = list(all_sections()) if tables else [key.path for key in all_keys()]
    inside = [path.removeprefix(prefix) for path in paths if path and path.startswith(prefix)]
    return [name for name in inside if "." not in name]


def _suggestion(name: str, near: list[str], allowed: list[str], prefix: str) -> str:
    elsewhere = [key for key in all_keys() if key.name == name]
    if elsewhere:
        where = " or ".join(f"[{key.section}]" if key.section else "the top of the file" for key in elsewhere)
        return f"it belongs to {where}"
    if near:
        return f"did you mean {prefix}{near[0]}?"
    return f"allowed here: {', '.join(allowed)}" if allowed else ""


def _without_value(excerpt: Excerpt) -> Excerpt:
    """The value of a key that we do not know may be anything, also a secret: it is not repeated."""
    end = excerpt.column - 1 + excerpt.width
    rest = excerpt.text[end:]
    return attrs.evolve(excerpt, text=excerpt.text[:end] + (" = ..." if "=" in rest else rest))
