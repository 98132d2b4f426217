"""Writes one outcome to one file: xlsx, csv, json or parquet, by the suffix."""

from __future__ import annotations

import csv
import os
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from extract.problem import NotWritableError, UsageError
from jixiao.outcome import Outcome
from jixiao.tabular import table_columns, table_rows
from jixiao.written import written
from normalize.record import Record


def check_output(path: Path) -> None:
    """Raises UsageError for a suffix that is not written, NotWritableError where the file could not be put."""
    if path.suffix.lower() not in WRITERS:
        raise UsageError(f"{path.name} is of no kind that is written.", f"Give a name that ends in {', '.join(sorted(WRITERS))}.")
    if os.path.isdir(path) or not os.path.isdir(path.absolute().parent):
        where = "is a folder" if os.path.isdir(path) else f"cannot be made: there is no folder {path.absolute().parent}"
        raise NotWritableError(f"{path} {where}.", "Choose another place.")


def write_outcome(outcome: Outcome, path: Path) -> None:
    """Writes the outcome in the format of the path's suffix, aside first and then in place. Raises NotWritableError."""
    check_output(path)
    with written(path) as aside:
        WRITERS[path.suffix.lower()](outcome, aside)


def _write_csv(outcome: Outcome, path: Path) -> None:
    """With a byte order mark, by which Excel knows that it is UTF-8. Texts stay as printed: a program that takes
    cells for formulas must be told not to."""
    names = [column.name for column in table_columns()]
    with path.open("w", encoding="utf-8-sig", errors="replace", newline="") as file:
        writer = csv.DictWriter(file, names)
        writer.writeheader()
        writer.writerows(table_rows(outcome))


def _write_json(outcome: Outcome, path: Path) -> None:
    import json

    text = json.dumps(as_tree(outcome), ensure_ascii=False, indent=2, default=_plain)
    path.write_text(text + "\n", encoding="utf-8", errors="replace")


def as_tree(outcome: Outcome) -> dict[str, Any]:
    """The outcome as nested dictionaries: the document, its declarations with all that belongs to each, its problems."""
    declarations = []
    for declaration in outcome.rows("declarations"):
        parts: dict[str, list[Record]] = {}
        for table in ("facts", "amounts", "goals", "indicators"):
            rows = [row for row in outcome.rows(table) if row["declaration_id"] == declaration["declaration_id"]]
            parts[table] = [{name: value for name, value in row.items() if name not in declaration} for row in rows]
        declarations.append(declaration | parts)
    return {"document": outcome.rows("documents")[0], "declarations": declarations, "problems": outcome.rows("problems")}


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no place in JSON")


def _write_parquet(outcome: Outcome, path: Path) -> None:
    import pyarrow.parquet as pq

    from jixiao.schema import columns_to_arrow

    pq.write_table(columns_to_arrow("the table", table_columns(), table_rows(outcome)), path, compression="zstd")


def _write_xlsx(outcome: Outcome, path: Path) -> None:
    from jixiao.workbook import write_workbook

    write_workbook(outcome, path)


WRITERS: dict[str, Callable[[Outcome, Path], None]] = {
    ".csv": _write_csv,
    ".json": _write_json,
    ".parquet": _write_parquet,
    ".xlsx": _write_xlsx,
}
