"""Indicators that a form packs into one cell as a list: level words, name, then the target behind its label or sign.

``1.1－产出指标，11－数量指标，<name>；实施周期指标值：<x>，年度指标值：<y>；2、…`` and its kin. The list marks are not
trusted (they start again inside a cell, and every separator stands for every other): an item begins where level words do.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from extract.declaration import Horizon, Row
from extract.form.reading import Reading
from extract.form.vocabulary import Vocabulary, printed
from extract.model import Cell

_DASH = "[-－—–_]"
_SEPARATOR = "[，,；;：:、。/]"
_SIGN = re.compile(r"[≥≤≧≦＞＜><=＝]|大于|小于|不低于|不少于|不超过|不高于|达到|等于")
_ITEM_END = re.compile(r"[；;。\n]")


@dataclass(frozen=True, slots=True)
class PackedItem:
    """One indicator of a packed cell; ``targets`` are (horizon or None, text)."""

    level1: str | None
    level2: str | None
    name: str
    targets: tuple[tuple[str | None, str], ...]


def is_packed(text: str, words: Vocabulary) -> bool:
    """True where a cell holds a list of indicators with their levels."""
    pattern = _patterns(words)
    return len(text) > 20 and bool(pattern.item.search(printed(text)))


def read_packed(text: str, words: Vocabulary) -> tuple[list[PackedItem], str]:
    """The items of a packed cell in order, and what of the text belongs to none of them."""
    pattern = _patterns(words)
    whole = "\n".join(printed("\n".join(lines)) for lines in _paragraphs(text, pattern))
    heads = _heads(whole, pattern)
    items: list[PackedItem] = []
    level1: str | None = None
    for i, head in enumerate(heads):
        end = heads[i + 1].start() if i + 1 < len(heads) else len(whole)
        level1 = head.group("level1") or level1
        body = whole[head.end() : end]
        level2 = head.group("a") or head.group("b") or head.group("c")
        items.extend(_items(level1, level2, body, pattern, last=i + 1 == len(heads)))
    return items, whole[: heads[0].start()].strip() if heads else whole


def _paragraphs(text: str, pattern: _Patterns) -> list[list[str]]:
    """The lines of a cell, those put together that go on with the one before: a level word at its begin starts anew."""
    found: list[list[str]] = []
    for line in text.splitlines():
        head = pattern.item.match(line.strip())
        if found and (head is None or _goes_on(found[-1][-1].strip(), line.strip(), pattern)):
            found[-1].append(line)
        else:
            found.append([line])
    return found


def _goes_on(before: str, line: str, pattern: _Patterns) -> bool:
    """True where a line breaks off inside an item: behind a comma, a dash, a list mark, or within a level word."""
    if re.search(r"(?:[，,－\-—–:：、(（]|指标|\d|[.．])$", before):
        return True
    return any(pattern.level.match(before[-length:] + line) for length in range(1, 7) if length <= len(before))


def add_packed(cell: Cell, words: Vocabulary, reading: Reading, horizon: Horizon = "annual", level1: str | None = None) -> None:
    """Adds a Row for each target of each item of a packed cell to the reading; ``level1`` is the word over its column."""
    items, rest = read_packed(cell.text, words)
    reading.use(cell, "indicator")
    if rest:
        reading.leave(rest, "text before the first indicator of a packed cell", cell)
        reading.doubt(
            "packed-text-left", f"{rest[:40]!r} stands before the first indicator of its cell", cell.places[0] if cell.places else None
        )
    for item in items:
        for time, text in item.targets or ((None, ""),):
            reading.rows.append(
                Row(
                    horizon=time if time in ("annual", "mid_term", "long_term") else horizon,  # type: ignore[arg-type]
                    level1=item.level1 or level1,
                    level2=item.level2,
                    level3=item.name or None,
                    target_text=text or None,
                    value_text=text or None,
                    places=cell.places,
                    confidence=cell.confidence,
                    repairs=cell.repairs,
                )
            )


def _heads(whole: str, pattern: _Patterns) -> list[re.Match[str]]:
    """Where items begin: a level word right behind the levels of an item is its name."""
    heads: list[re.Match[str]] = []
    for head in pattern.item.finditer(whole):
        if heads and head.group("c") and not whole[heads[-1].end() : head.start()].strip():
            continue
        heads.append(head)
    return heads


@dataclass(frozen=True)
class _Patterns:
    item: re.Pattern[str]
    level: re.Pattern[str]
    target: re.Pattern[str]
    horizons: dict[str, str | None]


@lru_cache(maxsize=4)
def _compiled(levels: tuple[tuple[str, frozenset[int]], ...], targets: tuple[tuple[str, str | None], ...]) -> _Patterns:
    first = _any(_full(word) for word, numbers in levels if 1 in numbers)
    full = _any(_full(word) for word, numbers in levels if 2 in numbers)
    short = _any(word for word, numbers in levels if 2 in numbers)
    mark = r"(?:(?:[(（]?\d{1,3}[)）、.．]|[(（]?[一二三四五六七八九十]{1,3}[)）、.．])\s*)*"
    code = rf"\d{{1,3}}\s*{_DASH}\s*"
    level1 = rf"{mark}(?:{code})?(?P<level1>{first})\s*(?:{_SEPARATOR}|{_DASH})*\s*"
    after = rf"\s*(?:{_SEPARATOR}|{_DASH})\s*"
    begins = r"(?:^|(?<=[；;。，,\n]))\s*"
    item = re.compile(
        rf"(?:{level1}{mark}(?:{code})?(?P<a>{full}|{short}){after}|{mark}{code}(?P<b>{full}|{short}){after}|{begins}{mark}(?P<c>{full}){after})"
    )
    words = _any(word for word, _ in targets)
    return _Patterns(
        item, re.compile(full), re.compile(rf"[，,；;、\s]?\s*({words})\s*(?:[：:]\s*|(?=[≥≤≧≦＞＜><=＝》《]))"), dict(targets)
    )


def _full(word: str) -> str:
    return word if word.endswith("指标") else f"{word}指标"


def _any(words: object) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=lambda word: (-len(word), word)))  # type: ignore[call-overload]


def _patterns(words: Vocabulary) -> _Patterns:
    targets = tuple(sorted((spelling, word.horizon) for spelling, word in words.words.headers.items() if word.role == "target"))
    return _compiled(tuple(sorted(words.levels.items())), targets)


def _items(level1: str | None, level2: str, body: str, pattern: _Patterns, last: bool) -> list[PackedItem]:
    labels = list(pattern.target.finditer(body))
    if labels:
        targets = []
        for i, label in enumerate(labels):
            end = labels[i + 1].start() if i + 1 < len(labels) else len(body)
            text = _close(printed(body[label.end() : end]), last and i + 1 == len(labels))
            targets.append((pattern.horizons.get(label.group(1)), text))
        return [PackedItem(level1, level2, _sentence(printed(body[: labels[0].start()]).strip("；;，, ")), tuple(targets))]
    return [_signed(level1, level2, part) for part in _ITEM_END.split(body) if part.strip("，,、 .．")]


def _sentence(text: str) -> str:
    """The text, its last full stop kept only where it ends a sentence: after a plain name it stands for a separator."""
    return text if not text.endswith("。") or re.search(r"[，,、；;。]", text[:-1]) else text[:-1]


def _close(text: str, last: bool) -> str:
    """A target without the separator behind it; a full stop that only closes the list is none of it either."""
    text = _sentence(text.strip().rstrip("；;，,、 "))
    return re.sub(r"(?<=[\d%％])[.．]$", "", text) if last else text


def _signed(level1: str | None, level2: str, part: str) -> PackedItem:
    """An item without target labels: the name goes up to the first sign, colon or number."""
    part = re.sub(r"^\s*[(（]?\d{1,2}[)）、.．]\s*(?!\d)", "", part.strip("，,、 "))
    sign = _SIGN.search(part)
    colon = re.search(r"[：:]", part)
    number = re.search(r"\d", part)
    if sign:
        return PackedItem(level1, level2, part[: sign.start()].strip("：:，, "), ((None, part[sign.start() :].strip()),))
    if colon:
        return PackedItem(level1, level2, part[: colon.start()].strip(), ((None, part[colon.end() :].strip()),))
    if number and number.start() > 1:
        return PackedItem(level1, level2, part[: number.start()].strip(), ((None, part[number.start() :].strip()),))
    name, comma, target = part.rpartition("，") if "，" in part else part.rpartition(",")
    return PackedItem(level1, level2, name.strip(), ((None, target.strip()),)) if comma else PackedItem(level1, level2, part, ())
