"""Loading: the effective values, their origins and hash, and overrides."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neo.domain.config.choices import Mode
from neo.domain.config.keys import Key, all_keys
from neo.infra.config.canonical import canonical_text
from neo.infra.config.fault import ConfigError
from neo.infra.config.loader import Loaded, load
from neo.infra.config.overrides import variable_name
from tests.infra.config.files import REPOSITORY, SIM, changed_sim, faults_of, line_of, written

SHIPPED = ["sim", "paper", "live"]


@pytest.mark.parametrize("name", SHIPPED)
def test_every_shipped_file_is_valid_and_named_after_its_mode(name: str) -> None:
    loaded = load(REPOSITORY / "config" / f"{name}.toml", {})

    assert loaded.config.mode is Mode(name)
    assert not loaded.config.allow_live


def test_the_simulation_file_writes_down_every_key() -> None:
    loaded = load(SIM, {})

    assert [path for path, origin in loaded.origins.items() if origin.kind == "default"] == []
    assert set(loaded.origins) == {key.path for key in all_keys()}


def test_shipped_files_have_their_own_databases() -> None:
    paths = {load(REPOSITORY / "config" / f"{name}.toml", {}).config.storage.path for name in SHIPPED}

    assert len(paths) == len(SHIPPED)


def test_values_are_exact_and_know_their_place(tmp_path: Path) -> None:
    path = changed_sim(tmp_path, ("bid_offset_bps = 10 ", "bid_offset_bps = 6.100000000000000001 "))

    loaded = load(path, {})

    assert loaded.config.strategy.bid_offset_bps == Decimal("6.100000000000000001")
    assert loaded.origins["strategy.bid_offset_bps"].kind == "file"
    assert loaded.origins["strategy.bid_offset_bps"].place == f"{path}:{line_of(path, 'bid_offset_bps')}:18"


def test_a_key_that_is_not_written_has_its_default(tmp_path: Path) -> None:
    path = changed_sim(tmp_path, ("clob_switch_threshold_bps = 3", "# none"))

    loaded = load(path, {})

    assert loaded.config.strategy.clob_switch_threshold_bps == Decimal(3)
    assert loaded.origins["strategy.clob_switch_threshold_bps"].kind == "default"


def test_the_environment_replaces_the_file_and_the_command_line_replaces_both() -> None:
    environment = {"NEO_SEED": "7", "NEO_SPEED": " 2.5 ", "NEO_HEARTBEAT__WARN_ONLY": "true", "HOME": "/root"}

    loaded = load(SIM, environment, {"seed": "8", "mode": "replay"})

    assert (loaded.config.seed, loaded.config.speed) == (8, Decimal("2.5"))
    assert loaded.config.heartbeat.warn_only is True
    assert loaded.config.mode is Mode.REPLAY
    assert loaded.origins["seed"].place == "command line --seed"
    assert loaded.origins["speed"].place == "environment NEO_SPEED"
    assert set(loaded.sources) == {
        str(SIM),
        "environment NEO_SPEED",
        "environment NEO_HEARTBEAT__WARN_ONLY",
        "command line --seed",
        "command line --mode",
    }


def test_an_override_may_supply_a_missing_limit(tmp_path: Path) -> None:
    path = changed_sim(tmp_path, ("max_xrp_exposure", "# max_xrp_exposure"))

    loaded = load(path, {"NEO_RISK__MAX_XRP_EXPOSURE": "900"})

    assert loaded.config.risk.max_xrp_exposure == Decimal(900)


@pytest.mark.parametrize("key", [key for key in all_keys() if not key.file_only], ids=lambda key: key.path)
def test_every_key_can_be_set_by_its_variable(key: Key) -> None:
    loaded = load(SIM, {})
    path = key.path
    value = canonical_values(loaded)[path]

    text = ",".join(value) if isinstance(value, list) else str(value)
    again = load(SIM, {variable_name(path): text.lower() if isinstance(value, bool) else text})

    assert again.origins[path].kind == "environment"
    assert again.hash == loaded.hash


def canonical_values(loaded: Loaded) -> dict[str, object]:
    values = json.loads(canonical_text(loaded.config))
    assert isinstance(values, dict)
    return values


def test_the_hash_depends_on_values_only(tmp_path: Path) -> None:
    plain = load(SIM, {})
    rewritten = changed_sim(
        tmp_path,
        ("tick_interval_seconds = 4 ", "tick_interval_seconds = 4.00 "),
        ("level_offset_step_bps = 4 ", "# default"),
        ("[engine]", "# moved\n\n[engine]"),
    )

    assert load(rewritten, {}).hash == plain.hash
    assert load(SIM, {"NEO_SEED": "1"}).hash != plain.hash
    assert len(plain.hash) == 64


def test_every_value_changes_the_canonical_text() -> None:
    assert set(canonical_values(load(SIM, {}))) == {key.path for key in all_keys()}


def test_a_mode_of_the_command_line_is_checked_with_the_rest() -> None:
    (fault,) = faults_of(SIM, {"NEO_XRPL__NODES": "wss://one.example"}, mode="live")

    assert (fault.path, fault.message) == ("speed", "must be 1 in mode live: real time cannot be sped up")
    assert fault.related == ("mode = live (command line --mode)",)


CHARACTERS = st.sampled_from(list("[]{}=.,\"'#\n 019e-_abx\0é"))


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 10_000), st.text(CHARACTERS, max_size=3), st.integers(0, 6)), max_size=3))
def test_a_damaged_file_loads_or_explains_itself(
    tmp_path_factory: pytest.TempPathFactory, damage: list[tuple[int, str, int]]
) -> None:
    text = SIM.read_text("utf-8")
    for place, inserted, removed in damage:
        at = place % (len(text) + 1)
        text = text[:at] + inserted + text[at + removed :]
    path = written(tmp_path_factory.getbasetemp(), text)

    try:
        loaded = load(path, {})
    except ConfigError as error:
        assert error.faults
        assert all(fault.message for fault in error.faults)
        assert str(path) in str(error)
    else:
        assert loaded.hash


def test_the_paper_wallet_of_the_distribution_is_within_its_limits_at_any_price_that_was_seen() -> None:
    config = load(REPOSITORY / "config" / "paper.toml", {}).config
    highest_price = Decimal("3.8")  # RLUSD per XRP, January 2018 and July 2025

    assert config.paper.wallet_xrp * highest_price <= config.risk.max_xrp_exposure
    assert config.paper.wallet_rlusd <= config.risk.max_rlusd_exposure
