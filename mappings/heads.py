"""The words that decide which concept a name means, by the kind of its measure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from mappings.endings import pattern_of_ends, sizes_by_last_two, sizes_by_start
from mappings.loader import MappingError

GAP = "…"
_CLASS = re.compile(r"(\{\w+\})")


class Head(NamedTuple):
    """A word that decides the concept of a name: ``last`` stands nearest to the measure, ``first``, where there is one,
    somewhere before it. ``level``: it holds under that level code only. ``row`` is how heads.csv prints it, ``length``
    that of both words."""

    first: str
    last: str
    code: str
    level: str | None
    row: str
    length: int


class PrintedHead(NamedTuple):
    """A row of heads.csv as it is printed, with its number."""

    number: int
    printed: str
    level: str
    code: str


class HeadRow(NamedTuple):
    """A row of heads.csv with the words that each of its two parts stands for; the first part may be blank."""

    printed: str
    firsts: tuple[str, ...]
    lasts: tuple[str, ...]
    code: str
    level: str | None

    @property
    def spelled(self) -> bool:
        """False where a part is a class of words."""
        return "{" not in self.printed


class Words:
    """The words that a part of a head stands for, each part taken apart once."""

    def __init__(self, classes: Mapping[str, tuple[str, ...]]) -> None:
        self._classes = classes
        self._known: dict[str, tuple[str, ...]] = {}

    def of(self, part: str) -> tuple[str, ...]:
        """The words. Raises MappingError for a class that there is not."""
        if part not in self._known:
            self._known[part] = tuple(self._spell_out(part)) if "{" in part else (part,)
        return self._known[part]

    def _spell_out(self, part: str) -> list[str]:
        found = [""]
        for piece in _CLASS.split(part):
            name = piece[1:-1] if _CLASS.fullmatch(piece) else None
            if name is not None and name not in self._classes:
                raise MappingError(f"heads.csv: {part}: words.csv has no class {name}")
            found = [head + word for head in found for word in (self._classes[name] if name is not None else (piece,))]
        return found


def row_of(printed: str, code: str, level: str | None, words: Words) -> HeadRow:
    """The row of heads.csv with its words. Raises MappingError for a class that there is not."""
    before, gap, after = printed.partition(GAP)
    return HeadRow(printed, words.of(before if gap else ""), words.of(after if gap else before), code, level)


class _Ending(NamedTuple):
    """The heads of one last part by their first part, and how long first parts are by their first character, the longest first.
    ``alone`` is the one that there is, if it has neither first part nor level."""

    alone: Head | None
    sizes: Mapping[str, tuple[int, ...]]
    by_first: Mapping[str, tuple[Head, ...]]

    def in_front(self, before: str, level: str | None, least: int) -> Head | None:
        """The head whose first part occurs in what stands before the last one: the longest, of at least ``least`` characters."""
        best: Head | None = None
        for at, character in enumerate(before):
            for size in self.sizes.get(character, ()):
                if size < least:
                    break
                if at + size > len(before):  # what is cut off there may be a shorter one
                    continue
                for head in self.by_first.get(before[at : at + size], ()):
                    if _under(head, level) and (best is None or _order(head) < _order(best)):
                        best, least = head, size
        if best is None and least <= 0:
            return next((head for head in self.by_first.get("", ()) if _under(head, level)), None)
        return best


def _under(head: Head, level: str | None) -> bool:
    return head.level is None or (level is not None and level.startswith(head.level))


def _order(head: Head) -> tuple[int, bool, str]:
    return -len(head.first), head.level is None, head.first


class HeadTable(Mapping[str, tuple[Head, ...]]):
    """The heads of one kind by their last part: those with a longer first part, and those of a level, before the others.

    Pairs of classes stand for a hundred thousand heads, of which a run asks for few: those of a last part are spelled
    out when it is first asked for. Compared by identity."""

    def __init__(self, kind: str, rows: Sequence[PrintedHead], words: Words) -> None:
        self._kind = kind
        self._printed, self._words = rows, words
        self._found: dict[str, tuple[Head, ...]] = {}
        self._endings: dict[str, _Ending] = {}

    @cached_property
    def _rows(self) -> dict[str, list[HeadRow]]:
        found: dict[str, list[HeadRow]] = {}
        for _, printed, level, code in sorted(self._printed):
            row = row_of(printed, code, level or None, self._words)
            for last in row.lasts:
                found.setdefault(last, []).append(row)
        return found

    @cached_property
    def _sizes(self) -> Mapping[str, tuple[int, ...]]:
        return sizes_by_last_two(self._rows)

    @cached_property
    def _ends(self) -> re.Pattern[str]:
        return pattern_of_ends(self._rows)

    def within(self, stem: str, level: str | None, most: int) -> list[tuple[Head, int, int]]:
        """At most so many heads in the stem, each with where its last part begins and ends: the one nearest to the end first, at
        one place the longest; none inside another."""
        found: list[tuple[Head, int, int]] = []
        sizes_of, begin = self._sizes, len(stem)
        for end in reversed([match.end() for match in self._ends.finditer(stem)]):
            if end > begin or (sizes := sizes_of.get(stem[end - 2 : end]) or sizes_of.get(stem[end - 1])) is None:
                continue
            if (head := self._ending_at(stem, end, level, sizes)) is None:
                continue
            begin = end - len(head.last)
            found.append((head, begin, end))
            if len(found) == most:
                break
        return found

    def _ending_at(self, stem: str, end: int, level: str | None, sizes: tuple[int, ...]) -> Head | None:
        """The longest head, of both its words, whose last part ends there in the stem and whose first part stands before it."""
        best: Head | None = None
        for size in sizes:
            begin = end - size
            if begin < 0 or (ending := self._endings.get(last := stem[begin:end]) or self._ending(last)) is None:
                continue
            if ending.alone is None:
                least = best.length - size + 1 if best is not None else 0
                best = ending.in_front(stem[:begin], level, least) or best
            elif best is None:  # with no first part it is no longer than one that a longer last part gave
                best = ending.alone
        return best

    def _ending(self, last: str) -> _Ending | None:
        if last not in self._rows:
            return None
        heads = self[last]
        by_first: dict[str, tuple[Head, ...]] = {}
        for head in heads:
            by_first[head.first] = (*by_first.get(head.first, ()), head)
        alone = heads[0] if len(heads) == 1 and not heads[0].first and heads[0].level is None else None
        self._endings[last] = _Ending(alone, sizes_by_start(filter(None, by_first)), by_first)
        return self._endings[last]

    def __getitem__(self, last: str) -> tuple[Head, ...]:
        if last not in self._found:
            self._found[last] = _spelled_out(self._kind, last, self._rows[last])
        return self._found[last]

    def __contains__(self, last: object) -> bool:
        return last in self._rows

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)

    def __hash__(self) -> int:
        return id(self)

    def __eq__(self, other: object) -> bool:
        return self is other

    def check(self) -> None:
        """Raises MappingError for a word of two concepts, whichever is asked for."""
        for last in self:
            assert self[last]


def _spelled_out(kind: str, last: str, rows: Iterable[HeadRow]) -> tuple[Head, ...]:
    """The heads with this last part. A row that spells a word out goes before those that hold it by a class; of these,
    all must agree."""
    by_place: dict[tuple[str, str | None], HeadRow] = {}
    unsettled: dict[tuple[str, str | None], str] = {}
    for row in rows:
        for first in row.firsts:
            place = (first, row.level)
            before = by_place.setdefault(place, row)
            if before is row or (before.code == row.code and not row.spelled) or (before.spelled and not row.spelled):
                continue
            if not row.spelled:
                words = first + GAP + last if first else last
                unsettled[place] = f"{words} ({kind}) is {before.code} by {before.printed} and {row.code} by {row.printed}: spell it out"
            elif before.spelled and before.code != row.code:
                raise MappingError(f"heads.csv: {row.printed} ({kind}): is {before.code} and {row.code}")
            else:
                by_place[place] = row
                unsettled.pop(place, None)
    if unsettled:
        raise MappingError(f"heads.csv: {next(iter(unsettled.values()))}")
    heads = [Head(first, last, row.code, level, row.printed, len(first) + len(last)) for (first, level), row in by_place.items()]
    return tuple(sorted(heads, key=_order))
