"""A report as one HTML page that needs nothing but itself: no network, no file beside it, light or dark as the reader likes it.

Every text is escaped where it is put into the page; data for the pictures stands in a block that no browser runs. The content
security policy allows the two scripts and the style of the page by their digests, and nothing else.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterable
from hashlib import sha256
from html import escape
from typing import Any

from neo.domain.report.drawing import chart_drawing, time_line_drawing
from neo.domain.report.report import Section, SessionReport
from neo.domain.report.table import Cell, Column, Figure, Table, cell_text
from neo.records import frozen


@frozen
class Assets:
    """Texts of the page's own making: what draws, what starts it, and how it looks."""

    charts_script: str
    start_script: str
    style: str


def report_page(report: SessionReport, assets: Assets) -> str:
    """The whole page."""
    drawings: list[dict[str, Any]] = []
    body = "\n".join(_section(report, section, drawings) for section in report.sections)
    policy = (
        f"default-src 'none'; script-src {_digest(assets.charts_script)} {_digest(assets.start_script)}; "
        f"style-src {_digest(assets.style)}; base-uri 'none'; form-action 'none'"
    )
    mode = escape(report.mode.upper())
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>{escape(report.title)}</title>
<style>{assets.style}</style>
</head>
<body>
<header class="top mode-{_css_name(report.mode)}">
<p class="mode"><span class="label">mode</span> <strong>{mode}</strong></p>
<div><h1>{escape(report.session_id)}</h1>
<p>{_fills_line(report)}</p></div>
</header>
<main>
<section aria-labelledby="about"><h2 id="about">Session</h2>
<dl class="about">{_about(report.about)}</dl></section>
{body}
</main>
<footer><p>neo, mode {mode}: {_fills_line(report)} Times are UTC. This page loads nothing.</p></footer>
<script type="application/json" id="drawings">{_data(drawings)}</script>
<script>{assets.charts_script}</script>
<script>{assets.start_script}</script>
</body>
</html>
"""


def _fills_line(report: SessionReport) -> str:
    running = " The session still runs: this is its state so far." if report.is_running else ""
    return f"Fills decided by: {escape(report.filled_by or 'unknown')}.{running}"


def _about(pairs: Iterable[tuple[str, str]]) -> str:
    return "".join(f"<div><dt>{escape(label)}</dt><dd>{escape(text)}</dd></div>" for label, text in pairs)


def _section(report: SessionReport, section: Section, drawings: list[dict[str, Any]]) -> str:
    name = _css_name(section.key)
    parts = [f'<section aria-labelledby="{name}"><h2 id="{name}">{escape(section.title)}</h2>']
    parts += [f'<p class="note">{escape(note)}</p>' for note in section.notes]
    if section.figures:
        parts.append(f'<ul class="figures">{"".join(map(_figure, section.figures))}</ul>')
    for chart in section.charts:
        parts.append(_picture(chart.about, len(drawings), tall=chart.key == "price"))
        drawings.append(chart_drawing(chart, report.starts_ns, report.ends_ns))
    for line in section.time_lines:
        parts.append(_picture(line.about, len(drawings)))
        drawings.append(time_line_drawing(line, report.starts_ns, report.ends_ns))
    parts += [_table(table) for table in section.tables]
    parts.append("</section>")
    return "\n".join(parts)


def _figure(figure: Figure) -> str:
    tone = f' class="tone-{figure.tone}"' if figure.tone else ""
    note = f'<span class="hint">{escape(figure.note)}</span>' if figure.note else ""
    return (
        f'<li{tone}><span class="label">{escape(figure.title)}</span><strong>{escape(figure.text)}</strong>{note}</li>'
    )


def _picture(about: str, number: int, *, tall: bool = False) -> str:
    height = " nc-tall" if tall else ""
    return f'<div class="picture{height}"><div data-drawing="{number}"></div><p class="hint">{escape(about)}</p></div>'


def _table(table: Table) -> str:
    heading = f"<h3>{escape(table.title)}</h3>"
    about = f'<p class="hint">{escape(table.about)}</p>'
    if not table.rows:
        return f'<div class="table">{heading}{about}<p class="empty">{escape(table.empty)}</p></div>'
    head = "".join(_heading(column) for column in table.columns)
    rows = "".join(f"<tr>{_cells(table.columns, row)}</tr>" for row in table.rows)
    return (
        f'<div class="table">{heading}{about}<div class="wide" tabindex="0" role="region" aria-label="{escape(table.title)}">'
        f'<table><caption class="unseen">{escape(table.title)}</caption><thead><tr>{head}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div></div>"
    )


def _heading(column: Column) -> str:
    unit = f" <small>{escape(column.unit)}</small>" if column.unit else ""
    return f'<th scope="col"{_kind(column)}>{escape(column.title)}{unit}</th>'


def _cells(columns: tuple[Column, ...], row: tuple[Cell, ...]) -> str:
    cells = [f"{_kind(column)}>{escape(cell_text(column, cell))}" for column, cell in zip(columns, row, strict=True)]
    first = f'<th scope="row"{cells[0]}</th>'
    return first + "".join(f"<td{cell}</td>" for cell in cells[1:])


def _kind(column: Column) -> str:
    return ' class="number"' if column.is_number else ""


def _data(drawings: list[dict[str, Any]]) -> str:
    """JSON that cannot end the block that it stands in, whatever names it holds."""
    text = json.dumps(drawings, separators=(",", ":"), ensure_ascii=True)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _digest(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def _css_name(text: str) -> str:
    """Letters, digits and - only: whatever a mode is called, it cannot leave its attribute."""
    return "".join(c if c.isascii() and c.isalnum() else "-" for c in text)
