"""POST /api/halt and /api/resume: the operator's commands, by the same way as `neo halt` and `neo resume`."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse

from neo.domain.printable import printable
from neo.infra.control.command import CommandResult, Verb
from neo.infra.control.layout import ControlDirectory
from neo.infra.control.operator import EngineUnreachable, await_answer, give_command
from neo.infra.web.sources import EngineSource
from neo.infra.web.token_gate import Entry, TokenGate
from neo.records import frozen

BODY_BYTES_MAX = 4_096
WHO_LENGTH_MAX = 60
NOTE_LENGTH_MAX = 300
_log = logging.getLogger("neo.web")

_REFUSALS = {
    Entry.READ_ONLY: (403, "this dashboard only shows: no token is configured (key dashboard.token_env)"),
    Entry.WRONG: (401, "wrong token"),
    Entry.TOO_MANY: (429, "too many wrong tokens; wait a minute"),
}


class BadCommand(ValueError):
    """The body is no command; the text says why."""


@frozen
class Wish:
    """`session` is the session the page showed: a halt must not reach the one that happens to run later.

    `venue`: the only one that is meant, empty for all.
    """

    who: str
    note: str
    session: str
    venue: str = ""


class Commands:
    """Both endpoints."""

    def __init__(self, source: EngineSource, gate: TokenGate) -> None:
        self._source = source
        self._gate = gate

    def endpoint(self, verb: Verb) -> Callable[[Request], Any]:
        async def command(request: Request) -> JSONResponse:
            return await self._take(request, verb)

        return command

    async def _take(self, request: Request, verb: Verb) -> JSONResponse:
        entry = self._gate.admit(request.headers.get("authorization", ""))
        if entry is not Entry.OPEN:
            status, why = _REFUSALS[entry]
            _log.warning("%s from the dashboard refused: %s", verb.value, why)
            return JSONResponse({"error": why}, status)
        try:
            wish = read_wish(await _body(request))
            result = await run_in_threadpool(self._give, verb, wish)
        except BadCommand as error:
            return JSONResponse({"error": str(error)}, 400)
        except EngineUnreachable as error:
            return JSONResponse({"error": error.problem, "advice": error.advice}, 503)
        return JSONResponse({"accepted": result.accepted, "text": result.text}, 200 if result.accepted else 409)

    def _give(self, verb: Verb, wish: Wish) -> CommandResult:
        sighting = self._source.sighting()
        if not sighting.alive:
            raise EngineUnreachable(f"no engine runs on {self._source.database}", "`neo sessions` shows how it ended.")
        if wish.session != sighting.session:
            raise BadCommand(f"the page shows {wish.session or 'no session'}, the engine runs {sighting.session}")
        control = ControlDirectory.beside(self._source.database)
        command = give_command(control, verb, sighting.session, wish.note, f"dashboard {wish.who}", wish.venue)
        return await_answer(control, command)


def read_wish(body: bytes) -> Wish:
    """The command in a request's body; BadCommand for anything else."""
    try:
        record: Any = json.loads(body)
        who, note, session = record["who"], record.get("note", ""), record["session"]
        venue = record.get("venue", "")
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise BadCommand("a command is JSON with who, session and perhaps note") from error
    if not all(isinstance(text, str) for text in (who, note, session, venue)):
        raise BadCommand("who, session, note and venue are texts")
    who, note = printable(who, WHO_LENGTH_MAX), printable(note, NOTE_LENGTH_MAX)
    if not who:
        raise BadCommand("who gives the command? It is recorded with the halt")
    return Wish(who, note, session, printable(venue, WHO_LENGTH_MAX))


async def _body(request: Request) -> bytes:
    """At most BODY_BYTES_MAX, whatever the headers say."""
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
        raise BadCommand("a command is application/json")
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > BODY_BYTES_MAX:
            raise BadCommand(f"a command has at most {BODY_BYTES_MAX} bytes")
    return body
