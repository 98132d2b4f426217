"""The cells that atoms of flattened text may form, and what line breaks and line widths say for each of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from extract.readers.text_flow_atoms import Atom, Flow, Gap, width
from extract.readers.text_words import squash

MAX_CELL_LINES = 24
MAX_SHARED_LINES = 24
MAX_CELL_LETTERS = 400
# A line of a wrapped cell may fall short of the full width by one Chinese letter, more before a number or a word.
SLACK = 2
# What a line break of the other kind says for the end of a cell: where single line ends part cells, blank lines part rows,
# and the cells of a row that are wrapped themselves; where blank lines part cells, a single line end only wraps.
_OTHER_BREAK = {Gap.LINE: -0.3, Gap.BLANK: -2.0}


# The price of a line end inside a cell where such line ends part cells.
_INSIDE = -2.5

Fits = tuple[tuple[int, float], ...]
"""The columns that a text may stand in, each with how well it fits there."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A cell that may stand from one atom to another: how its text fits the columns, and the score of its layout.

    ``breaks`` counts the single and the double line ends inside it; ``shares``: it begins or ends amid a line and runs over its end."""

    end: int
    fits: Fits
    layout: float
    breaks: tuple[int, int]
    full_width: int
    wrapped: bool
    shares: bool
    lines: int
    whole: bool

    def placed(self, ender: Gap | None) -> float:
        """The score of the layout where this kind of line end parts cells."""
        if ender is None:
            return self.layout
        return self.layout + _INSIDE * self.breaks[0 if ender == Gap.LINE else 1]


def cell_text(flow: Flow, start: int, end: int) -> str:
    """The text from atom ``start`` to before atom ``end``: blanks and line breaks as printed."""
    parts: list[str] = []
    for i in range(start, end):
        atom = flow.atoms[i]
        if i > start:
            previous = flow.atoms[i - 1]
            same = previous.line == atom.line
            parts.append(flow.lines[atom.line].text[previous.end : atom.start] if same else "\n")
        parts.append(atom.text)
    return "".join(parts)


def candidates(flow: Flow, start: int, stop: int, fits: Callable[[str], Fits], loose: bool) -> Iterator[Candidate]:
    """The cells that may begin at atom ``start``: pieces of one line, or whole lines.

    ``loose`` admits cells that share lines with others and run over their ends."""
    atoms = flow.atoms
    first = atoms[start]
    squashed = ""
    joins = 0.0
    breaks = [0, 0]
    widths: list[int] = []
    for end in range(start + 1, stop + 1):
        atom = atoms[end - 1]
        lines = atom.line - first.line + 1
        if lines > (MAX_CELL_LINES if first.first else MAX_SHARED_LINES if loose else 1):
            return
        if end > start + 1:
            joins += _join(flow, atoms[end - 2], atom)
            breaks[0] += atom.gap == Gap.LINE
            breaks[1] += atom.gap == Gap.BLANK
        squashed += squash(atom.text) or atom.text
        if len(squashed) > MAX_CELL_LETTERS and end > start + 1:
            return
        shares = lines > 1 and not (first.first and atom.last)
        if shares and not (loose and lines <= MAX_SHARED_LINES):
            continue
        widths = _line_widths(widths, flow, first, atom)
        partial = 3.0 * (not first.first) + 1.0 * (not atom.last) if lines > 1 else 0.0
        layout = joins - partial + _wrapping(widths, flow, first)
        whole = first.first and atom.last
        yield Candidate(end, fits(squashed), layout, (breaks[0], breaks[1]), max(widths), lines > 1, shares, lines, whole)


def _line_widths(widths: list[int], flow: Flow, first: Atom, last: Atom) -> list[int]:
    """The printed widths of the lines from one atom to another; ``widths`` are those known of a shorter piece."""
    known = widths[: last.line - first.line]
    for line in range(first.line + len(known), last.line + 1):
        text = flow.lines[line].text
        begin = first.start if line == first.line else 0
        end = last.end if line == last.line else len(text)
        known.append(width(text[begin:end].strip()))
    return known


def _wrapping(widths: list[int], flow: Flow, first: Atom) -> float:
    """How well the widths fit a cell wrapped at its full width: all lines but the last are full."""
    if len(widths) == 1:
        return 0.0
    full = max(widths)
    score = 0.0
    for line, have in enumerate(widths[:-1], first.line + 1):
        if full - have > SLACK:
            score -= min(2.5, 0.3 * max(0, full - have - max(SLACK, flow.hangs[line])))
    return score


def _join(flow: Flow, left: Atom, right: Atom) -> float:
    """What the gap between two atoms says against their standing in one cell, whichever line ends part cells."""
    if right.gap == Gap.WIDE:
        return -3.0
    if right.gap == Gap.SPACE:
        return -0.8 if left.wide and right.text[0] >= "\u2e80" else 0.0
    score = -1.2 if flow.trails and left.closed else 0.0
    return score - 2.0 if right.gap == Gap.PAGE else score


def boundary(flow: Flow, index: int, new_row: bool) -> float:
    """What the gap before an atom says for the end of a cell, or of a row, there."""
    right, left = flow.atoms[index], flow.atoms[index - 1]
    if right.gap in (Gap.SPACE, Gap.WIDE):
        if new_row:
            return -8.0
        return 1.5 if right.gap == Gap.WIDE else 0.5 if left.wide and right.text[0] >= "\u2e80" else 0.0
    score = (0.7 if left.closed else -1.2) if flow.trails else 0.0
    if new_row:
        return score + (-1.5 if flow.ender is not None and right.gap == Gap.LINE else 0.3)
    if right.gap == Gap.PAGE:
        return score - 1.0
    return score + (0.0 if flow.ender is None else 0.8 if right.gap == flow.ender else _OTHER_BREAK[flow.ender])
