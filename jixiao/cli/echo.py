"""Prints lines that hold text of sources: what could command a terminal is shown, not obeyed."""

from __future__ import annotations

import click

from jixiao.text import visible


def echo(text: str, *, err: bool = False) -> None:
    """Prints the text and a line end."""
    click.echo(visible(text), err=err)
