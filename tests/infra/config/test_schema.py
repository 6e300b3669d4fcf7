"""The JSON schema says what the loader does."""

from __future__ import annotations

import json
import re
import tomllib
from typing import Any

import pytest

from neo.domain.config.keys import all_keys
from neo.infra.config.schema import json_schema
from tests.infra.config.files import REPOSITORY

TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "number": (int, float),
    "integer": (int,),
    "boolean": (bool,),
    "string": (str,),
    "array": (list,),
}


def objections(value: Any, schema: dict[str, Any], path: str = "") -> list[str]:
    """The part of JSON Schema that the schema uses, written independently of it."""
    if "enum" in schema:
        return [] if value in schema["enum"] else [path]
    if not isinstance(value, TYPES[schema["type"]]) or (isinstance(value, bool) and schema["type"] != "boolean"):
        return [path]
    if isinstance(value, dict):
        found = [f"{path}.{name}" for name in schema["required"] if name not in value]
        for name, inner in value.items():
            known = schema["properties"].get(name)
            stranger = [] if schema.get("additionalProperties", True) else [f"{path}.{name}"]
            found += objections(inner, known, f"{path}.{name}") if known else stranger
        return found
    if isinstance(value, list):
        whole = len(value) <= schema["maxItems"] and len(set(value)) == len(value)
        return [each for item in value for each in objections(item, schema["items"], path)] if whole else [path]
    if isinstance(value, str):
        return [] if re.search(schema.get("pattern", ""), value) else [path]
    number: Any = value
    holds = (
        number >= schema.get("minimum", number)
        and number <= schema.get("maximum", number)
        and number > schema.get("exclusiveMinimum", number - 1)
        and number < schema.get("exclusiveMaximum", number + 1)
    )
    return [] if holds else [path]


@pytest.mark.parametrize("name", ["sim", "paper", "live", "drop"])
def test_every_shipped_file_satisfies_the_schema(name: str) -> None:
    tree = tomllib.loads((REPOSITORY / "config" / f"{name}.toml").read_text("utf-8"))

    assert objections(tree, json_schema()) == []


@pytest.mark.parametrize(
    ("table", "key", "value"),
    [
        ("strategy", "levels", 0),
        ("strategy", "levels", 1.5),
        ("strategy", "levles", 1),
        ("order_size", "base_size_rlusd", 0),
        ("checkpoint", "mode", "sometimes"),
        ("heartbeat", "warn_only", "no"),
        ("xrpl", "account", "nobody"),
        ("xrpl", "nodes", ["wss://one.example", "wss://one.example"]),
        ("xrpl", "nodes", ["one.example"]),
        ("xrpl", "nodes", "wss://one.example"),
    ],
)
def test_the_schema_objects_to_what_the_loader_refuses(table: str, key: str, value: Any) -> None:
    tree = tomllib.loads((REPOSITORY / "config" / "sim.toml").read_text("utf-8"))
    tree[table][key] = value

    assert objections(tree, json_schema()) == [f".{table}.{key}"]


def test_the_schema_requires_every_limit() -> None:
    tables = json_schema()["properties"]

    assert set(tables["risk"]["required"]) == {key.name for key in all_keys() if key.section == "risk"}
    assert "viability" in tables["strategy"]["required"]
    assert json_schema()["required"] == []
    assert [each["then"]["required"] for each in json_schema()["allOf"]] == [
        ["risk", "strategy", "xrpl"],
        ["exchange_risk", "exits"],
    ]


def test_the_schema_is_plain_json() -> None:
    assert json.loads(json.dumps(json_schema())) == json_schema()
