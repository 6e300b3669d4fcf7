"""The report's page in a real browser, with hostile texts in it: it runs under its own policy and asks for nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from neo.cli.main import main
from tests.browser.chromium import Chromium
from tests.cli.hostile_books import SESSION, hostile_database

#: How many different colours a canvas has: a blank one has a single one. Asked of a copy: a browser complains of a canvas that
#: is read again and again.
COLOURS = """[...document.querySelectorAll('[data-drawing]')].map(host => {
  const canvas = host.querySelector('canvas');
  const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext('2d', {willReadFrequently: true});
  copy.drawImage(canvas, 0, 0);
  const pixels = copy.getImageData(0, 0, canvas.width, canvas.height).data;
  const seen = new Set();
  for (let i = 0; i < pixels.length; i += 4) seen.add(pixels[i] << 24 | pixels[i + 1] << 16 | pixels[i + 2] << 8 | pixels[i + 3]);
  return seen.size;
})"""


@pytest.mark.parametrize("scheme", ["dark", "light"])
@pytest.mark.parametrize(("width", "mobile"), [(390, True), (1280, False)])
def test_a_hostile_report_is_drawn_runs_nothing_of_others_and_asks_for_nothing(
    chromium: Chromium, tmp_path: Path, width: int, mobile: bool, scheme: str
) -> None:
    # Given a report whose every foreign text wants to be markup
    out = tmp_path / "report.html"
    main(["report", "--database", str(hostile_database(tmp_path)), "--out", str(out)])
    page = chromium.page(width, 900, mobile=mobile, scheme=scheme)
    page.call(
        "Page.addScriptToEvaluateOnNewDocument", source="globalThis.attacks = 0; globalThis.alert = () => attacks++;"
    )

    # When it is opened
    page.open(out.as_uri())
    page.wait("document.querySelectorAll('canvas').length >= 10")

    # Then every picture has lines in it, nothing ran, nothing was asked for, and nothing sticks out
    page.wait(COLOURS, lambda colours: min(colours) > 2)  # drawn with the next frame, not when the canvas is there
    assert page.value("attacks") == 0
    assert page.value("document.images.length") == 0
    assert [request for request in page.requests if request != out.as_uri()] == []
    assert list(page.complaints) == []
    assert page.value("document.documentElement.scrollWidth <= innerWidth")
    assert page.text("h1") == SESSION
    assert "SIM" in page.text(".mode")
    page.close()


def test_pictures_are_reached_by_keyboard_and_read_out(chromium: Chromium, tmp_path: Path) -> None:
    out = tmp_path / "report.html"
    main(["report", "--database", str(hostile_database(tmp_path)), "--out", str(out)])
    page = chromium.page(1000, 800)
    page.open(out.as_uri())
    page.wait("document.querySelectorAll('canvas').length >= 10")

    page.key("Tab")

    assert page.value("document.activeElement !== document.body")
    assert page.value(
        "[...document.querySelectorAll('[data-drawing]')].every(host => host.querySelector('[role=slider]'))"
    )
    page.close()
