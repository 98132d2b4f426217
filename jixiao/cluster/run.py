"""Takes sources into a dataset by a fleet: looks, plans, converts, stages and merges, by path or URL."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from extract.ocr.engine import available
from extract.problem import UsageError
from extract.scratch import clear_abandoned, scratch
from jixiao.cache import default_cache
from jixiao.cluster.batches import Batch, Look, Merge, Remap, Task, batches, deadly, looks
from jixiao.cluster.course import Shards, after_death, pump
from jixiao.cluster.fleet import Died, Fleet, Here
from jixiao.cluster.knowledge import Knowledge
from jixiao.cluster.listing import Named, listed
from jixiao.cluster.working import Answer, Run, Staged, perform, release
from jixiao.describe import describe
from jixiao.engine import default_jobs
from jixiao.intake import Summary, Tally, check_found, corrected, is_lost, plan_of, summary_of
from jixiao.ledger import FILE, check_given, decisions_file, with_decisions
from jixiao.limits import Limits
from jixiao.lock import writing
from jixiao.outcome import Failure, Options, Outcome
from jixiao.pipeline import identity_of_path
from jixiao.plan import Plan, Wanted
from jixiao.remap import decided_versions
from jixiao.remote import Remote
from jixiao.shards import shard_of
from jixiao.sources import Collection, Source, joined
from jixiao.staging import Rename, Segment, drop, segments, stage
from jixiao.storage import Storage, Waiting, storage_at
from jixiao.urls import is_url, plain
from jixiao.watcher import Watcher
from mappings.loader import Mappings

DROPPED_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Order:
    """What is wanted of an ingest: where to, by what and how."""

    into: str | Path
    mappings: Mappings
    options: Options
    limits: Limits
    jobs: int | None = None
    again: bool = False
    decisions: Path | None = None
    wait: Waiting | None = None


def ingest_by(fleet: Fleet | None, arguments: Sequence[str | Path], order: Order, watcher: Watcher) -> Summary:
    """The Summary of taking what the arguments name into a dataset, by a fleet or by processes of this machine. The dataset is the
    one that a single process makes.

    Raises JixiaoError for arguments that make no sense, a dataset that cannot be written, and a fleet that cannot do the work."""
    storage = storage_at(order.into)
    order = replace(order, jobs=order.jobs or (1 if fleet else default_jobs()))
    fleet = fleet or Here(at_end=release)
    clear_abandoned()
    with closing(fleet), _knowing(order, storage) as (ledger, mappings):
        fleet.begin(perform, None)
        closed: list[tuple[str, Failure]] = []
        found, files = _look(fleet, listed(arguments, order.into, lambda *folder: closed.append(folder)))
        found = replace(found, closed=tuple(closed))
        check_found(found, arguments)
        with storage.hold(order.wait):
            return _Ingest(fleet, storage, replace(order, mappings=mappings), watcher).done(found, files, ledger)


@contextmanager
def _knowing(order: Order, storage: Storage) -> Iterator[tuple[Path, Mappings]]:
    """The file of persons' decisions on this machine, and the knowledge with them."""
    into = plain(order.into)
    with scratch("decisions") as folder:
        if order.decisions is None and isinstance(into, str) and is_url(into):
            ledger = folder / FILE
            if FILE in storage.names(""):
                ledger.write_bytes(storage.open(FILE).read())
        else:
            ledger = decisions_file(Path(into), order.decisions)
        yield ledger, with_decisions(order.mappings, ledger)


def _look(fleet: Fleet, names: Iterable[Named]) -> tuple[Collection, dict[str, Named]]:
    """All sources, and the file in which the bytes of each document are."""
    pairs: list[tuple[Source, Named]] = []
    parts: list[Collection] = []

    def looked(task: Look, answer: tuple[Collection, ...] | Died) -> Iterable[Task]:
        if isinstance(answer, Died):
            if len(task.files) > 1:
                return after_death(task, answer, "")
            answer = (_deadly(task.files[0], answer),)
        parts.extend(replace(found, sources=()) for found in answer)
        pairs.extend((source, file) for found, file in zip(answer, task.files, strict=True) for source in found.sources)
        return ()

    pump(fleet, looks(names), looked)
    return _collected(pairs, parts)


def _deadly(file: Named, died: Died) -> Collection:
    return Collection((Source(file.shown, Path(file.name), identity_of_path(file.shown), failure=deadly(file.shown, died.deaths)),), ())


