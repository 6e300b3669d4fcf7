"""Where an engine and its operator meet on one machine: `<database>.control/` beside the database.

commands/ID.json   written by `neo halt` and `neo resume`, taken away by the engine
results/ID.json    the engine's answers
status.json        what the engine is doing, replaced every few seconds
watched            its time says when somebody last followed the log (`neo dash`): while they do, lines reach the file at once
HALT               a signal file: `touch` is enough to halt the engine
"""

from __future__ import annotations

from pathlib import Path

import attrs

from neo.records import frozen

HALT_FILE = "HALT"


@frozen
class ControlDirectory:
    """Paths only; `make` creates them."""

    path: Path = attrs.field(validator=attrs.validators.instance_of(Path))

    @classmethod
    def beside(cls, database: Path) -> ControlDirectory:
        return cls(database.with_name(database.name + ".control"))

    @property
    def commands(self) -> Path:
        return self.path / "commands"

    @property
    def results(self) -> Path:
        return self.path / "results"

    @property
    def status_file(self) -> Path:
        return self.path / "status.json"

    @property
    def halt_file(self) -> Path:
        return self.path / HALT_FILE

    @property
    def watched_file(self) -> Path:
        return self.path / "watched"

    def make(self) -> None:
        """Create the directories; only the owner may write there, for whoever writes there commands the engine."""
        for directory in (self.path, self.commands, self.results):
            directory.mkdir(mode=0o700, parents=True, exist_ok=True)
