"""What an ingest or a conversion tells while it runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jixiao.outcome import Outcome
    from jixiao.plan import Job, Plan
    from jixiao.sources import Collection


class Watcher:
    """Told of each step, in the thread of the caller; a program that shows progress overrides what it wants to show."""

    def looking(self, done: int, total: int) -> None: ...

    def planned(self, plan: Plan, found: Collection) -> None: ...

    def warned(self, message: str) -> None: ...

    def waiting(self, holder: str) -> None: ...

    def shared(self) -> None:
        """Worker processes, which have limits of their own, are at work from now on."""

    def alone(self) -> None:
        """They are done."""

    def recognising(self, job: Job, pages: int) -> None: ...

    def recognised(self, job: Job) -> None: ...

    def landing(self, done: int, total: int) -> None:
        """So many parts of the dataset are written."""

    def converted(self, job: Job, outcome: Outcome) -> None: ...
