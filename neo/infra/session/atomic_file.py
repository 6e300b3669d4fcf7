"""Files that appear whole or not at all, whatever dies in between."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path


def write_atomically(path: Path, text: str, *, durable: bool = False) -> None:
    """Replace `path` by `text`. Readers see the old or the new content, never a part. OSError leaves the old content.

    `durable` also survives a power cut; without it the content survives the death of the process.
    """
    # The process id keeps two writers of one file apart; the leading dot keeps directory scans from seeing it.
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with temporary.open("w", encoding="utf-8") as file:
            file.write(text)
            if durable:
                file.flush()
                os.fsync(file.fileno())
        temporary.replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise
