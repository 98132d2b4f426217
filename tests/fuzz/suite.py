"""The large form of the fuzz suite: mutated files for every reader."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator

from tests.fuzz.seeds import TARGETS
from tests.fuzz.watch import SECONDS, SECONDS_BY_PROGRAM, Verdict, keep, watch_many
from tests.large.suite import Figure, Size

BY_PROGRAM = {"rtf": 100}
"""Formats that LibreOffice converts, a second a file: so many times fewer mutants."""


def large(size: Size) -> Iterator[Figure]:
    """A figure for each reader."""
    for target in TARGETS:
        yield _mutated(target, size)


def _mutated(target: str, size: Size) -> Figure:
    begun = time.monotonic()
    count = max(1, size.mutants // BY_PROGRAM.get(target, 1))
    limit = SECONDS_BY_PROGRAM if target in BY_PROGRAM else SECONDS
    verdicts: list[Verdict] = []
    for verdict in watch_many([(target, 0, count)], size.seed, size.jobs, limit):
        verdicts.append(verdict)
        if not verdict.good:
            keep(verdict, size.seed, size.folder)
    failed = [v for v in verdicts if not v.good]
    return Figure(f"{target}, mutated", len(verdicts), len(failed), time.monotonic() - begun, _note(verdicts))


def _note(verdicts: list[Verdict]) -> str:
    ways = Counter(v.how for v in verdicts)
    parts = [f"{ways.pop('rows', 0):,} read, {ways.pop('told', 0):,} refused"]
    parts += [f"{count:,} {how}" for how, count in sorted(ways.items())]
    return f"{', '.join(parts)}; slowest {max(v.seconds for v in verdicts):.1f} s, peak {max(v.peak for v in verdicts)} MB"
