"""What a run over a fleet still has to do: which shards wait for which documents, and what a task of which workers died is split into."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any, TypeAlias

from extract.problem import NotWritableError
from jixiao.cluster.batches import Batch, Look, Merge, Remap, Task, apart, given_up
from jixiao.cluster.fleet import Died, Fleet
from jixiao.shards import shard_of
from jixiao.staging import Segment

Answered: TypeAlias = Callable[[Any, Any], Iterable[Task]]


def pump(fleet: Fleet, tasks: Iterable[Task], answered: Answered) -> None:
    """Gives the fleet tasks, not many more than it can do at once, until all are answered. What follows from an answer goes first."""
    waiting = iter(tasks)
    given = 0
    more = True
    while True:
        while more and given < 2 * fleet.width:
            task = next(waiting, None)
            more = task is not None
            if task is not None:
                fleet.put(task)
                given += 1
        if not given:
            return
        task, answer = fleet.next()
        given -= 1
        for following in answered(task, answer):
            fleet.put(following, first=True)
            given += 1


class Shards:
    """The shards of a run. Each is merged once, when the last of its documents is staged."""

    def __init__(self, work: Sequence[Batch], first: Sequence[Segment] = ()) -> None:
        self._left = Counter(shard_of(job.document_id) for batch in work for job in batch.jobs)
        self._segments: dict[str, list[Segment]] = defaultdict(list)
        self._unmerged: dict[str, int] = {}
        for segment in first:
            self._add(segment)

    def at_once(self) -> list[Merge]:
        """The merges that wait for no document."""
        return [self._merge(shard) for shard in sorted(self._segments) if not self._left[shard]]

    def staged(self, batch: Batch, segment: Segment) -> list[Merge]:
        """Takes note of a batch, and gives the merges that waited for it alone."""
        self._add(segment)
        self._left.subtract(shard_of(job.document_id) for job in batch.jobs)
        return [self._merge(shard) for shard in segment.shards if not self._left[shard]]

    def merged(self, merge: Merge) -> list[Segment]:
        """Takes note of a merge, and gives the segments that nothing waits for any more."""
        done: list[Segment] = []
        for segment in merge.staged:
            self._unmerged[segment.name] -= 1
            if not self._unmerged[segment.name]:
                done.append(segment)
        return done

    def _add(self, segment: Segment) -> None:
        self._unmerged[segment.name] = len(segment.shards)
        for shard in segment.shards:
            self._segments[shard].append(part_of(segment, shard))

    def _merge(self, shard: str) -> Merge:
        return Merge(shard, tuple(sorted(self._segments.pop(shard), key=lambda segment: segment.name)))


def part_of(segment: Segment, shard: str) -> Segment:
    """The segment as far as one shard needs to know of it."""
    return replace(
        segment,
        places={shard: segment.places[shard]} if shard in segment.places else {},
        removals=tuple(document_id for document_id in segment.removals if shard_of(document_id) == shard),
        renames=tuple(rename for rename in segment.renames if shard_of(rename.document_id) == shard),
    )


def after_death(task: Task, died: Died, place: str) -> Iterator[Look | Batch]:
    """What is tried in place of a task of which workers died: each file for itself, then none. Raises NotWritableError for a landing."""
    if isinstance(task, Merge | Remap):
        raise NotWritableError(
            f"{died.deaths} workers ended while they landed shard {task.shard} of {place}.",
            "They may need more memory; what has landed stays, and the next run lands the rest.",
        )
    if len(task.files) > 1:
        yield from apart(task)
    elif isinstance(task, Batch):
        yield given_up(task, died.deaths)
