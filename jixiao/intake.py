"""Takes sources into a dataset: collects, plans, converts and lands them."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from extract.ocr.engine import available
from extract.problem import EXIT_DONE, EXIT_SOME_FAILED, EXIT_UNREADABLE, NotWritableError, UnreadableError
from extract.scratch import clear_abandoned
from jixiao.describe import describe
from jixiao.engine import Engine, Processes, default_jobs
from jixiao.known import known_documents
from jixiao.landing import Landing
from jixiao.ledger import check_given, decisions_file, with_decisions
from jixiao.limits import Limits
from jixiao.outcome import Failure, Options, Outcome
from jixiao.pipeline import failed, identity_of_path
from jixiao.plan import Job, Plan, Wanted, make_plan
from jixiao.remap import decided_versions, remap_documents
from jixiao.sources import Collection, collect
from jixiao.storage import Storage, storage_at
from jixiao.unpacking import discard, unpacked
from jixiao.urls import is_url, plain
from jixiao.watcher import Watcher
from mappings.loader import Mappings, default_mappings

if TYPE_CHECKING:
    from jixiao.cluster.fleet import Fleet

STAGE_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Summary:
    """What an ingest did. ``doubts`` counts warnings and errors by code over the sources converted now; ``failures``
    are pairs of path and Failure; ``duplicates`` pairs of path and the path whose rows stand for it; ``skipped`` pairs
    of path and reason; ``replaced`` the paths whose bytes changed since they were last taken in; ``kept`` those whose bytes cannot be
    had now, so that they failed, and what was read of them before stays; ``remapped`` the documents whose names alone were mapped
    again, by other tables or decisions than before; ``closed`` pairs of a folder that could not be looked into, and why."""

    dataset: str | Path
    sources: int = 0
    converted: int = 0
    unchanged: int = 0
    declarations: int = 0
    indicators: int = 0
    doubts: tuple[tuple[str, int], ...] = ()
    failures: tuple[tuple[str, Failure], ...] = ()
    without_declaration: tuple[str, ...] = ()
    duplicates: tuple[tuple[str, str], ...] = ()
    skipped: tuple[tuple[str, str], ...] = ()
    replaced: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    closed: tuple[tuple[str, Failure], ...] = ()
    remapped: int = 0

    @property
    def exit_code(self) -> int:
        """0; 5 where some sources failed, or a folder was closed; where all failed, the code that they share, else 3."""
        failures = self.failures + self.closed
        if not failures:
            return EXIT_DONE
        if len(self.failures) < self.converted + self.unchanged:
            return EXIT_SOME_FAILED
        codes = {failure.exit_code for _, failure in failures}
        return codes.pop() if len(codes) == 1 else EXIT_UNREADABLE


def ingest(
    sources: str | Path | Iterable[str | Path],
    into: str | Path,
    *,
    jobs: int | None = None,
    mappings: Mappings | None = None,
    options: Options | None = None,
    again: bool = False,
    watcher: Watcher | None = None,
    decisions: Path | None = None,
    wait: bool = False,
    limits: Limits | None = None,
    engine: Engine | None = None,
    fleet: Fleet | None = None,
) -> Summary:
    """The Summary of taking files, folders and globs into the dataset in folder ``into``. All of them may be URLs.

    A source whose bytes, version and reading tables are as they were is not converted, unless ``again``; if its names were
    mapped otherwise, they are mapped again. ``decisions`` is the file of persons' decisions, by default the one in the
    dataset's folder. ``limits`` say what one source may take of time and memory; ``engine`` does the conversions in the place of
    worker processes, of which there are ``jobs``; a ``fleet`` of workers on other machines does all the work. What is landed stays
    when the work is interrupted. Where another ingest holds the dataset, NotWritableError says so, or we ``wait``.

    Raises JixiaoError for arguments that make no sense and a dataset that cannot be written."""
    watcher = watcher or Watcher()
    arguments = [sources] if isinstance(sources, str | Path) else list(sources)
    options = options or Options()
    if fleet is not None or any(map(is_url, (into, *arguments))):
        from jixiao.cluster.run import Order, ingest_by

        waiting = watcher.waiting if wait else None
        order = Order(into, mappings or default_mappings(), options, limits or Limits(), jobs, again, decisions, waiting)
        return ingest_by(fleet, arguments, order, watcher)
    engine = engine or Processes(jobs or default_jobs(), limits or Limits())
    knowing, places = mappings or default_mappings(), [plain(argument) for argument in arguments]
    return _ingest_here(places, Path(plain(into)), engine, knowing, options, again=again, watcher=watcher, decisions=decisions, wait=wait)


def _ingest_here(
    arguments: Sequence[str | Path],
    into: Path,
    engine: Engine,
    mappings: Mappings,
    options: Options,
    *,
    again: bool,
    watcher: Watcher,
    decisions: Path | None,
    wait: bool,
) -> Summary:
    ledger = decisions_file(into, decisions)
    mappings = with_decisions(mappings, ledger)
    found = collect(arguments, into, watcher.looking)
    check_found(found, arguments)
    storage = storage_at(into)
    clear_abandoned()
    with storage.hold(watcher.waiting if wait else None):
        landing = Landing(storage, told=watcher.landing)
        check_given(ledger, decided_versions(storage), into)
        wanted = Wanted(mappings.reading_version, options, mappings.version, mappings.decisions_version, available())
        plan = plan_of(found, storage, wanted, again=again)
        watcher.planned(plan, found)
        tally = _convert(plan, landing, watcher, partial(engine, mappings=mappings, options=options, watcher=watcher), mappings)
        if tally.lost:
            landing.flush()
            plan = corrected(plan, plan_of(found, storage, wanted, lost=tally.lost))
        _finish(plan, landing, mappings)
        describe(storage)
    return summary_of(into, found, plan, tally)


def check_found(found: Collection, arguments: Sequence[str | Path]) -> None:
    """Raises UnreadableError where nothing was found."""
    if found.sources:
        return
    for _, why in found.closed:
        raise UnreadableError(why.message, why.remedy)
    raise UnreadableError(f"No file to read in {', '.join(map(str, arguments))}.", "Hidden files and lock files are left out.")


def plan_of(found: Collection, storage: Storage, wanted: Wanted, *, again: bool = False, lost: Container[str] = ()) -> Plan:
    """The plan for what was found and what the dataset has; ``lost`` are the paths of sources whose bytes cannot be had any more."""
    sources = [replace(s, document_id=identity_of_path(s.source_path)) if s.source_path in lost else s for s in found.sources]
    known = known_documents(storage, sources, found.archives)
    return make_plan(sources, known, wanted, again=again, archives=found.archives)


def corrected(plan: Plan, later: Plan) -> Plan:
    """The plan that was begun, with what a later one says of documents that were there before: what is lost replaces none of them."""
    return replace(plan, removals=later.removals, renames=later.renames, replaced=later.replaced, kept=later.kept)


def is_lost(job: Job, outcome: Outcome) -> bool:
    """True where the bytes of a source could not be had any more when it was to be converted: it is known by its path then."""
    return outcome.document_id != job.document_id


class Tally:
    """Counts over the outcomes of one ingest."""

    def __init__(self) -> None:
        self.declarations = 0
        self.indicators = 0
        self.doubts: Counter[str] = Counter()
        self.failures: list[tuple[str, Failure]] = []
        self.without: list[str] = []
        self.lost: set[str] = set()

    def add(self, job: Job, outcome: Outcome) -> None:
        """Counts the outcome of a job."""
        if is_lost(job, outcome):
            self.lost.add(job.source_path)
        self.declarations += outcome.declarations
        self.indicators += outcome.indicators
        if outcome.failure:
            self.failures.append((outcome.source_path, outcome.failure))
            return
        self.doubts.update(p.code for p in outcome.problems if p.severity != "info")
        if not outcome.declarations:
            self.without.append(outcome.source_path)


Convert: TypeAlias = Callable[[Iterable[Job]], Iterator[tuple[Job, Outcome]]]


def _convert(plan: Plan, landing: Landing, watcher: Watcher, convert: Convert, mappings: Mappings) -> Tally:
    tally = Tally()
    last = time.monotonic()
    try:
        for job, outcome in converted(plan.jobs, convert, mappings):
            landing.add(outcome.named(job.source_path, job.other_paths))
            tally.add(job, outcome)
            watcher.converted(job, outcome)
            if time.monotonic() - last > STAGE_SECONDS:
                landing.stage()
                last = time.monotonic()
    except BaseException:
        with suppress(NotWritableError):  # then what ended us says so already
            landing.flush()
        raise
    return tally


def _finish(plan: Plan, landing: Landing, mappings: Mappings) -> None:
    """Takes out what is replaced, gives names, and maps again what other tables mapped."""
    landing.remove(plan.removals)
    for rename in plan.renames:
        landing.rename(*rename)
    landing.flush()
    if plan.remaps:
        remap_documents(landing.storage, mappings, set(plan.remaps))


def converted(jobs: Sequence[Job], convert: Convert, mappings: Mappings) -> Iterator[tuple[Job, Outcome]]:
    """Each job with its outcome; members of archives are unpacked for it."""
    for job in jobs:
        if job.failure is not None:
            path = job.path if not job.chain else job.path / job.source_path  # where nothing is
            yield job, failed(job.failure, path, job.source_path, job.document_id, mappings)
    with unpacked(job for job in jobs if job.failure is None) as ready:
        for job, outcome in convert(ready):
            yield job, outcome
            discard(job)


def summary_of(into: str | Path, found: Collection, plan: Plan, tally: Tally) -> Summary:
    """The Summary of an ingest that found, planned and counted so much."""
    return Summary(
        dataset=into,
        sources=len(found.sources),
        converted=len(plan.jobs),
        unchanged=len(plan.unchanged),
        declarations=tally.declarations,
        indicators=tally.indicators,
        doubts=tuple(sorted(tally.doubts.items(), key=lambda item: (-item[1], item[0]))),
        failures=tuple(sorted(tally.failures, key=lambda item: item[0])),
        without_declaration=tuple(sorted(tally.without)),
        duplicates=plan.duplicates,
        skipped=found.skipped,
        replaced=plan.replaced,
        kept=plan.kept,
        closed=found.closed,
        remapped=len(plan.remaps),
    )
