"""Who does the tasks of a run: this process, or the workers of a cluster. Each task is answered once."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

Perform: TypeAlias = Callable[[Any, Any], Any]
"""What answers a task when it is told what the whole run shares."""


@dataclass(frozen=True, slots=True)
class Died:
    """What stands for the answer to a task during which workers died, so often that it is not given to another one."""

    deaths: int


class Fleet(Protocol):
    """Takes tasks and gives each with its answer, in the order in which they get ready."""

    def begin(self, perform: Perform, shared: Any) -> None:
        """Says what the tasks from now on are answered by, and what all of them are told."""
        ...

    @property
    def width(self) -> int:
        """How many tasks keep all workers busy."""
        ...

    def put(self, task: Any, *, first: bool = False) -> None:
        """Takes a task; with ``first`` it is done before those that wait."""
        ...

    def next(self) -> tuple[Any, Any]:
        """A task and its answer, once there is one; Died for a task that ended its workers. Raises what the task raised."""
        ...

    def close(self) -> None:
        """Ends the work; what has no answer yet gets none."""
        ...


class Here:
    """This process alone, which does a task when its answer is asked for. ``at_end`` is called when it is closed."""

    width = 1

    def __init__(self, at_end: Callable[[], None] | None = None) -> None:
        self._at_end = at_end
        self._open: deque[Any] = deque()
        self._perform: Perform | None = None
        self._shared: Any = None

    def begin(self, perform: Perform, shared: Any) -> None:
        self._perform, self._shared = perform, shared

    def put(self, task: Any, *, first: bool = False) -> None:
        if first:
            self._open.appendleft(task)
        else:
            self._open.append(task)

    def next(self) -> tuple[Any, Any]:
        assert self._perform is not None
        task = self._open.popleft()
        return task, self._perform(task, self._shared)

    def close(self) -> None:
        self._open.clear()
        if self._at_end is not None:
            self._at_end()
