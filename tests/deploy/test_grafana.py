"""Every expression of the Grafana dashboard names metrics that are exported, with labels that they carry."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from neo.domain.config.dashboard import DashboardConfig
from neo.domain.telemetry.event import Severity
from neo.infra.metrics.catalogue import METRICS, PROCESS_METRICS
from tests.architecture.source_tree import REPO
from tests.deploy.promql import Named, named

DASHBOARD = json.loads((REPO / "deploy/grafana/neo.json").read_text("utf-8"))
#: What Prometheus itself adds to each figure that it scrapes.
SCRAPED_LABELS = {"instance", "job"}
EXPORTED = {metric.name: set(metric.labels) for metric in METRICS} | {name: set() for name, _ in PROCESS_METRICS}


def objects(node: Any) -> Iterator[dict[str, Any]]:
    """Every object of the file."""
    if isinstance(node, dict):
        yield node
    for each in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from objects(each)


def expressions() -> list[str]:
    return [each["expr"] for each in objects(DASHBOARD) if "expr" in each]


def faults(read: Named) -> list[str]:
    """What an expression names that does not exist."""
    found = [f"{name} is not exported" for name, _ in read.selected if name not in EXPORTED]
    carried: set[str] = set(SCRAPED_LABELS)
    for name, labels in read.selected:
        carried |= EXPORTED.get(name, set())
        found += [f"{name} has no label {label}" for label in labels - EXPORTED.get(name, set()) - SCRAPED_LABELS]
    return found + [f"nothing has the label {label}" for label in read.grouped - carried]


@pytest.mark.parametrize("expression", expressions())
def test_an_expression_names_what_is_exported(expression: str) -> None:
    read = named(expression)
    assert read.selected and not faults(read), expression


def test_legends_show_labels_that_the_figures_carry() -> None:
    for target in (each for each in objects(DASHBOARD) if "legendFormat" in each):
        read = named(target["expr"])
        carried = read.grouped or SCRAPED_LABELS.union(*(EXPORTED[name] for name, _ in read.selected))
        assert set(re.findall(r"{{(\w+)}}", target["legendFormat"])) <= carried, target


def test_counters_are_only_shown_as_what_was_added() -> None:
    for expression in expressions():
        for name, _ in named(expression).selected:
            if name.endswith("_total"):
                assert re.search(rf"(?:rate|increase)\({name}\b", expression), expression


def test_variables_ask_for_labels_and_metrics_that_exist() -> None:
    for variable in (each for each in DASHBOARD["templating"]["list"] if each["type"] == "query"):
        metric, label = re.fullmatch(r"label_values\((\w+), (\w+)\)", variable["definition"]).groups()  # type: ignore[union-attr]
        assert metric in EXPORTED and label in EXPORTED[metric] | SCRAPED_LABELS
        assert variable["query"]["query"] == variable["definition"]
    names = {f"${each['name']}" for each in DASHBOARD["templating"]["list"]}
    assert set(re.findall(r"\$(?!__)\w+", " ".join(expressions()))) <= names


def test_severities_that_are_asked_for_exist() -> None:
    asked = {
        word for each in expressions() for text in re.findall(r'severity=~"([^"]*)"', each) for word in text.split("|")
    }
    assert asked and asked <= {severity.value for severity in Severity}


def test_every_panel_says_what_it_shows_in_which_unit_and_none_covers_another() -> None:
    taken: dict[tuple[int, int], str] = {}
    for panel in DASHBOARD["panels"]:
        place = panel["gridPos"]
        assert place["x"] + place["w"] <= 24
        for column in range(place["x"], place["x"] + place["w"]):
            for line in range(place["y"], place["y"] + place["h"]):
                assert taken.setdefault((column, line), panel["title"]) == panel["title"], (
                    panel["title"],
                    column,
                    line,
                )
        if panel["type"] != "row":
            assert panel["description"] and panel["fieldConfig"]["defaults"]["unit"] and panel["targets"]
    titles = [panel["title"] for panel in DASHBOARD["panels"]]
    assert len(set(titles)) == len(titles)


def test_no_machine_is_named_in_the_dashboard() -> None:
    assert {each["datasource"]["uid"] for each in objects(DASHBOARD) if "datasource" in each} == {"${datasource}"}


def test_the_scraper_looks_where_the_dashboard_is_by_default() -> None:
    scraper = (REPO / "deploy/prometheus/neo.yml").read_text("utf-8")
    assert f"127.0.0.1:{DashboardConfig().port}" in scraper


@pytest.mark.parametrize(
    ("expression", "fault"),
    [
        ("neo_no_such_thing", "is not exported"),
        ('neo_engine_up{colour="red"}', "has no label colour"),
        ("sum by (colour) (neo_engine_up)", "nothing has the label colour"),
    ],
)
def test_a_planted_fault_is_found(expression: str, fault: str) -> None:
    assert any(fault in each for each in faults(named(expression)))


@pytest.mark.parametrize(
    "expression", ["sum(", "nonsense(neo_engine_up)", "neo_engine_up{state}", "neo_engine_up &", "by"]
)
def test_what_cannot_be_read_is_refused(expression: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        named(expression)


def test_names_and_labels_are_read_from_nested_expressions() -> None:
    read = named(
        'topk(3, sum by (event) (increase(neo_events_total{severity!="info", instance=~"$i"}[5m]))) > 0 and on (event) neo_x'
    )
    assert read.selected == (("neo_events_total", frozenset({"severity", "instance"})), ("neo_x", frozenset()))
    assert read.grouped == {"event"}
