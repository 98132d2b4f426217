"""Target cells folded to one way of writing and cut into marks: numbers, comparisons, dates, separators, opaque names."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from mappings.values import ValueWords
from normalize.dates import DATE

_NARROW = {code: code - 0xFEE0 for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))}
_SIGNS = {
    "％": "%", "﹪": "%", "．": ".", "／": "/", "＋": "+", "＝": "=", "═": "=", "＜": "<", "﹤": "<", "＞": ">", "﹥": ">",
    "≧": "≥", "⩾": "≥", "≩": "≥", "≦": "≤", "⩽": "≤", "≨": "≤", "～": "~", "〜": "~", "∼": "~", "∽": "~",
    "—": "~", "―": "~", "─": "~", "–": "-", "−": "-", "‐": "-", "‑": "-", "－": "-", "﹣": "-", "➖": "-",
    "•": "·", "・": "·", "‧": "·", "∙": "·", "⋅": "·", "×": "×", "✕": "×", "✖": "×", "＊": "*", "＾": "^", "○": "〇", "￥": "¥",
}  # fmt: skip
# A long dash is no minus sign: it joins the ends of a range, or fills an empty cell.
_FOLD = str.maketrans({**{k: chr(v) for k, v in _NARROW.items()}, **_SIGNS, "\u200b": "", "\ufeff": "", "\u200d": ""})
_BLANK_BETWEEN_DIGITS = re.compile(r"(?<=[\d%])\s+(?=\d)")
_BLANKS = re.compile(r"\s+")
_ANY_BLANK = re.compile(r"\s")


def fold(text: str) -> str:
    """The text in one way of writing: narrow letters and digits, one sign each for ≥ ≤ - · and for the long dash and ～, no blanks. A blank
    between two numbers stays, as one space: 95 100 is not 95100. Circled digits stay what they are."""
    text = text.translate(_FOLD)
    if not _ANY_BLANK.search(text):
        return text
    return _BLANKS.sub("", _BLANK_BETWEEN_DIGITS.sub("\x00", text.strip())).replace("\x00", " ")


class Token(NamedTuple):
    """A mark of a target cell: ``kind`` is date, number, share (百分之五, 三成, 一半), compare, each (每季度), name
    (a title, an ordinal, a document number: what is in it is no amount), product (7×24), figure (1:3, 1/2, 2.0.1: digits that make no
    single amount), bracket, marker (of a list) or separator."""

    kind: str
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Clause:
    """What stands between two separators: ``text[start:end]`` with its marks."""

    text: str
    start: int
    end: int
    tokens: tuple[Token, ...]

    @property
    def words(self) -> str:
        return self.text[self.start : self.end]


def alternation(words: Iterable[str]) -> str:
    """A pattern for any of the words, the longest first."""
    return "|".join(re.escape(word) for word in sorted(words, key=lambda w: (-len(w), w)))


_CN = "[一二两三四五六七八九十百千万〇零]"
_LIST_START = r"(?<![^；;。，,：:\n])"
_MARKER = (
    r"[①-⒛㈠-㈩⓪-⓿❶-➓]"
    rf"|{_LIST_START}(?:[（(]\d{{1,2}}[）)](?=.{{3}}|.*\d)|\d{{1,2}}(?:[)）]|、(?!\d))|\d{{1,2}}\.(?!\d))(?=.)"
    rf"|{_LIST_START}{_CN}{{1,3}}、"
)
_TITLE = r"《[^《》]{1,80}》|“[^“”]{1,80}”|\"[^\"]{1,80}\"|「[^「」]*」"
_DOCUMENT = r"〔\d{4}〕第?\d*号?|\[\d{4}\]第?\d+号?|\d{3,4}-\d{7,8}"
_BRACKET = r"[（(][^（）()]*(?:[（(][^（）()]*[）)][^（）()]*)*[）)]"
_SHARE = (
    rf"[百千万]分之(?:{_CN}+(?:点{_CN}+)?|\d+(?:\.\d+)?)|百分百|{_CN}{{1,3}}分之{_CN}{{1,3}}"
    r"|(?:[一二三四五六七八九]|\d+(?:\.\d+)?)成(?![立果为功员本效就长熟品型交分份都套人])|一半|半数|过半"
)
_DAY_OF_MONTH = r"(?<!\d)\d{1,2}[日号](?=之?前|以前)"
# 第3期, 前10名; but 年底前100% is a date before a number.
_ORDINAL = rf"(?:第|倒数第?|(?<![底末日号月年度内之以目时])前)(?:\d+|{_CN}+)"
# PM2.5, ISO9001, T+1
_LATIN_NAME = r"[A-Za-z][A-Za-z.+\-]*\d[A-Za-z0-9.\-]*"
_POWER = r"(?:\d+(?:\.\d+)?[×xX*])?10(?:\^-?\d{1,2}|[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]{1,3})"
# 7×24小时
_PRODUCT = r"\d+(?:\.\d+)?[天日]?[×xX*]\d+(?:\.\d+)?(?:[×xX*]\d+(?:\.\d+)?)*"
# 2.0.1, 1:3, 1/2, and more digits than any amount has
_FIGURE = r"\d{19,}(?:\.\d+)?|\d+(?:\.\d+){2,}|\d+(?:\.\d+)?[:：]\d+(?:\.\d+)?|(?<![\d.])\d+(?:\.\d+)?/\d+(?:/\d+)*"
_NUMBER = r"\d{1,3}(?:,\d{3})+(?!\d)(?:\.\d+)?|\d{1,3}(?:，\d{3})+(?!\d)(?:\.\d+)?|\d+(?:\.\d+)?"
_SEPARATOR = r"[；;。，,、！!？?\n ]|(?<=\S)\|"


def each_pattern(words: ValueWords) -> str:
    """A pattern for 每季度, 每5年, 每万人: what the number behind is per."""
    return rf"每(?:\d+|{_CN}|半)?个?[百千万]?(?:{alternation(words.kind('each'))})"


@lru_cache(maxsize=16)
def _scanner(words: ValueWords) -> tuple[re.Pattern[str], tuple[str, ...]]:
    """One pattern over all marks, with the kind of each of its groups. What swallows digits that are no amount is tried first."""
    kinds = (
        ("marker", _MARKER), ("name", f"{_TITLE}|{_DOCUMENT}"), ("bracket", _BRACKET), ("each", each_pattern(words)), ("share", _SHARE),
        ("date", DATE), ("name", f"{_DAY_OF_MONTH}|{_ORDINAL}|{_LATIN_NAME}"), ("number", _POWER), ("product", _PRODUCT),
        ("figure", _FIGURE), ("number", _NUMBER), ("compare", alternation(words.kind("comparison"))), ("separator", _SEPARATOR),
    )  # fmt: skip
    return re.compile("|".join(f"({pattern})" for _, pattern in kinds)), ("", *(kind for kind, _ in kinds))


def tokenize(text: str, words: ValueWords) -> list[Token]:
    """The marks of a folded text in order; words between them are left out."""
    pattern, kinds = _scanner(words)
    return [Token(kinds[m.lastindex or 0], m.group(), m.start(), m.end()) for m in pattern.finditer(text)]


def clauses(text: str, words: ValueWords) -> list[Clause]:
    """The folded text cut at separators and list markers; empty pieces are left out."""
    found: list[Clause] = []
    start = 0
    held: list[Token] = []
    for token in tokenize(text, words):
        if token.kind in ("separator", "marker"):
            if token.start > start:
                found.append(Clause(text, start, token.start, tuple(held)))
            start, held = token.end, []
        else:
            held.append(token)
    if start < len(text):
        found.append(Clause(text, start, len(text), tuple(held)))
    return found
