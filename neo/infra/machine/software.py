"""Versions that money depends on: Python, and the client library of the ledger, which is pinned to one release."""

from __future__ import annotations

import platform
import re
from collections.abc import Callable, Mapping
from importlib.metadata import PackageNotFoundError, requires, version

from neo.domain.readiness.machine import SoftwareFacts
from neo.infra.xrpl.synchronous import NotSynchronous, require_synchronous

DISTRIBUTION = "neo-trading-engine"
LIBRARY = "xrpl-py"
NOT_INSTALLED = "nothing"


def software_facts(entry_points: Mapping[str, Callable[..., object]]) -> SoftwareFacts:
    """`entry_points`: what neo calls of the library without awaiting it."""
    try:
        require_synchronous(entry_points)
        guard = ""
    except NotSynchronous as error:
        guard = error.problem
    installed = _installed()
    return SoftwareFacts(
        python=platform.python_version(),
        library=LIBRARY,
        pinned=pinned_version(requires_of_neo()) or installed,
        installed=installed,
        guard=guard,
    )


def pinned_version(requirements: list[str]) -> str | None:
    """The exact release of the library among `requirements` (PEP 508); None when none is pinned."""
    pin = re.compile(rf"{re.escape(LIBRARY)}\s*==\s*([^\s;,]+)")
    return next((found[1] for found in map(pin.match, requirements) if found), None)


def requires_of_neo() -> list[str]:
    """What neo's own distribution asks for; nothing when it runs from a folder without having been installed."""
    try:
        return requires(DISTRIBUTION) or []
    except PackageNotFoundError:
        return []


def _installed() -> str:
    try:
        return version(LIBRARY)
    except PackageNotFoundError:
        return NOT_INSTALLED
