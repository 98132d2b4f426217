"""Progress that costs nothing where there is none to show."""

from __future__ import annotations

from contextlib import ExitStack
from types import TracebackType
from typing import TYPE_CHECKING, Self

from jixiao.watcher import Watcher

if TYPE_CHECKING:
    from jixiao.cli.progress import PageProgress
    from jixiao.plan import Job


class LateProgress(Watcher):
    """A PageProgress on standard error that is made when there is something to tell. Use as a context."""

    def __init__(self) -> None:
        self._open = ExitStack()
        self._shown: PageProgress | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._open.close()

    def warned(self, message: str) -> None:
        self._progress().warned(message)

    def recognising(self, job: Job, pages: int) -> None:
        self._progress().recognising(job, pages)

    def recognised(self, job: Job) -> None:
        self._progress().recognised(job)

    def _progress(self) -> PageProgress:
        from jixiao.cli.console import make_console
        from jixiao.cli.progress import PageProgress

        if self._shown is None:
            self._shown = self._open.enter_context(PageProgress(make_console(stderr=True)))
        return self._shown
