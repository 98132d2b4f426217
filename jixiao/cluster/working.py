"""What a worker does: looks at files, converts a batch and stages it, merges a shard. What is done twice gives the same dataset."""

from __future__ import annotations

import threading
import weakref
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from pathlib import Path
from typing import TypeAlias

from extract.scratch import clear_abandoned
from jixiao.cache import default_cache
from jixiao.cluster.batches import Batch, Look, Merge, Remap, Task
from jixiao.cluster.knowledge import Knowledge
from jixiao.cluster.looking import at_hand, look
from jixiao.engine import Processes, Shift, default_jobs
from jixiao.intake import converted, is_lost
from jixiao.limits import Limits, default_memory
from jixiao.lock import writing
from jixiao.merge import merge_shard
from jixiao.outcome import Failure, Options, Outcome
from jixiao.pipeline import identity_of_path, unreadable
from jixiao.plan import Job
from jixiao.remap import remap_documents
from jixiao.remote import Remote
from jixiao.sources import Collection
from jixiao.staging import Segment, stage
from jixiao.storage import Storage, storage_at
from jixiao.urls import is_url
from jixiao.watcher import Watcher
from normalize.record import Record, Records


@dataclass(frozen=True, slots=True)
class Run:
    """What every task of a run is told: where the dataset is, who holds it, by what and how sources are read."""

    dataset: str
    holder: str | None
    knowledge: Knowledge
    options: Options
    limits: Limits
    jobs: int
    own_cache: bool

    def storage(self) -> Storage:
        return Remote(self.dataset, holder=self.holder) if is_url(self.dataset) else storage_at(self.dataset)


@dataclass(frozen=True, slots=True)
class Staged:
    """A batch that is staged: the segment, and the outcome of each of its jobs without the rows that are in there. What is lost is not in
    there: it belongs to another shard than its batch."""

    segment: Segment
    told: tuple[Outcome, ...]


Answer: TypeAlias = tuple[Collection, ...] | Staged | None


def perform(task: Task, run: Run) -> Answer:
    """The answer to a task. Raises what ends the whole run: a dataset that cannot be written, another version of jixiao."""
    match task:
        case Look():
            return look(task.files)
        case Batch():
            return _convert(task, run)
        case Merge():
            with writing(run.dataset):
                merge_shard(run.storage(), task.shard, task.staged)
        case Remap():
            remap_documents(run.storage(), run.knowledge.mappings(), task.document_ids, tidy=False)
    return None


def _convert(batch: Batch, run: Run) -> Staged:
    mappings = run.knowledge.mappings()
    with at_hand(batch.files) as paths:
        jobs = [_placed(job, *found) for job, found in zip(batch.jobs, paths, strict=True)]
        desks = _desks(run)  # which end their processes when nobody has them
        convert = partial(desks.shift(), watcher=Watcher())
        outcomes = {job.source_path: outcome.named(job.source_path, job.other_paths) for job, outcome in converted(jobs, convert, mappings)}
    in_order = [outcomes[job.source_path] for job in batch.jobs]
    there = [outcome for job, outcome in zip(batch.jobs, in_order, strict=True) if not is_lost(job, outcome)]
    with writing(run.dataset):
        segment = stage(run.storage(), batch.name, there)
    return Staged(segment, tuple(told(outcome) for outcome in in_order))


def told(outcome: Outcome) -> Outcome:
    """The outcome as its caller is told of it, once its rows are staged: as many of them, and nothing in them."""
    kept = {"documents", "problems"}
    empty: dict[str, list[Record]] = {table: rows if table in kept else [{}] * len(rows) for table, rows in outcome.records.tables.items()}
    return replace(outcome, records=Records(empty))


def _placed(job: Job, path: Path, error: OSError | None) -> Job:
    if error is None or job.failure is not None:
        return replace(job, path=path)
    failure = Failure.of(unreadable(path.name, error))
    return replace(job, path=path, failure=failure, document_id=identity_of_path(job.source_path))


class _Desks:
    """A process for each thread of this worker that converts what its thread is given. They stay from batch to batch."""

    def __init__(self, run: Run) -> None:
        clear_abandoned()
        self._run = run
        self._own = threading.local()
        self._stack = ExitStack()
        weakref.finalize(self, self._stack.close)

    def shift(self) -> Shift:
        if not hasattr(self._own, "shift"):
            options = replace(self._run.options, ocr_cache=default_cache()) if self._run.own_cache else self._run.options
            memory = self._run.limits.memory or default_memory(default_jobs())  # as if each processor had a worker
            engine = Processes(self._run.jobs, replace(self._run.limits, memory=memory), threads=None if self._run.jobs > 1 else 1)
            shift = engine.open(mappings=self._run.knowledge.mappings(), options=options, watcher=Watcher())
            self._own.shift = self._stack.enter_context(shift)
        shift_of_thread: Shift = self._own.shift
        return shift_of_thread


def release() -> None:
    """Ends the processes that wait in this one for a further batch."""
    _desks.cache_clear()


@lru_cache(maxsize=1)
def _desks(run: Run) -> _Desks:
    return _Desks(run)
