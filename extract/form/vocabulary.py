"""What a printed word means in a form: role of a header, name of a label, level of an indicator word, kind of a title."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache

from mappings import Mappings
from mappings.forms import FormWords, HeaderWord, LabelWord

_SPACE = re.compile(r"\s+")
_MARKS = re.compile(r"^[*＊★☆#●◆■▲△]+|[*＊]+$")
_LIST_MARK = re.compile(r"^(?:[(（]?[一二三四五六七八九十]{1,3}[)）、.．]|[(（]?\d{1,2}[)）、.．](?!\d)|[①-⑳])\s*")
_INCLUDED = re.compile(r"^(?:其中|内含|包括)[:：]?")
_BRACKET = re.compile(r"[(（\[【][^()（）\[\]【】]*[)）\]】]")
_YEAR = re.compile(r"(?:19|20)\d\d年?度?")
_LATIN = re.compile(r"[A-Za-z]")

_REMEMBERED = 1 << 14
"""Texts of which is remembered what they mean: a table is gone through some times, and its pages print the same words."""


LABEL_LENGTH = 16
"""Characters of the longest text that may be a label that no table of knowledge has."""


@lru_cache(maxsize=_REMEMBERED)
def squash(text: str) -> str:
    """The text for comparison: NFKC, no white space, no asterisks around it."""
    return _MARKS.sub("", _SPACE.sub("", unicodedata.normalize("NFKC", text)))


def printed(text: str) -> str:
    """The text of a cell with its line breaks taken out: nothing between Chinese, a space between Latin words."""
    lines = [" ".join(line.split()) for line in text.splitlines()]
    joined = ""
    for line in filter(None, lines):
        gap = " " if joined and _LATIN.match(joined[-1]) and _LATIN.match(line[0]) else ""
        joined += gap + line
    return joined


@lru_cache(maxsize=_REMEMBERED)
def bare(text: str) -> str:
    """A label or header word for look-up: squashed, without list mark, 其中, brackets and closing colon."""
    word = squash(text).strip(":;")
    word = _INCLUDED.sub("", _LIST_MARK.sub("", word))
    without = _BRACKET.sub("", word)
    return (without or word).strip(":;*")


@dataclass(frozen=True)
class Vocabulary:
    """The look-ups of the form grammar over one set of mappings."""

    words: FormWords
    levels: dict[str, frozenset[int]]

    @staticmethod
    def of(mappings: Mappings) -> Vocabulary:
        """The vocabulary of these mappings."""
        levels: dict[str, set[int]] = {}
        for number, table in ((1, mappings.levels.first), (2, mappings.levels.second)):
            for word in table:
                levels.setdefault(word, set()).add(number)
        return Vocabulary(mappings.form_words, {word: frozenset(numbers) for word, numbers in levels.items()})

    @cached_property
    def header(self) -> Callable[[str], HeaderWord | None]:
        """The role that a header cell gives to its column; None where the words name none."""
        return lru_cache(maxsize=_REMEMBERED)(self._header)

    def _header(self, text: str) -> HeaderWord | None:
        word = squash(text)
        if not word or len(word) > 40:
            return None
        for spelling in (word, bare(text), _YEAR.sub("", bare(text))):
            if found := self.words.headers.get(spelling):
                return found
        short = bare(text)
        if len(short) > 16:
            return None
        return next((meaning for part, meaning in self.words.header_parts if part in short), None)

    @cached_property
    def label(self) -> Callable[[str], LabelWord | None]:
        """What a label announces; None where the text is no known label."""
        return lru_cache(maxsize=_REMEMBERED)(self._label)

    def _label(self, text: str) -> LabelWord | None:
        word = squash(text).strip(":;")
        if not word or len(word) > 40:
            return None
        short = bare(text)
        for spelling in (word, short, _YEAR.sub("", short), re.sub(r"\d+$", "", short), _YEAR.sub("", word)):
            if spelling and (found := self.words.labels.get(spelling)):
                return found
        if 4 < len(short) <= 14 and not _SENTENCE.search(short):
            for ending, meaning in self.words.label_endings:
                if short.endswith(ending):
                    return LabelWord(meaning.name, meaning.horizon or time_of(short)) if meaning.name in _TIMED else meaning
        return None

    def level(self, text: str) -> int | None:
        """1 or 2 where the text is a level word in any spelling, else None; 1 where it can be both."""
        return min(self.level_numbers(text), default=None)

    @cached_property
    def level_numbers(self) -> Callable[[str], frozenset[int]]:
        """The levels that a word can be of: 成本指标 is of level 1 or 2, by layout."""
        return lru_cache(maxsize=_REMEMBERED)(self._level_numbers)

    def _level_numbers(self, text: str) -> frozenset[int]:
        word = _CODE.sub("", bare(text))
        if not word or len(word) > 24:
            return frozenset()
        found = self.levels.get(word) or self.levels.get(_LEVEL_END.sub("", word))
        if found:
            return found
        return frozenset({2}) if _SATISFACTION.match(word) else frozenset()

    def is_level_word(self, text: str) -> bool:
        """True for a word that the table of levels itself holds, with or without 指标 at its end."""
        word = _CODE.sub("", bare(text))
        return word in self.levels or _LEVEL_END.sub("", word) in self.levels

    def title_form(self, text: str) -> str | None:
        """The kind of form that a title announces; None where the text is no title of a form."""
        word = squash(text)
        if not 4 <= len(word) <= 60 or not _TITLE_END.search(word) or _SENTENCE.search(word):
            return None
        kinds = [form for words, form in self.words.titles if words in word]
        return "self_evaluation" if "self_evaluation" in kinds else kinds[0] if kinds else None

    @cached_property
    def level_words(self) -> tuple[str, ...]:
        """All level words as they are printed in full (产出指标), longest first, for words glued to others."""
        full = {word if word.endswith("指标") else f"{word}指标" for word in self.levels}
        return tuple(sorted(full, key=lambda word: (-len(word), word)))


_TIMED = frozenset({"goal", "indicators"})
_LONG = re.compile(r"中长期|长期|实施期|周期|项目期|三年|五年|远期")
_MID = re.compile(r"中期")


def time_of(text: str) -> str | None:
    """The horizon that the words of a label name; None where they name none, so that it is of the year."""
    if "年度" in text or "当年" in text:
        return "annual"
    return "long_term" if _LONG.search(text) else "mid_term" if _MID.search(text) else None


_CODE = re.compile(r"^\d{1,3}[-－—.、]?")
_SATISFACTION = re.compile(r"^(?!.*指标.)[^-－—–_/：:、]{2,10}满意度?指标$")
_LEVEL_END = re.compile(r"(?:绩效)?(?:指标|目标|类)$")
_TITLE_END = re.compile(r"(?:表|批复|一览|情况)(?:[(（][^()（）]*[)）])*(?:之[一二三四五六七八九十]|[-－—]?\d+)?$")
_SENTENCE = re.compile(r"[。；;，,]|填报说明|填表说明|如下|详见|附表|见附")
