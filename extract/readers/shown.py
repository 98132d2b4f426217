"""Text as it is seen: what its clip, a later filling or the edge of the page hides is left out and told."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from extract.model import Word
from extract.readers.drawing import Point
from extract.readers.pdf_paint import Bounds, covered

BLANKS = frozenset(
    (0xA0, 0x3000, 0xFEFF, 0xFFFE, 0xFFFF, *range(33), *range(0x7F, 0xA0), *range(0x2000, 0x2010), 0x2028, 0x2029, 0x202F, 0x205F)
)
"""Codes of characters that print nothing."""

CELL_CLIP = 0.6
"""Share of the page: a larger clip is no cell's, and what it cuts off is not printed."""

FAR_LINES = 1.5
"""Lines that text may stand outside of its clip and still be a line of the cell that the clip is."""

LOW_LINES = 2.0
"""Lines for which a clip has no room that is that of a low cell: what it shows is a part of a text that no cell beside goes on with."""

GOES_ON = 0.2
"""Share of the glyph size: a glyph that begins this near to the end of the one before it, on the same line, goes on from it."""


class Run(NamedTuple):
    """What all characters of one text object share."""

    size: float
    upright: bool
    hidden: str | None
    clip: Bounds | None
    covers: list[Bounds]


class Shown(NamedTuple):
    """What is seen of the text of a page: its words, the homes of those that their clip cut off, and what is not seen, by reason."""

    words: Sequence[Word]
    homes: Mapping[int, Point]
    hidden: Mapping[str, Sequence[Word]]


@dataclass
class Glyphs:
    """The words of a page, the homes of those that their clip cut off, and the text that cannot be seen, by reason."""

    words: list[Word] = field(default_factory=list)
    homes: dict[int, Point] = field(default_factory=dict)
    hidden: dict[str, list[Word]] = field(default_factory=dict)
    cut: dict[int, Bounds] = field(default_factory=dict)

    def hide(self, reason: str, word: Word) -> None:
        self.hidden.setdefault(reason, []).append(word)


def place(word: Word, run: Run, result: Glyphs, size: tuple[float, float]) -> None:
    """Adds the word to those of the page, or to its hidden text; ``size`` is the page's."""
    x, y = (word.x0 + word.x1) / 2, (word.top + word.bottom) / 2
    if run.hidden:
        result.hide(run.hidden, word)
    elif not (0 <= x <= size[0] and 0 <= y <= size[1]):
        result.hide("off-page", word)
    elif run.covers and covered(word[1:5], run.covers, -0.2 * (word.bottom - word.top)):
        result.hide("covered", word)
    else:
        clip = run.clip
        if clip is not None and not (clip[0] <= x <= clip[2] and clip[1] <= y <= clip[3]):
            area = (clip[2] - clip[0]) * (clip[3] - clip[1])
            if not 0 < area < CELL_CLIP * size[0] * size[1]:
                result.hide("clipped", word)
                return
            result.cut[len(result.words)] = clip
            result.homes[len(result.words)] = _home(word, clip, result)
        result.words.append(word)


def _home(word: Word, clip: Bounds, result: Glyphs) -> Point:
    """A point of the cell that a word belongs to which its clip cuts off: that of the clip, or of the word that it goes on from.

    What of a text runs over the border of its cell is drawn by spreadsheets once more, with the cell beside as its clip."""
    x, y = (word.x0 + word.x1) / 2, (word.top + word.bottom) / 2
    if x < clip[0] and result.words:
        last, number = result.words[-1], len(result.words) - 1
        if abs(word.x0 - last.x1) < GOES_ON * word.size and abs(word.bottom - last.bottom) < GOES_ON * word.size:
            return result.homes.get(number, ((last.x0 + last.x1) / 2, (last.top + last.bottom) / 2))
    return _within(x, clip[0], clip[2]), _within(y, clip[1], clip[3])


def _within(value: float, low: float, high: float) -> float:
    """The nearest value inside of two bounds, a little off them: a border belongs to the cell beside, too."""
    inset = min(2.0, (high - low) / 2)
    return min(max(value, low + inset), high - inset)


def _is_far(word: Word, clip: Bounds) -> bool:
    reach = FAR_LINES * (word.bottom - word.top)
    return word.top > clip[3] + reach or word.bottom < clip[1] - reach or word.x0 > clip[2] + reach or word.x1 < clip[0] - reach


def _is_low(word: Word, clip: Bounds) -> bool:
    return clip[3] - clip[1] < LOW_LINES * (word.bottom - word.top)


def _low_rows(result: Glyphs, clips: set[Bounds]) -> set[Bounds]:
    """Those of the clips that show a word."""
    if not clips:
        return set()
    middles = sorted(((w.top + w.bottom) / 2, (w.x0 + w.x1) / 2) for n, w in enumerate(result.words) if n not in result.cut)
    return {
        clip
        for clip in clips
        if any(clip[0] <= x <= clip[2] for _, x in middles[bisect_left(middles, (clip[1],)) : bisect_right(middles, (clip[3], clip[2]))])
    }


def leave_unseen(result: Glyphs) -> None:
    """Takes out the words that stand far from the clip that hides them: a merged cell's text that a spreadsheet draws on
    each page the cell stands on, and shows on one. A line just outside was cut off by a row too low, and stays, as do all the
    lines of which such a row shows one; these are told."""
    far = {number for number, clip in result.cut.items() if _is_far(result.words[number], clip)}
    if not far:
        return
    low = _low_rows(result, {result.cut[number] for number in far if _is_low(result.words[number], result.cut[number])})
    unseen = {number for number in far if result.cut[number] not in low}
    for number in sorted(far - unseen):
        result.hide("overrun", result.words[number])
    kept: list[Word] = []
    homes: dict[int, Point] = {}
    for number, word in enumerate(result.words):
        if number in unseen:
            result.hide("clipped", word)
            continue
        if number in result.homes:
            homes[len(kept)] = result.homes[number]
        kept.append(word)
    result.words, result.homes = kept, homes
