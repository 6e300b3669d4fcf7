"""Looks at where the seed is kept. The seed itself is neither returned nor kept here."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from pathlib import Path

from neo.domain.config.secret_text import SEED_VARIABLE
from neo.domain.readiness.key_source import KeySourceFacts


def key_source_facts(key_file: str, environment: Mapping[str, str]) -> KeySourceFacts:
    """`key_file` as configured; empty means the environment."""
    if not key_file:
        there = bool(environment.get(SEED_VARIABLE, "").strip())
        problem = "" if there else f"there is no key: xrpl.key_file is empty, and {SEED_VARIABLE} is not set"
        return KeySourceFacts(path="", problem=problem)
    path = Path(key_file)
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            return KeySourceFacts(path=key_file, problem=f"{key_file} is no file")
        with path.open("rb"):
            pass
    except OSError as error:
        return KeySourceFacts(path=key_file, problem=f"{key_file}: {error.strerror or error}")
    return KeySourceFacts(path=key_file, open_to=_others(status))


def _others(status: os.stat_result) -> str:
    """Who beside the owner may read or change it, in words. Windows has no such bits."""
    if os.name == "nt":
        return ""
    found = [name for name, bits in (("its group", 0o060), ("everybody", 0o006)) if status.st_mode & bits]
    return " and ".join(found)
