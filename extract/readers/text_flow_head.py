"""The head of a flattened form -> rows of labels and values, where the words make it certain; other lines stay lines."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from extract.readers.text_flow_atoms import Atom, Flow, Gap
from extract.readers.text_flow_cells import cell_text
from extract.readers.text_words import TextWords, squash

MAX_LABEL_ATOMS = 8
MAX_LABEL_LINES = 3
# Labels with an amount beside them, and labels whose text may run over many lines.
MONEY = frozenset({"total", "fiscal", "other", "money", "carried_over"})
PROSE = frozenset({"goal", "achieved_goal", "other_fact"})
# Labels that open a section of cells: what follows is a line of its own.
SECTIONS = frozenset({"indicators", "payout", "funding", "funds", "tasks", "projects", "execution", "closing"})
_AMOUNT = re.compile(r"^[¥￥]?-?\d[\d,]*(?:\.\d+)?(?:%|元|万元|千元|亿元)?$")
_GLUED = re.compile(r"^([^:：]{2,20})[:：](.+)$")


@dataclass(slots=True)
class HeadRow:
    """A row of the head: its cells in order; a row of one cell without a label is text that no label claims."""

    cells: list[str]
    page: int
    name: str | None = None
    open: bool = field(default=False)


def read_head(flow: Flow, start: int, stop: int, words: TextWords) -> list[HeadRow]:
    """The rows between two atoms, the first of which begins a line."""
    rows: list[HeadRow] = []
    i = start
    while i < stop:
        atom = flow.atoms[i]
        line_end = _line_end(flow.atoms, i, stop)
        found = _label_at(flow.atoms, i, stop, words) if atom.first else None
        if found:
            i = _labelled_line(flow, found, stop, words, rows)
        elif (glued := _glued(atom, words)) and atom.first:
            rows.append(HeadRow([glued[0], glued[1]], flow.lines[atom.line].page))
            rest = cell_text(flow, i + 1, line_end)
            rows[-1].cells[1] += " " + rest if rest else ""
            i = line_end
        else:
            i = _plain_line(flow, i, line_end, words, rows)
    return rows


@dataclass(frozen=True, slots=True)
class _Label:
    name: str
    start: int
    end: int


def _line_end(atoms: Sequence[Atom], i: int, stop: int) -> int:
    """The atom behind the line of atom ``i``."""
    while i < stop - 1 and atoms[i + 1].line == atoms[i].line:
        i += 1
    return i + 1


def _label_at(atoms: Sequence[Atom], start: int, stop: int, words: TextWords) -> _Label | None:
    """The longest label that the atoms from here spell; over several lines only where it fills them."""
    best: _Label | None = None
    text = ""
    for end in range(start + 1, min(start + MAX_LABEL_ATOMS, stop) + 1):
        last = atoms[end - 1]
        if last.line - atoms[start].line >= MAX_LABEL_LINES or (squash(text) and last.gap == Gap.WIDE):
            break
        text += last.text
        whole = last.line == atoms[start].line or (atoms[start].first and last.last)
        if whole and squash(last.text) and (name := words.label(squash(text))):
            best = _Label(name, start, end)
    return best


def _glued(atom: Atom, words: TextWords) -> tuple[str, str] | None:
    """Label and value of an atom that holds both, parted by a colon."""
    match = _GLUED.match(atom.text)
    if match and (name := words.label(squash(match.group(1)))) and name not in SECTIONS:
        return match.group(1), match.group(2)
    return None


def _labelled_line(flow: Flow, label: _Label, stop: int, words: TextWords, rows: list[HeadRow]) -> int:
    """Adds the row of a line that begins with a label; gives the atom behind what it took."""
    atoms = flow.atoms
    row = HeadRow([cell_text(flow, label.start, label.end)], flow.lines[atoms[label.start].line].page, label.name)
    rows.append(row)
    i = label.end
    end = _line_end(atoms, i, stop) if i < stop and _same_line(atoms, i) else i
    if i == end and label.name in MONEY and i < stop and _AMOUNT.match(squash(atoms[i].text)):
        end = _line_end(atoms, i, stop)
    begin = i
    while i < end:
        following = _label_at(atoms, i, end, words) if i > label.start else None
        if following:
            row.cells.append(cell_text(flow, begin, i))
            row.cells.append(cell_text(flow, following.start, following.end))
            row.name = following.name
            begin = i = following.end
        else:
            i += 1
    if begin < end:
        row.cells.append(cell_text(flow, begin, end))
    single = row.name not in PROSE | SECTIONS | MONEY and len(row.cells) == 1
    row.open = single or (row.name in PROSE and len(row.cells) <= 2)
    return end


def _same_line(atoms: Sequence[Atom], i: int) -> bool:
    return not atoms[i].first


def _plain_line(flow: Flow, i: int, end: int, words: TextWords, rows: list[HeadRow]) -> int:
    """Adds a line without a label: to the open text above it, or as a row of its own."""
    text = cell_text(flow, i, end)
    above = rows[-1] if rows else None
    if above is None or not above.open:
        rows.append(HeadRow([text], flow.lines[flow.atoms[i].line].page))
    elif len(above.cells) == 1:
        above.cells.append(text)
        above.open = above.name in PROSE
    else:
        above.cells[1] += "\n" + text
    return end
