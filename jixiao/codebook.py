"""The codebook of the dataset, made from normalize.record: ``python -m jixiao.codebook > docs/dataset.md``."""

from __future__ import annotations

from jixiao.origin import SOURCES, source_of, unit_of
from normalize.record import TABLES, Column

HEAD = """# The dataset

<!-- Made by `python -m jixiao.codebook > docs/dataset.md`; change normalize/record.py and make it again. -->

A dataset is a folder. Each table is a folder of plain Parquet files, which any tool opens as one table:
`pandas.read_parquet("DATASET/indicators")`, `SELECT * FROM 'DATASET/indicators/*.parquet'` in DuckDB,
`arrow::open_dataset("DATASET/indicators")` in R. The same descriptions stand in the metadata of each column.

- The rows of one source lie in one file of each table, named by the first two hex digits of the SHA-256 of its bytes. A source
  that is taken in again replaces exactly its own rows.
- The same sources give the same bytes, in any order and with any number of processes.
- `documents` is written last: a source that is not in `documents` is not in the dataset. Where an ingest was killed, rows of such
  a source may be left in other tables until the next ingest; `jixiao.open_dataset` does not show them.
- A document is its bytes. Where several sources have the same bytes, the rows are there once, under the path that comes first;
  `documents.other_paths` names the others.
- A source that could not be read is in `documents` with status `failed`, its reason in `problems`.
- `codebook.csv` and `datapackage.json` (the table schema of [Frictionless](https://specs.frictionlessdata.io/)) lie beside the
  tables and say the same as this page.

The source of a value says where it comes from:

""" + "".join(f"- `{name}`: {text}\n" for name, text in SOURCES.items())

_TABLES_ARE = {
    "documents": "One row a source that was taken in.",
    "declarations": "One row a form that was found.",
    "indicators": "One row an indicator and horizon: as printed, as read, as mapped, and where it stands.",
    "goals": "One row a goal in prose.",
    "amounts": "One row a sum of money of the form's head and plans.",
    "facts": "One row a labelled value of the form's head, as printed.",
    "problems": "One row a doubt.",
    "findings": "One row a thing that does not add up; there once `jixiao audit DATASET` was run; gone for a source that is read again.",
}


_HEADER = "| column | type | unit | source | meaning |\n| --- | --- | --- | --- | --- |\n"


def codebook_rows() -> list[dict[str, str]]:
    """A row a column of every table: its type, meaning, unit, codes, and where its values come from."""
    return [
        {
            "table": table,
            "column": column.name,
            "type": column.type,
            "meaning": column.description,
            "unit": unit_of(column.name),
            "values": " ".join(column.values),
            "source": source_of(column.name),
        }
        for table in _TABLES_ARE
        for column in TABLES[table]
    ]


def codebook() -> str:
    """The whole page in Markdown."""
    parts = [HEAD]
    for table, text in _TABLES_ARE.items():
        parts.append(f"## {table}\n\n{text}\n\n{_HEADER}" + _rows(TABLES[table]))
    return "\n".join(parts)


def _rows(columns: tuple[Column, ...]) -> str:
    return "".join(
        f"| `{column.name}` | {column.type} | {unit_of(column.name)} | {source_of(column.name)} | {_meaning(column)} |\n"
        for column in columns
    )


def _meaning(column: Column) -> str:
    codes = f" ({', '.join(f'`{value}`' for value in column.values)})" if column.values else ""
    return column.description.replace("|", "\\|") + codes


if __name__ == "__main__":
    print(codebook(), end="")
