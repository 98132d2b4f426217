"""Official level-1 and level-2 codes from the printed level words.

The word of level 2 decides: its level 1 is known from the tree, and what is printed as level 1 is often displaced by
a row, merged wrongly or missing. 成本 as level 2 under 产出 (the layout before 2021) and 成本 as level 1 (after it) both
get the level-1 code C; the old word does not say which cost it means, so its level-2 code stays null.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from extract.problem import Problem
from mappings.levels import LevelTable, LevelWord
from normalize.printed import fold, is_blank

_BRACKETS = re.compile(r"[(\[【〔][^()\[\]【】〔〕]*[)\]】〕]")
_NUMBERING = re.compile(r"^(?:[\d.]+|[一二三四五六七八九十]+(?=[-、.,:]))?[-—–_、.,:*·●◆■]*")
_POINTS = re.compile(r"[:-]?\d+(?:\.\d+)?(?:分|%)?$")
_SUFFIX = re.compile(r"(?:指标|目标|类)$")
_SATISFACTION = re.compile(r"满意(?:度|率|程度)$")


@dataclass(frozen=True, slots=True)
class Levels:
    """Official codes of a row's levels, null where the printed words are not of the official tree."""

    level1_code: str | None = None
    level2_code: str | None = None
    legacy_layout: bool = False
    repairs: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()


def level_key(printed: str | None) -> str:
    """What a printed level word is looked up by: no whitespace, numbering, points or trailing 指标; '' for a blank cell."""
    if is_blank(printed):
        return ""
    word = _BRACKETS.sub("", fold(printed))
    word = _NUMBERING.sub("", word)
    word = _POINTS.sub("", word).rstrip(":;,。、*-")
    while (shorter := _SUFFIX.sub("", word)) and shorter != word:
        word = shorter
    return word


def read_levels(level1: str | None, level2: str | None, table: LevelTable) -> Levels:
    """Official codes of the two printed words, with what contradicts the tree or is not of it."""
    first, second, unknown = _look_up(level1, level2, table)
    problems = tuple(_unknown(word) for word in unknown)
    if second is None or second.code is None:
        return _from_first(first, second, problems, table)
    parent = table.level1_of(second.code)
    code2 = second.code if table.tree[second.code].parent else None
    printed = first.code if first else None
    legacy = second.layout == "legacy" or (printed is not None and printed == second.under)
    if second.code == "C" and printed == "C":
        legacy = False
    if first is not None and first.layout == "other":
        problems += (_other_scheme(first),)
    if printed in (None, parent, second.under):
        return Levels(parent, code2, legacy, (), problems)
    repair = f"level 1 {level1} taken as {parent}, where {level2} belongs"
    doubt = Problem("level-contradiction", "warning", f"{level2} is printed under {level1}, but belongs to {table.tree[parent].name}")
    return Levels(parent, code2, legacy, (repair,), (*problems, doubt))


def _from_first(first: LevelWord | None, second: LevelWord | None, problems: tuple[Problem, ...], table: LevelTable) -> Levels:
    """Levels where the word of level 2 names none: the code of level 1, and the only level 2 of satisfaction."""
    others = tuple(_other_scheme(word) for word in (first, second) if word is not None and word.code is None)
    code = first.code if first else None
    children = [level.code for level in table.tree.values() if level.parent == code] if code else []
    only = children[0] if len(children) == 1 and second is None and not problems else None
    return Levels(code, only, False, (), (*problems, *others))


def _look_up(level1: str | None, level2: str | None, table: LevelTable) -> tuple[LevelWord | None, LevelWord | None, list[str]]:
    """The words of both levels, and those that no table knows. A word that stands in the column of the other level,
    because the form has only one, is taken for what it is."""
    key1, key2 = level_key(level1), level_key(level2)
    first, second = _first(key1, table), _second(key2, table)
    unknown = [printed or "" for printed, key, word in ((level1, key1, first), (level2, key2, second)) if key and word is None]
    if first is None and second is None:
        if moved := _second(key1, table):
            return None, moved, [w for w in unknown if w != level1]
        if up := _first(key2, table):
            return up, None, [w for w in unknown if w != level2]
    return first, second, unknown


def _first(key: str, table: LevelTable) -> LevelWord | None:
    found = table.first.get(key)
    if found is None and _SATISFACTION.search(key):
        return table.first["满意度"]
    return found


def _second(key: str, table: LevelTable) -> LevelWord | None:
    found = table.second.get(key)
    if found is None and _SATISFACTION.search(key):
        return table.second["满意度"]
    return found


def _unknown(word: str) -> Problem:
    return Problem("unknown-level", "info", f"{word} is no known level word and is not mapped")


def _other_scheme(word: LevelWord) -> Problem:
    return Problem("other-scheme", "info", f"{word.word} belongs to another scheme of levels and is not mapped")
