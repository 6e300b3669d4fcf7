"""What a page shows when there is little, nothing, very much, or nobody: empty, past, lost and found again."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import attrs
import pytest

from neo.domain.config.dashboard import DashboardConfig
from neo.domain.messages.session import OperatorResume
from neo.domain.messages.storage import AgeSnapshot, DeskSnapshot
from neo.infra.control.desk_status import BudgetStatus, DeskStatus, GuardCount, NearDropStatus, SymbolStatus, TierStatus
from neo.infra.control.layout import ControlDirectory
from neo.infra.control.polling_thread import PollingThread
from neo.infra.control.status import VenueStatus
from neo.infra.control.watcher import ControlWatcher
from neo.infra.sandbox.listening import bound
from neo.infra.web.server import DashboardServer, ServerPlan
from neo.infra.web.sources import OtherEngine
from tests.browser.chromium import Chromium, Page
from tests.cli.fake_engine import a_status
from tests.infra.sqlite.books import START_NS, accept, opened, order, session, snapshot
from tests.infra.web.scene import TICK_NS, TOKEN, Scene

TICKS_OF_72_H = 72 * 3600 // 4
D = Decimal


@pytest.fixture
def page(chromium: Chromium) -> Iterator[Page]:
    opened = chromium.page(1400, 900)
    yield opened
    opened.close()


def three_days(folder: Path) -> Scene:
    """72 hours of ticks, with a spike in the middle."""
    store = opened(folder)
    accept(store, session())
    rows = [attrs.evolve(snapshot(n), at_ns=START_NS + n * TICK_NS) for n in range(TICKS_OF_72_H)]
    rows[30_000] = attrs.evolve(rows[30_000], best_bid=D("0.7999"), best_ask=D("0.8001"))
    store.record_snapshots(rows)
    store.close()
    scene = Scene(folder / "neo.db")
    scene.status = a_status(
        session_id="s1", started_at_ns=START_NS, now_ns=START_NS + TICKS_OF_72_H * TICK_NS, ends_at_ns=None
    )
    return scene


def test_three_days_are_shown_with_their_spike_and_ticks_go_on_coming(page: Page, tmp_path: Path) -> None:
    # Given 72 hours in the books
    scene = three_days(tmp_path)
    server = scene.server()
    server.start()
    try:
        # When the page shows all of it
        page.open(server.url)
        page.wait("globalThis.neoPage && neoPage.course.session === 's1' && neoPage.page.drawn > 0")
        page.click(".ranges button:last-child")
        span_ms = (TICKS_OF_72_H - 1) * TICK_NS / 1e6
        page.wait("neoPage.course.lastTick - neoPage.course.ticks.at_ms[0]", lambda shown: shown == span_ms)
        # Then the spike is there and a tick that comes now is the newest
        assert page.value("Math.max(...neoPage.course.ticks.clob)") == pytest.approx(0.8)
        scene.tick(TICKS_OF_72_H + 1, "0.53")
        at_ms = (START_NS + (TICKS_OF_72_H + 1) * TICK_NS) / 1e6
        page.wait("neoPage.course.lastTick", lambda at: at == pytest.approx(at_ms, abs=0.01))
        assert list(page.complaints) == []
    finally:
        server.stop()


def test_a_lost_connection_is_said_at_once_and_mends_itself(
    page: Page, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    # Given a page of a running engine, on a port that nobody takes meanwhile
    scene = three_days(tmp_path)
    reserved = bound("127.0.0.1", 0)
    request.addfinalizer(reserved.close)
    port = reserved.getsockname()[1]
    server = scene.server(port=port)
    server.start()
    page.open(server.url)
    page.wait("globalThis.neoPage && neoPage.page.drawn > 0 && neoPage.page.link.heardAt > 0")
    # When the dashboard goes away
    server.stop()
    # Then the page says so and does not pass old figures off as new
    page.wait("document.getElementById('banner').innerText", lambda text: "Connection to the dashboard lost" in text)
    page.wait("document.getElementById('link').innerText", lambda text: "disconnected" in text)
    page.wait("document.getElementById('main').classList.contains('old')")
    # When it is back on its port
    again = scene.server(port=port)
    again.start()
    try:
        # Then the page goes on by itself
        page.wait(
            "document.getElementById('banner').hidden && !document.getElementById('main').classList.contains('old')"
        )
        scene.tick(TICKS_OF_72_H + 5)
        at_ms = (START_NS + (TICKS_OF_72_H + 5) * TICK_NS) / 1e6
        page.wait("neoPage.course.lastTick", lambda at: at == pytest.approx(at_ms, abs=0.01))
    finally:
        again.stop()


def of_a_database(path: Path) -> DashboardServer:
    return DashboardServer(ServerPlan(config=DashboardConfig(port=0), source=OtherEngine(path), version="test"))


def test_without_any_engine_the_page_says_how_to_begin(page: Page, tmp_path: Path) -> None:
    server = of_a_database(tmp_path / "neo.db")
    server.start()
    try:
        page.open(server.url)
        page.wait("document.getElementById('banner').innerText", lambda text: "No engine has run" in text)
        assert "neo run config/sim.toml" in page.text("#banner")
        page.wait("document.getElementById('link').innerText", lambda text: text == "● connected, no engine")
    finally:
        server.stop()


def test_a_session_that_has_ended_is_shown_with_its_end(page: Page, tmp_path: Path) -> None:
    store = opened(tmp_path)
    accept(store, session())
    store.record_snapshots([attrs.evolve(snapshot(n), at_ns=START_NS + n * TICK_NS) for n in range(50)])
    store.close()
    server = of_a_database(tmp_path / "neo.db")
    server.start()
    try:
        page.open(server.url)
        page.wait("document.querySelectorAll('#sessions-rows button').length === 1")
        page.click("#sessions-rows button")
        page.wait("neoPage.course.ticks.at_ms.length === 50")
        page.wait(
            "!document.getElementById('viewing').hidden && document.getElementById('viewing').innerText.includes('s1')"
        )
    finally:
        server.stop()


HOSTILE = "<img src=x onerror='globalThis.broken=1'>"
DESK = DeskStatus(
    venue="mexc",
    quote="USDT",
    watched=2,
    polled=2,
    tiers=(
        TierStatus(
            tier="hot",
            interval_ms=1500,
            symbols=(SymbolStatus("XRP/USDT", D("0.52"), 700),),
            cycles=9,
            last_cycle_ms=41,
        ),
        TierStatus(tier="cold", interval_ms=6000, symbols=(SymbolStatus(HOSTILE, D(1), 9_000),), overruns=2),
    ),
    age_p50_ms=900,
    age_p99_ms=9_000,
    budget=BudgetStatus(D(1000), D(900), D(25), D(75)),
    drops=12,
    blocked_by=(GuardCount("spread", 5),),
    top_drops=(
        NearDropStatus(symbol="XRP/USDT", price=D("0.52"), anchor=D("0.53"), distance_percent=D("0.41"), blocked_by=()),
    ),
)


def test_of_two_venues_that_wait_the_dialog_resumes_the_one_that_is_chosen(page: Page, tmp_path: Path) -> None:
    # Given a session that trades on one venue, holds on two, and an engine that looks for commands
    store = opened(tmp_path)
    accept(store, session())
    store.close()
    scene = Scene(tmp_path / "neo.db")
    venues = (VenueStatus("xrpl", "held"), VenueStatus("mexc", "held"), VenueStatus("gate", "trading"))
    scene.status = a_status(session_id="s1", phase="trading", venues=venues)
    control = ControlDirectory.beside(scene.database)
    told: list[object] = []
    watcher = ControlWatcher(control, "s1", lambda message: told.append(message))
    watcher.open()
    polling = PollingThread(watcher.poll, 0.01)
    polling.start()
    server = scene.server(TOKEN)
    server.start()
    try:
        # When one of those that wait is chosen in the dialog
        page.open(server.url)
        page.wait("!document.getElementById('resume').hidden")
        page.click("#resume")
        assert page.value("[...document.getElementById('operate-venue').options].map(one => one.value)") == [
            "", "xrpl", "mexc",
        ]  # fmt: skip
        page.value("document.getElementById('operate-venue').value = 'mexc'")
        for field, text in (("who", "alice"), ("token", TOKEN)):
            page.click(f"#operate-{field}")
            page.type(text)
        page.click("#operate-go")
        page.wait("!document.getElementById('operate').open")
    finally:
        server.stop()
        polling.stop()
    # Then the engine is told of that one
    assert told == [OperatorResume("dashboard alice", "mexc")]


def test_a_drop_buyer_alone_shows_its_exchange_and_no_ledger(page: Page, tmp_path: Path) -> None:
    # Given a session without a market maker, and names that somebody hostile chose
    store = opened(tmp_path)
    accept(store, session(), attrs.evolve(order(), venue="mexc", symbol=f"DOGE{HOSTILE}", quantity=D("0.00123")))
    store.close()
    scene = Scene(tmp_path / "neo.db")
    scene.status = a_status(session_id="s1", market=None, money=None, desks=(DESK,), strategies=("drop_buyer",))
    scene.say("DROP_TRIGGERED", symbol=HOSTILE, anchor="1", price="0.9", depth_bps="1000", blocked_by=HOSTILE)
    server = scene.server()
    server.start()
    try:
        # When the page shows it
        page.open(server.url)
        page.wait("document.getElementById('drops-mexc-rows')?.rows.length === 1")
        # Then the exchange is there, the ledger is not
        assert page.value("getComputedStyle(document.getElementById('prices')).display") == "none"
        assert page.value("getComputedStyle(document.querySelector('[aria-labelledby=fills-title]')).display") == "none"
        # And its orders are, each with its market and every digit of its quantity
        page.wait("document.getElementById('orders-rows').rows.length === 2")
        assert "DOGE<img" in page.text("#orders-rows") and "0.0012300" in page.text("#orders-rows")
        assert "0.41" in page.text("#drops-mexc-rows") and "nothing" in page.text("#drops-mexc-rows")
        page.click("#desk-mexc details summary")
        page.wait("document.getElementById('symbols-mexc').children.length === 2")
        # And hostile names are only names
        page.wait("document.getElementById('events-rows').children.length > 0")
        assert "<img" in page.text("#symbols-mexc") and "<img" in page.text("#events-rows")
        assert page.value("[document.images.length, globalThis.broken ?? null]") == [0, None]
        assert list(page.complaints) == []
    finally:
        server.stop()


def test_a_drop_buyers_charts_begin_with_the_session_and_go_on_with_what_the_page_sees(
    page: Page, tmp_path: Path
) -> None:
    # Given ten minutes in the books: a profit at quotes that rose to 3 and fell to -1
    store = opened(tmp_path)
    accept(store, session())
    step_ns, minutes = 10 * 10**9, 60
    values = [D(n) / 10 for n in range(30)] + [D(3) - D(4) * n / 29 for n in range(30)]
    marks = [
        DeskSnapshot("s1", START_NS + n * step_ns, "mexc", 1, 0, D(25), D(25) + values[n], D(0), D(900), D(25), D(75))
        for n in range(minutes)
    ]
    ages = [AgeSnapshot("s1", START_NS + n * step_ns, "mexc", 2, 700, 1500) for n in range(minutes)]
    store.record_snapshots([*marks, *ages])
    store.close()
    scene = Scene(tmp_path / "neo.db")
    now_ns = START_NS + 605 * 10**9
    told = {"session_id": "s1", "market": None, "money": None, "strategies": ("drop_buyer",), "started_at_ns": START_NS}
    scene.status = a_status(
        **told, now_ns=now_ns, desks=(attrs.evolve(DESK, result_quote=D(5), unrealised_quote=D(2)),)
    )
    server = scene.server()
    server.start()
    try:
        # When a page opens, and later somebody chooses another range
        page.open(server.url)
        page.wait("globalThis.neoPage?.course.desks.mexc?.at_ms.length === 61 && neoPage.page.drawn > 1")
        page.click(".ranges button:last-child")
        page.wait("neoPage.course.ages.mexc.at_ms.length === 61 && neoPage.course.desks.mexc.at_ms.length === 61")
        # Then everything from the begin of the session is there, and what was told last
        course = page.value("neoPage.course.desks.mexc")
        assert (course["at_ms"][0], course["at_ms"][-1]) == (START_NS / 1e6, now_ns / 1e6)
        assert (course["realised"][-1], course["unrealised"][-1], course["free"][-1]) == (5, 2, 900)
        assert page.value("neoPage.course.ages.mexc.p99") == [1500] * 60 + [9000]
        # And the charts say so to whoever cannot see them
        page.wait(
            "document.querySelector('#chart-equity-mexc .nc-over').getAttribute('aria-label').includes('highest')"
        )
        spoken = page.value("document.querySelector('#chart-drawdown-mexc .nc-over').getAttribute('aria-label')")
        assert "lowest −4" in spoken
        assert list(page.complaints) == []
    finally:
        server.stop()


def test_what_the_books_have_already_is_not_counted_again_when_its_event_comes_later(
    page: Page, tmp_path: Path
) -> None:
    # Given a tick, a result and a halt in the history, each told a moment after it was decided
    server = of_a_database(tmp_path / "neo.db")
    server.start()
    try:
        page.open(server.url)
        page.wait("globalThis.neoPage")
        script = """(() => {
          const course = neoPage.course, at = 1.79e12;
          course.addTick({at_ms: at}); course.addTick({at_ms: at + 3}); course.addTick({at_ms: at + 4000});
          course.results = [[at, 1, 1, "XRP/USDT", "i1"]];
          for (const intent of ["i1", "i2"])
            course.addResult({at_ms: at + 2, fields: {result: "0.5", quantity: "3", symbol: "XRP/USDT", intent_id: intent}});
          course.halts = [{at_ms: at, to_ms: null, reason: "kill_switch", venue: ""}];
          for (const later of [2, 60000]) course.addHalt({at_ms: at + later, fields: {reason: "kill_switch", detail: ""}});
          return [course.ticks.at_ms.length, course.results.map(row => row[1]), course.halts.length];
        })()"""
        # When the events come, then only what is new is added
        assert page.value(script) == [2, [1, 1.5], 2]
    finally:
        server.stop()


def test_the_end_of_one_venues_halt_ends_no_other_on_the_time_line(page: Page, tmp_path: Path) -> None:
    # Given the same halt at two venues at once, and one of the engine
    server = of_a_database(tmp_path / "neo.db")
    server.start()
    try:
        page.open(server.url)
        page.wait("globalThis.neoPage")
        script = """(() => {
          const course = neoPage.course, at = 1.79e12, reason = "risk_gateway_unhealthy";
          for (const venue of ["xrpl", "mexc"]) course.addHalt({at_ms: at, fields: {reason, detail: "", venue}});
          course.addHalt({at_ms: at, fields: {reason: "kill_switch", detail: ""}});
          course.endHalts({at_ms: at + 9, fields: {reason, venue: "mexc", cleared_by: "ann"}});
          return course.halts.map(halt => [halt.venue, halt.to_ms === null ? null : halt.to_ms - at]);
        })()"""
        # When one venue's ends
        # Then the others go on
        assert page.value(script) == [["xrpl", None], ["mexc", 9], ["", None]]
    finally:
        server.stop()


def test_a_venues_halt_stands_in_its_own_charts_and_its_own_lane(page: Page, tmp_path: Path) -> None:
    # Given two halts of the ledger alone and one of the engine
    store = opened(tmp_path)
    accept(store, session())
    store.close()
    scene = Scene(tmp_path / "neo.db")
    scene.status = attrs.evolve(a_status(session_id="s1"), now_ns=START_NS + TICK_NS, desks=(DESK,))
    server = scene.server()
    server.start()
    try:
        page.open(server.url)
        page.wait("globalThis.neoPage?.panels?.charts['chart-equity-mexc'] && neoPage.course.session === 's1'")
        # When the page is told of them
        for at_s, reason, venue in (
            (60, "risk_drawdown", "xrpl"),
            (120, "risk_drawdown", "xrpl"),
            (180, "kill_switch", ""),
        ):
            scene.say("HALT", at_ns=START_NS + at_s * 10**9, reason=reason, detail="", first=True, venue=venue)
        page.wait("neoPage.panels.charts['chart-halts'].spec.lanes.length === 2")
        # Then the exchange's charts have the engine's only
        spans = "neoPage.panels.charts['%s'].spec.spans.map(span => span.name)"
        assert page.value(spans % "chart-price") == ["halt: risk_drawdown"] * 2 + ["halt: kill_switch"]
        assert page.value(spans % "chart-equity-mexc") == ["halt: kill_switch"]
        # And the time line says whose each is
        lanes = page.value(
            "neoPage.panels.charts['chart-halts'].spec.lanes.map(lane => [lane.name, lane.spans.length])"
        )
        assert lanes == [["risk_drawdown, xrpl", 2], ["kill_switch", 1]]
    finally:
        server.stop()


def test_what_the_books_get_only_after_a_page_came_is_shown_and_nothing_that_it_saw_is_lost(
    page: Page, tmp_path: Path
) -> None:
    # Given ten ticks in the books and five that the engine still keeps for them
    store = opened(tmp_path)
    accept(store, session())
    ticks = [attrs.evolve(snapshot(n), at_ns=START_NS + n * TICK_NS) for n in range(15)]
    store.record_snapshots(ticks[:10])
    scene = Scene(tmp_path / "neo.db")
    scene.status = a_status(session_id="s1", started_at_ns=START_NS, now_ns=START_NS + 15 * TICK_NS)
    server = scene.server()
    server.start()
    try:
        # When a page comes, then a tick, then the five are written and a minute passes
        page.open(server.url)
        page.wait("globalThis.neoPage?.course.ticks.at_ms.length === 10 && neoPage.course.profit.at_ms.length === 11")
        scene.tick(15)
        page.wait("neoPage.course.ticks.at_ms.length === 11")
        store.record_snapshots(ticks[10:])
        scene.status = attrs.evolve(scene.status, now_ns=START_NS + 35 * TICK_NS)
        # Then all of them are there, and the profit that the page was told of meanwhile
        page.wait("neoPage.course.ticks.at_ms.length === 16")
        profit = page.value("neoPage.course.profit.at_ms")
        assert (START_NS + 15 * TICK_NS) / 1e6 in profit
        assert profit == sorted(profit)
        assert list(page.complaints) == []
    finally:
        server.stop()
        store.close()
