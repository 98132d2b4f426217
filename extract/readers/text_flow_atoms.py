"""Lines of flattened text -> atoms, the pieces between white space, each knowing what stands before it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

from extract.readers.text_lines import Line

# So many empty lines stand only where a page ends.
PAGE_GAP = 3
# A longer word is broken.
_LONGEST = 8
_ATOM = re.compile(r"\S+")
_PAGE_NUMBER = re.compile(r"^\s*(?:[-—–－·]\s*\d{1,4}\s*[-—–－·]|第\s*\d{1,4}\s*页(?:\s*[,，/]?\s*共\s*\d{1,4}\s*页)?)\s*$")


class Gap(IntEnum):
    """What stands before an atom."""

    SPACE = 0
    WIDE = 1
    LINE = 2
    BLANK = 3
    PAGE = 4


@dataclass(frozen=True, slots=True)
class Atom:
    """A piece of a line without white space; ``line`` is the index of its line, ``closed`` whether a space ends that line."""

    text: str
    line: int
    start: int
    end: int
    gap: Gap
    first: bool
    last: bool
    closed: bool

    @property
    def wide(self) -> bool:
        """Whether it ends in a Chinese letter, where a blank is no part of the spelling."""
        return self.text[-1] >= "\u2e80"


@dataclass(frozen=True, slots=True)
class Flow:
    """The atoms of a run of lines and what its line breaks may tell.

    ``mixed``: lines follow each other with and without a blank line between, which tells cells from wrapped lines.
    ``ender``: the gap that ends a cell where the two are told apart; None where gaps tell nothing.
    ``trails``: some lines end with a space and others do not, so that a space ends a cell.
    ``hangs``: how far the line above each line may fall short, because the first word of this one is not broken."""

    lines: tuple[Line, ...]
    atoms: tuple[Atom, ...]
    mixed: bool
    trails: bool
    hangs: tuple[int, ...]
    ender: Gap | None = None


def width(text: str) -> int:
    """The printed width in half-width characters."""
    return sum(2 if unicodedata.east_asian_width(character) in "WFA" else 1 for character in text)


def make_flow(lines: Sequence[Line]) -> Flow:
    """The atoms of the lines that are not blank and not page numbers."""
    kept = tuple(line for line in lines if not line.blank and not _PAGE_NUMBER.match(line.text))
    gaps = _gaps(lines)
    atoms: list[Atom] = []
    for index, line in enumerate(kept):
        found = list(_ATOM.finditer(line.text))
        closed = line.text != line.text.rstrip()
        for i, match in enumerate(found):
            between = line.text[found[i - 1].end() : match.start()] if i else ""
            gap = gaps[line.number, line.page] if not i else Gap.WIDE if len(between) > 1 or between == "\u3000" else Gap.SPACE
            atoms.append(Atom(match.group(), index, match.start(), match.end(), gap, i == 0, i == len(found) - 1, closed))
    starts = [atom.gap for atom in atoms if atom.first]
    single = sum(1 for gap in starts if gap == Gap.LINE)
    trailing = sum(1 for atom in atoms if atom.first and atom.closed)
    return Flow(
        kept,
        tuple(atoms),
        mixed=_mixed(single, len(starts)),
        trails=_mixed(trailing, len(starts)),
        hangs=tuple(_hang(atom.text) for atom in atoms if atom.first),
    )


def _hang(word: str) -> int:
    return min(width(word[:_LONGEST]), _LONGEST) + 1 if word[0].isascii() else 1


def _mixed(part: int, whole: int) -> bool:
    return whole >= 8 and 0.1 <= part / whole <= 0.9


def _gaps(lines: Sequence[Line]) -> dict[tuple[int, int], Gap]:
    """What stands before each line that is not blank."""
    gaps: dict[tuple[int, int], Gap] = {}
    blanks: list[Line] = []
    page = lines[0].page if lines else 1
    for line in lines:
        if line.blank or _PAGE_NUMBER.match(line.text):
            blanks.append(line)
            continue
        empty = len(blanks) >= PAGE_GAP and all(not blank.text for blank in blanks)
        turned = line.page != page or any(not blank.blank for blank in blanks)
        gaps[line.number, line.page] = Gap.PAGE if empty or turned else Gap.BLANK if blanks else Gap.LINE
        blanks, page = [], line.page
    return gaps
