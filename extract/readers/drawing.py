"""What an engine gives for one page of a drawn source: words, rules and the doubts that arose, in displayed coordinates."""

from __future__ import annotations

from typing import NamedTuple

from extract.model import Rule, Word
from extract.problem import Problem


class Drawing(NamedTuple):
    """One page as drawn. ``images`` is the share of the page that pictures cover, at most 1."""

    number: int
    width: float
    height: float
    words: list[Word]
    rules: list[Rule]
    images: float = 0.0
    problems: tuple[Problem, ...] = ()
