"""Measures the audit of 1,000,000 indicators: seconds, processor time and peak memory of all its processes together.

    python bench/audit.py [DATASET] [--rows N] [--jobs N] [--write]

Without a dataset one is made of copies of the corpus (bench/synthesise.py)."""

from __future__ import annotations

import argparse
import os
import platform
import re
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pyarrow
import pyarrow.dataset

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from bench.synthesise import synthesise  # noqa: E402

SECONDS, MEGABYTES = 60, 2048
"""What an audit of a million indicators may take on two processors."""

_EVERY = 0.2


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("dataset", type=Path, nargs="?")
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--write", action="store_true", help="write the table into bench/README.md")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        dataset = options.dataset or Path(place, "data")
        if options.dataset is None:
            synthesise(dataset, options.rows)
        table = measured(dataset, options.jobs)
    print(table)
    if options.write:
        page = ROOT / "bench" / "README.md"
        text = page.read_text(encoding="utf-8")
        text = re.sub(r"(<!-- audit -->\n).*?(<!-- end of audit -->)", lambda m: m[1] + table + m[2], text, flags=re.DOTALL)
        page.write_text(text, encoding="utf-8")


def measured(dataset: Path, jobs: int) -> str:
    """The table of one run."""
    rows = pyarrow.dataset.dataset(dataset / "indicators").count_rows()
    load = os.getloadavg()[0]
    start = time.monotonic()
    command = [sys.executable, "-m", "jixiao", "audit", str(dataset), "--jobs", str(jobs)]
    with tempfile.TemporaryFile("w+") as printed:
        process = subprocess.Popen(command, stdout=printed, env={**os.environ, "PYTHONPATH": str(ROOT)}, text=True)
        peak = watched(process)
        seconds = time.monotonic() - start
        printed.seek(0)
        summary = printed.read().splitlines()[-1]
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    over = " (over the limit)" if seconds > SECONDS or peak > MEGABYTES else ""
    return (
        f"{rows:,} indicators. {os.cpu_count()} processors ({load:.0f} other processes at work when it began), {platform.system()}, "
        f"Python {platform.python_version()}, pyarrow {pyarrow.__version__}. {summary}\n\n"
        "| command | seconds | processor seconds | peak MB |\n| --- | ---: | ---: | ---: |\n"
        f"| `jixiao audit DATASET --jobs {jobs}`{over} | {seconds:.1f} | {usage.ru_utime + usage.ru_stime:.1f} | {peak:.0f} |\n"
    )


def watched(process: subprocess.Popen[str]) -> float:
    """Waits for the process, and gives the peak megabytes of it and its children together (proportional set size)."""
    peak = 0.0
    while process.poll() is None:
        peak = max(peak, sum(megabytes(number) for number in (process.pid, *children(process.pid))))
        time.sleep(_EVERY)
    return peak


def children(number: int) -> list[int]:
    try:
        text = Path(f"/proc/{number}/task/{number}/children").read_text()
    except OSError:
        return []
    return [child for word in text.split() for child in (int(word), *children(int(word)))]


def megabytes(number: int) -> float:
    try:
        text = Path(f"/proc/{number}/smaps_rollup").read_text()
    except OSError:
        return 0.0
    found = re.search(r"^Pss:\s+(\d+) kB", text, re.MULTILINE)
    return int(found[1]) / 1024 if found else 0.0


if __name__ == "__main__":
    main()
