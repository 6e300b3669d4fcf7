"""The dashboard of a whole engine in a real browser: ticks as they come, halting and resuming from the page."""

from __future__ import annotations

import json
import operator
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from neo.actors.names import SUPERVISOR
from neo.actors.runtime import Envelope
from neo.domain.messages.session import OperatorResume
from neo.domain.telemetry.event import Emit
from neo.domain.telemetry.events import QuoteTick, TickSuspended
from neo.infra.sqlite.books_reader import BooksReader
from neo.system.on_threads import ThreadedSession, start_on_threads
from tests.browser.chromium import Chromium, Page
from tests.patience import PATIENCE_S
from tests.regression.sim_file import loaded_in

TICKS_MAX = 100
TOKEN = "a token of the test, long enough"
FAULTS = (Path(__file__).parents[1] / "browser" / "accessible.js").read_text(encoding="utf-8")


class Desk:
    """A simulated session with its dashboard, and what it decided tick by tick."""

    def __init__(self, folder: Path) -> None:
        loaded = loaded_in(
            folder,
            # A tick each second: the page has a tick within one when it has it before the next is decided.
            speed="4",
            session__duration_s="0",
            session__on_halt="hold",
            dashboard__port="0",
        )
        self.session: ThreadedSession = start_on_threads(loaded)
        self.ticks_ns: list[int] = []
        self.session.system.observe(self._see)

    def _see(self, envelope: Envelope) -> None:
        message = envelope.message
        if isinstance(message, Emit) and isinstance(message.event, QuoteTick | TickSuspended):
            self.ticks_ns.append(message.at_ns)

    @property
    def url(self) -> str:
        url = self.session.dashboard.url
        assert url is not None
        return url

    def has_decided_more_than(self, ticks: int) -> bool:
        return len(self.ticks_ns) > ticks

    @property
    def phase(self) -> str:
        return self.session.status().phase

    def until(self, holds: Callable[[], bool]) -> None:
        deadline_s = time.monotonic() + PATIENCE_S
        while not holds():
            assert self.session.wait(0.02) is None, "the session ended"
            assert time.monotonic() < deadline_s, self.session.status()


