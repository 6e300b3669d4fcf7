"""Which code made a session: the package version and, in a checkout, the commit. git itself is not needed."""

from __future__ import annotations

import re
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

DISTRIBUTION = "neo-trading-engine"
_COMMIT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_COMMIT_LENGTH = 12


def code_version(package_root: Path | None = None) -> str:
    """E.g. `0.1.0+4be2f1c09a77`, or `0.1.0` outside a checkout. Changes that are not committed do not show."""
    root = package_root or Path(__file__).resolve().parents[2]
    try:
        released = version(DISTRIBUTION)
    except PackageNotFoundError:
        released = "unknown"
    commit = head_commit(root.parent)
    return f"{released}+{commit[:_COMMIT_LENGTH]}" if commit else released


def head_commit(checkout: Path) -> str:
    """The commit that HEAD of the checkout names; empty when there is none or it cannot be read."""
    git = _git_directory(checkout / ".git")
    head = _read(git / "HEAD")
    if not head.startswith("ref: "):
        return head if _COMMIT.fullmatch(head) else ""
    reference = head.removeprefix("ref: ")
    # A linked worktree keeps HEAD for itself and the references with the main checkout.
    shared = git / (_read(git / "commondir") or ".")
    for place in (git, shared):
        commit = _read(place / reference)
        if _COMMIT.fullmatch(commit):
            return commit
    return _packed(shared / "packed-refs", reference)


def _git_directory(dot_git: Path) -> Path:
    """The repository behind `.git`, which is a file with the way there in a worktree or submodule."""
    pointer = _read(dot_git) if dot_git.is_file() else ""
    return dot_git.parent / pointer.removeprefix("gitdir: ") if pointer.startswith("gitdir: ") else dot_git


def _packed(packed_refs: Path, reference: str) -> str:
    for line in _read(packed_refs).splitlines():
        commit, _, name = line.partition(" ")
        if name == reference and _COMMIT.fullmatch(commit):
            return commit
    return ""


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return ""
