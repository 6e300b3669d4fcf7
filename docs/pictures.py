"""Makes the pictures of the dashboard in docs/pictures: python -m docs.pictures. Needs Chromium; takes about four minutes.

Each is a simulated session of its own, run fast for a while and then shown as anybody would see it.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

import attrs

from neo.infra.config.loader import load
from neo.system.on_threads import ThreadedSession, start_on_threads
from tests.browser.chromium import Chromium, Page

REPO = Path(__file__).resolve().parents[1]
PLACE = REPO / "docs" / "pictures"
QUALITY = 72
SLICE_S = 0.1
#: On a machine with other work a fast session may halt for want of it: that is no picture of an ordinary day.
TRIES_MAX = 4


@attrs.frozen
class Picture:
    """`seconds` of real time at `speed`, then a page of that size."""

    name: str
    config: str
    speed: int
    seconds: float
    width: int
    height: int
    scheme: str


PICTURES = (
    Picture("market-maker", "sim.toml", 40, 75, 1280, 900, "dark"),
    Picture("phone", "sim.toml", 40, 45, 390, 780, "light"),
    Picture("drop-buyer", "drop.toml", 20, 90, 1280, 900, "light"),
)


def take(picture: Picture, browser: Chromium) -> Path | None:
    """Run the session, open its page, write the picture; None when the session halted."""
    with tempfile.TemporaryDirectory(prefix="neo-pictures-") as folder:
        options = {
            "storage.path": f"{folder}/neo.db",
            "session.directory": f"{folder}/sessions",
            "session.duration_s": "0",
            "speed": str(picture.speed),
            "dashboard.port": "0",
        }
        session = start_on_threads(load(REPO / "config" / picture.config, {}, options))
        try:
            _wait(session, picture.seconds)
            return None if session.status().halts else _photograph(picture, browser, session.dashboard.url or "")
        finally:
            session.close()


def _wait(session: ThreadedSession, seconds: float) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        session.wait(SLICE_S)


def _photograph(picture: Picture, browser: Chromium, url: str) -> Path:
    page: Page = browser.page(picture.width, picture.height, mobile=picture.width < 600, scheme=picture.scheme)
    page.open(url)
    page.wait("globalThis.neoPage && neoPage.page.drawn > 4")
    path = PLACE / f"{picture.name}.webp"
    page.picture(path, kind="webp", quality=QUALITY)
    page.close()
    return path


def main() -> None:
    PLACE.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="neo-browser-") as profile, Chromium(Path(profile)) as browser:
        for picture in PICTURES:
            path = next(filter(None, (take(picture, browser) for _ in range(TRIES_MAX))), None)
            if path is None:
                raise SystemExit(f"{picture.name}: the session halted each time; try on a quieter machine")
            sys.stdout.write(f"{path.relative_to(REPO)}  {path.stat().st_size // 1024} KB\n")


if __name__ == "__main__":
    main()
