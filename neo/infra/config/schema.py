"""JSON Schema of a configuration file, for editors, written from the same classes that the loader uses.

Source: https://json-schema.org/draft/2020-12/schema
"""

from __future__ import annotations

from decimal import Decimal
from enum import Enum
from typing import Any

import attrs

from neo.domain.config.keys import Key, all_keys, all_sections, strategy_of_section
from neo.domain.config.strategies import ALL_STRATEGIES, MARKET_MAKER
from neo.infra.config.values import TEXTS

JSON_TYPES: dict[Any, str] = {Decimal: "number", int: "integer", bool: "boolean", str: "string", TEXTS: "array"}


def json_schema() -> dict[str, Any]:
    """A closed schema: unknown keys are errors there as well."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "neo configuration",
        **_table(""),
        "allOf": [_needed(strategy) for strategy in ALL_STRATEGIES],
    }


def _needed(strategy: str) -> dict[str, Any]:
    """The tables with limits that have to be there when `strategy` runs; a default runs unless the file says otherwise."""
    named = {"contains": {"const": strategy}}
    runs: dict[str, Any] = {"properties": {"engine": {"properties": {"strategies": named}}}}
    if strategy != MARKET_MAKER:
        runs = {
            "required": ["engine"],
            "properties": {"engine": {"required": ["strategies"], "properties": {"strategies": named}}},
        }
    with_limits = {key.path.partition(".")[0] for key in all_keys() if key.required and key.strategy == strategy}
    return {"if": runs, "then": {"required": sorted(with_limits)}}


def _table(section: str) -> dict[str, Any]:
    keys = [key for key in all_keys() if key.section == section]
    inner = {path: _table(path) for path in all_sections() if path and path.rpartition(".")[0] == section}
    tables = {path.rpartition(".")[2]: schema for path, schema in inner.items()}
    always = [
        name for name, each in tables.items() if each["required"] and (section or name not in strategy_of_section())
    ]
    required = [key.name for key in keys if key.required] + always
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": {key.name: _property(key) for key in keys} | tables,
        "required": required,
    }


def _property(key: Key) -> dict[str, Any]:
    unit = f" [{key.unit}]" if key.unit else ""
    kept = f" No default: {key.protects}." if key.protects else ""
    described: dict[str, Any] = {"description": f"{key.meaning}{unit}.{kept}", **_type(key.type)}
    if key.rule is not None:
        described |= key.rule.schema()
    if key.default is not attrs.NOTHING:
        described["default"] = _json_default(key.default)
    return described


def _type(kind: Any) -> dict[str, Any]:
    if isinstance(kind, type) and issubclass(kind, Enum):
        return {"enum": [member.value for member in kind]}
    return {"type": JSON_TYPES[kind]}


def _json_default(value: Any) -> Any:
    """A schema's default is shown by editors, never calculated with, so a float is good enough here."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, tuple):
        return list(value)
    return value.value if isinstance(value, Enum) else value
