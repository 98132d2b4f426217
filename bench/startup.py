"""How long commands take from the shell until they are done with little work: median of several runs of each.

python bench/startup.py [--runs N] [--write]
"""

from __future__ import annotations

import argparse
import os
import platform
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "bench" / "README.md"
FORM = ROOT / "corpus" / "no-levels" / "source.docx"
"""A DOCX of one form with five indicators."""


def commands(folder: Path) -> dict[str, list[str]]:
    """The measured commands by what the table calls them."""
    dataset = str(folder / "dataset")
    return {
        "`python -c pass`, the interpreter alone": [],
        "`jixiao --help`": ["--help"],
        "`jixiao convert form.docx -o form.csv`": ["convert", str(FORM), "-o", str(folder / "form.csv")],
        "`jixiao convert form.docx`": ["convert", str(FORM)],
        "`jixiao convert form.docx -o form.xlsx`": ["convert", str(FORM), "-o", str(folder / "form.xlsx")],
        "`jixiao convert form.docx -o form.parquet`": ["convert", str(FORM), "-o", str(folder / "form.parquet")],
        "`jixiao taxonomy explain 网站标识达标率`": ["taxonomy", "explain", "网站标识达标率"],
        "`jixiao ingest form.docx --into DATASET`, nothing new": ["ingest", str(FORM), "--into", dataset, "--quiet"],
        "`jixiao audit DATASET`, one form": ["audit", dataset],
        "`jixiao compare DATASET`, one form": ["compare", dataset],
        "`jixiao export DATASET --to csv`, one form": ["export", dataset, "--to", "csv", "-o", str(folder / "exported")],
    }


def measure(arguments: list[str], runs: int) -> tuple[float, float]:
    """Medians of seconds and of processor seconds of a process; a first run that is not counted fills the caches of the system."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    seconds, busy = [], []
    for _ in range(runs + 1):
        before, started = _used(), time.perf_counter()
        command = ["-m", "jixiao", *arguments] if arguments else ["-c", "pass"]
        done = subprocess.run([sys.executable, *command], capture_output=True, env=environment, check=False, cwd=ROOT)
        if done.returncode not in (0, 1):
            raise SystemExit(f"jixiao {' '.join(arguments)}: {done.stderr.decode()}")
        seconds.append(time.perf_counter() - started)
        busy.append(_used() - before)
    return statistics.median(seconds[1:]), statistics.median(busy[1:])


def _used() -> float:
    use = resource.getrusage(resource.RUSAGE_CHILDREN)
    return use.ru_utime + use.ru_stime


def table(runs: int) -> str:
    """The table of all commands."""
    lines = [
        f"Median of {runs} runs. {platform.processor() or platform.machine()}, {os.cpu_count()} processors, {platform.system()}, "
        f"Python {platform.python_version()}; {os.getloadavg()[0]:.1f} processes at work when it began.\n",
        "| command | seconds | processor seconds |",
        "| --- | ---: | ---: |",
    ]
    with tempfile.TemporaryDirectory() as place:
        for name, arguments in commands(Path(place)).items():
            seconds, busy = measure(arguments, runs)
            lines.append(f"| {name} | {seconds:.2f} | {busy:.2f} |")
            print(lines[-1], file=sys.stderr)
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--write", action="store_true", help="write the table into bench/README.md")
    given = parser.parse_args()
    text = table(given.runs)
    print(text)
    if given.write:
        page = PAGE.read_text(encoding="utf-8")
        page = re.sub(r"(<!-- startup -->\n).*?(<!-- end of startup -->)", lambda m: m[1] + text + m[2], page, flags=re.DOTALL)
        PAGE.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
