"""The application: pages, data, stream, commands, health. Other endpoints (metrics) are handed in as routes."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp

from neo.infra.control.command import Verb
from neo.infra.sqlite.errors import StorageError
from neo.infra.web import history
from neo.infra.web.assets import answer, load_assets
from neo.infra.web.commands import Commands
from neo.infra.web.feed import Feed
from neo.infra.web.guard import Guard
from neo.infra.web.health import readiness
from neo.infra.web.pulse import sighting_record
from neo.infra.web.sources import EngineSource
from neo.infra.web.stream import Stream
from neo.infra.web.token_gate import TokenGate
from neo.records import frozen

COMPARED_MAX = 4
#: The latest time that fits into SQLite's integers in ns.
TIME_MS_MAX = (2**63 - 1) // 1_000_000


@frozen(kw_only=True)
class AppParts:
    """What the application is made of."""

    source: EngineSource
    feed: Feed
    gate: TokenGate
    version: str
    hosts: tuple[str, ...] = ()
    more_routes: Sequence[BaseRoute] = ()


def make_app(parts: AppParts) -> ASGIApp:
    """The guarded application."""
    data, commands, assets = Data(parts), Commands(parts.source, parts.gate), load_assets()

    async def index(request: Request) -> Response:
        return answer(assets.get("index.html"), request)

    async def static(request: Request) -> Response:
        return answer(assets.get(request.path_params["name"]), request)

    routes: list[BaseRoute] = [
        Route("/", index),
        Route("/static/{name}", static),
        Route("/api/overview", data.overview),
        Route("/api/charts", data.charts),
        Route("/api/orders", data.orders),
        Route("/api/sessions", data.sessions),
        Route("/api/compare", data.compare),
        Route("/api/stream", Stream(parts.feed, parts.version)),
        Route("/api/halt", commands.endpoint(Verb.HALT), methods=["POST"]),
        Route("/api/resume", commands.endpoint(Verb.RESUME), methods=["POST"]),
        Route("/healthz", healthz),
        Route("/readyz", data.readyz),
        *parts.more_routes,
    ]
    return Guard(Starlette(routes=routes), parts.hosts)


async def healthz(request: Request) -> Response:
    """This process answers."""
    return PlainTextResponse("ok\n")


class Data:
    """Everything that is read. The functions are not coroutines: Starlette runs them on threads, where SQLite may take its
    time without holding up the stream."""

    def __init__(self, parts: AppParts) -> None:
        self._parts = parts

    def overview(self, request: Request) -> Response:
        """What a page needs first: the engine's state, its limits, and what this dashboard may do."""
        source = self._parts.source
        sighting = source.sighting()
        return _json(
            lambda: (
                sighting_record(sighting)
                | {
                    "version": self._parts.version,
                    "database": source.database.name,
                    "actions": not self._parts.gate.is_read_only,
                    "limits": history.limits(source.database, sighting.session) if source.database.exists() else {},
                }
            )
        )

    def charts(self, request: Request) -> Response:
        """The chosen session (default: the engine's) since `from_ms`."""
        return self._of_session(request, lambda session: self._charts(session, request))

    def _charts(self, session: str, request: Request) -> dict[str, Any]:
        wanted = request.query_params.get("from_ms", "0")
        from_ms = int(wanted) if wanted.isdecimal() and len(wanted) <= len(str(TIME_MS_MAX)) else 0
        return history.charts(self._parts.source.database, session, min(from_ms, TIME_MS_MAX))

    def orders(self, request: Request) -> Response:
        return self._of_session(request, lambda session: history.orders(self._parts.source.database, session))

    def sessions(self, request: Request) -> Response:
        database = self._parts.source.database
        return _json(lambda: {"sessions": history.sessions(database) if database.exists() else []})

    def compare(self, request: Request) -> Response:
        """Configuration keys that differ between up to four sessions."""
        chosen = request.query_params.getlist("session")[:COMPARED_MAX]
        return _json(
            lambda: {
                "sessions": chosen,
                "differences": history.configuration_differences(self._parts.source.database, chosen),
            }
        )

    def readyz(self, request: Request) -> Response:
        """Whether the engine trades; 503 with the reasons when it does not."""
        ready, record = readiness(self._parts.source.sighting())
        return JSONResponse(record, 200 if ready else 503)

    def _of_session(self, request: Request, read: Callable[[str], Any]) -> Response:
        session = request.query_params.get("session") or self._parts.source.sighting().session
        return _json(lambda: read(session))


def _json(read: Callable[[], Any]) -> Response:
    """What was read, or why it could not be: the database may be absent, locked away or from another version."""
    try:
        content = read()
    except StorageError as error:
        return JSONResponse({"error": error.problem, "advice": error.advice}, 503)
    return Response(json.dumps(content, separators=(",", ":"), default=str), media_type="application/json")
