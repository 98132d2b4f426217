"""The official tree of levels, and the printed words that mean its levels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast

from mappings.loader import MappingError, read_rows

Layout = Literal["current", "legacy", "regional", "other"]
_LAYOUTS = ("current", "legacy", "regional", "other")


@dataclass(frozen=True, slots=True)
class OfficialLevel:
    """A level of the official tree; ``parent`` is null for level 1, ``until`` for a level that is still official."""

    code: str
    parent: str | None
    name: str
    english: str
    since: int
    until: int | None


@dataclass(frozen=True, slots=True)
class LevelWord:
    """A printed level word. ``code`` is null for a word of another scheme; ``under`` a level 1 other than its own
    under which layouts print it by design."""

    word: str
    level: Literal[1, 2]
    code: str | None
    layout: Layout
    under: str | None


@dataclass(frozen=True, slots=True)
class LevelTable:
    """Official levels by code, printed words by word for each of the two levels."""

    tree: Mapping[str, OfficialLevel]
    first: Mapping[str, LevelWord]
    second: Mapping[str, LevelWord]

    def level1_of(self, code: str) -> str:
        """The level-1 code that a code of either level belongs to."""
        return self.tree[code].parent or code


def load_levels(tree_path: Path, words_path: Path) -> LevelTable:
    """The tables of both files, checked against each other."""
    tree = _load_tree(tree_path)
    words = [
        _level_word(row, tree, words_path.name)
        for row in read_rows(
            words_path, ("word", "level", "code", "layout", "under", "reason"), key=("word", "level"), optional=("code", "under")
        )
    ]
    first = {w.word: w for w in words if w.level == 1}
    second = {w.word: w for w in words if w.level == 2}
    return LevelTable(tree, first, second)


def _load_tree(path: Path) -> dict[str, OfficialLevel]:
    columns = ("code", "parent", "name", "english", "since", "until", "reason")
    tree: dict[str, OfficialLevel] = {}
    for row in read_rows(path, columns, key=("code",), optional=("parent", "until")):
        parent = row["parent"] or None
        if parent is not None and (parent not in tree or tree[parent].parent is not None):
            raise MappingError(f"{path.name}: {row['code']}: {parent} is no level 1")
        until = int(row["until"]) if row["until"] else None
        tree[row["code"]] = OfficialLevel(row["code"], parent, row["name"], row["english"], int(row["since"]), until)
    return tree


def _level_word(row: dict[str, str], tree: Mapping[str, OfficialLevel], file: str) -> LevelWord:
    where = f"{file}: {row['word']}, level {row['level']}"
    code, under = row["code"] or None, row["under"] or None
    if row["level"] not in ("1", "2"):
        raise MappingError(f"{where}: level is 1 or 2")
    if row["layout"] not in _LAYOUTS:
        raise MappingError(f"{where}: layout is one of {', '.join(_LAYOUTS)}")
    for named in (code, under):
        if named is not None and named not in tree:
            raise MappingError(f"{where}: {named} is not in the tree")
    if row["level"] == "1" and (under or (code and tree[code].parent)):
        raise MappingError(f"{where}: a level-1 word has a level-1 code and stands under nothing")
    if code is None and row["layout"] != "other":
        raise MappingError(f"{where}: only a word of another scheme has no code")
    level: Literal[1, 2] = 1 if row["level"] == "1" else 2
    return LevelWord(row["word"], level, code, cast(Layout, row["layout"]), under)
