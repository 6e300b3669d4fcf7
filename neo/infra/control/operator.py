"""The operator's side: give a command to the engine of a database and wait for its answer."""

from __future__ import annotations

import getpass
import os
import socket
import time
from collections.abc import Callable
from pathlib import Path

from neo.domain.errors import NeoError
from neo.domain.session.exit_codes import UNAVAILABLE
from neo.domain.units import NS_PER_S
from neo.infra.control.command import CommandResult, CommandUnreadable, OperatorCommand, Verb
from neo.infra.control.layout import ControlDirectory
from neo.infra.session.atomic_file import write_atomically

ANSWER_WAIT_S = 10
_LOOK_EVERY_S = 0.05


class EngineUnreachable(NeoError):
    """No engine runs, or it does not answer."""

    exit_code = UNAVAILABLE


def give_command(
    control: ControlDirectory, verb: Verb, session: str, note: str, who: str | None = None, venue: str = ""
) -> OperatorCommand:
    """Leave a command for the engine, as `who` or the user of this process. EngineUnreachable when it cannot be written."""
    command = OperatorCommand(
        command_id=os.urandom(8).hex(),
        verb=verb,
        session=session,
        who=who or operator_name(),
        note=note,
        issued_at_ns=time.time_ns(),
        venue=venue,
    )
    try:
        write_atomically(_file(control.commands, command), command.to_json(), durable=True)
    except OSError as error:
        raise EngineUnreachable(
            f"cannot leave a command in {control.commands}: {error.strerror or error}",
            "Run the command as the user that runs the engine; to stop the engine without it, send SIGTERM to its process.",
        ) from error
    return command


def await_answer(
    control: ControlDirectory,
    command: OperatorCommand,
    wait_s: float = ANSWER_WAIT_S,
    pause: Callable[[float], None] = time.sleep,
    clock_ns: Callable[[], int] = time.monotonic_ns,
) -> CommandResult:
    """The engine's answer. EngineUnreachable after `wait_s`; the command is then withdrawn."""
    give_up_at_ns = clock_ns() + int(wait_s * NS_PER_S)
    while (answer := _answer(_file(control.results, command))) is None:
        if clock_ns() >= give_up_at_ns:
            _file(control.commands, command).unlink(missing_ok=True)
            raise EngineUnreachable(
                f"the engine did not answer within {wait_s:g} s; the command was withdrawn",
                "Look at `neo status`; an engine that hangs is stopped with SIGTERM, its offers expire by themselves.",
            )
        pause(_LOOK_EVERY_S)
    return answer


def operator_name() -> str:
    """user@host, for the halt's detail."""
    try:
        user = getpass.getuser()
    except (KeyError, OSError):  # an account without a name, as in some containers
        user = f"uid {os.getuid()}" if hasattr(os, "getuid") else "unknown"
    return f"{user}@{socket.gethostname()}"


def _file(directory: Path, command: OperatorCommand) -> Path:
    return directory / f"{command.command_id}.json"


def _answer(path: Path) -> CommandResult | None:
    try:
        answer = CommandResult.from_json(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, CommandUnreadable) as error:
        raise EngineUnreachable(f"the answer in {path} cannot be read: {error}", "Look at `neo status`.") from error
    path.unlink(missing_ok=True)
    return answer
