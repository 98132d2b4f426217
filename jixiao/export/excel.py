"""Tables as one Excel workbook: a sheet a table, and the codebook."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from extract.problem import UsageError
from jixiao.codebook import codebook_rows
from jixiao.export.tables import ORDER, Tables
from jixiao.workbook import MOST_ROWS, Sheet, write_sheets
from normalize.record import TABLES


def write_xlsx(tables: Tables, path: Path) -> None:
    """The workbook. Raises UsageError for a table that has more rows than a sheet."""
    for table in ORDER:
        rows = tables.count(table)
        if rows >= MOST_ROWS:
            raise UsageError(
                f"The table {table} has {rows:,} rows, and a sheet of Excel holds {MOST_ROWS:,} with its header.",
                "Choose --to csv, sqlite, duckdb or dta, which hold any number.",
            )
    write_sheets(_sheets(tables), path)


def _sheets(tables: Tables) -> Iterator[Sheet]:
    for table in ORDER:
        columns = [column.name for column in TABLES[table]]
        notes = {column.name: column.description for column in TABLES[table]}
        yield Sheet(table, columns, tables.records(table), notes)
    book = codebook_rows()
    yield Sheet("codebook", list(book[0]), book)
