"""A report as Markdown: the twin of the page, without its pictures. Texts of others are quoted: they cannot become markup."""

from __future__ import annotations

import re

from neo.domain.report.chart import TimeLine
from neo.domain.report.report import Section, SessionReport
from neo.domain.report.table import Figure, Table, cell_text
from neo.domain.report.times import utc

#: What Markdown or the HTML inside of it would take for more than text; underscores inside of a word are none of it.
_MARKUP = re.compile(r"([\\`*\[\]#|<>~&]|^[-+=]|(?<!\w)_|_(?!\w))")
_LINE_ENDS = re.compile(r"[\r\n\u2028\u2029]+")


def quoted(text: str) -> str:
    """`text` as text: markup escaped, on one line."""
    return _MARKUP.sub(r"\\\1", _LINE_ENDS.sub(" ", text))


def report_markdown(report: SessionReport) -> str:
    """The whole report; ends with a line end."""
    blocks = [
        f"# {quoted(report.title)}",
        f"**Mode {quoted(report.mode)}**, fills decided by {quoted(report.filled_by or 'nobody knows')}.",
        "\n".join(f"- {label}: {quoted(text)}" for label, text in report.about),
    ]
    for section in report.sections:
        blocks += _section(section)
    return "\n\n".join(block for block in blocks if block) + "\n"


def table_markdown(table: Table) -> str:
    """One table with its heading line, numbers to the right."""
    if not table.rows:
        return quoted(table.empty)
    lines = [
        "| " + " | ".join(quoted(column.heading) for column in table.columns) + " |",
        "| " + " | ".join("---:" if column.is_number else "---" for column in table.columns) + " |",
    ]
    for row in table.rows:
        cells = (cell_text(column, cell) for column, cell in zip(table.columns, row, strict=True))
        lines.append("| " + " | ".join(quoted(cell) if cell else " " for cell in cells) + " |")
    return "\n".join(lines)


def _section(section: Section) -> list[str]:
    blocks = [f"## {quoted(section.title)}", *(quoted(note) for note in section.notes)]
    blocks.append("\n".join(map(_figure, section.figures)))
    for line in section.time_lines:
        blocks += _time_line(line)
    for table in section.tables:
        blocks += [f"### {quoted(table.title)}", quoted(table.about), table_markdown(table)]
    return blocks


def _figure(figure: Figure) -> str:
    note = f" ({quoted(figure.note)})" if figure.note else ""
    return f"- {quoted(figure.title)}: {quoted(figure.text)}{note}"


def _time_line(line: TimeLine) -> list[str]:
    said = [
        f"- {quoted(name)}: {utc(span.from_ns)}" + (f" to {utc(span.to_ns)}" if span.to_ns > span.from_ns else "")
        + f", {quoted(span.text)}"
        for name, spans in line.rows
        for span in spans
    ]  # fmt: skip
    return [f"### {quoted(line.title)}", quoted(line.about), "\n".join(said)]
