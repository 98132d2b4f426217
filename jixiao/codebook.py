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
- `documents` is written last: a source that is not in `documents` is not in the dataset.
- A document is its bytes. Where several sources have the same bytes, the rows are there once, under the path that comes first;
  `documents.other_paths` names the others.
- A source that could not be read is in `documents` with status `failed`, its reason in `problems`.
- `codebook.csv` and `datapackage.json` (the table schema of [Frictionless](https://specs.frictionlessdata.io/)) lie beside the
  tables and say the same as this page.

## While an ingest runs, and when one is cut off

What is converted is put aside first, into one file a batch in the hidden folder `.landing`, and from there merged into the
tables, shard by shard: when as much waits as the tables have, and at the end. So landing costs what changes, and a row is
written a few times however many sources there are.

- **One writer.** `ingest`, `remap` and `audit` hold the dataset. Who comes second ends with 6 and says which process is at
  work, or waits for it (`--wait`); an audit shows its findings and says that they are not kept. The hold ends with the process,
  however that ends: there is no lock to be removed by hand.
- **Cut off at any point** (killed, power gone, disk full), the next writer merges what waits and removes what was half
  written. After the same command has run to its end, every file has the bytes that it has where nothing was cut off.
- **No room, read-only, forbidden:** exit code 6 and one sentence. The files of a shard are all safely on the disk before the
  first of them is replaced, so that what lacks room changes none. What was converted before waits aside, and the next ingest
  lands it without reading it again.
- **Who reads meanwhile** finds every file whole, the old one or the new one. Files of one shard are replaced one after
  another, in moments; a document that is replaced is not in `documents` during these. So rows that are joined with
  `documents` (as `jixiao.open_dataset` and all commands do) are rows of documents that are there as a whole when `documents`
  is read first and nothing lands between that and the last table. There is no snapshot over several files: who needs one
  copies the folder while nobody writes to it. A copy by hard links will do, since a file is replaced and never written into.
- **Size.** 256 files a table at most, sorted by document, with statistics and dictionaries, in groups of at most 131,072
  rows. `bench/README.md` has the figures for 10,000,000 indicators.
- `decisions.csv` and `waivers.csv` are replaced as a whole when something is added, and two persons may add at the same time.

## Where values come from

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
