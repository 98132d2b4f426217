"""What an ingest over a cluster costs, as docs/scale.md counts with it, in processor time, which a busy machine changes little.

    python bench/scale.py [--sources 400] [--write]

A scheduler of Dask and two workers on this machine convert forms of the corpus, each with other bytes; then one shard as large as that of
1,000,000 documents is merged, and as many sources as ``--planned`` are planned. ``--write`` puts the table into docs/scale.md."""

from __future__ import annotations

import argparse
import hashlib
import itertools
import os
import platform
import re
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import psutil
import pyarrow as pa

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from bench.ingest import numbered  # noqa: E402
from bench.synthesise import Copy, copied, corpus  # noqa: E402
from jixiao.cluster.batches import BATCH_SOURCES, LOOK_FILES, batches  # noqa: E402
from jixiao.cluster.course import Shards  # noqa: E402
from jixiao.cluster.dask_fleet import DaskFleet  # noqa: E402
from jixiao.cluster.listing import Named  # noqa: E402
from jixiao.cluster.looking import look  # noqa: E402
from jixiao.intake import ingest  # noqa: E402
from jixiao.merge import merge_shard  # noqa: E402
from jixiao.outcome import Options  # noqa: E402
from jixiao.plan import Wanted, make_plan  # noqa: E402
from jixiao.schema import to_arrow  # noqa: E402
from jixiao.shards import read_shard, shard_change  # noqa: E402
from jixiao.sources import Source  # noqa: E402
from jixiao.staging import STAGED, Rows, stage  # noqa: E402
from jixiao.storage import storage_at  # noqa: E402
from tests.jixiao.cluster.machines import Machines, wait_until  # noqa: E402

KINDS = ("docx", "xlsx", "pdf")
A_SHARD = 1_000_000 // 256
PAGE = ROOT / "docs" / "scale.md"
BEGIN, END = "<!-- scale -->\n", "<!-- end of scale -->"


@dataclass(frozen=True)
class Line:
    """One line of the table."""

    what: str
    figure: str


