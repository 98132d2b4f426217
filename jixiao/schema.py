"""The Arrow schema of every table, made from normalize.record, and rows turned into it strictly."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from functools import cache
from typing import Any

import pyarrow as pa

from jixiao.origin import source_of, unit_of
from jixiao.rows import check_columns
from jixiao.text import whole_characters
from normalize.record import TABLES, Column, Record

_TYPES = {
    "string": pa.string(),
    "int32": pa.int32(),
    "int64": pa.int64(),
    "float64": pa.float64(),
    "bool": pa.bool_(),
    "date": pa.date32(),
}


@cache
def schema(table: str) -> pa.Schema:
    """The Arrow schema of a table; each field's metadata holds its description, source, unit, and its codes where they are closed."""
    return _schema(TABLES[table])


def to_arrow(table: str, rows: Iterable[Record]) -> pa.Table:
    """The rows as an Arrow table. Raises ValueError for a row that has not exactly the columns of the table, or a code that is none."""
    return columns_to_arrow(table, TABLES[table], list(rows))


def columns_to_arrow(table: str, columns: Sequence[Column], rows: list[Record]) -> pa.Table:
    """The rows as an Arrow table of these columns, as strictly as ``to_arrow``; ``table`` is its name in messages."""
    check_columns(table, columns, rows)
    return pa.Table.from_arrays([_array(column, rows) for column in columns], schema=_schema(columns))


def _schema(columns: Sequence[Column]) -> pa.Schema:
    return pa.schema([_field(column) for column in columns])


def _field(column: Column) -> pa.Field:
    metadata = {"description": column.description, "source": source_of(column.name)}
    if unit_of(column.name):
        metadata["unit"] = unit_of(column.name)
    if column.values:
        metadata["values"] = " ".join(column.values)
    return pa.field(column.name, _TYPES[column.type], metadata=metadata)


def _array(column: Column, rows: list[Record]) -> pa.Array:
    values = [row[column.name] for row in rows]
    if column.type == "float64":
        values = [_number(value) for value in values]
    try:
        return pa.array(values, _TYPES[column.type])
    except UnicodeEncodeError:
        return pa.array([value and whole_characters(value) for value in values], _TYPES[column.type])


def _number(value: Any) -> Any:
    return float(value) if isinstance(value, Decimal) else value
