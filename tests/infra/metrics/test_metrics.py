"""What /metrics says, over a real socket and from the catalogue."""

from __future__ import annotations

import http.client
import json
import os
import re
import sys
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from urllib.parse import urlsplit

import attrs
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import CollectorRegistry, generate_latest

from docs.tables import metrics_table
from neo.domain.config.dashboard import DashboardConfig
from neo.domain.telemetry.events import GatewayUp, HeartbeatMissed
from neo.infra.control.status import ActorState, ActorStatus, HaltStatus, VenueStatus
from neo.infra.control.status_board import EngineState, Sighting, status_record
from neo.infra.metrics.catalogue import METRICS, PROCESS_METRICS
from neo.infra.metrics.event_counts import EventCounts
from neo.infra.metrics.exposition import EngineCollector, metrics_route
from neo.infra.metrics.metric import Kind, Reading
from neo.infra.metrics.readings import own_reading, sighted_reading
from neo.infra.web.server import DashboardServer, ServerPlan
from tests.architecture.source_tree import REPO
from tests.cli.fake_engine import a_status
from tests.infra.metrics.figures import a_full_status, counted, everything_counted, figure, scraped
from tests.infra.web.scene import Scene
from tests.patience import PATIENCE_S


def answered(read: Callable[[], Reading]) -> str:
    """The text of an answer, without a server."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(EngineCollector(read))
    return generate_latest(registry).decode()


def full_reading() -> Reading:
    return Reading(EngineState.RUNNING, a_full_status(), Decimal(0), everything_counted())


def served(tmp_path: Path, read: Callable[[], Reading], *, with_process: bool) -> tuple[int, str, str]:
    """Status, type and text of GET /metrics at a real server."""
    plan = ServerPlan(
        config=DashboardConfig(enabled=True, port=0),
        source=Scene(tmp_path / "neo.db").source(),
        version="test",
        more_routes=(metrics_route(read, with_process=with_process),),
    )
    server = DashboardServer(plan)
    server.start()
    try:
        connection = http.client.HTTPConnection("127.0.0.1", urlsplit(server.url).port, timeout=PATIENCE_S)
        connection.request("GET", "/metrics")
        response = connection.getresponse()
        text = response.read().decode()
        connection.close()
    finally:
        assert server.stop()
    return response.status, response.headers["content-type"], text


def test_a_scraper_gets_the_figures_of_the_engine_and_of_its_process(tmp_path: Path) -> None:
    # Given an engine of which everything is known
    # When it is scraped
    status, kind, text = served(tmp_path, full_reading, with_process=True)
    # Then the answer is in the scraper's format and has what the engine knows
    assert status == 200 and kind.startswith("text/plain; version=")
    figures = scraped(text)
    assert figure(figures, "neo_engine_up") == 1
    assert figure(figures, "neo_market_data_age_seconds", symbol="XRP/RLUSD") == 3.5
    assert figure(figures, "neo_poll_overruns_total", venue="mexc", tier="hot") == 2
    assert figure(figures, "neo_poll_cycle_seconds", venue="mexc", tier="hot") == 1.25
    assert figure(figures, "neo_orders", symbol="XRP/RLUSD", side="buy", state="OPEN") == 1
    assert figure(figures, "neo_orders", symbol="XRP/RLUSD", side="sell", state="OPEN") == 0
    assert figure(figures, "neo_halt_in_force", venue="mexc", reason="risk_rpc_failure") == 1
    assert figure(figures, "neo_actor_mailbox_messages", actor="strategy") == 4
    assert figure(figures, "neo_actor_answers", actor="risk") == 0
    assert figure(figures, "neo_checkpoint_seconds") == 0.0125
    assert figure(figures, "neo_heartbeat_oldest_message_seconds") == 0.25
    if sys.platform == "linux":
        assert (figure(figures, "process_resident_memory_bytes") or 0) > 1_000_000
        assert figure(figures, "process_open_fds") is not None


def test_the_page_documents_every_exported_name_and_no_other() -> None:
    documented = set(re.findall(r"^\| `(\w+)` \|", (REPO / "docs/metrics.md").read_text(), re.MULTILINE))
    exported = {name for name, _ in scraped(answered(full_reading))} | {name for name, _ in PROCESS_METRICS}
    assert documented == exported
    assert metrics_table() in (REPO / "docs/metrics.md").read_text()


def test_the_process_figures_that_are_documented_are_those_of_the_library(tmp_path: Path) -> None:
    if sys.platform == "linux":
        _, _, text = served(tmp_path, lambda: Reading(EngineState.RUNNING), with_process=True)
        found = {name for name, _ in scraped(text) if name.startswith("process_")}
        assert found == {name for name, _ in PROCESS_METRICS}


def test_samples_carry_the_labels_that_are_documented() -> None:
    labels = {metric.name: set(metric.labels) for metric in METRICS}
    for name, carried in scraped(answered(full_reading)):
        assert {key for key, _ in carried} == labels[name]


def test_names_follow_the_rules_of_prometheus_with_units_last() -> None:
    names = [metric.name for metric in METRICS]
    assert len(set(names)) == len(names)
    for metric in METRICS:
        assert re.fullmatch(r"neo_[a-z0-9_]+", metric.name)
        assert metric.name.endswith("_total") == (metric.kind is Kind.COUNTER), metric.name
        assert not re.search(r"_(ms|ns|s|pct)(_total)?$", metric.name), "base units: seconds, percent or ratio"
        assert metric.meaning and not metric.meaning.endswith(".")


def test_events_are_counted_by_kind_and_those_that_never_came_are_zero() -> None:
    counts = counted(GatewayUp("xrpl", 3), GatewayUp("mexc", 4), HeartbeatMissed('a,"event":"GATEWAY_DOWN"', 2, 9))
    figures = scraped(answered(own_reading(a_status, counts)))
    assert figure(figures, "neo_events_total", event="GATEWAY_UP", severity="info") == 2
    assert figure(figures, "neo_events_total", event="HEARTBEAT_MISSED", severity="warning") == 1
    assert figure(figures, "neo_events_total", event="GATEWAY_DOWN", severity="warning") == 0


def test_what_is_not_known_is_not_exported_as_zero() -> None:
    figures = scraped(answered(own_reading(a_status, counted())))
    exported = {name for name, _ in figures}
    assert figure(figures, "neo_market_price_quote", symbol="XRP/RLUSD", price="anchor") == 0.52
    assert figure(figures, "neo_market_price_quote", symbol="XRP/RLUSD", price="best_bid") is None
    assert not {"neo_market_data_age_seconds", "neo_checkpoint_seconds", "neo_halt_in_force"} & exported
    assert not any(name.startswith("neo_desk_") for name in exported)


def test_an_engine_that_has_ended_leaves_no_figures_that_look_alive() -> None:
    record = json.loads(json.dumps(status_record(a_full_status())))
    crashed = Sighting(EngineState.CRASHED, "s1", 1, Decimal(90), record)
    stale = attrs.evolve(crashed, state=EngineState.STALE)
    dead = scraped(answered(sighted_reading(lambda: crashed)))
    hanging = scraped(answered(sighted_reading(lambda: stale)))
    assert figure(dead, "neo_engine_up") == 0 and figure(dead, "neo_engine_state", state="crashed") == 1
    assert {name for name, _ in dead} == {"neo_engine_up", "neo_engine_state"}
    assert figure(hanging, "neo_engine_up") == 1 and figure(hanging, "neo_status_age_seconds") == 90
    assert figure(hanging, "neo_budget_quote", venue="mexc", part="free") == 300


TEXTS = st.text(max_size=30).filter(lambda text: "\r" not in text)


@given(
    st.lists(st.tuples(TEXTS, st.sampled_from(ActorState), st.integers(0, 10**6)), max_size=4, unique_by=lambda t: t[0])
)
def test_whatever_an_engine_says_is_text_that_a_scraper_can_read(actors: list[tuple[str, ActorState, int]]) -> None:
    # Given names with quotes, line ends, braces and whatever else
    status = a_status(
        actors=tuple(ActorStatus(name, state, queued) for name, state, queued in actors),
        venues=tuple(VenueStatus(name, "held", name) for name, _, _ in actors),
        halts=tuple(HaltStatus(name, "", 1, False, name) for name, _, _ in actors),
    )
    # When it is scraped
    figures = scraped(answered(lambda: Reading(EngineState.RUNNING, status)))
    # Then every one arrives as it was
    for name, _, queued in actors:
        assert figure(figures, "neo_actor_mailbox_messages", actor=name) == queued
        assert figure(figures, "neo_halts", reason=name, venue=name) == 1


@given(st.text(max_size=300))
def test_a_line_that_is_no_event_counts_nothing_and_breaks_nothing(line: str) -> None:
    counts = EventCounts()
    assert counts.write(line) is None
    assert not any(counts.counts().values())


def test_an_engine_is_read_once_for_each_answer_and_not_when_the_route_is_made() -> None:
    reads: list[int] = []

    def read() -> Reading:
        reads.append(os.getpid())
        return full_reading()

    metrics_route(read, with_process=False)
    assert reads == []
    answered(read)
    assert len(reads) == 1
