"""What a configuration key means: the metadata that errors, `neo config show` and the schema are written from."""

from __future__ import annotations

from typing import Any


def about(
    meaning: str, unit: str = "", *, protects: str = "", example: str = "", file_only: bool = False, idle: str = ""
) -> dict[str, Any]:
    """Metadata for `attrs.field`.

    `protects` marks a limit that has no default and says what it protects; `example` is TOML text that a reader may
    start from; `file_only` keys must be written in the file, where they are seen, not in an environment. `idle`
    is what stands in for the key in a section that nobody reads, where the example is no valid value.
    """
    return {
        "meaning": meaning,
        "unit": unit,
        "protects": protects,
        "example": example,
        "file_only": file_only,
        "idle": idle,
    }