def cluster(count: int) -> Iterator[Line]:
    """A run over two workers."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        size = make_sources(folder / "in", count)
        machines = Machines(folder)
        try:
            with DaskFleet(machines.address, connect=60) as fleet:
                wait_until(lambda: fleet.width == 2, "two workers are there")
                ingest(folder / "in" / "0000.docx", folder / "warm", fleet=_Again(fleet), options=Options(ocr="never"))
                before = seconds(machines)
                start = time.monotonic()
                summary = ingest(folder / "in", folder / "out", fleet=fleet, options=Options(ocr="never"))
                wall = time.monotonic() - start
                after = seconds(machines)
                memory = [megabytes(process) for process in ([machines.scheduler], machines.workers[:1])]
        finally:
            machines.stop()
        landed = sum(path.stat().st_size for path in (folder / "out").rglob("*.parquet"))
        shards = len(list((folder / "out" / "documents").iterdir()))
    tasks = -(-count // LOOK_FILES) + -(-count // BATCH_SOURCES) + shards
    scheduler, workers, client = (new - old for new, old in zip(after, before, strict=True))
    yield Line("sources, mean size", f"{count:,}, {size / count / 1024:.0f} kB")
    yield Line("indicators", f"{summary.indicators:,}")
    yield Line("wall time with two workers", f"{wall:.0f} s")
    yield Line("processor time of the workers a source: look, convert, stage, merge", f"{1000 * workers / count:.0f} ms")
    yield Line("processor time of the scheduler a task", f"{1000 * scheduler / tasks:.1f} ms")
    yield Line("processor time of the client a task", f"{1000 * client / tasks:.1f} ms")
    yield Line("memory of the scheduler", f"{memory[0]:.0f} MB")
    yield Line("memory of a worker with the process that converts for it", f"{memory[1]:.0f} MB")
    yield Line("tasks; bytes of the dataset, whose shards are small", f"{tasks:,}; {landed:,}")


class _Again(DaskFleet):
    """A fleet that is not left when a first ingest has warmed its workers up."""

    def __init__(self, fleet: DaskFleet) -> None:
        self.__dict__ = fleet.__dict__

    def close(self) -> None:
        self._open.clear()


def make_sources(folder: Path, count: int) -> int:
    """Fills the folder with forms of the corpus, none with the bytes of another, and gives their bytes."""
    folder.mkdir()
    originals = [path for kind in KINDS for path in sorted((ROOT / "corpus").glob(f"*/source.{kind}"))]
    size = 0
    for number, path in zip(range(count), itertools.cycle(originals), strict=False):
        data = numbered(path, number)
        (folder / f"{number:04}{path.suffix}").write_bytes(data)
        size += len(data)
    return size


def seconds(machines: Machines) -> tuple[float, float, float]:
    """Processor seconds of the scheduler, of the workers with what they started, and of this process."""
    workers = sum(_seconds(process) for worker in machines.workers for process in _tree(worker.pid))
    return _seconds(psutil.Process(machines.scheduler.pid)), workers, _seconds(psutil.Process())


def megabytes(processes: list[object]) -> float:
    return sum(process.memory_info().rss for one in processes for process in _tree(one.pid)) / (1 << 20)  # type: ignore[attr-defined]


def _tree(pid: int) -> list[psutil.Process]:
    process = psutil.Process(pid)
    return [process, *process.children(recursive=True)]


def _seconds(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system + times.children_user + times.children_system)


class Made(Rows):
    """Rows that are there already."""

    def __init__(self, tables: dict[str, pa.Table]) -> None:
        super().__init__()
        self._made = tables

    def tables(self) -> dict[str, pa.Table]:
        return self._made


def shard() -> Iterator[Line]:
    """The merge of one shard as large as that of 1,000,000 documents, from the segments of its batches."""
    outcomes = list(corpus())
    originals = {table: to_arrow(table, [row for outcome in outcomes for row in outcome.rows(table)]) for table in STAGED}
    copies = [Copy(256 * number) for number in range(-(-A_SHARD // len(outcomes)))]
    each = max(1, BATCH_SOURCES // len(outcomes))
    storage = storage_at("memory:///scale")
    staged = []
    for number in range(0, len(copies), each):
        tables = {t: pa.concat_tables([copied(t, rows, copy) for copy in copies[number : number + each]]) for t, rows in originals.items()}
        staged.append(stage(storage, f"{number:06}", Made(tables)))
    start = time.process_time()
    merge_shard(storage, "00", staged)
    spent = time.process_time() - start
    rows = {table: read_shard(storage, table, "00") for table in STAGED}
    size = sum(len(storage.open(f"{table}/00.parquet").read()) for table in STAGED)
    indicators = rows["indicators"].num_rows
    alone = len(bytes(shard_change("indicators", "00", originals["indicators"]).data or b"")) / originals["indicators"].num_rows
    yield Line("a shard of 1,000,000 documents: documents, indicators", f"{rows['documents'].num_rows:,}, {indicators:,}")
    yield Line("… merged from segments, in memory", f"{len(staged)}, {sum(table.nbytes for table in rows.values()) / (1 << 20):.0f} MB")
    yield Line("… processor time of its merge", f"{spent:.1f} s")
    yield Line("… its files, all tables, where the same texts come back", f"{size / (1 << 20):.1f} MB")
    yield Line("bytes of an indicator's row, where no form comes twice", f"{alone:.0f}")


def plan(count: int) -> Iterator[Line]:
    """What the client holds and does for each source."""
    tracemalloc.start()
    start = time.process_time()
    pairs = []
    for number in range(count):
        shown = f"in/{number // 500:05}/{number:07}.docx"
        file = Named(shown, "s3://bucket/in", f"bucket/{shown}", False, 50_000)
        pairs.append((Source(shown, Path(file.name), hashlib.sha256(shown.encode()).hexdigest()), file))
    files = {source.document_id: file for source, file in pairs}
    sources = [source for source, _ in pairs]
    made = make_plan(sources, {}, Wanted("", Options()))
    cut = list(batches("run", [(job, files[job.document_id]) for job in made.jobs]))
    Shards(cut)
    spent, (held, peak) = time.process_time() - start, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    yield Line("client, a source listed and planned: memory held, at most", f"{held / count / 1000:.1f} kB, {peak / count / 1000:.1f} kB")
    yield Line("client, a source listed and planned: processor time", f"{1e6 * spent / count:.0f} µs")
    yield Line("batches", f"{len(cut):,} of {count:,}")


def looked() -> Iterator[Line]:
    """The first look at a source: its bytes are read once and hashed."""
    files = [Named(f"in/{n}", None, str(path), False) for n, path in enumerate(sorted((ROOT / "corpus").glob("*/source.*")))]
    start = time.process_time()
    look(files)
    yield Line("a look at a source", f"{1000 * (time.process_time() - start) / len(files):.1f} ms")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sources", type=int, default=400)
    parser.add_argument("--planned", type=int, default=100_000)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    load = os.getloadavg()[0]
    lines = [*cluster(options.sources), *looked(), *shard(), *plan(options.planned)]
    machine = f"{platform.system()}, {os.cpu_count()} processors, Python {platform.python_version()}, distributed {version('distributed')}"
    rows = "\n".join(f"| {line.what} | {line.figure} |" for line in lines)
    text = f"{machine}; load average when it began: {load:.0f}.\n\n| what | figure |\n| --- | ---: |\n{rows}\n"
    print(text)
    if options.write:
        page = PAGE.read_text(encoding="utf-8")
        PAGE.write_text(re.sub(f"({BEGIN}).*?({END})", lambda found: found[1] + text + found[2], page, flags=re.DOTALL), encoding="utf-8")


if __name__ == "__main__":
    main()
