"""A seed comes from a place that only its owner can read, and an error about it never shows it."""

from __future__ import annotations

from pathlib import Path

import pytest

from neo.domain.config.secret_text import SEED_VARIABLE
from neo.infra.xrpl.seed import SeedUnavailable, key_file_problem, read_seed
from tests.infra.xrpl.keys import ISSUER, seed_of

SEED = seed_of(bytes(range(16)))


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    path = tmp_path / "trading.seed"
    path.write_text(f"# regular key of the trading account\n\n{SEED}\n")
    path.chmod(0o600)
    return path


def test_a_seed_is_read_from_the_environment() -> None:
    assert read_seed({SEED_VARIABLE: f" {SEED}\n"}, None) == SEED


def test_a_seed_is_read_from_a_file_that_only_its_owner_can_read(key_file: Path) -> None:
    assert key_file_problem(key_file) is None
    assert read_seed({}, key_file) == SEED


@pytest.mark.parametrize("mode", (0o640, 0o604, 0o660, 0o644, 0o610, 0o601))
def test_a_file_that_others_can_open_is_refused(key_file: Path, mode: int) -> None:
    key_file.chmod(mode)
    with pytest.raises(SeedUnavailable, match=r"others may read it \(mode 0\d{3}\)\n.*chmod 600"):
        read_seed({}, key_file)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SeedUnavailable, match=r"nothing\.seed is not used: it cannot be read"):
        read_seed({}, tmp_path / "nothing.seed")


def test_a_folder_is_no_key_file(tmp_path: Path) -> None:
    with pytest.raises(SeedUnavailable, match="it is not a file"):
        read_seed({}, tmp_path)


def test_a_large_file_is_no_key_file(key_file: Path) -> None:
    key_file.write_text("x" * 5000)
    with pytest.raises(SeedUnavailable, match="far more than a seed"):
        read_seed({}, key_file)


def test_two_places_are_one_too_many(key_file: Path) -> None:
    with pytest.raises(SeedUnavailable, match="given twice"):
        read_seed({SEED_VARIABLE: SEED}, key_file)


def test_no_place_is_one_too_few() -> None:
    with pytest.raises(SeedUnavailable, match=f"no key to sign with\n.*{SEED_VARIABLE}"):
        read_seed({SEED_VARIABLE: "  "}, None)


@pytest.mark.parametrize(
    ("content", "hint"),
    (
        (SEED[:-1] + ("a" if SEED[-1] != "a" else "b"), "check digits"),
        ("one two three four", "several words"),
        (ISSUER, "address"),
        ("AB" * 32, "private key"),
    ),
)
def test_what_is_no_seed_is_refused_with_a_hint_and_not_shown(key_file: Path, content: str, hint: str) -> None:
    key_file.write_text(content)
    for environment, file in (({}, key_file), ({SEED_VARIABLE: content}, None)):
        with pytest.raises(SeedUnavailable, match=hint) as refused:
            read_seed(environment, file)
        assert content not in str(refused.value)
        assert refused.value.__cause__ is None and refused.value.__context__ is None


@pytest.mark.parametrize("content", (b"", b"# nothing\n", f"{SEED}\n{SEED}\n".encode(), b"\xff\xfe\x00"))
def test_a_file_without_exactly_one_line_is_refused(key_file: Path, content: bytes) -> None:
    key_file.write_bytes(content)
    with pytest.raises(SeedUnavailable, match="one line of plain text") as refused:
        read_seed({}, key_file)
    assert SEED not in str(refused.value)
