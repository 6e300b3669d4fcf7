"""Reading a recording from a file, compressed or not."""

from __future__ import annotations

import gzip
import json
import lzma
from pathlib import Path
from typing import Any

from neo.infra.simulated.verify.recording import Course, NotARecording, read_course

_OPENERS: dict[str, Any] = {".gz": gzip.open, ".xz": lzma.open, ".json": open}


def read_recording(path: Path) -> Course:
    """NotARecording when the file cannot be read, is no JSON, or is not of the form."""
    opener = _OPENERS.get(path.suffix)
    if opener is None:
        raise NotARecording(f"{path}: unknown kind of file", "give a .json, .json.gz or .json.xz file")
    try:
        with opener(path, "rt", encoding="utf-8") as file:
            content = json.load(file)
    except FileNotFoundError as error:
        raise NotARecording(f"{path} does not exist", "check the path") from error
    except (OSError, EOFError, lzma.LZMAError) as error:
        raise NotARecording(f"{path} cannot be read: {error}", "check that the file is complete") from error
    except (ValueError, RecursionError) as error:
        raise NotARecording(f"{path} is no JSON: {error}", "check that the file is complete") from error
    return read_course(path.name, content)
