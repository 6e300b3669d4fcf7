"""/metrics: the figures in the text format of Prometheus, from a registry of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from neo.infra.metrics.catalogue import METRICS
from neo.infra.metrics.metric import Kind, Metric, Reading

_Family = GaugeMetricFamily | CounterMetricFamily


class EngineCollector(Collector):
    """Reads the engine once for each answer, so that all figures of one answer belong together."""

    def __init__(self, read: Callable[[], Reading]) -> None:
        self._read = read

    def describe(self) -> Iterable[_Family]:
        """Nothing: else the registry would read the engine when it is made."""
        return ()

    def collect(self) -> Iterable[_Family]:
        reading = self._read()
        return [_family(metric, reading) for metric in METRICS]


def _family(metric: Metric, reading: Reading) -> _Family:
    make = CounterMetricFamily if metric.kind is Kind.COUNTER else GaugeMetricFamily
    family = make(metric.name, metric.meaning, labels=metric.labels)
    for labels, value in metric.read(reading):
        if value is not None:
            family.add_metric(labels, float(value))  # the format knows nothing else; nothing is computed with it
    return family


def metrics_route(read: Callable[[], Reading], *, with_process: bool) -> Route:
    """The endpoint. `with_process`: figures of this very process, which then is the engine's."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(EngineCollector(read))
    if with_process:
        ProcessCollector(registry=registry)

    def metrics(request: Request) -> Response:
        """Not a coroutine: reading may look at files, and runs on a thread."""
        return Response(generate_latest(registry), headers={"content-type": CONTENT_TYPE_LATEST})

    return Route("/metrics", metrics)
