"""How well a piece of flattened text fits a column: the score of a cell by its words, its length and its line widths.

Scores are sums of small weights: positive where the text speaks for the column, negative where it speaks against.
They only rank readings of one table against each other; nothing else is read off them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from extract.readers.text_words import TextWords

IMPOSSIBLE = -60.0
_NUMBER = re.compile(r"^(?:\d[\d,]*(?:\.\d+)?)")
_PURE_NUMBER = re.compile(r"^\d[\d,]*(?:\.\d+)?(?:[-~～至—]\d[\d,]*(?:\.\d+)?)?[%‰]?$")
_YEAR = re.compile(r"^(?:19|20)\d\d年")
_BARE_YEAR = re.compile(r"^(?:19|20)\d\d$")
_DATE = re.compile(r"^(?:(?:19|20)\d\d年)?\d{1,2}月(?:\d{1,2}日|底)?(?:之?前|底|末)?$")
_WEIGHT = re.compile(r"^\d{1,3}(?:\.\d+)?[分%]?$")
_BLANK = re.compile(r"^[无/\\—–-]+$")
# 指标 before a name is the rest of the level word before it, unless it numbers or announces the name.
_REST_OF_LEVEL = re.compile(r"^指标(?![\d一二三四五六七八九十:：;；名])")
# A number, its unit, and a further number: two cells of a row. A sign of comparison amid a name: name and target.
_TWO_NUMBERS = re.compile(r"\d[^\d.,]*[^\d.,:：/~～至—\-–(（第每]\d+(?:\.\d+)?$")
_TARGET_INSIDE = re.compile(r"[≥≤≧≦＞＜><]\d")
_NUMBERED_NAME = re.compile(r"指标\d{1,2}[:：;；.、]")
_ENDS_IN_TARGET = re.compile(r"[^\d.,:(（第][≥≤><=]?\d[\d.,]*(?:%|‰|[^\d。；;，,)）]{1,3})$")
_PAUSE = re.compile(r"[，,。；;、：:]")
_STOP = re.compile(r"[。；;！]")
_TARGET_ROLES = frozenset({"target", "history", "achieved"})


@dataclass(frozen=True, slots=True)
class Features:
    """What the scores of a piece of text are made of; the same for every column."""

    text: str
    level1: bool
    level2: bool
    side: bool
    glued: bool
    levelish: bool
    blank: bool
    lead: bool
    number: bool
    pure_number: bool
    year: bool
    date: bool
    quality: bool
    operator: bool
    stop: bool
    against: float
    """What its signs and words say against any column but those of levels."""


def features(squashed: str, words: TextWords) -> Features:
    """The features of a text without white space."""
    lead, rest = words.after_lead(squashed)
    level1, level2 = squashed in words.kinds["level1"], squashed in words.kinds["level2"]
    levelish = squashed.endswith("指标") and 4 <= len(squashed) <= 14
    unbalanced = squashed.count("(") != squashed.count(")") or squashed.count("“") != squashed.count("”")
    return Features(
        squashed,
        level1=level1,
        level2=level2,
        side=len(squashed) >= 4 and words.label(squashed) == "indicators",
        glued=_glued(squashed, words),
        levelish=levelish,
        blank=bool(_BLANK.match(squashed)),
        lead=lead and bool(_NUMBER.match(rest)),
        number=bool(_NUMBER.match(rest)),
        pure_number=bool(_PURE_NUMBER.match(rest)),
        year=bool(_YEAR.match(squashed)),
        date=bool(_DATE.match(squashed)),
        quality=words.has("quality", squashed),
        operator=squashed in words.kinds["operator"],
        stop=bool(_STOP.search(squashed)),
        against=-1.5 * unbalanced - 3.0 * (squashed[0] in ",，。；;、)）:：") - 8.0 * (levelish and (level1 or level2)),
    )


def _glued(squashed: str, words: TextWords) -> bool:
    """Whether a stray letter or two stand before a level word: a piece of another cell, printed between the lines."""
    if not squashed.endswith("指标"):
        return False
    official = words.official
    return any(squashed[cut:] in official and squashed[:cut] not in official for cut in (1, 2)) and squashed not in official


def role_score(role: str, f: Features, words: TextWords, has_operator: bool, has_unit: bool) -> float:
    """How well the text fits a column of this role."""
    if role == "side":
        return 3.0 if f.side else IMPOSSIBLE
    if role in ("level1", "level2"):
        return _level_score(role, f)
    score = f.against
    if role in ("level3", "name", "level4"):
        return score + _name_score(f)
    if role in _TARGET_ROLES:
        score -= 3.0 * f.text.endswith("指标") + 6.0 * bool(_TWO_NUMBERS.search(f.text))
        return score + (_value_score(f, has_unit) if has_operator else _target_score(f, has_unit))
    return score + _small_score(role, f, words)


def _small_score(role: str, f: Features, words: TextWords) -> float:
    """The score in a column of single words, or of prose."""
    if role == "operator":
        return 5.0 if f.operator else -1.5 if f.blank else -8.0
    if role == "unit":
        return _unit_score(f)
    if role in ("weight", "score"):
        return 4.0 if _WEIGHT.match(f.text) else -0.5 if f.blank else -6.0
    return _prose_score(role, f, words)


def _level_score(role: str, f: Features) -> float:
    if f.level1 if role == "level1" else f.level2:
        return 5.5 if f.levelish else 5.0
    if f.levelish and not (f.level1 or f.level2 or f.glued):
        return 1.0 if role == "level2" else -2.0
    return IMPOSSIBLE


def _name_score(f: Features) -> float:
    size = len(f.text)
    score = 1.0 if 2 <= size <= 30 else 0.0 if size <= 60 else -4.0 if size <= 120 else -20.0
    score -= 2.0 * (size == 1 and not f.blank) + 6.0 * (f.lead or f.operator) + 3.0 * f.levelish
    score -= 3.0 * bool(_REST_OF_LEVEL.match(f.text))
    score -= 4.0 * (f.number and (f.pure_number or size <= 8) and not f.year)
    score -= 5.0 * bool(_NUMBERED_NAME.search(f.text, 1)) + 4.0 * bool(_TARGET_INSIDE.search(f.text))
    return score - 2.5 * f.stop - 1.0 * f.blank - 2.0 * (f.level1 or f.level2)


def _target_score(f: Features, has_unit: bool) -> float:
    """A target with operator, value and unit in one cell, or with the unit beside it."""
    size = len(f.text)
    bare = 0.0 if f.pure_number == has_unit or f.text.endswith("%") else -0.7
    if f.lead:
        return 5.0 + bare if size <= 24 else 0.0
    if f.date:
        return 3.0
    if f.year:
        return -2.0
    if f.number:
        return -1.0 if _BARE_YEAR.match(f.text) else 3.7 + bare if size <= 14 and not f.stop else -2.0
    return _words_score(f)


def _value_score(f: Features, has_unit: bool) -> float:
    """A value beside a column of its own for the operator."""
    if f.lead or f.pure_number:
        return 4.0 if f.pure_number and not f.lead else 0.5
    if f.number:
        return 0.0 if has_unit else 2.0
    return _words_score(f)


def _words_score(f: Features) -> float:
    size = len(f.text)
    if f.blank:
        return 0.5
    base = 2.0 if f.quality else -0.5
    return base - (0.0 if size <= 10 else 1.5 if size <= 20 else 4.0 if size <= 40 else 12.0) - 2.0 * f.stop


def _unit_score(f: Features) -> float:
    if f.blank:
        return 1.0
    if f.operator or f.lead or f.number or _PAUSE.search(f.text):
        return -5.0
    return 2.0 if len(f.text) <= 4 else 0.5 if len(f.text) <= 8 else -6.0


def _prose_score(role: str, f: Features, words: TextWords) -> float:
    score = -4.0 * ((f.lead or f.pure_number) and not f.year and role not in ("remark", "other_column"))
    score -= 0.02 * max(0, len(f.text) - 200)
    if role in ("explanation", "scoring_rule", "basis"):
        score += 1.2 if words.has(role, f.text) else -0.3 if f.blank else 0.0
    if role == "scoring_rule" and not words.has(role, f.text) and not f.blank:
        score -= 1.0
    if role not in ("explanation", "scoring_rule"):
        score -= 4.0 * bool(_NUMBERED_NAME.search(f.text)) + 1.0 * bool(_ENDS_IN_TARGET.search(f.text)) * (not f.year)
    if role == "remark" and _WEIGHT.match(f.text):
        score += 1.5
    return score
