"""The canvas charts, in a real browser: what is drawn of many points, what keyboard and screen reader get, hostile names."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import neo.infra.web
from neo.infra.report.page_assets import page_assets
from tests.browser.chromium import Chromium, Page

STATIC = Path(neo.infra.web.__file__).parent / "static"
START_MS = 1_700_000_000_000


@pytest.fixture
def page(chromium: Chromium, tmp_path: Path) -> Iterator[Page]:
    """A page with the charts and an element to put one into."""
    html = tmp_path / "charts.html"
    html.write_text(
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>charts</title>'
        f"<style>{(STATIC / 'charts.css').read_text()}</style><div id=host></div><div id=second></div>"
        f"<script>{page_assets().charts_script}</script></html>"
    )
    opened = chromium.page(1000, 700)
    opened.open(html.as_uri())
    yield opened
    assert not opened.complaints, list(opened.complaints)
    opened.close()


def chart(page: Page, spec: dict[str, Any]) -> None:
    page.value(
        f"globalThis.view = new NeoCharts.TimeView(); globalThis.chart = new NeoCharts.TimeChart(host, {json.dumps(spec)}, view);"
        " new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
    )


def walk(points: int) -> dict[str, Any]:
    t = [START_MS + i * 1000 for i in range(points)]
    return {"name": "mid", "kind": "line", "colour": "mid", "t": t, "v": [2 + (i % 97) / 1000 for i in range(points)]}


def test_a_hundred_thousand_points_become_four_for_each_pixel_column_without_losing_an_extreme(page: Page) -> None:
    # Given 100,000 points with one spike up and one down
    script = """(() => {
      const t = [], v = [];
      for (let i = 0; i < 100000; i++) { t.push(i * 1000); v.push(2 + (i % 97) / 1000); }
      v[41234] = 9; v[77777] = -5;
      const out = NeoCharts.decimate(t, v, 0, t[t.length - 1], 800);
      return {points: out.t.length, high: Math.max(...out.v), low: Math.min(...out.v), first: out.v[0],
              last: out.v[out.v.length - 1], sorted: out.t.every((at, i) => i === 0 || at >= out.t[i - 1])};
    })()"""
    # When they are reduced to 800 columns
    reduced = page.value(script)
    # Then few are left, in order, with both spikes and both ends
    assert reduced["points"] <= 4 * 801
    assert (reduced["high"], reduced["low"]) == (9, -5)
    assert reduced["first"] == 2 and reduced["last"] == pytest.approx(2 + (99_999 % 97) / 1000)
    assert reduced["sorted"]


def test_few_points_are_drawn_as_they_are_and_gaps_stay_gaps(page: Page) -> None:
    out = page.value("NeoCharts.decimate([0, 1, 2, 3], [1, null, 3, 4], 0, 3, 100)")
    assert out == {"t": [0, 1, 2, 3], "v": [1, None, 3, 4]}
    many = page.value(
        "(n => NeoCharts.decimate(n, n.map(i => i > 2000 && i < 3000 ? null : i), 0, 4999, 50).v)([...Array(5000).keys()])"
    )
    assert None in many and 2000 in many and 3000 in many


def test_only_what_is_shown_is_drawn(page: Page) -> None:
    out = page.value("NeoCharts.decimate([0, 10, 20, 30, 40, 50], [0, 1, 2, 3, 4, 5], 20, 30, 10)")
    assert out["t"] == [10, 20, 30, 40]


def test_arrow_keys_move_the_crosshair_and_its_values_are_told_to_a_screen_reader(page: Page) -> None:
    # Given a chart that has the focus
    chart(page, {"title": "Price", "unit": "RLUSD per XRP", "digits": 3, "series": [walk(101)]})
    page.key("Tab")
    page.key("Tab")
    assert page.value("document.activeElement === chart.over")
    assert "Price, RLUSD per XRP" in page.value("chart.over.getAttribute('aria-label')")
    # When the crosshair goes from the end to the left
    page.key("End")
    page.key("ArrowLeft")
    # Then the value before the newest is read out, one hundredth of the window away
    wanted = f"mid {2 + (99 % 97) / 1000:.3f}"
    assert wanted in page.wait("chart.over.getAttribute('aria-valuetext')", lambda text: text and wanted in text)


def test_zoom_and_escape_move_all_charts_of_a_view(page: Page) -> None:
    chart(page, {"title": "Price", "unit": "RLUSD", "series": [walk(1000)]})
    page.value(
        f"globalThis.other = new NeoCharts.TimeChart(second, {json.dumps({'title': 'P&L', 'series': [walk(1000)]})}, view)"
    )
    whole = page.value("view.window()")
    page.value("chart.over.focus()")
    page.key("+")
    half = page.wait("[other.from, other.to]", lambda shown: shown[0] and shown[1] - shown[0] < whole[1] - whole[0])
    assert half[1] - half[0] == pytest.approx((whole[1] - whole[0]) / 2)
    page.key("Escape")
    page.wait("[other.from, other.to]", lambda shown: shown == whole)


def test_a_series_is_hidden_and_shown_by_its_button_in_the_legend(page: Page) -> None:
    chart(page, {"title": "Price", "unit": "RLUSD", "series": [walk(10)]})
    page.click(".nc-key")
    assert page.value("document.querySelector('.nc-key').getAttribute('aria-pressed')") == "false"
    assert page.value("chart.hidden.has('mid')")
    page.click(".nc-key")
    assert not page.value("chart.hidden.has('mid')")


def test_hostile_names_stay_text(page: Page) -> None:
    hostile = '<img src=x onerror="globalThis.broken = true">'
    spec = {
        "title": hostile,
        "unit": hostile,
        "series": [walk(10) | {"name": hostile}],
        "spans": [{"from": START_MS, "to": None, "name": hostile, "detail": hostile}],
    }
    chart(page, spec)
    page.value("chart.active = true; view.point(view.window()[1]);")
    page.wait("!chart.tip.hidden")
    assert hostile in page.value("chart.tip.textContent") and page.value("document.querySelectorAll('img').length") == 0
    assert page.value("globalThis.broken") is None


def test_a_chart_without_data_says_so(page: Page) -> None:
    chart(page, {"title": "Fills", "unit": "XRP", "series": [], "empty": "No fill yet."})
    assert page.text(".nc-empty") == "No fill yet."
    assert "No fill yet." in page.value("chart.over.getAttribute('aria-label')")


def test_a_histogram_reads_out_its_counts(page: Page) -> None:
    spec = {
        "title": "Distance to touch",
        "class_unit": "bps",
        "classes": ["0–2", "2–5"],
        "series": [{"name": "bid", "colour": "bid", "values": [3, 1]}],
    }
    page.value(f"globalThis.bars = new NeoCharts.Histogram(host, {json.dumps(spec)})")
    label = page.wait("bars.base.getAttribute('aria-label')")
    assert label == "Distance to touch: 0–2 bps: bid 3; 2–5 bps: bid 1"


def test_numbers_have_separators_and_a_fixed_number_of_digits(page: Page) -> None:
    shown = page.value("[NeoCharts.number(1234.5, 2), NeoCharts.number(-0.5, 1), NeoCharts.number(null, 2)]")
    assert shown == ["1,234.50", "−0.5", "–"]


def test_a_step_does_not_hold_over_a_pause(page: Page) -> None:
    # Given quotes with a pause of ten minutes, and time that went on after them
    times = [START_MS + second * 1000 for second in (0, 4, 8, 608, 612)]
    series = {"name": "bid", "kind": "step", "colour": "bid", "t": times, "v": [1, 1, 1, 1, 1]}
    spec = {"title": "Price", "unit": "RLUSD", "until": START_MS + 1_200_000, "zero": True}
    painted = """(() => {
      const row = Math.round(chart.y(1) * devicePixelRatio), g = chart.base.getContext('2d');
      const x = second => Math.round(chart.x(%d + second * 1000) * devicePixelRatio);
      const wide = chart.base.width, rows = g.getImageData(0, row - 1, wide, 3).data;
      const at = second => [0, 1, 2].some(line => rows[4 * (line * wide + x(second)) + 1] > 150);
      return [at(4), at(300), at(610), at(900)];
    })()"""  # fmt: skip
    # When it is drawn with and without knowing what a pause is
    chart(page, spec | {"series": [series | {"gap_ms": 30_000}]})
    broken = page.value(painted % START_MS)
    chart(page, spec | {"series": [series]})
    held = page.value(painted % START_MS)
    # Then only what is known of is drawn
    assert broken == [True, False, True, False]
    assert held == [True, True, True, True]


def test_a_band_does_not_bridge_a_pause(page: Page) -> None:
    # Given a best bid and ask with a pause of ten minutes
    times = [START_MS + second * 1000 for second in (*range(0, 300, 4), *range(900, 1200, 4))]
    band = {"name": "touch", "kind": "band", "colour": "bid", "t": times}
    series = band | {"low": [1] * len(times), "high": [2] * len(times)}
    painted = """(() => {
      const g = chart.base.getContext('2d'), ratio = devicePixelRatio, y = Math.round((chart.y(1.5) + 3) * ratio);
      const row = g.getImageData(0, y, chart.base.width, 1).data;
      const at = second => row[4 * Math.round((chart.x(%d + second * 1000) + 3) * ratio) + 3] > 0;
      return [at(150), at(630), at(1050)];
    })()"""
    # When it is drawn with and without knowing what a pause is
    chart(page, {"title": "Price", "unit": "RLUSD", "series": [series | {"gap_ms": 30_000}]})
    broken = page.value(painted % START_MS)
    chart(page, {"title": "Price", "unit": "RLUSD", "series": [series]})
    bridged = page.value(painted % START_MS)
    # Then nothing is painted where nothing was known
    assert (broken, bridged) == ([True, False, True], [True, True, True])
