"""Tables as CSV and JSON."""

from __future__ import annotations

import csv
import json
from datetime import date
from pathlib import Path

from jixiao.export.tables import ORDER, Tables
from normalize.record import TABLES


def write_csv(tables: Tables, folder: Path) -> None:
    """A file a table, in UTF-8 with a byte order mark, by which Excel knows it; texts stay as printed."""
    for table in ORDER:
        with (folder / f"{table}.csv").open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.DictWriter(file, [column.name for column in TABLES[table]])
            writer.writeheader()
            writer.writerows(tables.records(table))


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
