"""INSERT of whole rows by position, for tables that a commit fills.

apsw finds a prepared statement by its text, which it reads anew for each row: the names of twenty columns cost a quarter
of what SQLite then does with them. So they stay here, and a test holds them against the schema.
"""

from __future__ import annotations

from collections.abc import Mapping

#: Table to its columns in the order in which rows are given, for every statement that names none.
BY_POSITION: dict[str, tuple[str, ...]] = {}


def insert_whole(table: str, values: Mapping[str, str]) -> str:
    """The statement. ``values`` are all columns in the order of the schema, each with its SQL expression."""
    BY_POSITION[table] = tuple(values)
    return f"INSERT INTO {table} VALUES({','.join(values.values())})"


def bound(columns: str, first: int = 1) -> dict[str, str]:
    """These columns, separated by blanks, each with a value that is bound: the ``first`` one, and those behind it."""
    return {column: f"?{number}" for number, column in enumerate(columns.split(), first)}
