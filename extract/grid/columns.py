"""From the words of a page in columns of numbers the text of each cell and each line, all at once.

What is written here is what ``extract.grid.text`` says of one group of words; a page has a hundred groups and a thousand words,
and a step of the interpreter for each of them was a third of what reading a page cost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from extract.arrays import Bools, Ints
from extract.grid.text import APART
from extract.words import Words, codes_of

MIXED = 3
"""Letters of a cell that lie half or more over the letter before them, from which on texts of two cells are taken to be mixed in it."""

_ASCII = 0x80
_SPACE = ord(" ")
_NONE = np.empty(0, dtype=np.int64)
_LETTERS = np.array([chr(code).isalnum() for code in range(_ASCII)] + [False])


class Lines(NamedTuple):
    """Words in reading order by their numbers; where each line begins among them, and to which group it belongs."""

    order: Ints
    starts: Ints
    groups: Ints


def plain(words: Words, numbers: Ints, groups: Ints) -> Bools:
    """For each of the words with these numbers whether its group runs along the page: then ``lines_in`` tells its lines."""
    count = int(groups.max(initial=-1)) + 1
    other = np.zeros(count, dtype=bool)
    other[groups[~words.upright[numbers]]] = True
    order, held = np.argsort(groups, kind="stable"), np.bincount(groups, minlength=count)
    starts = held.cumsum() - held
    many = ((held >= 4) & ~other).nonzero()[0]
    other[many] = _below(words, numbers[order[starts[many]]], numbers[order[starts[many] + 1]])
    return ~other[groups]


def _below(words: Words, first: Ints, second: Ints) -> Bools:
    """What ``is_below`` says of each two of these words."""
    size = words.bottom[second] - words.top[second]
    aside = np.abs(words.x0[second] + words.x1[second] - words.x0[first] - words.x1[first])
    below: Bools = (aside < 0.6 * size) & (words.top[second] - words.top[first] > 0.6 * size)
    return below


def lines_in(words: Words, numbers: Ints, groups: Ints) -> Lines:
    """The lines of the words with these numbers, each word in a group: words of a line overlap in height by half.

    Lines go from top to bottom within their group, and each from left to right."""
    middle = words.top + words.bottom
    order = np.lexsort((words.x0[numbers], middle[numbers], groups))
    numbers, groups = numbers[order], groups[order]
    top, bottom = words.top[numbers], words.bottom[numbers]
    change = np.ones(len(numbers), dtype=bool)
    change[1:] = (groups[1:] != groups[:-1]) | (top[1:] != top[:-1]) | (bottom[1:] != bottom[:-1])
    runs = change.nonzero()[0]
    counts = counts_of(runs, len(numbers))
    line_of_run = _grouped(groups[runs].tolist(), top[runs].tolist(), bottom[runs].tolist(), counts.tolist())
    line = np.repeat(np.array(line_of_run, dtype=np.int64), counts)
    across = np.lexsort((words.x1[numbers], words.x0[numbers], line))
    line = line[across]
    new = np.ones(len(line), dtype=bool)
    new[1:] = line[1:] != line[:-1]
    starts = new.nonzero()[0]
    return Lines(numbers[across], starts, groups[across][starts])


def counts_of(starts: Ints, end: int) -> Ints:
    """How many there are from each of the starts to the next one, or to the end."""
    return np.append(starts[1:], end)[: len(starts)] - starts


def _grouped(groups: Sequence[int], tops: Sequence[float], bottoms: Sequence[float], counts: Sequence[int]) -> list[int]:
    """The line of each run of words of one height; a line's height is the mean of those in it."""
    lines: list[int] = []
    line, last, n = -1, -1, 0
    high = low = 0.0
    for group, top, bottom, count in zip(groups, tops, bottoms, counts, strict=True):
        shared = min(low, bottom) - max(high, top)
        if group == last and shared >= 0.5 * min(low - high, bottom - top):
            n += count
            high += (top - high) * count / n
            low += (bottom - low) * count / n
        else:
            line, last, n, high, low = line + 1, group, count, top, bottom
        lines.append(line)
    return lines


