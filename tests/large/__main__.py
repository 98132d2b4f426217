"""Runs the large form of the suites that try to break the program, and writes their figures into the pages of docs/ that show them.

python -m tests.large                                   all of them, 10,000 mutants a reader: hours
python -m tests.large --missing                         what the pages do not show yet with as many cases, nothing broken
python -m tests.large --rows "docx, mutated"            the rows that hold these words; --rows can be given again
python -m tests.large --only fuzz --mutants 200         one of them, smaller

A figure is written as soon as it is known, and stands until a run with at least as many cases, or one that breaks something, replaces it.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from tests.large.page import Rows, put, row, rows_of
from tests.large.suite import SUITES, Figure, Size, Suite, Trial


def main(arguments: list[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    names = list(SUITES) if options.only is None else options.only.split(",")
    unknown = sorted(set(names) - set(SUITES))
    if unknown:
        print(f"There is no suite {', '.join(unknown)}; there are {', '.join(SUITES)}.", file=sys.stderr)
        return 2
    size = Size(options.mutants, options.scale, options.jobs, options.seed, options.failures, options.seconds)
    broken = 0
    for name in names:
        for figure in _figures(name, SUITES[name], size, options):
            print(f"{name:12} {figure.what:44} {figure.cases:>9,} {figure.failed:>5} {figure.seconds:>8.1f} s  {figure.note}", flush=True)
            broken += figure.failed
    print(f"{broken} broken promises; failing cases are in {size.folder}" if broken else "nothing broke")
    return 1 if broken else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="tests.large", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", help="names of suites, with commas between them")
    parser.add_argument("--rows", action="append", metavar="WORDS", help="rows that hold none of the words so given are not run")
    parser.add_argument("--missing", action="store_true", help="run no row that is known to need no more cases than the page shows")
    parser.add_argument("--mutants", type=int, default=10_000, help="mutated files for each reader")
    parser.add_argument("--seconds", type=float, help="a reader gets no further mutants after so long")
    parser.add_argument("--scale", type=float, default=1.0, help="multiplies every other number of cases")
    parser.add_argument("--jobs", type=int, default=1, help="processes at a time")
    parser.add_argument("--seed", type=int, default=0, help="another seed makes other cases")
    parser.add_argument("--failures", type=Path, default=Path("large-failures"), help="the folder that keeps failing cases")
    parser.add_argument("--keep-page", action="store_true", help="print the figures only")
    return parser


def _figures(name: str, suite: Suite, size: Size, options: argparse.Namespace) -> Iterator[Figure]:
    """The figures of the trials that are asked for, each in the page before it is given."""
    order: list[str] = []
    for trial in suite.trials(size):
        order.append(trial.what)
        rows = rows_of(suite.page.read_text(encoding="utf-8"), name)
        if not _wanted(trial, rows, options.rows or [""], options.missing):
            continue
        figure = trial.run()
        if not options.keep_page:
            write(suite.page, name, figure, size, order)
        yield figure


def _wanted(trial: Trial, rows: Rows, words: list[str], missing: bool) -> bool:
    shown = rows.get(trial.what)
    done = missing and shown is not None and not shown.failed and shown.cases >= trial.cases > 0
    return not done and any(word in trial.what for word in words)


def write(page: Path, name: str, figure: Figure, size: Size, order: list[str]) -> None:
    """Puts the figure into the page, unless a larger run stands there."""
    text = page.read_text(encoding="utf-8")
    rows, new = rows_of(text, name), row(figure, _conditions(size))
    if figure.what not in rows or rows[figure.what].yields_to(new):
        page.write_text(put(text, name, rows | {figure.what: new}, order), encoding="utf-8")


def _conditions(size: Size) -> str:
    day = time.strftime("%Y-%m-%d", time.gmtime())
    many = f", {size.jobs} processes" if size.jobs > 1 else ""
    return f"{day}, seed {size.seed}{many}, Python {platform.python_version()}, load {os.getloadavg()[0]:.1f}"


if __name__ == "__main__":
    sys.exit(main())
