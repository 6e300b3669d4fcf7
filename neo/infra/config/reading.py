"""Read every key of a parsed file and its overrides: what can be read becomes a value, everything else a fault."""

from __future__ import annotations

import tomllib
from decimal import Decimal
from typing import Any

import attrs
import cattrs

from neo.domain.config.agreement import Contradiction, contradictions
from neo.domain.config.keys import Key, all_keys, all_sections, strategy_of_section
from neo.domain.config.strategies import running
from neo.infra.config.fault import Fault, Location
from neo.infra.config.overrides import Override, variable_name
from neo.infra.config.positions import Path
from neo.infra.config.source_text import SourceText
from neo.infra.config.unknown_keys import Unknown, unknown_keys
from neo.infra.config.values import WrongType, build_converter, described, parsed_text
from neo.records import define, frozen

#: Kind of origin of a key in a table whose strategy does not run.
UNUSED = "unused"


@frozen
class Origin:
    """Where an effective value comes from: `kind` is file, environment, command line, default or unused."""

    kind: str
    place: str


@define
class Reading:
    """Dotted path to value and to origin for all that could be read, and the faults of the rest.

    `sound_parts`: of refused values, for the rules between keys only.
    """

    source: SourceText
    values: dict[str, Any] = attrs.field(factory=dict)
    origins: dict[str, Origin] = attrs.field(factory=dict)
    faults: list[Fault] = attrs.field(factory=list)
    converter: cattrs.Converter = attrs.field(factory=build_converter)
    sound_parts: dict[str, Any] = attrs.field(factory=dict)


def read_keys(source: SourceText, overrides: list[Override]) -> Reading:
    """Examine everything; never raises for what an operator wrote."""
    reading = Reading(source)
    unknown = unknown_keys(source)
    reading.faults += [each.fault for each in unknown]
    replaced = {override.key.path: override for override in overrides}
    for key in all_keys():
        _read_key(reading, key, replaced.get(key.path), unknown)
    runs = running(reading.values)
    idle = [section for section, strategy in strategy_of_section().items() if strategy not in runs]
    reading.faults += [
        _disagreement(reading, each) for each in contradictions({**reading.sound_parts, **reading.values}, idle)
    ]
    return reading


def _read_key(reading: Reading, key: Key, override: Override | None, unknown: list[Unknown]) -> None:
    path: Path = tuple(key.path.split("."))
    written, raw = _lookup(reading.source.tree, path)
    if override is not None:
        _accept_override(reading, key, override)
    elif written:
        _accept_written(reading, key, path, raw)
    elif key.strategy is not None and key.strategy not in running(reading.values):
        reading.values[key.path] = _stand_in(reading, key)
        reading.origins[key.path] = Origin(UNUSED, f"unused: {key.strategy} does not run")
    elif not key.required:
        reading.values[key.path] = key.default
        reading.origins[key.path] = Origin("default", "default")
    elif not any(each.stands_for(key) for each in unknown) and not _section_is_no_table(reading.source, path):
        reading.faults.append(_missing(reading.source, key, path))


def _stand_in(reading: Reading, key: Key) -> Any:
    """The value of a key that nobody reads: the configuration as a whole is always a valid one."""
    if not key.required:
        return key.default
    example = tomllib.loads(f"value = {key.idle or key.example}", parse_float=Decimal)["value"]
    return reading.converter.structure(example, key.type)


def _lookup(tree: Any, path: Path) -> tuple[bool, Any]:
    for part in path:
        if not isinstance(tree, dict) or part not in tree:
            return False, None
        tree = tree[part]
    return True, tree


def _section_is_no_table(source: SourceText, path: Path) -> bool:
    """Then the fault of the section itself is enough; its keys are not missing one by one."""
    return any(
        written and not isinstance(value, dict)
        for written, value in (_lookup(source.tree, path[:depth]) for depth in range(1, len(path)))
    )


def _accept_override(reading: Reading, key: Key, override: Override) -> None:
    fault = _accept(reading, key, parsed_text(override.text, key.type), override.source)
    if fault is not None:
        reading.faults.append(attrs.evolve(fault, location=Location(override.source)))
    kind = "environment" if override.source.startswith("environment") else "command line"
    reading.origins[key.path] = Origin(kind, override.source)


def _accept_written(reading: Reading, key: Key, path: Path, raw: Any) -> None:
    source = reading.source
    span = source.positions.values.get(path) or source.key_span(path)
    place = source.location(span) if span else Location(source.name)
    fault = _accept(reading, key, raw, str(place))
    if fault is not None:
        excerpt = source.excerpt(span) if span else None
        reading.faults.append(attrs.evolve(fault, location=place, excerpt=excerpt))
    reading.origins[key.path] = Origin("file", str(place))


def _accept(reading: Reading, key: Key, raw: Any, source: str) -> Fault | None:
    """Store the value and return None, or return the fault, still without its place."""
    try:
        value = reading.converter.structure(raw, key.type)
    except WrongType as error:
        return Fault(location=Location(source), path=key.path, message=str(error), suggestion=error.suggestion)
    complaint = key.rule.complaint(value) if key.rule else None
    if key.rule is not None and complaint is not None:
        part = key.rule.sound_part(value)
        if part:
            reading.sound_parts[key.path] = part
        help_text = key.meaning + (f" [{key.unit}]" if key.unit else "")
        return Fault(
            location=Location(source), path=key.path, message=complaint, suggestion=f"its meaning: {help_text}"
        )
    reading.values[key.path] = value
    return None


def _missing(source: SourceText, key: Key, path: Path) -> Fault:
    span = source.key_span(path[:-1]) if len(path) > 1 else None
    unit = f"   # {key.unit}: {key.meaning}" if key.unit else f"   # {key.meaning}"
    table = "" if span and source.positions.keys.get(path[:-1]) else f" below [{key.section}]"
    return Fault(
        location=source.location(span) if span else Location(source.name),
        path=key.path,
        message=f"is missing. What protects money has no default, you must write it down (this: {key.protects})",
        suggestion=f"write{table}: {key.name} = {key.example}{unit} (or set {variable_name(key.path)})",
        excerpt=source.excerpt(span) if span else None,
    )


def _disagreement(reading: Reading, found: Contradiction) -> Fault:
    source = reading.source
    path: Path = tuple(found.path.split("."))
    origin = reading.origins[found.path]
    span = source.positions.values.get(path) if origin.kind == "file" else None
    places = (f"{path} = {_shown(reading.values[path])} ({reading.origins[path].place})" for path in found.related)
    return Fault(
        location=source.location(span) if span else Location(f"{source.name} ({origin.place})"),
        path=found.path,
        message=found.message,
        excerpt=source.excerpt(span) if span else None,
        related=tuple(places),
    )


def _shown(value: Any) -> str:
    return str(getattr(value, "value", value))


def section_faults(source: SourceText) -> list[Fault]:
    """Sections that are written as something else than a table."""
    faults = []
    for section in all_sections():
        path: Path = tuple(section.split("."))
        written, value = _lookup(source.tree, path) if section else (False, None)
        if written and not isinstance(value, dict):
            span = source.positions.values.get(path) or source.key_span(path)
            faults.append(
                Fault(
                    location=source.location(span) if span else Location(source.name),
                    path=section,
                    message=f"must be a table, but is {described(value)}",
                    suggestion=f"write [{section}] on a line of its own and its keys below",
                    excerpt=source.excerpt(span) if span else None,
                )
            )
    return faults
