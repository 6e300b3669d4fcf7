"""File operations that survive a power cut: fsync of a file and of the directory that names it."""

from __future__ import annotations

import os
import shutil
import sys
from datetime import UTC, datetime
from pathlib import Path

from neo.domain.units import NS_PER_S


def stamp_text(at_ns: int) -> str:
    """UTC instant for file names: ``20261121T085022Z``."""
    return datetime.fromtimestamp(at_ns // NS_PER_S, UTC).strftime("%Y%m%dT%H%M%SZ")


def instant_text(at_ns: int) -> str:
    """UTC instant for people: ``2026-11-21T08:50:22Z``."""
    return datetime.fromtimestamp(at_ns // NS_PER_S, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def sync_file(path: Path) -> None:
    """Wait until the content of ``path`` is on disk. Never on a database that this process has open."""
    descriptor = os.open(path, os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_directory(directory: Path) -> None:
    """Wait until the names in ``directory`` are on disk (Windows has no such call and needs none)."""
    if sys.platform == "win32":
        return
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def copy_durably(source: Path, target: Path) -> None:
    """Copy the bytes of a file that no connection of this process has open, and sync the copy."""
    shutil.copyfile(source, target)
    sync_file(target)


def unused_name(wanted: Path) -> Path:
    """``wanted``, or ``wanted`` with ``-2``, ``-3``, ... before its suffix when the name is taken."""
    candidate, number = wanted, 1
    while candidate.exists():
        number += 1
        candidate = wanted.with_name(f"{wanted.stem}-{number}{wanted.suffix}")
    return candidate