@pytest.fixture(scope="module")
def desk(chromium: Chromium, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """One session for all tests of this module; each leaves it trading."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("NEO_DASHBOARD_TOKEN", TOKEN)
        opened = Desk(tmp_path_factory.mktemp("desk"))
    try:
        opened.until(lambda: opened.phase == "trading" and len(opened.ticks_ns) > 1)
        yield opened
    finally:
        opened.session.close()


@pytest.fixture
def page(desk: Desk, chromium: Chromium) -> Iterator[Page]:
    if desk.phase == "held":  # a test before failed
        desk.session.system.tell(SUPERVISOR, OperatorResume("test"))
    desk.until(lambda: desk.phase == "trading")
    opened = chromium.page(1400, 900)
    opened.open(desk.url)
    opened.wait("globalThis.neoPage && neoPage.course.ticks.at_ms.length > 0 && neoPage.page.drawn > 0")
    yield opened
    opened.close()


def operate(page: Page, verb: str, token: str = TOKEN, who: str = "alice", note: str = "spread looks wrong") -> None:
    page.wait(f"!document.getElementById('{verb}').hidden && !document.getElementById('{verb}').disabled")
    page.click(f"#{verb}")
    for field, text in (("who", who), ("note", note), ("token", token)):
        page.value(f"document.getElementById('operate-{field}').value = ''")
        page.click(f"#operate-{field}")
        page.type(text)
    page.click("#operate-go")


def test_a_tick_is_on_the_page_before_the_engine_decides_the_next_a_second_later(desk: Desk, page: Page) -> None:
    came_in_time = 0
    for tick in range(TICKS_MAX):
        if tick >= 5 and came_in_time:
            break
        # When the engine decides a tick, and the page has it
        decided = len(desk.ticks_ns)
        desk.until(partial(desk.has_decided_more_than, decided))
        newest_us = desk.ticks_ns[-1] // 1000 - 1  # a float has no more digits
        page.wait("neoPage.course.lastTick * 1e3", partial(operator.le, newest_us))
        # Then the engine has not decided another one
        came_in_time += desk.ticks_ns[-1] // 1000 - 1 == newest_us
    # On a machine with nothing to spare many may come later; when pages were a second behind, none would come in time.
    assert came_in_time >= 1
    assert page.value("neoPage.page.ticks") >= 5


def test_what_the_page_derives_of_a_tick_is_what_the_books_say(desk: Desk, page: Page) -> None:
    # Given ticks that came over the stream and have since gone into the books
    page.wait("neoPage.page.ticks >= 20")
    names = ["clob", "amm", "anchor", "bid", "ask", "best_bid", "best_ask", "distance_bid"]
    script = f"({json.dumps(names)}).map(name => neoPage.course.ticks[name].slice(0, -16))"
    streamed = dict(zip(names, page.value(script), strict=True))
    at_ms = page.value("neoPage.course.ticks.at_ms.slice(0, -16)")
    # When the history of the same ticks is read
    history = page.value("fetch('/api/charts').then(answer => answer.json())")["ticks"]
    # Then both agree on each of them
    compared = 0
    for place, at in enumerate(at_ms):
        # the books have the moment of the decision, the event that of its telling
        booked = min(range(len(history["at_ms"])), key=lambda one: abs(history["at_ms"][one] - at))
        if abs(history["at_ms"][booked] - at) > 1_000:
            continue
        for name in names:
            ours, theirs = streamed[name][place], history[name][booked]
            if ours is not None and theirs is not None:
                assert ours == pytest.approx(theirs, rel=1e-5, abs=2e-3), name
                compared += 1
    assert compared > 5


def test_halting_from_the_page_stops_quoting_within_a_tick_and_is_recorded_with_who_and_when(
    desk: Desk, page: Page
) -> None:
    # Given an engine that quotes
    desk.until(lambda: len(desk.session.status().quotes) == 2)
    began_ns = desk.session.system.now_ns()
    # When somebody halts it from the page
    operate(page, "halt")
    desk.until(lambda: desk.phase == "held")
    # Then no order of ours is left, and not more than one tick was decided after the halt
    status = desk.session.status()
    assert status.quotes == ()
    with BooksReader(desk.session.database) as books:
        halt = books.halts(desk.session.session_id)[-1]
        later = [order for order in books.orders(desk.session.session_id) if order.created_at_ns > halt.at_ns]
    assert later == []
    # And the halt is a kill switch with its who, why and when
    assert (halt.reason, halt.detail, halt.first) == ("kill_switch", "dashboard alice: spread looks wrong", True)
    assert began_ns <= halt.at_ns <= desk.session.system.now_ns()
    # And the page says so
    page.wait("document.getElementById('banner').innerText", lambda text: "Halted: kill_switch" in text)
    assert "dashboard alice: spread looks wrong" in page.text("#banner")
    page.wait("document.getElementById('phase').innerText", lambda text: "halted" in text)
    # When it is resumed from the page
    operate(page, "resume")
    # Then it trades again, and the page says that as well
    desk.until(lambda: desk.phase == "trading" and len(desk.session.status().quotes) == 2)
    page.wait(
        "document.getElementById('banner').hidden && document.getElementById('phase').innerText.includes('trading')"
    )


def test_a_wrong_token_is_refused_and_the_engine_goes_on(desk: Desk, page: Page) -> None:
    operate(page, "halt", token="not the token at all")
    page.wait("document.getElementById('operate-answer').innerText", lambda text: text == "wrong token")
    assert desk.phase == "trading"
    with BooksReader(desk.session.database) as books:
        assert [halt for halt in books.halts(desk.session.session_id) if halt.cleared_at_ns is None] == []
    page.complaints.clear()  # the browser notes the answer 401


def test_nobody_halts_without_saying_who_and_the_token_is_forgotten(desk: Desk, page: Page) -> None:
    operate(page, "halt", who=" ")
    page.wait("document.getElementById('operate-answer').innerText", lambda text: "name is missing" in text)
    page.key("Escape")
    page.wait("!document.getElementById('operate').open")
    page.wait("document.getElementById('operate-token').value === ''")
    assert desk.phase == "trading"


@pytest.mark.parametrize("close", ["button", "Escape"])
def test_the_token_is_gone_as_soon_as_the_dialog_is(page: Page, close: str) -> None:
    # Given a token in the open dialog, and somebody who looks at it at the moment in which the dialog goes
    operate(page, "halt", who=" ")
    token = "document.getElementById('operate-token').value"
    assert page.value(token) == TOKEN
    page.value(
        f"new MutationObserver(() => {{ globalThis.tokenLeft = {token}; }}).observe("
        "document.getElementById('operate'), {attributes: true, attributeFilter: ['open']})"
    )
    # When it is closed
    if close == "button":
        page.click("#operate-cancel")
    else:
        page.key(close)
    # Then nothing was left to be seen
    assert page.wait("globalThis.tokenLeft", lambda left: left is not None) == ""


def test_no_request_leaves_the_machine_and_the_policy_is_never_offended(desk: Desk, page: Page) -> None:
    page.click("#theme")
    page.click(".ranges button:last-child")
    page.wait("neoPage.page.drawn > 3")
    hosts = {urlsplit(url).netloc for url in page.requests if not url.startswith("data:")}
    assert hosts == {urlsplit(desk.url).netloc}
    assert list(page.complaints) == []
    page.value("localStorage.clear()")


@pytest.mark.parametrize("scheme", ["dark", "light"])
@pytest.mark.parametrize("width", [390, 1400])
def test_names_labels_contrast_and_width_are_right(page: Page, scheme: str, width: int) -> None:
    page.resize(width, 800, mobile=width < 600)
    page.scheme(scheme)
    page.wait("document.querySelectorAll('#actors-rows tr').length > 5")
    assert page.value(FAULTS) == []


def test_everything_is_reached_by_keyboard(page: Page) -> None:
    # Given a page that was just opened, when Tab is pressed through it
    reached = []
    for _ in range(60):
        page.key("Tab")
        reached.append(
            page.value("(e => e.id || e.getAttribute('aria-label') || e.textContent.trim())(document.activeElement)")
        )
    # Then one gets past the links to every button and chart, in the order of the page
    wanted = ["Skip to the figures", "theme", "halt", "Market", "15 min", "CLOB touch"]
    places = [next(place for place, name in enumerate(reached) if name.startswith(want)) for want in wanted]
    assert places == sorted(places) and places[0] == 0
    assert len([name for name in reached if "Arrow keys move the crosshair" in name]) >= 4


def test_the_dialog_opens_by_keyboard_keeps_the_focus_and_gives_it_back(desk: Desk, page: Page) -> None:
    page.wait("!document.getElementById('halt').hidden && !document.getElementById('halt').disabled")
    page.value("document.getElementById('halt').focus()")
    page.key("Enter")
    page.wait("document.getElementById('operate').open")
    assert page.value("document.activeElement.id") == "operate-who"
    page.key("Escape")
    page.wait("!document.getElementById('operate').open")
    assert page.value("document.activeElement.id") == "halt"
    assert desk.phase == "trading"


def test_the_mode_is_visible_wherever_one_has_scrolled_to(page: Page) -> None:
    for place in (0, 100_000):
        page.value(f"scrollTo(0, {place})")
        box = page.value("(r => [r.top, r.bottom, r.width])(document.getElementById('mode').getBoundingClientRect())")
        assert box[0] >= 0 and box[1] < 120 and box[2] > 40
    assert page.text("#mode").startswith("SIM") and page.value("document.title").startswith("SIM trading")
