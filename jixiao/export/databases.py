"""Tables in one file of a database: SQLite, DuckDB."""

from __future__ import annotations

import sqlite3
from datetime import date
from pathlib import Path
from typing import Any

from jixiao.codebook import codebook_rows
from jixiao.export.tables import ORDER, PART, Tables
from normalize.record import TABLES, Column

_SQLITE = {"string": "TEXT", "date": "TEXT", "int32": "INTEGER", "int64": "INTEGER", "float64": "REAL", "bool": "INTEGER"}
_KEYS = {"documents": "document_id", "declarations": "declaration_id", "indicators": "indicator_id", "findings": "finding_id"}
_INDEXED = ("declaration_id", "document_id", "indicator_code", "city", "fiscal_year", "organization")


def write_sqlite(tables: Tables, path: Path) -> None:
    """A table a table, dates as ISO text, and the codebook; with indices for what tables are joined and searched by."""
    connection = sqlite3.connect(path)
    try:
        with connection:
            for table in ORDER:
                _fill_sqlite(connection, tables, table)
            book = codebook_rows()
            connection.execute(f"CREATE TABLE codebook ({', '.join(map(_quoted, book[0]))})")
            connection.executemany(f"INSERT INTO codebook VALUES ({_marks(len(book[0]))})", [tuple(row.values()) for row in book])
    except sqlite3.OperationalError as error:
        raise OSError(str(error)) from error
    finally:
        connection.close()


def _fill_sqlite(connection: sqlite3.Connection, tables: Tables, table: str) -> None:
    columns = TABLES[table]
    connection.execute(f"CREATE TABLE {table} ({', '.join(_declared(table, column) for column in columns)})")
    names = [column.name for column in columns]
    rows = (tuple(map(_value, map(row.get, names))) for row in tables.records(table))
    connection.executemany(f"INSERT INTO {table} VALUES ({_marks(len(names))})", rows)
    for name in _INDEXED:
        if name in names and name != _KEYS.get(table):
            connection.execute(f"CREATE INDEX {table}_{name} ON {table} ({name})")


def _declared(table: str, column: Column) -> str:
    key = " PRIMARY KEY" if _KEYS.get(table) == column.name else ""
    return f"{_quoted(column.name)} {_SQLITE[column.type]}{key}"


def _quoted(name: str) -> str:
    return f'"{name}"'


def _marks(count: int) -> str:
    return ", ".join("?" * count)


def _value(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def write_duckdb(tables: Tables, path: Path) -> None:
    """A table a table with its types, and the codebook as comments of the columns."""
    import duckdb

    try:
        with duckdb.connect(str(path)) as connection:
            connection.execute("SET memory_limit = '1GB'")
            for table in ORDER:
                _fill_duckdb(connection, tables, table)
            connection.execute("CHECKPOINT")
    except duckdb.IOException as error:
        raise OSError(str(error)) from error


def _fill_duckdb(connection: Any, tables: Tables, table: str) -> None:
    from jixiao.query import quoted
    from jixiao.schema import schema

    connection.register("part", schema(table).empty_table())
    connection.execute(f"CREATE TABLE {table} AS SELECT * FROM part")
    for part in tables.parts(table):
        for start in range(0, part.num_rows, PART * 20):
            connection.register("part", part.slice(start, PART * 20))
            connection.execute(f"INSERT INTO {table} SELECT * FROM part")
    connection.unregister("part")
    for column in TABLES[table]:
        connection.execute(f"COMMENT ON COLUMN {table}.{column.name} IS {quoted(column.description)}")
