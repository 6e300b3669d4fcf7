"""Where the seed is kept, and who else may read it."""

from __future__ import annotations

from pathlib import Path

import pytest

from neo.domain.config.secret_text import SEED_VARIABLE
from neo.domain.readiness.finding import Verdict
from neo.domain.readiness.key_source import judge_key_source
from neo.infra.machine.key_source import key_source_facts


def verdict(key_file: str, environment: dict[str, str], *, needed: bool = True) -> Verdict:
    finding = judge_key_source(key_source_facts(key_file, environment), needed=needed)
    assert bool(finding.fix) is (finding.verdict is not Verdict.OK)
    return finding.verdict


def key_file(folder: Path, mode: int) -> str:
    path = folder / "key"
    path.write_text("x\n")
    path.chmod(mode)
    return str(path)


@pytest.mark.parametrize(
    ("mode", "expected"), [(0o600, Verdict.OK), (0o400, Verdict.OK), (0o640, Verdict.FAIL), (0o604, Verdict.FAIL)]
)
def test_a_key_file_is_for_its_owner_alone(tmp_path: Path, mode: int, expected: Verdict) -> None:
    assert verdict(key_file(tmp_path, mode), {}) is expected
    assert verdict(key_file(tmp_path, mode), {}, needed=False) is expected


def test_a_live_session_needs_a_key_and_a_paper_session_none(tmp_path: Path) -> None:
    assert verdict("", {}) is Verdict.FAIL
    assert verdict("", {SEED_VARIABLE: " "}) is Verdict.FAIL
    assert verdict("", {}, needed=False) is Verdict.OK
    assert verdict(str(tmp_path / "absent"), {}) is Verdict.FAIL
    assert verdict(str(tmp_path), {}) is Verdict.FAIL


def test_the_environment_will_do_and_a_file_is_advised() -> None:
    assert verdict("", {SEED_VARIABLE: "something"}) is Verdict.WARN


def test_a_configured_file_wins_over_the_environment(tmp_path: Path) -> None:
    assert key_source_facts(key_file(tmp_path, 0o600), {SEED_VARIABLE: "something"}).path == str(tmp_path / "key")
