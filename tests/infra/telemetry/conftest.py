from __future__ import annotations

import pytest

from neo.infra.telemetry.notice import SinkNotice


class Notices(list[SinkNotice]):
    """Collects what sinks say about themselves."""

    def __call__(self, notice: SinkNotice) -> None:
        self.append(notice)

    @property
    def kinds(self) -> list[str]:
        return [notice.kind.value for notice in self]


class HandClock:
    """A clock that only moves when told."""

    def __init__(self) -> None:
        self.now_ns = 0

    def __call__(self) -> int:
        return self.now_ns


@pytest.fixture
def notices() -> Notices:
    return Notices()


@pytest.fixture
def clock() -> HandClock:
    return HandClock()
