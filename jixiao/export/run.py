"""Exports a dataset in a format, aside first and then in place."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from extract.problem import NotWritableError, UsageError
from jixiao.copied import folder_of
from jixiao.describe import PACKAGE, write_package
from jixiao.export.databases import write_duckdb, write_sqlite
from jixiao.export.excel import write_xlsx
from jixiao.export.plain import write_csv, write_json
from jixiao.export.stata import write_dta
from jixiao.export.tables import ORDER, Tables
from jixiao.urls import is_url, plain
from jixiao.written import written


@dataclass(frozen=True, slots=True)
class Format:
    """A format: what writes it, and whether it is a folder with a file a table, or one file."""

    write: Callable[[Tables, Path], None]
    folder: bool = False


FORMATS = {
    "csv": Format(write_csv, folder=True),
    "xlsx": Format(write_xlsx),
    "dta": Format(write_dta, folder=True),
    "sqlite": Format(write_sqlite),
    "duckdb": Format(write_duckdb),
    "json": Format(write_json, folder=True),
}


def export(dataset: str | Path, to: str, output: str | Path | None = None) -> Path:
    """Writes the dataset in the format ``to`` and gives the file or folder that was made, beside the dataset where no ``output`` is given.

    A folder has a file a table, the codebook and datapackage.json. Raises UsageError for a format that is none,
    UnreadableError for what is no dataset, NotWritableError for a place that is not free."""
    if to not in FORMATS:
        raise UsageError(f"There is no format {to}.", f"The formats are {', '.join(FORMATS)}.")
    chosen = FORMATS[to]
    if is_url(dataset) and output is None:
        raise UsageError(f"{dataset} is not on this machine, where an export is written.", "Say where to with: -o OUTPUT")
    target = Path(output) if output is not None else _beside(Path(plain(dataset)), to, chosen.folder)
    _check(target, chosen.folder)
    with folder_of(dataset) as folder:
        _put(Tables.of(folder), to, target)
    return target


def _put(tables: Tables, to: str, target: Path) -> None:
    with written(target) as aside:
        _write(tables, to, aside)


def _beside(dataset: Path, to: str, folder: bool) -> Path:
    name = dataset.absolute().name
    return dataset.absolute().with_name(f"{name}-{to}" if folder else f"{name}.{to}")


def _check(target: Path, folder: bool) -> None:
    """Raises NotWritableError where something else stands at the target: only what an export made is replaced."""
    if not os.path.isdir(target.absolute().parent):
        raise NotWritableError(f"{target} cannot be made: there is no folder {target.absolute().parent}.", "Choose another place.")
    if os.path.isdir(target) and not (folder and ((target / PACKAGE).is_file() or not any(target.iterdir()))):
        raise NotWritableError(f"{target} is a folder that no export made.", "Choose another place with -o.")
    if os.path.isdir(target) and (target / "documents").is_dir():
        raise NotWritableError(f"{target} is a dataset.", "Choose another place with -o.")
    if folder and os.path.isfile(target):
        raise NotWritableError(f"{target} is a file, and this format is a folder.", "Choose another place with -o.")


def _write(tables: Tables, to: str, aside: Path) -> None:
    if not FORMATS[to].folder:
        FORMATS[to].write(tables, aside)
        return
    aside.mkdir()
    FORMATS[to].write(tables, aside)
    write_package(aside, {table: [f"{table}.{to}"] for table in ORDER}, to)
