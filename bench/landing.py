"""Measures a dataset as plain tools open it, and what it costs to land sources in it.

    python bench/landing.py [DATASET] [--rows N] [--write]

Without a dataset one of N indicators is made of copies of the corpus (bench/synthesise.py). Every step runs in a process
of its own, on a copy by hard links, which is safe, since a landing replaces files and never writes into one."""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import cache
from itertools import islice
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from bench.synthesise import corpus, synthesise  # noqa: E402
from jixiao.landing import Landing  # noqa: E402
from jixiao.outcome import Outcome  # noqa: E402
from normalize.record import TABLES, Records  # noqa: E402

SOME = 12
KINDS = ("documents", "declarations", "indicators")


def duckdb_count(dataset: Path) -> str:
    import duckdb

    (count,) = duckdb.sql(f"SELECT count(*) FROM '{dataset}/indicators/*.parquet'").fetchall()[0]
    return f"{count:,} rows"


def duckdb_group(dataset: Path) -> str:
    import duckdb

    query = f"SELECT city, fiscal_year, count(*), median(value) FROM '{dataset}/indicators/*.parquet' GROUP BY ALL"
    return f"{len(duckdb.sql(query).fetchall())} groups"


def pyarrow_count(dataset: Path) -> str:
    import pyarrow.dataset as ds

    return f"{ds.dataset(dataset / 'indicators').count_rows():,} rows"


def pandas_columns(dataset: Path) -> str:
    import pandas

    frame = pandas.read_parquet(dataset / "indicators", columns=["city", "fiscal_year", "value"])
    return f"{len(frame):,} rows of 3 columns"


def one_document(dataset: Path) -> str:
    import duckdb

    first = pq.read_table(next((dataset / "documents").glob("*.parquet")), columns=["document_id"])["document_id"][0].as_py()
    query = f"SELECT * FROM '{dataset}/indicators/*.parquet' WHERE document_id = '{first}'"
    return f"{len(duckdb.sql(query).fetchall())} rows"


def ingest_nothing_new(dataset: Path) -> str:
    from jixiao import ingest
    from jixiao.engine import Inline

    return f"{ingest(ROOT / 'corpus' / 'no-levels' / 'source.docx', dataset, engine=Inline()).converted} source"


def land(count: int) -> Callable[[Path], str]:
    """Lands so many new documents: forms of the corpus under other identities."""

    def step(dataset: Path) -> str:
        landing = Landing(dataset)
        for outcome in new_documents(count):
            landing.add(outcome)
        landing.flush()
        return f"{count:,} documents"

    return step


def new_documents(count: int) -> Iterator[Outcome]:
    originals = forms()
    for number in range(count):
        original = originals[number % len(originals)]
        document_id = f"{number * 37 % 256:02x}" + f"{number:062x}"
        tables = {table: [renamed(row, document_id) for row in original.rows(table)] for table in TABLES}
        yield Outcome(document_id, original.source_name, f"new/{number}", original.status, Records(tables))


@cache
def forms() -> list[Outcome]:
    """Some forms of the corpus."""
    return list(islice((outcome for outcome in corpus() if outcome.indicators), SOME))


def renamed(row: dict[str, object], document_id: str) -> dict[str, object]:
    identities = {name: document_id + str(row[name])[64:] for name in ("document_id", "declaration_id", "indicator_id") if name in row}
    return row | identities