def line_texts(words: Words, lines: Lines, wide: float | None = None) -> list[str]:
    """The text of each line, with a space before words that stand apart from what is left of them.

    ``wide`` is the gap, in glyph sizes, from which on any two words stand apart."""
    order, starts = lines.order, lines.starts
    if not isinstance(words.texts, str):
        texts = [words.texts[i] for i in order.tolist()]
        for i in _apart(words, lines, *_ends(texts), wide).tolist():
            texts[i] = " " + texts[i]
        return ["".join(texts[start:end]) for start, end in zip(starts.tolist(), _ends_of(starts, len(texts)), strict=True)]
    codes = codes_of(words.texts)[order]
    apart = _apart(words, lines, codes, codes, wide)
    if len(apart):
        codes, starts = np.insert(codes, apart, _SPACE), starts + np.searchsorted(apart, starts)
    text = codes.astype("<u4").tobytes().decode("utf-32-le", "surrogatepass")
    return [text[start:end] for start, end in zip(starts.tolist(), _ends_of(starts, len(text)), strict=True)]


def _ends_of(starts: Ints, end: int) -> list[int]:
    return [*starts[1:].tolist(), end] if len(starts) else []


def _apart(words: Words, lines: Lines, first: Ints, last: Ints, wide: float | None) -> Ints:
    """The words in the order of the lines before which a space belongs; ``first`` and ``last`` are the codes they begin and end with."""
    left, right = lines.order[:-1], lines.order[1:]
    ascii_both = (last[:-1] < _ASCII) & (first[1:] < _ASCII)
    apart = ascii_both & (_LETTERS[np.minimum(last[:-1], _ASCII)] | _LETTERS[np.minimum(first[1:], _ASCII)])
    apart[lines.starts[1:] - 1] = False
    if wide is None and not apart.any():
        return _NONE
    gap = np.maximum(
        words.x0[right] - words.x1[left], np.maximum(words.top[right] - words.bottom[left], words.top[left] - words.bottom[right])
    )
    size = np.maximum(np.maximum(words.size[left], words.size[right]), 1.0)
    apart &= gap > APART * size
    if wide is not None:
        far = gap > wide * size
        far[lines.starts[1:] - 1] = False
        apart |= far
    found: Ints = apart.nonzero()[0] + 1
    return found


def mixed(words: Words, lines: Lines) -> set[int]:
    """The groups in which letters lie over letters, as where rows of a sheet are too low for their text."""
    order = lines.order
    left, right = order[:-1], order[1:]
    shared = np.minimum(words.x1[left], words.x1[right]) - words.x0[right]
    over = shared >= 0.5 * np.minimum(words.x1[left] - words.x0[left], words.x1[right] - words.x0[right])
    # of a font without widths letters that only touch share as much as half of nothing
    over &= (words.x0[right] < words.x1[left]) | (words.x0[right] == words.x0[left])
    over[lines.starts[1:] - 1] = False
    pairs = np.flatnonzero(over)
    groups = lines.groups[np.searchsorted(lines.starts, pairs, side="right") - 1].tolist()
    texts = ((words.texts[left[pair]], words.texts[right[pair]]) for pair in pairs.tolist())
    counts = Counter(group for group, (a, b) in zip(groups, texts, strict=True) if a != b and a.isalnum() and b.isalnum())
    return {group for group, count in counts.items() if count >= MIXED}


def _ends(texts: Sequence[str]) -> tuple[Ints, Ints]:
    """The codes of the first and the last character of each text."""
    joined = "".join(texts)
    if len(joined) == len(texts):
        codes = codes_of(joined)
        return codes, codes
    return codes_of("".join(text[0] for text in texts)), codes_of("".join(text[-1] for text in texts))


def texts_of(words: Words, lines: Lines) -> dict[int, str]:
    """The text of each group as printed, a line feed after each line."""
    result: dict[int, str] = {}
    for group, line in zip(lines.groups.tolist(), line_texts(words, lines), strict=True):
        before = result.get(group)
        result[group] = line if before is None else f"{before}\n{line}"
    return result
