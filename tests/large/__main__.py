"""Runs the large form of the suites that try to break the program, and writes their figures into docs/reliability.md.

python -m tests.large                                   all of them, 10,000 mutants a reader: hours
python -m tests.large --only fuzz --mutants 200         one of them, smaller
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
import time
from pathlib import Path

from tests.large.page import PAGE, put, table
from tests.large.suite import SUITES, Figure, Size, load


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
        figures = _run(name, size)
        broken += sum(figure.failed for figure in figures)
        if not options.keep_page:
            PAGE.write_text(put(PAGE.read_text(encoding="utf-8"), name, table(figures, _conditions(size))), encoding="utf-8")
    print(f"{broken} broken promises; failing cases are in {size.folder}" if broken else "nothing broke")
    return 1 if broken else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="tests.large", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", help="names of suites, with commas between them")
    parser.add_argument("--mutants", type=int, default=10_000, help="mutated files for each reader")
    parser.add_argument("--seconds", type=float, help="a reader gets no further mutants after so long")
    parser.add_argument("--scale", type=float, default=1.0, help="multiplies every other number of cases")
    parser.add_argument("--jobs", type=int, default=1, help="processes at a time")
    parser.add_argument("--seed", type=int, default=0, help="another seed makes other cases")
    parser.add_argument("--failures", type=Path, default=Path("large-failures"), help="the folder that keeps failing cases")
    parser.add_argument("--keep-page", action="store_true", help="print the figures only")
    return parser


def _run(name: str, size: Size) -> list[Figure]:
    """The figures of a suite, printed as they come."""
    figures = []
    for figure in load(name)(size):
        print(f"{name:12} {figure.what:44} {figure.cases:>9,} {figure.failed:>5} {figure.seconds:>8.1f} s  {figure.note}", flush=True)
        figures.append(figure)
    return figures


def _conditions(size: Size) -> str:
    day = time.strftime("%Y-%m-%d", time.gmtime())
    return (
        f"Run of {day}, seed {size.seed}, {size.jobs} process{'es' if size.jobs > 1 else ''} of {os.cpu_count()} cores, "
        f"Python {platform.python_version()}, load {os.getloadavg()[0]:.1f}."
    )


if __name__ == "__main__":
    sys.exit(main())
