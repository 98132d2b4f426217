"""Reads mutated files again: one by its number, or so many of one or all readers.

python -m tests.fuzz docx 1234 --seed 0            one, with what came of it; --save FILE writes it
python -m tests.fuzz docx --mutants 500            the first 500 of a reader
python -m tests.fuzz --mutants 500                 of every reader
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path

from tests.fuzz.seeds import TARGETS, mutant
from tests.fuzz.watch import Verdict, keep, watch, watch_many


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="tests.fuzz", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("target", nargs="?", choices=[*TARGETS], help="the reader")
    parser.add_argument("number", nargs="?", type=int, help="of the mutant; the first --mutants of them where it is not given")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--mutants", type=int, default=200)
    parser.add_argument("--first", type=int, default=0, help="the number to begin with")
    parser.add_argument("--jobs", type=int, default=1, help="processes at a time")
    parser.add_argument("--save", type=Path, help="write the mutant of this number here")
    parser.add_argument("--failures", type=Path, default=Path("fuzz-failures"), help="the folder that keeps those that break something")
    options = parser.parse_args(arguments)
    if options.number is not None:
        return _one(options.target, options.number, options.seed, options.save)
    targets = [options.target] if options.target else [*TARGETS]
    after = options.first + options.mutants
    return max(_many(target, (options.first, after), options.seed, options.jobs, options.failures) for target in targets)


def _one(target: str, number: int, seed: int, save: Path | None) -> int:
    one = mutant(target, number, seed)
    if save is not None:
        save.write_bytes(one.data)
    (verdict,) = watch([(target, number, number + 1)], seed)
    print(f"{one.name}: {len(one.data)} bytes, {_told(verdict)}\n{verdict.text}")
    return 0 if verdict.good else 1


def _many(target: str, numbers: tuple[int, int], seed: int, jobs: int, folder: Path) -> int:
    verdicts = []
    for verdict in watch_many([(target, *numbers)], seed, jobs):
        verdicts.append(verdict)
        if not verdict.good:
            print(f"{target} {verdict.number}: {_told(verdict)}, {keep(verdict, seed, folder)}", flush=True)
    slowest = max(verdicts, key=lambda v: v.seconds)
    largest = max(verdicts, key=lambda v: v.peak)
    counts = ", ".join(f"{count} {how}" for how, count in Counter(v.how for v in verdicts).most_common())
    print(f"{target}: {counts}; slowest {slowest.number}: {slowest.seconds:.1f} s, largest {largest.number}: {largest.peak} MB", flush=True)
    return 0 if all(v.good for v in verdicts) else 1


def _told(verdict: Verdict) -> str:
    return f"{verdict.how} in {verdict.seconds:.1f} s, {verdict.peak} MB"


if __name__ == "__main__":
    sys.exit(main())