def _collected(pairs: list[tuple[Source, Named]], parts: list[Collection]) -> tuple[Collection, dict[str, Named]]:
    """Each source once, and where the bytes of each document are: where the first source of these bytes is.

    Raises UsageError where two files would get one name."""
    named: dict[str, tuple[str, str | None, str]] = {}
    sources: list[Source] = []
    files: dict[str, Named] = {}
    for source, file in sorted(pairs, key=lambda pair: (pair[0].source_path, pair[1].at or "", pair[1].path)):
        place = (file.shown, file.at, file.path)
        if source.source_path in named:
            if named[source.source_path] != place:
                raise UsageError(f"Two files would both be called {file.shown} in the dataset.", "Ingest a folder that holds both instead.")
            continue
        named[source.source_path] = place
        sources.append(source)
        files.setdefault(source.document_id, file)
    everything = joined(parts)
    return replace(everything, sources=tuple(sources), skipped=tuple(sorted(set(everything.skipped)))), files


class _Ingest:
    """One ingest into a dataset that is held."""

    def __init__(self, fleet: Fleet, storage: Storage, order: Order, watcher: Watcher) -> None:
        self._fleet = fleet
        self._storage = storage
        self._order = order
        self._watcher = watcher
        self._tally = Tally()
        self._lost: list[Outcome] = []
        self._run = uuid.uuid4().hex[:12]
        into = plain(order.into)
        shared = Run(
            dataset=str(into) if is_url(into) else str(Path(into).absolute()),
            holder=storage.holder if isinstance(storage, Remote) else None,
            knowledge=Knowledge.of(order.mappings),
            options=order.options,
            limits=order.limits,
            jobs=order.jobs or 1,
            own_cache=order.options.ocr_cache == default_cache(),
        )
        fleet.begin(perform, shared)

    def done(self, found: Collection, files: dict[str, Named], ledger: Path) -> Summary:
        self._recover()
        wanted = self._wanted(ledger)
        plan = plan_of(found, self._storage, wanted, again=self._order.again)
        self._watcher.planned(plan, found)
        self._land(list(batches(self._run, [(job, files[job.document_id]) for job in plan.jobs])), ())
        if self._lost:
            plan = corrected(plan, plan_of(found, self._storage, wanted, lost=self._tally.lost))
        self._finish(plan)
        self._remap(plan)
        describe(self._storage)
        return summary_of(self._order.into, found, plan, self._tally)

    def _recover(self) -> None:
        """Lands what an earlier run that was cut off had staged."""
        with writing(self._storage.shown):
            left = segments(self._storage)
        self._land((), left)
        with writing(self._storage.shown):
            self._storage.tidy()

    def _wanted(self, ledger: Path) -> Wanted:
        order, mappings = self._order, self._order.mappings
        named = f"{self._storage.shown}/{FILE}" if order.decisions is None else None
        check_given(ledger, decided_versions(self._storage), self._storage.shown, named)
        return Wanted(mappings.reading_version, order.options, mappings.version, mappings.decisions_version, available())

    def _finish(self, plan: Plan) -> None:
        """Takes out what is replaced, gives names, and lands what says of sources that they are lost."""
        if not (self._lost or plan.removals or plan.renames):
            return
        renames = [Rename(*rename) for rename in plan.renames]
        with writing(self._storage.shown):
            last = stage(self._storage, f"{self._run}-names", self._lost, removals=plan.removals, renames=renames)
        self._land((), [last])

    def _land(self, work: Sequence[Batch], first: Sequence[Segment]) -> None:
        """Converts all batches, and merges each shard once, with what is staged already."""
        shards = Shards(work, first)
        merged: list[Segment] = []

        def answered(task: Task, answer: Answer | Died) -> Iterable[Task]:
            if isinstance(answer, Died):
                return after_death(task, answer, self._storage.shown)
            if isinstance(task, Batch) and isinstance(answer, Staged):
                self._tell(task, answer)
                return shards.staged(task, answer.segment)
            if isinstance(task, Merge):
                merged.extend(shards.merged(task))
                if len(merged) >= DROPPED_AT_ONCE:
                    self._drop(merged)
            return ()

        pump(self._fleet, [*shards.at_once(), *work], answered)
        self._drop(merged)

    def _drop(self, merged: list[Segment]) -> None:
        with writing(self._storage.shown):
            drop(self._storage, merged)
        merged.clear()

    def _tell(self, batch: Batch, staged: Staged) -> None:
        for job, outcome in zip(batch.jobs, staged.told, strict=True):
            self._tally.add(job, outcome)
            if is_lost(job, outcome):
                self._lost.append(outcome)
            self._watcher.converted(job, outcome)

    def _remap(self, plan: Plan) -> None:
        by_shard: dict[str, set[str]] = {}
        for document_id in plan.remaps:
            by_shard.setdefault(shard_of(document_id), set()).add(document_id)
        tasks = [Remap(shard, frozenset(ids)) for shard, ids in sorted(by_shard.items())]
        pump(self._fleet, tasks, lambda task, answer: after_death(task, answer, self._storage.shown) if isinstance(answer, Died) else ())
