"""Tables as CSV and JSON."""

from __future__ import annotations

import json
from codecs import BOM_UTF8
from datetime import date
from pathlib import Path

import pyarrow.csv

from jixiao.export.tables import ORDER, PART, Tables
from jixiao.schema import schema


def write_csv(tables: Tables, folder: Path) -> None:
    """A file a table, in UTF-8 with a byte order mark, by which Excel knows it; texts stay as printed, blanks are empty."""
    for table in ORDER:
        with (folder / f"{table}.csv").open("wb") as file:
            file.write(BOM_UTF8)
            with pyarrow.csv.CSVWriter(file, schema(table)) as writer:
                for part in tables.parts(table):
                    writer.write_table(part, PART)


def write_json(tables: Tables, folder: Path) -> None:
    """A file a table: a list of objects, one a line."""
    for table in ORDER:
        with (folder / f"{table}.json").open("w", encoding="utf-8", newline="\n") as file:
            before = "[\n"
            for row in tables.records(table):
                file.write(before + json.dumps(row, ensure_ascii=False, default=_date))
                before = ",\n"
            file.write("\n]\n" if before == ",\n" else "[]\n")


def _date(value: object) -> str:
    assert isinstance(value, date), value
    return value.isoformat()
