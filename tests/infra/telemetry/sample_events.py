"""Events that exist only in these tests."""

from __future__ import annotations

import enum
from decimal import Decimal
from typing import ClassVar

import attrs

from neo.domain.telemetry.event import Severity, TelemetryEvent


class Colour(enum.Enum):
    RED = "red"


@attrs.frozen
class Inner:
    price: Decimal
    tags: tuple[str, ...]


@attrs.frozen
class SampleEvent(TelemetryEvent):
    NAME: ClassVar[str] = "TEST_SAMPLE"
    SEVERITY: ClassVar[Severity] = Severity.WARNING

    text: str = "plain"
    amount: Decimal | None = None
    value: object = None


@attrs.frozen
class EmptyEvent(TelemetryEvent):
    NAME: ClassVar[str] = "TEST_EMPTY"


@attrs.frozen
class LoginEvent(TelemetryEvent):
    NAME: ClassVar[str] = "TEST_LOGIN"

    user: str
    api_secret: str
    seed: int
