"""Consoles of rich that know whether a person or a program reads them."""

from __future__ import annotations

import os
from collections.abc import Iterable

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment

from jixiao.text import count, visible

__all__ = ["PIPE_WIDTH", "PipeConsole", "count", "make_console"]

PIPE_WIDTH = 160


class PipeConsole(Console):
    """A console that lets a closed pipe reach the one place that handles it, and obeys no text that it shows."""

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        for segment in super().render(renderable, options):
            yield segment if segment.control else Segment(visible(segment.text), segment.style)

    def on_broken_pipe(self) -> None:
        raise BrokenPipeError


def make_console(*, stderr: bool = False, quiet: bool = False) -> Console:
    """A console as wide as the terminal, or wide enough for tables where no terminal reads it."""
    console = PipeConsole(stderr=stderr, quiet=quiet, highlight=False)
    if not console.is_terminal and "COLUMNS" not in os.environ:
        console.width = PIPE_WIDTH
    return console
