"""What a real XRP Ledger server answered, kept in the repository so that parity is tested in every clone.

The form of a recording is described in docs/ledger-model.md; the names are those of the files without `.json.xz`.
"""

from __future__ import annotations

import json
import lzma
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent / "xrpl"


def names() -> tuple[str, ...]:
    """Every recording there is, sorted."""
    return tuple(sorted(path.name.removesuffix(".json.xz") for path in FOLDER.glob("*.json.xz")))


def load(name: str) -> dict[str, Any]:
    """The recording called `name` (for example "04_crossing"), read afresh so that a test may change it."""
    with lzma.open(FOLDER / f"{name}.json.xz", "rt", encoding="utf-8") as file:
        content: dict[str, Any] = json.load(file)
    return content
