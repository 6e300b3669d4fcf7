from __future__ import annotations

import re
from importlib.metadata import version
from pathlib import Path

from neo.infra.session.code_version import DISTRIBUTION, code_version, head_commit
from neo.infra.session.run_id import new_run_id, seeded_run_id

COMMIT = "4be2f1c09a77" + "0" * 28


def checkout(base: Path, head: str) -> Path:
    (base / ".git").mkdir(parents=True)
    (base / ".git" / "HEAD").write_text(head)
    return base


def test_outside_a_checkout_the_released_version_stands_alone(tmp_path: Path) -> None:
    assert code_version(tmp_path / "neo") == version(DISTRIBUTION)


def test_in_a_checkout_the_commit_is_named(tmp_path: Path) -> None:
    checkout(tmp_path, COMMIT + "\n")

    assert code_version(tmp_path / "neo") == f"{version(DISTRIBUTION)}+4be2f1c09a77"


def test_a_branch_is_followed_to_its_commit_loose_or_packed(tmp_path: Path) -> None:
    loose = checkout(tmp_path / "loose", "ref: refs/heads/main\n")
    (loose / ".git" / "refs" / "heads").mkdir(parents=True)
    (loose / ".git" / "refs" / "heads" / "main").write_text(COMMIT + "\n")
    packed = checkout(tmp_path / "packed", "ref: refs/heads/main\n")
    (packed / ".git" / "packed-refs").write_text(f"# pack-refs\n{COMMIT} refs/heads/main\n")

    assert head_commit(loose) == head_commit(packed) == COMMIT


def test_a_linked_worktree_is_a_checkout_too(tmp_path: Path) -> None:
    main = checkout(tmp_path / "main", "ref: refs/heads/main\n")
    (main / ".git" / "packed-refs").write_text(f"{COMMIT} refs/heads/side\n")
    private = main / ".git" / "worktrees" / "side"
    private.mkdir(parents=True)
    (private / "HEAD").write_text("ref: refs/heads/side\n")
    (private / "commondir").write_text("../..\n")
    side = tmp_path / "side"
    side.mkdir()
    (side / ".git").write_text(f"gitdir: {private}\n")

    assert head_commit(side) == COMMIT


def test_a_damaged_checkout_names_no_commit(tmp_path: Path) -> None:
    assert head_commit(checkout(tmp_path, "rubbish")) == ""


def test_run_ids_are_eight_hex_digits_and_seeded_ones_repeat() -> None:
    assert re.fullmatch("[0-9a-f]{8}", new_run_id())
    assert re.fullmatch("[0-9a-f]{8}", seeded_run_id(7, 1))
    assert seeded_run_id(7, 1) == seeded_run_id(7, 1)
    assert len({seeded_run_id(7, 1), seeded_run_id(7, 2), seeded_run_id(8, 1)}) == 3
