from __future__ import annotations

import json
import re
from base64 import b64encode
from decimal import Decimal
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path

import pytest

from neo.cli.main import main
from neo.domain.messages.journal import FeeCharged
from neo.domain.session.exit_codes import NO_SUCH_SESSION, UNAVAILABLE
from tests.cli.hostile_books import ATTACK, SESSION, hostile_database
from tests.infra.sqlite.books import accept, opened, session, snapshot

PAGE_BYTES_MAX = 3_000_000


class Page(HTMLParser):
    """What a browser would make of the page: elements with their attributes, scripts and styles by their text."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.inside: list[tuple[str, dict[str, str | None], str]] = []
        self._open: tuple[str, dict[str, str | None]] | None = None
        self.words: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self._open = (tag, dict(attrs)) if tag in ("script", "style") else None

    def handle_endtag(self, tag: str) -> None:
        self._open = None

    def handle_data(self, data: str) -> None:
        if self._open is not None:
            self.inside.append((*self._open, data))
        else:
            self.words.append(data)


@pytest.fixture(scope="module")
def page_text(tmp_path_factory: pytest.TempPathFactory) -> str:
    base = tmp_path_factory.mktemp("hostile")
    out = base / "report.html"
    assert main(["report", "--database", str(hostile_database(base)), "--out", str(out)]) == 0
    return out.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def page(page_text: str) -> Page:
    return Page(page_text)


def test_no_text_of_a_session_becomes_part_of_the_page(page: Page) -> None:
    scripts = [attributes for tag, attributes in page.elements if tag == "script"]

    assert len(scripts) == 3  # the data, what draws, what starts it
    assert not [tag for tag, _ in page.elements if tag in ("img", "iframe", "object", "link", "base", "form")]
    assert not [name for _, attributes in page.elements for name in attributes if name.startswith("on")]
    assert any(ATTACK in word for word in page.words)  # it is shown, as the text that it is


def test_the_policy_of_the_page_allows_its_own_two_scripts_and_its_style_and_nothing_else(page: Page) -> None:
    (policy,) = [str(a["content"]) for _, a in page.elements if a.get("http-equiv") == "Content-Security-Policy"]
    allowed = set(re.findall(r"'(sha256-[^']+)'", policy))

    run = [text for tag, attributes, text in page.inside if tag == "style" or "type" not in attributes]
    digests = {f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}" for text in run}

    assert allowed == digests
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert not [a for _, a in page.elements if "style" in a]


def test_the_page_names_nothing_to_load(page: Page, page_text: str) -> None:
    assert not [a for _, a in page.elements if {"src", "href", "srcset", "action"} & set(a)]
    assert "http://" not in page_text
    assert "https://" not in page_text
    assert "@import" not in page_text


def test_the_data_of_the_pictures_is_json_that_cannot_end_its_block(page: Page) -> None:
    (data,) = [text for tag, a, text in page.inside if tag == "script" and a.get("type") == "application/json"]

    drawings = json.loads(data)

    assert "<" not in data
    assert [drawing["title"] for drawing in drawings][:2] == ["Price, our quotes and fills", "Distance to the touch"]


def test_mode_and_fill_model_are_always_visible(page: Page) -> None:
    words = " ".join(page.words)

    assert words.count("SIM") == 2
    assert words.count("Fills decided by: ledger.") == 2


def test_every_table_has_a_caption_and_headings_and_every_picture_a_sentence(page: Page, page_text: str) -> None:
    tags = [tag for tag, _ in page.elements]

    assert tags.count("table") == tags.count("caption") >= 5
    assert all(a.get("scope") in ("col", "row") for tag, a in page.elements if tag == "th")
    assert page_text.count('data-drawing="') == page_text.count('<div class="picture')
    assert len(page_text) < PAGE_BYTES_MAX


def test_markdown_is_the_twin_of_the_page_and_as_safe(tmp_path: Path) -> None:
    out = tmp_path / "report.md"

    assert main(["report", SESSION, "--database", str(hostile_database(tmp_path)), "--out", str(out)]) == 0

    text = out.read_text(encoding="utf-8")
    assert "**Mode sim**" in text
    assert "### Fill rate by distance to the touch" in text
    assert not re.search(r"(?<!\\)<", text)
    assert {
        line.count(" | ") for line in text.split("### Markouts")[1].split("###")[0].splitlines() if "|" in line
    } == {4}


def test_json_has_the_figures_the_tables_and_the_points(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", "--database", str(hostile_database(tmp_path)), "--json"]) == 0

    report = json.loads(capsys.readouterr().out)
    section = report["sections"]["market_maker"]
    assert (report["format"], report["mode"], report["fill_model"], report["is_running"]) == (1, "sim", "ledger", False)
    assert section["figures"]["uptime"] == {"title": "Uptime", "value": "50", "unit": "%"}
    assert section["tables"]["markouts"][0]["horizon_s"] == 1
    assert section["time_lines"]["uptime"]["rows"][1]["spans"][0]["text"] == f"kill_switch: {ATTACK}"
    assert list(section["charts"]) == ["price", "distance", "exposure", "profit"]


def test_a_dash_writes_to_standard_output(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", "--database", str(hostile_database(tmp_path)), "--out", "-", "--format", "md"]) == 0

    assert capsys.readouterr().out.startswith("# neo sim")


def test_a_file_that_cannot_be_written_and_a_session_that_is_not_there_are_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    database = str(hostile_database(tmp_path))

    assert main(["report", "--database", database, "--out", str(tmp_path / "no" / "where.html")]) == UNAVAILABLE
    assert main(["report", "nobody", "--database", database]) == NO_SUCH_SESSION
    assert "cannot write" in capsys.readouterr().err


def test_fees_of_an_exchange_are_not_those_of_the_market_maker(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # Given a session that paid a fee on the ledger and another one, in another currency, on an exchange
    store = opened(tmp_path)
    fees = (("xrpl", "RLUSD", Decimal("0.25")), ("mexc", "USDT", Decimal(3)))
    accept(store, session(), *(FeeCharged(f"fee-{venue}", venue, asset, fee) for venue, asset, fee in fees))
    store.record_snapshots([snapshot(n) for n in range(1, 4)])
    store.close()
    # When its report is written
    assert main(["report", "--database", str(tmp_path / "neo.db"), "--json"]) == 0
    market = json.loads(capsys.readouterr().out)["sections"]["market_maker"]
    # Then the chart ends where the figure does
    profit = {line["name"]: line["points"][-1][1] for line in market["charts"]["profit"]["series"]}
    assert Decimal(market["figures"]["net"]["value"]) == Decimal(profit["profit after fees"]) == Decimal("-0.25")


def test_a_session_that_crashed_is_not_said_to_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    # Given a session without an end, and no engine
    store = opened(tmp_path)
    accept(store, session())
    store.close()
    # When its report is written
    assert main(["report", "--database", str(tmp_path / "neo.db"), "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    # Then it says what became of it
    assert report["is_running"] is False
    assert report["about"]["ended"].startswith("crashed after ") and report["about"]["ended by"] == "a crash"
