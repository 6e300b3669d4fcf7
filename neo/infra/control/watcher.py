"""The engine's side: takes the operator's commands from the control directory and answers them.

A poll never raises: a control directory that cannot be read is a problem to report, not a reason to stop trading.
"""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from neo.domain.messages.session import OperatorHalt, OperatorResume
from neo.domain.printable import printable
from neo.infra.control.command import CommandResult, CommandUnreadable, OperatorCommand, Verb
from neo.infra.control.layout import HALT_FILE, ControlDirectory
from neo.infra.session.atomic_file import write_atomically

SIGNAL_FILE_WHO = "signal file"
_COMMAND_BYTES_MAX = 64 * 1024
_NOTE_LENGTH_MAX = 500
_WHO_LENGTH_MAX = 100
_REMEMBERED_MAX = 1_000
_log = logging.getLogger("neo.control")

#: Hands a message to the engine. The text it may return is why the engine refuses the command.
Publish = Callable[[OperatorHalt | OperatorResume], str | None]


class Cancelable(Protocol):
    def cancel(self) -> None: ...


#: Calls back after so many nanoseconds.
After = Callable[[int, Callable[[], None]], Cancelable]


class ControlWatcher:
    """Looks for commands to `session`. `report` gets each kind of trouble once until it is over."""

    def __init__(
        self,
        control: ControlDirectory,
        session: str,
        publish: Publish,
        *,
        clock_ns: Callable[[], int] = time.time_ns,
        report: Callable[[str], None] = _log.error,
    ) -> None:
        self._control = control
        self._session = session
        self._publish = publish
        self._clock_ns = clock_ns
        self._report = report
        self._handled: deque[str] = deque(maxlen=_REMEMBERED_MAX)
        self._trouble: str | None = None
        self._timer: Cancelable | None = None
        self._stopped = False

    def open(self) -> None:
        """Make the directory and throw away answers that nobody fetched. OSError when that is impossible."""
        self._control.make()
        for path in self._control.results.glob("*.json"):
            path.unlink(missing_ok=True)

    def poll(self) -> int:
        """Handle what has come since the last time; the number of commands."""
        try:
            count = self._take_signal_file()
            for path in sorted(self._control.commands.iterdir()):
                if path.suffix == ".json":
                    count += self._take(path)
        except FileNotFoundError:
            return self._make_again()
        except OSError as error:
            self._say(f"cannot read {self._control.path}: {error.strerror or error}")
            return 0
        self._trouble = None
        return count

    def schedule(self, after: After, period_ns: int) -> None:
        """Poll every `period_ns` by a timer, until `stop`."""

        def again() -> None:
            if not self._stopped:
                self.poll()
                self._timer = after(period_ns, again)

        self._timer = after(period_ns, again)

    def stop(self) -> None:
        """No more polls by timer. A last `poll` afterwards answers who still waits."""
        self._stopped = True
        if self._timer is not None:
            self._timer.cancel()

    def _make_again(self) -> int:
        """Somebody removed the directory: without it the operator could not halt the engine."""
        try:
            self._control.make()
        except OSError as error:
            self._say(f"{self._control.path} is gone and cannot be made again: {error.strerror or error}")
        return 0

    def _take_signal_file(self) -> int:
        try:
            status = self._control.halt_file.stat()
        except FileNotFoundError:
            return 0
        mark = f"{HALT_FILE} {status.st_ino} {status.st_mtime_ns}"
        if mark in self._handled:
            return 0
        # Published before it is removed: a halt must not get lost when the removal fails.
        self._handled.append(mark)
        self._publish(OperatorHalt(SIGNAL_FILE_WHO, printable(self._read(self._control.halt_file), _NOTE_LENGTH_MAX)))
        self._control.halt_file.unlink(missing_ok=True)
        return 1

    def _take(self, path: Path) -> int:
        if path.stem in self._handled:
            return 0  # its removal failed, it was handled
        self._handled.append(path.stem)
        try:
            command = OperatorCommand.from_json(self._read(path))
        except CommandUnreadable as error:
            accepted, text = False, f"not a command that this engine understands: {error}"
        else:
            accepted, text = self._obey(command)
        result = CommandResult(path.stem, accepted, text, self._clock_ns())
        write_atomically(self._control.results / path.name, result.to_json())
        path.unlink(missing_ok=True)
        return 1

    def _obey(self, command: OperatorCommand) -> tuple[bool, str]:
        if command.session != self._session:
            return False, f"meant for {command.session or 'another session'}; this engine runs {self._session}"
        who = printable(command.who, _WHO_LENGTH_MAX)
        if command.venue and command.verb is Verb.HALT:
            return False, "a halt by hand concerns every venue"
        message = (
            OperatorHalt(who, printable(command.note, _NOTE_LENGTH_MAX))
            if command.verb is Verb.HALT
            else OperatorResume(who, command.venue)
        )
        refusal = self._publish(message)
        what = f"{command.verb.value} of {command.venue}" if command.venue else command.verb.value
        return (False, refusal) if refusal else (True, f"{what} handed to {self._session}")

    @staticmethod
    def _read(path: Path) -> str:
        with path.open("rb") as file:
            return file.read(_COMMAND_BYTES_MAX).decode("utf-8", "replace")

    def _say(self, trouble: str) -> None:
        if trouble != self._trouble:
            self._trouble = trouble
            self._report(trouble)
