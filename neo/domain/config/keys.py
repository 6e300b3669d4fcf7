"""The list of configuration keys, read off the section classes: nothing about a key is written twice."""

from __future__ import annotations

from functools import cache
from typing import Any, get_type_hints

import attrs

from neo.domain.config.bounds import Rule
from neo.domain.config.configuration import Config
from neo.domain.config.strategies import NEEDED_BY
from neo.records import frozen


@frozen
class Key:
    """One key: `path` is dotted, `type` the Python type, `default` attrs.NOTHING when the key must be written."""

    path: str
    section_class: type
    type: Any
    default: Any
    rule: Rule | None
    meaning: str
    unit: str
    protects: str
    example: str
    file_only: bool
    idle: str

    @property
    def name(self) -> str:
        return self.path.rpartition(".")[2]

    @property
    def section(self) -> str:
        """Dotted path of the table that holds the key; empty for the top level."""
        return self.path.rpartition(".")[0]

    @property
    def strategy(self) -> str | None:
        """The only strategy that reads the key; None when the engine itself does."""
        return strategy_of_section().get(self.path.partition(".")[0]) if "." in self.path else None

    @property
    def required(self) -> bool:
        return self.default is attrs.NOTHING


@cache
def all_keys() -> tuple[Key, ...]:
    """Every key, in the order of the classes."""
    return tuple(_keys_of(Config, ""))


@cache
def strategy_of_section() -> dict[str, str]:
    """The tables that only one strategy reads: dotted path of the outermost table to the strategy."""
    return {field.name: field.metadata[NEEDED_BY] for field in attrs.fields(Config) if NEEDED_BY in field.metadata}


@cache
def all_sections() -> dict[str, type]:
    """Dotted path of each table to its class; the empty path is the file itself."""
    return {"": Config} | _sections_of(Config, "")


@cache
def _types_of(section_class: type) -> dict[str, Any]:
    """Each key's type, out of the text that annotations are: Python compiles each of them."""
    return get_type_hints(section_class)


def _keys_of(section_class: type, prefix: str) -> list[Key]:
    hints = _types_of(section_class)
    keys: list[Key] = []
    for attribute in attrs.fields(section_class):
        annotation = hints[attribute.name]
        path = prefix + attribute.name
        if attrs.has(annotation):
            keys += _keys_of(annotation, path + ".")
        else:
            rule = attribute.validator if isinstance(attribute.validator, Rule) else None
            keys.append(Key(path, section_class, annotation, attribute.default, rule, **attribute.metadata))
    return keys


def _sections_of(section_class: type, prefix: str) -> dict[str, type]:
    sections: dict[str, type] = {}
    for name, annotation in _types_of(section_class).items():
        if attrs.has(annotation):
            sections[prefix + name] = annotation
            sections |= _sections_of(annotation, f"{prefix}{name}.")
    return sections
