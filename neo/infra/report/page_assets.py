"""What a report's page carries inside of itself: the dashboard's charts, what starts them, and the style of a report."""

from __future__ import annotations

from importlib.resources import files

from neo.domain.report.page import Assets
from neo.infra.report.one_script import one_script


def page_assets() -> Assets:
    """Read from the installed package."""
    charts = files("neo.infra.web") / "static"
    own = files("neo.infra.report")
    return Assets(
        one_script("charts.js", lambda name: (charts / name).read_text(encoding="utf-8")),
        (own / "page.js").read_text(encoding="utf-8"),
        (charts / "charts.css").read_text(encoding="utf-8") + (own / "page.css").read_text(encoding="utf-8"),
    )
