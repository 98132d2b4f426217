"""Measures comparing and exporting a dataset of 1,000,000 indicators: seconds and peak memory of each command, in a process of its own.

    python bench/compare.py [DATASET] [--rows N] [--write]

Without a dataset one is made of copies of the corpus (bench/synthesise.py)."""

from __future__ import annotations

import argparse
import os
import platform
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb
import pyarrow

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from bench.synthesise import synthesise  # noqa: E402
from jixiao.cli.compare import VIEWS  # noqa: E402

SECONDS, MEGABYTES = 60, 2048
"""What comparing may take."""

OUTPUTS = ("targets.html", "targets.csv", "change.csv")
EXPORTS = ("csv", "json", "dta", "sqlite", "duckdb")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("dataset", type=Path, nargs="?")
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--write", action="store_true", help="write the table into bench/README.md")
    parser.add_argument("--no-export", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        dataset = options.dataset or Path(place, "data")
        if options.dataset is None:
            synthesise(dataset, options.rows)
        table = measured(dataset, Path(place), () if options.no_export else EXPORTS)
    print(table)
    if options.write:
        page = ROOT / "bench" / "README.md"
        text = page.read_text(encoding="utf-8")
        text = re.sub(r"(<!-- compare -->\n).*?(<!-- end of compare -->)", lambda m: m[1] + table + m[2], text, flags=re.DOTALL)
        page.write_text(text, encoding="utf-8")


def measured(dataset: Path, place: Path, exports: tuple[str, ...]) -> str:
    (count,) = duckdb.sql(f"SELECT count(*) FROM '{dataset}/indicators/*.parquet'").fetchall()[0]
    versions = f"duckdb {duckdb.__version__}, pyarrow {pyarrow.__version__}"
    lines = [
        f"{count:,} indicators. {os.cpu_count()} processors, {platform.system()}, Python {platform.python_version()}; {versions}.\n",
        "| command | seconds | peak MB |",
        "| --- | ---: | ---: |",
    ]
    commands = [("compare", "DATASET", "--view", view) for view in VIEWS]
    commands += [("compare", "DATASET", "--view", name.partition(".")[0], "-o", name) for name in OUTPUTS]
    commands += [("export", "DATASET", "--to", name, "-o", f"out-{name}") for name in exports]
    for command in commands:
        seconds, megabytes = run([str(dataset) if word == "DATASET" else word for word in command], place)
        over = " (over the limit)" if command[0] == "compare" and (seconds > SECONDS or megabytes > MEGABYTES) else ""
        lines.append(f"| `jixiao {' '.join(command)}`{over} | {seconds:.1f} | {megabytes:.0f} |")
        print(lines[-1], file=sys.stderr)
    return "\n".join(lines) + "\n"


def run(command: list[str], place: Path) -> tuple[float, float]:
    """Seconds and peak megabytes of the command."""
    start = time.monotonic()
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen([sys.executable, "-m", "jixiao", *command], cwd=place, stdout=subprocess.DEVNULL, env=environment)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"jixiao {' '.join(command)} ended with {process.returncode}")
    return time.monotonic() - start, usage.ru_maxrss / 1024


if __name__ == "__main__":
    main()
