"""A table as plain values: named columns with units, cells that are numbers or text, and one place where a cell becomes text."""

from __future__ import annotations

from decimal import Decimal

from neo.records import frozen

Cell = Decimal | int | str | None


@frozen
class Column:
    """`key` for programs, `title` and `unit` for people. `places` behind the point; None: every digit. `sign`: with + or -."""

    key: str
    title: str
    unit: str = ""
    places: int | None = None
    sign: bool = False
    is_number: bool = True

    @property
    def heading(self) -> str:
        return f"{self.title} ({self.unit})" if self.unit else self.title


@frozen(kw_only=True)
class Table:
    """`about` says how the numbers were made. `empty` is said instead of a table without rows."""

    key: str
    title: str
    about: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    empty: str = "Nothing."

    def __attrs_post_init__(self) -> None:
        if any(len(row) != len(self.columns) for row in self.rows):
            raise ValueError(f"table {self.key}: a row has not as many cells as there are columns")


def text_column(key: str, title: str) -> Column:
    return Column(key, title, is_number=False)


def cell_text(column: Column, cell: Cell) -> str:
    """As people read it: a dash for what is not known."""
    if cell is None:
        return "–"
    if isinstance(cell, str):
        return cell
    sign = "+" if column.sign else ""
    if isinstance(cell, int):
        return f"{cell:{sign}d}"
    return f"{cell:{sign}f}" if column.places is None else f"{cell:{sign}.{column.places}f}"


@frozen
class Figure:
    """One number that is to be seen at a glance. `tone` is `good`, `bad` or empty: never the only sign, the text says it too."""

    key: str
    title: str
    value: Cell
    unit: str = ""
    places: int | None = None
    sign: bool = False
    tone: str = ""
    note: str = ""

    @property
    def text(self) -> str:
        said = cell_text(Column(self.key, self.title, places=self.places, sign=self.sign), self.value)
        return f"{said} {self.unit}".strip() if self.value is not None else said
