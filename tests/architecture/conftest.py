"""Syntax trees live as long as the tests of this folder run."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from docs import conversation
from tests.architecture import source_tree


@pytest.fixture(scope="package", autouse=True)
def trees_are_dropped_at_the_end() -> Iterator[None]:
    """Each collection of garbage in a test after these would go through all of them, which takes a second."""
    yield
    source_tree.parsed.cache_clear()
    conversation.forget()
