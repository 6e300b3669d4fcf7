"""An operator's command to a running engine, and the answer, as files."""

from __future__ import annotations

import enum
import json
import re
from typing import Any

import attrs

from neo.records import frozen

FORMAT = 1
#: Of a command that concerns one venue: an engine that does not know of that must refuse it, not carry it out for all.
FORMAT_OF_ONE_VENUE = 2
_ID = re.compile(r"[0-9a-f]{16}")


class Verb(enum.Enum):
    HALT = "halt"
    RESUME = "resume"


class CommandUnreadable(ValueError):
    """A file that is not a command of this version."""


@frozen
class OperatorCommand:
    """`session` is the session that is meant: a command must not reach the one that happens to run later.

    `venue` is the only one that is meant, empty for all.
    """

    command_id: str
    verb: Verb
    session: str
    who: str
    note: str
    issued_at_ns: int
    venue: str = ""

    def to_json(self) -> str:
        version = FORMAT_OF_ONE_VENUE if self.venue else FORMAT
        return json.dumps({"format": version, **attrs.asdict(self), "verb": self.verb.value})

    @classmethod
    def from_json(cls, text: str) -> OperatorCommand:
        """CommandUnreadable for anything else than what `to_json` writes."""
        try:
            record: Any = json.loads(text)
            if record["format"] not in (FORMAT, FORMAT_OF_ONE_VENUE):
                raise CommandUnreadable(
                    f"format {record['format']!r}, this engine reads {FORMAT} and {FORMAT_OF_ONE_VENUE}"
                )
            command = cls(
                command_id=str(record["command_id"]),
                verb=Verb(record["verb"]),
                session=str(record["session"]),
                who=str(record["who"]),
                note=str(record["note"]),
                issued_at_ns=int(record["issued_at_ns"]),
                venue=str(record.get("venue", "")),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise CommandUnreadable(str(error)) from error
        if not _ID.fullmatch(command.command_id):
            raise CommandUnreadable(f"command id {command.command_id!r}")
        return command


@frozen
class CommandResult:
    """The engine's answer: whether it took the command, and a sentence for the operator."""

    command_id: str
    accepted: bool
    text: str
    answered_at_ns: int

    def to_json(self) -> str:
        return json.dumps({"format": FORMAT, **attrs.asdict(self)})

    @classmethod
    def from_json(cls, text: str) -> CommandResult:
        try:
            record: Any = json.loads(text)
            return cls(
                str(record["command_id"]), bool(record["accepted"]), str(record["text"]), int(record["answered_at_ns"])
            )
        except (KeyError, TypeError, ValueError) as error:
            raise CommandUnreadable(str(error)) from error
