"""Reading a recording from a file, compressed or not: told by its first bytes, whatever it is called."""

from __future__ import annotations

import gzip
import json
import lzma
import zlib
from pathlib import Path

from neo.infra.simulated.verify.recording import Course, NotARecording, read_course

#: Every gzip file begins so (RFC 1952), and every xz file (https://tukaani.org/xz/xz-file-format.txt).
_GZIP, _XZ = b"\x1f\x8b", b"\xfd7zXZ\x00"


def read_recording(path: Path) -> Course:
    """NotARecording when the file cannot be read, is no JSON, or is not of the form."""
    try:
        content = json.loads(_unpacked(path.read_bytes()))
    except FileNotFoundError as error:
        raise NotARecording(f"{path} does not exist", "check the path") from error
    except (OSError, EOFError, lzma.LZMAError, zlib.error) as error:
        raise NotARecording(f"{path} cannot be read: {error}", "check that the file is complete") from error
    except (ValueError, RecursionError) as error:
        advice = "give a recording as JSON, plain or packed by gzip or xz, and check that it is complete"
        raise NotARecording(f"{path} is no JSON: {error}", advice) from error
    return read_course(path.name, content)


def _unpacked(content: bytes) -> bytes:
    if content.startswith(_GZIP):
        return gzip.decompress(content)
    if content.startswith(_XZ):
        return lzma.decompress(content)
    return content