STEPS: dict[str, tuple[str, Callable[[Path], str]]] = {
    "duckdb_count": ("DuckDB: `count(*)` of indicators", duckdb_count),
    "duckdb_group": ("DuckDB: count and median by city and year", duckdb_group),
    "one_document": ("DuckDB: the rows of one document", one_document),
    "pyarrow_count": ("pyarrow.dataset: `count_rows()`", pyarrow_count),
    "pandas_columns": ("pandas: `read_parquet` of three columns", pandas_columns),
    "ingest": ("`ingest` of one new source, all of it", ingest_nothing_new),
    "land_1": ("landing one new document", land(1)),
    "land_512": ("landing 512 new documents, in every shard", land(512)),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("dataset", type=Path, nargs="?")
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--write", action="store_true", help="write the table into bench/README.md")
    parser.add_argument("--step", choices=STEPS, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.step:
        print(json.dumps(measured_here(options.step, options.dataset)))
        return
    with tempfile.TemporaryDirectory(dir=options.dataset.parent if options.dataset else None) as place:
        dataset = options.dataset or Path(place, "data")
        if options.dataset is None:
            synthesise(dataset, options.rows)
        table = report(dataset, Path(place))
    print(table)
    if options.write:
        page = ROOT / "bench" / "README.md"
        text = page.read_text(encoding="utf-8")
        text = re.sub(r"(<!-- landing -->\n).*?(<!-- end of landing -->)", lambda m: m[1] + table + m[2], text, flags=re.DOTALL)
        page.write_text(text, encoding="utf-8")


def measured_here(step: str, dataset: Path) -> dict[str, object]:
    """What a step gives, its seconds, and the peak memory of this process, which has run nothing else."""
    forms()  # to read them is not what is measured
    base = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    begun, worked = time.monotonic(), time.process_time()
    result = STEPS[step][1](dataset)
    seconds, processor = time.monotonic() - begun, time.process_time() - worked
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {"result": result, "seconds": seconds, "processor": processor, "peak": peak / 1024, "base": base / 1024}


def report(dataset: Path, place: Path) -> str:
    load = os.getloadavg()[0]
    lines = [
        f"{shape(dataset)}\n",
        f"{os.cpu_count()} processors, load {load:.0f} from other work, {platform.system()}, Python {platform.python_version()}, "
        f"pyarrow {pa.__version__}.\n",
        "| step | gives | seconds | processor s | peak MB | files replaced | MB written |",
        "| --- | --- | ---: | ---: | ---: | ---: | ---: |",
    ]
    for step, (name, _) in STEPS.items():
        copy = place / step
        shutil.copytree(dataset, copy, copy_function=os.link)
        before = nodes(copy)
        run = subprocess.run([sys.executable, __file__, str(copy), "--step", step], capture_output=True, text=True, check=True)
        found = json.loads(run.stdout)
        new = [size for node, size in nodes(copy).items() if node not in before]
        written = f"{len(new):,} | {sum(new) / 1e6:.1f}" if new else " | "
        print(f"{step}: {found}", file=sys.stderr, flush=True)
        lines.append(
            f"| {name} | {found['result']} | {found['seconds']:.2f} | {found['processor']:.2f} | {found['peak']:.0f} | {written} |"
        )
        shutil.rmtree(copy)
    return "\n".join(lines) + "\n"


def nodes(dataset: Path) -> dict[int, int]:
    """The data files by the numbers that the disk has for them, with their bytes."""
    return {path.stat().st_ino: path.stat().st_size for path in dataset.glob("*/*.parquet")}


def shape(dataset: Path) -> str:
    """Rows, files, bytes and row groups of the tables."""
    files = list(dataset.glob("*/*.parquet"))
    counts = {table: [pq.read_metadata(path) for path in (dataset / table).glob("*.parquet")] for table in KINDS}
    rows = ", ".join(f"{sum(one.num_rows for one in found):,} {table}" for table, found in counts.items())
    groups = [one.row_group(n) for one in counts["indicators"] for n in range(one.num_row_groups)]
    largest = max(files, key=lambda path: path.stat().st_size)
    return (
        f"{rows}. {len(files):,} files, {sum(path.stat().st_size for path in files) / 1e6:,.0f} MB, the largest "
        f"{largest.stat().st_size / 1e6:.1f} MB; indicators in {len(groups)} row groups of "
        f"{min(group.num_rows for group in groups):,} to {max(group.num_rows for group in groups):,} rows."
    )


if __name__ == "__main__":
    main()
