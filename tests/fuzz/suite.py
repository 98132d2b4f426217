"""The large form of the fuzz suite: random forms, grids, targets and texts, and mutated files for every reader."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from corpus.builder.pdf import fonts_missing
from tests.fuzz import test_forms, test_grids, test_values
from tests.fuzz.forms import WRITERS, files
from tests.fuzz.grids import grids
from tests.fuzz.seeds import TARGETS
from tests.fuzz.values import check_target, check_text
from tests.fuzz.watch import SECONDS, SECONDS_BY_PROGRAM, Verdict, keep, watch_many
from tests.large.suite import Figure, Size, Trial

BY_PROGRAM = {"rtf": 100}
"""Formats that LibreOffice converts, a second a file: so many times fewer mutants."""


def large(size: Size) -> Iterator[Trial]:
    """A trial for each property and format, then one for each reader."""
    whole = [suffix for suffix in WRITERS if suffix not in test_forms.DRAWN or not fonts_missing()]
    for suffix in whole:
        given_forms = files()
        yield _property(f"random forms as {suffix}", partial(_forms, suffix=suffix), given_forms, size.times(2000), size)
    for kind, check, drawn in _grids(bool(fonts_missing())):
        yield _property(f"random grids as {kind}", partial(check, kind), drawn, size.times(2000), size)
    targets = st.tuples(test_values.TEXTS, test_values.SHORT, test_values.SHORT, st.sampled_from([None, 2024]), test_values.SHORT)
    yield _property("any text as a target", lambda given: check_target(*given), targets, size.times(100_000), size)
    yield _property("any lines as a text", check_text, test_values.texts(), size.times(10_000), size)
    for target in TARGETS:
        yield Trial(f"{target}, mutated", partial(_mutated, target, size), _mutants(target, size))


def _property(what: str, check: Callable[[Any], None], drawn: st.SearchStrategy[Any], cases: int, size: Size) -> Trial:
    return Trial(what, partial(_tried, what, check, drawn, cases, size), cases)


def _mutants(target: str, size: Size) -> int:
    """How many mutants a reader gets."""
    return max(1, size.mutants // BY_PROGRAM.get(target, 1))


def _forms(given: list[test_forms.Form], suffix: str) -> None:
    test_forms.check(given, suffix)


def _grids(without_fonts: bool) -> Iterator[tuple[str, Callable[..., None], st.SearchStrategy[test_grids.Grid]]]:
    for kind in test_grids.NATIVE:
        yield kind, lambda kind, grid: test_grids.check_native(grid, kind), grids()
    for kind in test_grids.SHEETS:
        yield kind, lambda kind, grid: test_grids.check_sheet(grid, kind), grids(hidden=True)
    for kind in () if without_fonts else test_grids.DRAWN:
        yield kind, lambda kind, grid: test_grids.check_drawn(grid, kind), grids(cuts=True)


def _tried(what: str, check: Callable[[Any], None], drawn: st.SearchStrategy[Any], cases: int, size: Size) -> Figure:
    """The property held against so many cases; the smallest that breaks it is kept."""
    begun, tried = time.monotonic(), 0

    @seed(size.seed)
    @settings(max_examples=cases, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(drawn)
    def search(case: Any) -> None:
        nonlocal tried
        tried += 1
        check(case)

    try:
        search()
    except Exception as error:  # noqa: BLE001  whatever it is, it is what was looked for
        size.folder.mkdir(parents=True, exist_ok=True)
        notes = "\n".join(getattr(error, "__notes__", []))
        (size.folder / f"{what}.log").write_text(f"{type(error).__name__}: {error}\n{notes}\n", encoding="utf-8")
        return Figure(what, tried, 1, time.monotonic() - begun, type(error).__name__)
    return Figure(what, tried, 0, time.monotonic() - begun)


def _mutated(target: str, size: Size) -> Figure:
    begun = time.monotonic()
    count = _mutants(target, size)
    limit = SECONDS_BY_PROGRAM if target in BY_PROGRAM else SECONDS
    verdicts: list[Verdict] = []
    for verdict in watch_many([(target, 0, count)], size.seed, size.jobs, limit):
        verdicts.append(verdict)
        if not verdict.good:
            keep(verdict, size.seed, size.folder)
        if size.seconds is not None and time.monotonic() - begun > size.seconds:
            break
    failed = [v for v in verdicts if not v.good]
    return Figure(f"{target}, mutated", len(verdicts), len(failed), time.monotonic() - begun, _note(verdicts))


def _note(verdicts: list[Verdict]) -> str:
    ways = Counter(v.how for v in verdicts)
    parts = [f"{ways.pop('rows', 0):,} read, {ways.pop('told', 0):,} refused"]
    parts += [f"{count:,} {how}" for how, count in sorted(ways.items())]
    slowest, largest = max(verdicts, key=lambda v: v.seconds), max(verdicts, key=lambda v: v.peak)
    return f"{', '.join(parts)}; slowest {slowest.seconds:.1f} s (number {slowest.number}), peak {largest.peak} MB ({largest.number})"
