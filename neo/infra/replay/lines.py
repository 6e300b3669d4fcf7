"""Lines of a recording, plain or gzip, with their numbers."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from pathlib import Path

from neo.infra.replay.errors import ReplayDataError

_GZIP_MAGIC = b"\x1f\x8b"


def numbered_lines(path: Path) -> Iterator[tuple[int, str]]:
    """(line number from 1, text without its line end). ReplayDataError when the file cannot be read to its end."""
    for number, text in numbered_raw_lines(path):
        yield number, text.rstrip("\r\n")


def numbered_raw_lines(path: Path) -> Iterator[tuple[int, str]]:
    """The same with line ends: a last line without one is torn, if its writer always wrote one."""
    number = 0
    try:
        with path.open("rb") as raw:
            magic = raw.read(2)
            raw.seek(0)
            if path.suffix == ".gz" and magic != _GZIP_MAGIC:
                raise ReplayDataError(
                    path, 0, "the name ends with .gz, the content is not gzip", "fetch the file again"
                )
            stream = gzip.GzipFile(fileobj=raw) if magic == _GZIP_MAGIC else raw
            for number, line in enumerate(stream, start=1):
                yield number, line.decode("utf-8")
    except FileNotFoundError as missing:
        raise ReplayDataError(path, 0, "no such file", "check the path given with --data") from missing
    except IsADirectoryError as folder:
        raise ReplayDataError(path, 0, "is a folder", "name the files in it, one --data for each") from folder
    except PermissionError as refused:
        raise ReplayDataError(path, 0, "may not be read", "check the permissions of the file") from refused
    except UnicodeDecodeError as garbage:
        raise ReplayDataError(path, number + 1, "is not UTF-8 text", "check that this is a recording") from garbage
    except (EOFError, zlib.error, gzip.BadGzipFile) as cut:
        advice = "fetch the file again; a recording that was still being written has no end"
        raise ReplayDataError(path, number + 1, f"the gzip data is damaged or cut short ({cut})", advice) from cut
    if number == 0:
        raise ReplayDataError(path, 0, "is empty", "fetch the file again")
