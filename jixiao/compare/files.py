"""Writes a comparison to a file: csv, xlsx, html, png or svg, by the suffix."""

from __future__ import annotations

import os
from codecs import BOM_UTF8
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path

import pyarrow as pa

from extract.problem import NotWritableError, UsageError
from jixiao.compare.charts import draw
from jixiao.compare.model import ROW_COLUMNS, Column, Comparison, Selection
from jixiao.compare.page import page
from jixiao.compare.shown import asked, left_out
from jixiao.workbook import MOST_ROWS, Sheet, write_sheets
from jixiao.written import written
from normalize.record import Record

SUFFIXES = (".csv", ".html", ".png", ".svg", ".xlsx")
_NUMBERS = {"share": "0.0%", "count": "#,##0"}


def check_output(path: Path) -> None:
    """Raises UsageError for a suffix that is not written, NotWritableError where the file could not be put."""
    if path.suffix.lower() not in SUFFIXES:
        raise UsageError(f"{path.name} is of no kind that is written.", f"Give a name that ends in {', '.join(SUFFIXES)}.")
    if os.path.isdir(path) or not os.path.isdir(path.absolute().parent):
        where = "is a folder" if os.path.isdir(path) else f"cannot be made: there is no folder {path.absolute().parent}"
        raise NotWritableError(f"{path} {where}.", "Choose another place.")


def write_comparison(comparison: Comparison, selection: Selection, path: Path) -> list[Path]:
    """Writes the comparison and gives the files that were made: beside a csv of figures one of their rows."""
    check_output(path)
    match path.suffix.lower():
        case ".csv":
            behind = path.with_name(f"{path.stem}.rows.csv")
            _put(path, lambda aside: _write_csv(comparison.columns, comparison.figures, aside))
            if comparison.rows is None:
                return [path]
            rows = comparison.rows
            _put(behind, lambda aside: _write_csv(ROW_COLUMNS, rows, aside))
            return [path, behind]
        case ".xlsx":
            _put(path, lambda aside: write_sheets(_sheets(comparison, selection), aside))
        case ".html":
            _put(path, lambda aside: _write_text(page(comparison, selection), aside))
        case suffix:
            _put(path, lambda aside: _write_bytes(draw(comparison, suffix[1:]), aside))
    return [path]


def _put(path: Path, write: Callable[[Path], object]) -> None:
    """Has the file written aside and then renamed. Raises NotWritableError."""
    with written(path) as aside:
        write(aside)


def records(table: pa.Table) -> Iterator[Record]:
    """The rows of a table, a part of them held at a time."""
    for batch in table.to_batches(max_chunksize=10_000):
        yield from batch.to_pylist()


def _write_csv(columns: Sequence[Column], table: pa.Table, path: Path) -> None:
    """With a byte order mark, by which Excel knows that it is UTF-8."""
    import pyarrow.csv

    with path.open("wb") as file:
        file.write(BOM_UTF8)
        pyarrow.csv.write_csv(table.select([column.name for column in columns]), file)


def _write_text(text: str, path: Path) -> None:
    path.write_text(text, encoding="utf-8", errors="replace")


def _write_bytes(data: bytes, path: Path) -> None:
    path.write_bytes(data)


def _sheets(comparison: Comparison, selection: Selection) -> Iterator[Sheet]:
    """Figures, the rows behind them, and what was asked for and left out."""
    yield _sheet("figures", comparison.columns, comparison.figures)
    notes = []
    if comparison.rows is not None:
        yield _sheet("rows", ROW_COLUMNS, comparison.rows)
        over = comparison.rows.num_rows - (MOST_ROWS - 1)
        notes = (
            [f"The sheet rows lacks the last {over:,} rows: a sheet of Excel holds {MOST_ROWS:,}. Write a .csv for all"] if over > 0 else []
        )
    said = [("question", comparison.question), ("asked", "jixiao compare DATASET " + asked(comparison, selection))]
    said += [("note", text + ".") for text in (*left_out(comparison.tally), *notes)]
    said += [(column.name, column.description) for column in comparison.columns]
    yield Sheet("about", ("what", "text"), [{"what": what, "text": text} for what, text in said])


def _sheet(name: str, columns: Sequence[Column], table: pa.Table) -> Sheet:
    formats = {column.name: _NUMBERS[column.kind] for column in columns if column.kind in _NUMBERS}
    rows = islice(records(table), MOST_ROWS - 1)
    return Sheet(name, [column.name for column in columns], rows, {column.name: column.description for column in columns}, formats)
