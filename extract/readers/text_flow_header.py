"""Finds the header of an indicator table in flattened text: column words in order, even when split over lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from extract.readers.text_flow_atoms import Atom, Gap
from extract.readers.text_words import TextWords, squash

MAX_ATOMS = 8
MIN_COLUMNS = 4
MAX_COLUMNS = 16
NAME_ROLES = frozenset({"level3", "name", "level4"})
FIRST_ROLES = frozenset({"level1", "level2", "serial"})


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the flattened table: its role (side: the label beside all rows) and the atoms that spell its header."""

    role: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class FlowHeader:
    """The header of a flattened table; the body begins at atom ``end``."""

    start: int
    end: int
    columns: tuple[Column, ...]

    @property
    def roles(self) -> tuple[str, ...]:
        return tuple(column.role for column in self.columns)


def find_headers(atoms: Sequence[Atom], words: TextWords) -> list[FlowHeader]:
    """All headers in order; they do not overlap."""
    found: list[FlowHeader] = []
    i = 0
    while i < len(atoms):
        header = _header_at(atoms, i, words)
        if header:
            found.append(header)
            i = header.end
        else:
            i += 1
    return found


def _header_at(atoms: Sequence[Atom], start: int, words: TextWords) -> FlowHeader | None:
    """The header that begins at this atom; None where the words do not name the columns of an indicator table."""
    if atoms[start].text[0] not in "*＊一二序" and words.header_role(squash(atoms[start].text)) is None:
        return None
    columns: list[Column] = []
    i = start
    while i < len(atoms) and len(columns) < MAX_COLUMNS:
        column = _column(atoms, i, words, bool(columns))
        if column is None or (not columns and column.role not in FIRST_ROLES):
            break
        if _begins_body(column.role, {c.role for c in columns}):
            break
        columns.append(_named(column, atoms, words))
        i = column.end
    roles = [column.role for column in columns]
    if len(columns) < MIN_COLUMNS or "target" not in roles or not NAME_ROLES & set(roles) or "level2" not in roles:
        return None
    side = _side(atoms, start, words)
    return FlowHeader(side.start, i, (side, *columns))


def _named(column: Column, atoms: Sequence[Atom], words: TextWords) -> Column:
    """The column, as side label where its header only names the indicator table: text dumps mix it in between."""
    text = squash("".join(atom.text for atom in atoms[column.start : column.end]))
    return Column("side", column.start, column.end) if words.label(text) == "indicators" else column


def _begins_body(role: str, before: set[str]) -> bool:
    """Whether a header word is the first cell of the body already: a level again, or a label behind the target."""
    return role in before & {"level1", "level2", "level3"} or (role in ("name", "goal") and "target" in before)


def _side(atoms: Sequence[Atom], header: int, words: TextWords) -> Column:
    """The label of the indicator table that stands directly before its header, as the cell beside all rows does.

    Where there is none the column is empty: a label may still be repeated beside each row."""
    found = Column("side", header, header)
    for start in range(header - 1, max(-1, header - 1 - MAX_ATOMS), -1):
        text = squash("".join(atom.text for atom in atoms[start:header]))
        if atoms[start].first and words.label(text) == "indicators":
            found = Column("side", start, header)
    return found


def _column(atoms: Sequence[Atom], start: int, words: TextWords, inside: bool) -> Column | None:
    """The longest header word that the atoms from here spell; a word that only holds a known one must be a whole line."""
    best: Column | None = None
    part: Column | None = None
    text = ""
    for end in range(start + 1, min(start + MAX_ATOMS, len(atoms)) + 1):
        if squash(text) and atoms[end - 1].gap == Gap.WIDE:
            break
        text += atoms[end - 1].text
        squashed = squash(text)
        if not squash(atoms[end - 1].text):
            continue
        if role := words.header_role(squashed):
            best = Column(role, start, end)
        elif inside and atoms[start].first and atoms[end - 1].last and best is None and (role := words.header_part(squashed)):
            part = part or Column(role, start, end)
    return best or part
