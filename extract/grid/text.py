"""Glyphs in reading order: lines by vertical overlap, spaces only where Latin words or numbers stand apart."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from extract.grid.turned import runs_down, turned_words
from extract.model import Box, Word

APART = 0.25
"""Share of the glyph size: a wider gap between two Latin letters or digits is a space."""


def lines_of(words: Iterable[Word]) -> list[list[Word]]:
    """The words as lines, those that run along the page before those that run up or down it.

    Lines go from top to bottom, each from left to right, as seen by who reads them; words share a line if their heights
    overlap by half."""
    upright: list[Word] = []
    turned: list[Word] = []
    for word in words:
        (upright if word.upright else turned).append(word)
    columns = _columns_down(upright)
    first = [[word] for column in columns for word in column] if len(columns) > 1 else _upright_lines(upright)
    return first + (_turned_lines(turned) if turned else [])


def _columns_down(words: Sequence[Word]) -> list[list[Word]]:
    """The words as columns of vertical writing, if each follows under the one before it in the text layer; else none."""
    columns: list[list[Word]] = []
    for word in words:
        if columns and is_below(columns[-1][-1], word):
            columns[-1].append(word)
        else:
            columns.append([word])
    return columns if len(words) >= 4 and min(map(len, columns[:-1]), default=1) > 1 else []


def is_below(last: Word, word: Word) -> bool:
    """True where a word follows straight under the last one, as in vertical writing."""
    size = word.bottom - word.top
    return abs(word.x0 + word.x1 - last.x0 - last.x1) < 0.6 * size and word.top - last.top > 0.6 * size


def _turned_lines(words: Sequence[Word]) -> list[list[Word]]:
    turns = 3 if runs_down(words) else 1
    seen = turned_words(words, turns, 0.0, 0.0)
    own = {id(after): before for after, before in zip(seen, words, strict=True)}
    return [[own[id(after)] for after in line] for line in _upright_lines(seen)]


def _upright_lines(words: Iterable[Word]) -> list[list[Word]]:
    lines: list[list[Word]] = []
    mean: tuple[float, float] = (0.0, 0.0)
    for word in sorted(words, key=lambda w: (w.top + w.bottom, w.x0)):
        if lines and _overlaps(mean, word):
            lines[-1].append(word)
            n = len(lines[-1])
            mean = (mean[0] + (word.top - mean[0]) / n, mean[1] + (word.bottom - mean[1]) / n)
        else:
            lines.append([word])
            mean = (word.top, word.bottom)
    return [sorted(line, key=lambda w: (w.x0, w.x1)) for line in lines]


def _overlaps(line: tuple[float, float], word: Word) -> bool:
    shared = min(line[1], word.bottom) - max(line[0], word.top)
    return shared >= 0.5 * min(line[1] - line[0], word.bottom - word.top)


def text_of(words: Iterable[Word]) -> str:
    """The words of one cell as printed, a line feed after each line."""
    return "\n".join(joined_line(line) for line in lines_of(words))


def joined_line(line: Sequence[Word], wide: float = float("inf")) -> str:
    """One line as text; ``wide`` is the gap, in glyph sizes, from which on any two words stand apart."""
    parts: list[str] = []
    for i, word in enumerate(line):
        if i and _space(line[i - 1], word, wide):
            parts.append(" ")
        parts.append(word.text)
    return "".join(parts)


def _space(left: Word, right: Word, wide: float) -> bool:
    gap = max(right.x0 - left.x1, right.top - left.bottom, left.top - right.bottom)
    size = max(left.size, right.size, 1.0)
    if gap > wide * size:
        return True
    latin = left.text[-1].isascii() and right.text[0].isascii() and (left.text[-1].isalnum() or right.text[0].isalnum())
    return latin and gap > APART * size


def box_of(words: Sequence[Word]) -> Box:
    """The smallest box around the words."""
    return Box(min(w.x0 for w in words), min(w.top for w in words), max(w.x1 for w in words), max(w.bottom for w in words))
