"""No key without a reader, no constant beside a key."""

from __future__ import annotations

from tests.architecture.source_tree import REPO
from tests.infra.config.consumed_keys import assert_every_key_is_consumed


def test_every_configuration_key_is_read_by_the_engine_and_shadowed_by_nothing() -> None:
    assert_every_key_is_consumed(REPO / "neo")
