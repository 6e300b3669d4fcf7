"""The audit of the configuration: for each key whether it is written, parsed, and read by which modules."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from neo.domain.config.keys import all_keys
from neo.infra.config.consumers import keys_read_by, section_attributes
from neo.infra.config.reading import Origin
from neo.infra.config.shadows import Shadow, shadows_in
from neo.infra.config.source_types import program_facts, read_modules
from neo.records import frozen

# Modules that handle every key alike; reading a key there moves no engine.
NOT_CONSUMERS = ("domain.config", "infra.config", "cli.config")


@frozen
class KeyAudit:
    """One row: `written` is the place in the file or empty, `parsed` whether the loader gave it a value."""

    path: str
    written: str
    parsed: bool
    consumers: tuple[str, ...]
    shadows: tuple[Shadow, ...]

    @property
    def sound(self) -> bool:
        return bool(self.consumers) and not self.shadows


def audit(source_root: Path, origins: Mapping[str, Origin]) -> tuple[KeyAudit, ...]:
    """Rows for every key. `source_root` is the package folder; `origins` come from a loaded configuration."""
    readers, shadows = _search(source_root)
    return tuple(
        KeyAudit(
            path=key.path,
            written=_written(origins.get(key.path)),
            parsed=key.path in origins,
            consumers=tuple(readers.get(key.path, ())),
            shadows=tuple(each for each in shadows if each.path == key.path),
        )
        for key in all_keys()
    )


def complaints(rows: tuple[KeyAudit, ...]) -> list[str]:
    """What must be corrected in the source: empty when every key is read and none is shadowed."""
    unread = [f"{row.path}: nothing reads it" for row in rows if not row.consumers]
    shadowed = [
        f"{shadow.path}: shadowed by a {shadow.form} in {shadow.module}, line {shadow.line}: {shadow.text}"
        for row in rows
        for shadow in row.shadows
    ]
    return unread + shadowed


def _search(source_root: Path) -> tuple[dict[str, list[str]], list[Shadow]]:
    modules = read_modules(source_root)
    facts = program_facts(modules, section_attributes())
    readers: dict[str, list[str]] = {}
    shadows: list[Shadow] = []
    for module in modules:
        if module.name.removeprefix(source_root.name + ".").startswith(NOT_CONSUMERS):
            continue
        for path in keys_read_by(module, facts):
            readers.setdefault(path, []).append(module.name)
        shadows += shadows_in(module)
    return readers, shadows


def _written(origin: Origin | None) -> str:
    return origin.place if origin is not None and origin.kind == "file" else ""
