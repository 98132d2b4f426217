"""Whether rows can stand in their table, told without Arrow, whose start takes longer than a small source."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from normalize.record import TABLES, Column, Record

_KINDS: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "int32": (int,),
    "int64": (int,),
    "float64": (float, int, Decimal),
    "bool": (bool,),
    "date": (date,),
}
# Up to where a whole number is the same as a float64.
_MOST = {"int32": 2**31 - 1, "int64": 2**63 - 1, "float64": 2**53}


def check_table(table: str, rows: Sequence[Record]) -> None:
    """Raises ValueError for a row that has not exactly the columns of the table, a code that is none, or a value that no
    Arrow table of it could hold."""
    check_columns(table, TABLES[table], rows)
    for column in TABLES[table]:
        values = [value for row in rows if (value := row[column.name]) is not None]
        if strange := [value for value in values if not _held(value, column.type)]:
            raise ValueError(f"{table}.{column.name} holds {strange[0]!r}, which is no {column.type}")


def check_columns(table: str, columns: Sequence[Column], rows: Sequence[Record]) -> None:
    """Raises ValueError for a row that has not exactly these columns, or a code that is none."""
    names = {column.name for column in columns}
    for row in rows:
        if row.keys() != names:
            raise ValueError(f"a row of {table} does not have its columns: {sorted(names ^ row.keys())}")
    for column in columns:
        if column.values and (strange := {row[column.name] for row in rows} - {*column.values, None}):
            raise ValueError(f"{table}.{column.name} holds {strange}, not {column.values}")


def _held(value: Any, kind: str) -> bool:
    """True for a value that a column of the kind takes; a truth value is no number."""
    if type(value) not in _KINDS[kind]:
        return False
    if kind not in _MOST:
        return True
    return not value.is_snan() if isinstance(value, Decimal) else isinstance(value, float) or abs(value) <= _MOST[kind]
