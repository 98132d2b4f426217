"""Consoles of rich that know whether a person or a program reads them."""

from __future__ import annotations

import os

from rich.console import Console

from jixiao.text import count

__all__ = ["PIPE_WIDTH", "PipeConsole", "count", "make_console"]

PIPE_WIDTH = 160


class PipeConsole(Console):
    """A console that lets a closed pipe reach the one place that handles it."""

    def on_broken_pipe(self) -> None:
        raise BrokenPipeError


def make_console(*, stderr: bool = False, quiet: bool = False) -> Console:
    """A console as wide as the terminal, or wide enough for tables where no terminal reads it."""
    console = PipeConsole(stderr=stderr, quiet=quiet, highlight=False)
    if not console.is_terminal and "COLUMNS" not in os.environ:
        console.width = PIPE_WIDTH
    return console
