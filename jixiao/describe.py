"""What stands beside tables: the codebook as CSV, and datapackage.json, the table schema of Frictionless."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from jixiao.codebook import codebook_rows
from jixiao.lock import not_writable
from jixiao.origin import source_of, unit_of
from jixiao.shards import shard_name, shards_of
from jixiao.storage import Change, Place, Storage, storage_at
from normalize.record import TABLES, Column

CODEBOOK, PACKAGE = "codebook.csv", "datapackage.json"
_TYPES = {"string": "string", "int32": "integer", "int64": "integer", "float64": "number", "bool": "boolean", "date": "date"}
_KEYS = {"documents": "document_id", "declarations": "declaration_id", "indicators": "indicator_id", "findings": "finding_id"}
_PARENTS = (("declaration_id", "declarations"), ("document_id", "documents"))


def describe(dataset: Place) -> None:
    """Writes both beside the tables of a dataset, where they are not so already. Raises NotWritableError."""
    storage = storage_at(dataset)
    paths = {table: [shard_name(table, shard) for shard in shards_of(storage, table)] for table in TABLES}
    try:
        files = package_files({table: names for table, names in paths.items() if names}, "parquet")
        there = storage.names("")
        storage.apply([Change(name, data) for name, data in files.items() if name not in there or _read(storage, name) != data])
        storage.tidy()
    except OSError as error:
        raise not_writable(storage.shown, error) from error


def _read(storage: Storage, name: str) -> bytes:
    with storage.open(name) as file:
        return file.read()


def write_package(folder: Path, paths: Mapping[str, Iterable[str]], form: str) -> None:
    """Writes both into the folder; ``paths`` are the files of each table that has any, ``form`` their format."""
    for name, data in package_files(paths, form).items():
        (folder / name).write_bytes(data)


def package_files(paths: Mapping[str, Iterable[str]], form: str) -> dict[str, bytes]:
    """The bytes of both by their names."""
    resources = [_resource(table, list(files), form) for table, files in paths.items()]
    package = {
        "profile": "data-package",
        "name": "jixiao",
        "title": "绩效目标申报表: budget-performance declarations",
        "resources": resources,
    }
    text = json.dumps(package, ensure_ascii=False, indent=1) + "\n"
    rows = codebook_rows()
    table = io.StringIO(newline="")
    writer = csv.DictWriter(table, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return {CODEBOOK: table.getvalue().encode("utf-8-sig"), PACKAGE: text.encode()}


def _resource(table: str, files: list[str], form: str) -> dict[str, Any]:
    plain = (
        {"profile": "tabular-data-resource", "encoding": "utf-8", "dialect": {"delimiter": ",", "header": True}} if form == "csv" else {}
    )
    return {"name": table, "path": files[0] if len(files) == 1 else files, "format": form, **plain, "schema": table_schema(table)}


def table_schema(table: str) -> dict[str, Any]:
    """The table schema of a table: fields with type, meaning, unit, source and codes, and its keys."""
    columns = TABLES[table]
    names = [column.name for column in columns]
    made: dict[str, Any] = {"fields": [_field(table, column) for column in columns], "missingValues": [""]}
    if table in _KEYS:
        made["primaryKey"] = _KEYS[table]
    parents = [(key, parent) for key, parent in _PARENTS if key in names and parent != table]
    if parents:
        made["foreignKeys"] = [{"fields": key, "reference": {"resource": parent, "fields": key}} for key, parent in parents]
    return made


def _field(table: str, column: Column) -> dict[str, Any]:
    field: dict[str, Any] = {"name": column.name, "type": _TYPES[column.type], "description": column.description}
    if unit_of(column.name):
        field["unit"] = unit_of(column.name)
    field["source"] = source_of(column.name)
    constraints: dict[str, Any] = {}
    if column.values:
        constraints["enum"] = list(column.values)
    if _KEYS.get(table) == column.name:
        constraints |= {"required": True, "unique": True}
    return field | ({"constraints": constraints} if constraints else {})
