"""The words by which flattened text is read: column headers, labels, titles, level words and the marks of cells."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

from mappings.forms import FormWords
from mappings.loader import MappingError, Mappings, read_rows

KINDS = frozenset({"level1", "level2", "operator", "lead", "quality", "explanation", "scoring_rule", "basis"})
MAX_WORD = 24
_SPACE = re.compile(r"\s+")
_MARKS = re.compile(r"^[*＊★☆]+|[*＊]+$")
_BRACKET = re.compile(r"\([^()]*\)")
_LIST_MARK = re.compile(r"^(?:\d{1,2}[.、]|[一二三四五六七八九十]{1,3}[、.]|\([一二三四五六七八九十\d]{1,3}\))")
_SENTENCE = re.compile(r"[。；;，,]")


@lru_cache(maxsize=1 << 14)
def squash(text: str) -> str:
    """The text for comparison: NFKC, without white space and without asterisks around it."""
    return _MARKS.sub("", _SPACE.sub("", unicodedata.normalize("NFKC", text)))


@dataclass(frozen=True)
class TextWords:
    """Look-ups in the words of forms and of flattened text."""

    forms: FormWords
    kinds: Mapping[str, frozenset[str]]

    def header_role(self, squashed: str) -> str | None:
        """The role of a column with this header; None where it is no header."""
        if not 1 < len(squashed) <= MAX_WORD:
            return None
        for word in (squashed, _BRACKET.sub("", squashed)):
            if found := self.forms.headers.get(word):
                return found.role
        return None

    def header_part(self, squashed: str) -> str | None:
        """The role of a column whose header holds a known word and little else."""
        for part, meaning in self.forms.header_parts:
            if part in squashed and len(squashed) <= len(part) + 8 and not _SENTENCE.search(squashed):
                return meaning.role
        return None

    def label(self, squashed: str) -> str | None:
        """What a label announces; None where the text is no known label."""
        if not 1 < len(squashed) <= MAX_WORD:
            return None
        word = squashed.strip(":")
        for spelling in (word, _LIST_MARK.sub("", word), word.removeprefix("其中:"), _BRACKET.sub("", word)):
            if found := self.forms.labels.get(spelling):
                return found.name
        return None

    def is_title(self, text: str) -> bool:
        """Whether the line is the title of a form."""
        word = squash(text)
        if not 4 <= len(word) <= 60 or not word.endswith("表") or _SENTENCE.search(word):
            return False
        return any(part in word for part, _ in self.forms.titles)

    def level(self, squashed: str) -> str | None:
        """level1 or level2 where the text is a level word; level1 where it may be both."""
        return next((kind for kind in ("level1", "level2") if squashed in self.kinds[kind]), None)

    def has(self, kind: str, squashed: str) -> bool:
        pattern = self._patterns.get(kind)
        return pattern is not None and bool(pattern.search(squashed))

    def after_lead(self, squashed: str) -> tuple[bool, str]:
        """Whether a word begins the text that stands before the number of a target, and what follows the longest such word."""
        found = self._patterns["lead"].match(squashed)
        return (True, squashed[found.end() :]) if found else (False, squashed)

    @cached_property
    def official(self) -> frozenset[str]:
        """The level words of both levels."""
        return self.kinds["level1"] | self.kinds["level2"]

    @cached_property
    def _patterns(self) -> Mapping[str, re.Pattern[str]]:
        """For each kind: any of its words, of two that begin alike the longer one."""
        longest_first = {kind: sorted(words, key=lambda word: (-len(word), word)) for kind, words in self.kinds.items()}
        return {kind: re.compile("|".join(map(re.escape, words)) or "(?!)") for kind, words in longest_first.items()}


def load_words(mappings: Mappings) -> TextWords:
    """The words of these mappings; raises MappingError where a table breaks its rules."""
    kinds: dict[str, set[str]] = {kind: set() for kind in KINDS}
    for row in read_rows(mappings.path("flattened.csv"), ("kind", "word", "reason"), ("kind", "word"), ("reason",)):
        if row["kind"] not in KINDS:
            raise MappingError(f"flattened.csv: {row['word']}: unknown kind {row['kind']!r}")
        kinds[row["kind"]].add(squash(row["word"]))
    return TextWords(mappings.form_words, {kind: frozenset(words) for kind, words in kinds.items()})
