"""A dataset of any size, made of the forms of the corpus: each copy is another source of another unit, place and year.

    python bench/synthesise.py DATASET [--rows N]

What makes a form odd stays as it is; names of units and years go round, so that questions across them have answers."""

from __future__ import annotations

import argparse
import hashlib
import math
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from jixiao.outcome import Options, Outcome  # noqa: E402
from jixiao.pipeline import convert  # noqa: E402
from jixiao.schema import schema, to_arrow  # noqa: E402
from jixiao.shards import in_order, shard_change  # noqa: E402
from jixiao.storage import storage_at  # noqa: E402
from normalize.record import TABLES  # noqa: E402

SUFFIXES = (".pdf", ".docx", ".xlsx", ".txt")
SHARDS = 256
YEARS = range(2018, 2027)
PLACES = (("衡阳市", "430400", "湖南省"), ("张家口市", "130700", "河北省"), ("鄂州市", "420700", "湖北省"), ("西安市", "610100", "陕西省"))
IDENTITY = {"document_id": 64, "declaration_id": 64, "indicator_id": 64}


@dataclass(frozen=True)
class Copy:
    """One copy of the corpus: its number says which shard, unit, place and year it is."""

    number: int

    @property
    def shard(self) -> str:
        return f"{self.number % SHARDS:02x}"

    @property
    def year(self) -> int:
        return YEARS[self.number // SHARDS % len(YEARS)]

    @property
    def unit(self) -> str:
        return f"第{self.number % SHARDS + 1}单位"

    @property
    def place(self) -> tuple[str, str, str]:
        return PLACES[self.number % len(PLACES)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("dataset", type=Path)
    parser.add_argument("--rows", type=int, default=1_000_000)
    options = parser.parse_args()
    print(f"{synthesise(options.dataset, options.rows):,} indicators in {options.dataset}")


def synthesise(dataset: Path, rows: int) -> int:
    """Writes a dataset of at least so many rows of indicators, and gives their number."""
    originals = {table: to_arrow(table, [row for outcome in corpus() for row in outcome.rows(table)]) for table in TABLES}
    each = originals["indicators"].num_rows
    copies = [Copy(number) for number in range(math.ceil(rows / each))]
    for shard in sorted({copy.shard for copy in copies}):
        mine = [copy for copy in copies if copy.shard == shard]
        for table in sorted(TABLES, key=lambda name: name == "documents"):
            if originals[table].num_rows:
                rows = in_order(pa.concat_tables(copied(table, originals[table], copy) for copy in mine))
                storage_at(dataset).apply([shard_change(table, shard, rows)])
    return each * len(copies)


def corpus() -> Iterator[Outcome]:
    """One source of each case of the corpus that has declarations."""
    for case in sorted(path for path in (ROOT / "corpus").iterdir() if path.is_dir()):
        source = next((path for suffix in SUFFIXES for path in sorted(case.glob(f"source{suffix}"))), None)
        outcome = convert(source, options=Options(ocr="never")) if source is not None else None
        if outcome is not None and outcome.declarations:
            yield outcome


def copied(table: str, rows: pa.Table, copy: Copy) -> pa.Table:
    """The rows as those of another source, unit, place and year."""
    old = pc.unique(rows["document_id"]).to_pylist()
    new = {document: copy.shard + hashlib.sha256(f"{document}{copy.number}".encode()).hexdigest()[2:] for document in old}
    documents = [new[document] for document in rows["document_id"].to_pylist()]
    changed = {name: _identity(rows[name], documents) for name in IDENTITY if name in rows.schema.names}
    changed |= {
        name: pa.array([value] * rows.num_rows, schema(table).field(name).type)
        for name, value in zip(("city", "city_code", "province"), copy.place, strict=True)
        if name in rows.schema.names
    }
    if "fiscal_year" in rows.schema.names:
        changed["fiscal_year"] = pa.array([copy.year] * rows.num_rows, pa.int32())
    if "organization" in rows.schema.names:
        changed["organization"] = pc.binary_join_element_wise(pc.coalesce(rows["organization"], ""), copy.unit, "")
    return pa.table([changed.get(name, rows[name]) for name in rows.schema.names], schema=schema(table))


def _identity(column: pa.ChunkedArray, documents: Sequence[str]) -> pa.Array:
    """The identities with the name of another document in front."""
    tails = pc.utf8_slice_codeunits(column, 64)
    return pc.binary_join_element_wise(pa.array(documents, pa.string()), tails.combine_chunks(), "")


if __name__ == "__main__":
    main()
