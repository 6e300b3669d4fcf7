"""Reads the shared L2 workload: columns ts (ns), kind (0 depth, 1 trade), side (+1, -1), px (ticks), qty (lots).

The generator's .npz is a zip of .npy arrays and its .csv.gz is text; neither needs numpy.
Source of the format: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
"""

from __future__ import annotations

import ast
import csv
import gzip
import zipfile
from array import array
from collections.abc import Mapping, Sequence
from pathlib import Path

from neo.domain.market.book_tape import Action, BookTape

COLUMNS = ("ts", "kind", "side", "px", "qty")
#: numpy's names of the types in the files, as array type codes.
_TYPES = {"<i8": "q", "|u1": "B", "|i1": "b", "<i4": "i"}


def read_tape(path: Path) -> BookTape:
    """The file as a tape; ValueError when it is neither .npz nor .csv.gz, or lacks a column."""
    if path.suffix == ".npz":
        columns = _npz(path)
    elif path.name.endswith(".csv.gz"):
        columns = _csv(path)
    else:
        raise ValueError(f"{path}: a tape is the generator's .npz or .csv.gz")
    actions = [_action(kind, side) for kind, side in zip(columns["kind"], columns["side"], strict=True)]
    return BookTape(list(columns["ts"]), actions, list(columns["px"]), list(columns["qty"]))


def _action(kind: int, side: int) -> int:
    if kind:
        return int(Action.BOUGHT if side > 0 else Action.SOLD)
    return int(Action.BID if side > 0 else Action.ASK)


def _npz(path: Path) -> Mapping[str, Sequence[int]]:
    with zipfile.ZipFile(path) as archive:
        return {name: _npy(archive.read(f"{name}.npy")) for name in COLUMNS}


def _npy(raw: bytes) -> Sequence[int]:
    """Magic, version, length of the header, a Python literal, the numbers."""
    if raw[:6] != b"\x93NUMPY":
        raise ValueError("not an array in numpy's format")
    wide = raw[6] >= 2
    start = 12 if wide else 10
    end = start + int.from_bytes(raw[8:start], "little")
    header = ast.literal_eval(raw[start:end].decode("latin-1"))
    column = array(_TYPES[header["descr"]])
    column.frombytes(raw[end:])
    return column


def _csv(path: Path) -> Mapping[str, Sequence[int]]:
    with gzip.open(path, "rt", newline="") as file:
        rows = list(csv.DictReader(file))
    return {name: [int(row[name]) for row in rows] for name in COLUMNS}
