"""The files of the pages, from memory: a few dozen kilobytes, read once, named by what they are."""

from __future__ import annotations

import hashlib
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

from neo.records import frozen

FOLDER = Path(__file__).parent / "static"
_TYPES = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}


@frozen
class Asset:
    """`tag` changes with the content, so that a browser keeps a file and still never shows an old one."""

    content: bytes
    media_type: str
    tag: str


def load_assets(folder: Path = FOLDER) -> dict[str, Asset]:
    """Every file that a browser may have, by name."""
    found = {}
    for path in sorted(folder.iterdir()):
        if path.suffix in _TYPES:
            content = path.read_bytes()
            found[path.name] = Asset(content, _TYPES[path.suffix], f'"{hashlib.sha256(content).hexdigest()[:20]}"')
    return found


def answer(asset: Asset | None, request: Request) -> Response:
    """The file, or that the browser has it already, or that there is none."""
    if asset is None:
        return Response("no such file", 404, media_type="text/plain")
    headers = {"etag": asset.tag, "cache-control": "no-cache"}
    if request.headers.get("if-none-match") == asset.tag:
        return Response(status_code=304, headers=headers)
    return Response(asset.content, 200, headers, f"{asset.media_type}; charset=utf-8")
