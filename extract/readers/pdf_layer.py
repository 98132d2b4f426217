"""The text layer of a drawn page put right: doubles out, and a layer that holds garbage noticed and kept out."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import chain, product

import numpy as np

from extract.arrays import Bools
from extract.model import Word
from extract.problem import Problem
from extract.readers.drawing import Drawing, Point
from extract.words import Words, codes_of, columns_of

UNKNOWN = "\ufffd"

SLANT = 0.17
"""Sine of the angle from which on text runs aslant: a watermark or a chart's label, not a word of a table."""

LEAST_GLYPHS = 20
"""A page with fewer glyphs is too short to be judged, but for those that have no character at all."""

LEAST_PLAUSIBLE = 0.6
"""Share of plausible characters under which a text layer is unusable: real forms have 0.98 and more, random ones 0.3."""

_COMMON_SIGNS = frozenset(
    "、。·ˉˇ¨〃々—～‖…‘’“”〔〕〈〉《》「」『』〖〗【】±×÷∶∧∨∑∏∪∩∈∷√⊥∥∠⌒⊙∫∮≡≌≈∽∝≠≮≯≤≥≦≧∞∵∴♂♀°′″℃＄¤￠￡‰§№☆★○●◎◇◆□■△▲※→←↑↓〓☑☒✓✔•–▪−€¥"
)


def without_doubles(words: Sequence[Word], homes: Mapping[int, Point]) -> tuple[Sequence[Word], dict[int, Point]]:
    """The words without those printed again at the same spot to look bold."""
    doubles = _doubles(words)
    if not doubles:
        return words, dict(homes)
    kept_homes: dict[int, Point] = {}
    kept: list[Word] = []
    for number, word in enumerate(words):
        if number not in doubles:
            if number in homes:
                kept_homes[len(kept)] = homes[number]
            kept.append(word)
    return kept, kept_homes


def _doubles(words: Sequence[Word]) -> set[int]:
    """The numbers of words that were printed before at the same spot."""
    doubles: set[int] = set()
    seen: dict[tuple[str, int, int], list[Point]] = {}
    columns = columns_of(words)
    crowded = _crowded(columns)
    places = (column[crowded].tolist() for column in (columns.x0, columns.top, columns.size))
    for number, x, y, size in zip(crowded, *places, strict=True):
        text, near = columns.texts[number], max(0.6, 0.12 * size)
        fields = {(text, i, j) for i in (int(x - near) // 8, int(x + near) // 8) for j in (int(y - near) // 8, int(y + near) // 8)}
        if any(abs(left - x) <= near and abs(top - y) <= near for field in fields for left, top in seen.get(field, ())):
            doubles.add(number)
        else:
            seen.setdefault((text, int(x) // 8, int(y) // 8), []).append((x, y))
    return doubles


def _crowded(words: Words) -> list[int]:
    """The numbers of words that stand so close to equal ones that one could be the other printed again: on most pages none."""
    if len(words) < 2:
        return []
    texts = words.texts
    text = codes_of(texts) if isinstance(texts, str) else np.fromiter(map(hash, texts), np.int64, len(texts))
    places = np.array((words.x0, words.top)) / (2 * max(0.6, 0.12 * float(words.size.max())))
    columns, rows = np.floor(places[:, None] + [[0.0], [0.5]]).astype(np.int64)
    # two that are nearer than half a field share a field of one of four lattices
    lattices = ((text * 1_000_003 + columns[:, None]) * 1_000_003 + rows).reshape(4, -1)
    ordered = np.sort(lattices, axis=1)
    crowded = np.zeros(len(words), dtype=bool)
    for number in (ordered[:, 1:] == ordered[:, :-1]).any(axis=1).nonzero()[0].tolist():
        fields = lattices[number]
        order = np.argsort(fields)
        alike = np.flatnonzero(fields[order[1:]] == fields[order[:-1]])
        crowded[order[alike]] = crowded[order[alike + 1]] = True
    numbers: list[int] = np.flatnonzero(crowded).tolist()
    return numbers


_HIDDEN = {
    "clipped": "text outside of its clip was left out",
    "covered": "text under a later filling was left out",
    "invisible": "text that is not painted was left out",
    "overrun": "text that its low cell has no room for was taken whole",
    "off-page": "text outside of the visible page was left out",
    "slanted": "text that runs aslant was left out",
}


def hidden_text(hidden: Mapping[str, Sequence[Word]], page: int) -> tuple[Problem, ...]:
    """One Problem for each reason for which text of the page was left out, or taken though it is not seen, with its beginning."""
    return tuple(
        Problem(
            f"{reason}-text",
            "warning" if reason == "overrun" else "info",
            f"{_HIDDEN[reason]}: {_excerpt(''.join(w.text for w in words))}",
            page,
        )
        for reason, words in sorted(hidden.items())
    )


def _excerpt(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:60]}… ({len(text)} characters)"


# Equivalent characters of the block CJK Radicals Supplement; those of the Kangxi radicals fold by NFKC.
_RADICALS = str.maketrans(
    "⺟⺠⺼⻁⻄⻅⻆⻉⻋⻑⻓⻔⻗⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻧⻨⻩⻪⻬⻮⻰⻳⺫⺬⺶⺝⺜⻯⻲",
    "母民月虎西见角贝车長长门雨青韦页风飞食马骨鬼鱼鸟卤麦黄黾齐齿龙龟目示羊月日竜亀",
)


_SHOWN_OTHERWISE = re.compile("[\u00ad\u2e80-\u2fdf\uf900-\ufaff]")
"""Characters that may not be what their glyph shows."""


def as_printed(text: str) -> str:
    """What the glyph shows, mostly one character: fonts name 目 as radical ⽬, a hyphen as a soft one; their glyphs are the same."""
    if len(text) > 1:
        return "".join(map(as_printed, text))
    if text < "\u2e80":
        return "-" if text == "\u00ad" else text
    if text < "\u2fe0":
        return unicodedata.normalize("NFKC", text).translate(_RADICALS)
    return unicodedata.normalize("NFKC", text) if "\uf900" <= text < "\ufb00" else text


@cache
def _plausible() -> Bools:
    """For each code whether a form prints its character: ASCII, numbers and signs, and the some 3,755 common Chinese characters."""
    plausible = np.zeros(0x10000, dtype=bool)
    for first, end in ((0x21, 0x7F), (0x2160, 0x2180), (0x2460, 0x2500), (0x3000, 0x3040), (0x3200, 0x3400), (0xFF00, 0xFF5F)):
        plausible[first:end] = True
    common = bytes(chain.from_iterable(product(range(0xB0, 0xD8), range(0xA1, 0xFF)))).decode("gb2312", "ignore")
    plausible[codes_of(common + "".join(_COMMON_SIGNS))] = True
    return plausible


def _count_plausible(texts: Sequence[str]) -> int:
    plausible = _plausible()
    if isinstance(texts, str):
        return int(np.count_nonzero(plausible[np.minimum(codes_of(texts), 0xFFFF)]))
    return sum(count for text, count in Counter(texts).items() if plausible[np.minimum(codes_of(text), 0xFFFF)].all())


def usable(drawing: Drawing) -> Drawing:
    """The drawing without the words of a text layer that is garbage, and with a Problem where text cannot be had."""
    printed = columns_of(drawing.words)
    if not isinstance(printed.texts, str) or _SHOWN_OTHERWISE.search(printed.texts):
        others = {text: as_printed(text) for text in set(printed.texts)}
        printed = printed.with_texts(list(map(others.__getitem__, printed.texts)))
    words, homes = without_doubles(printed, drawing.homes)
    texts = columns_of(words).texts
    unknown = texts.count(UNKNOWN)
    problem: Problem | None = None
    if _garbage(texts, unknown):
        kept: Sequence[Word] = [] if unknown < len(words) / 2 else [w for w in words if w.text != UNKNOWN]
        problem = Problem(
            "unusable-text-layer",
            "error",
            f"The fonts do not tell which characters they print; {len(words) - len(kept)} of {len(words)} characters were left out.",
            drawing.number,
        )
        words, homes = (kept, {}) if not kept else without_doubles(kept, {})
    elif unknown:
        message = f"{unknown} of {len(words)} characters cannot be told from the file and stand as {UNKNOWN}."
        problem = Problem("unknown-characters", "warning", message, drawing.number)
    elif len(words) < LEAST_GLYPHS and (drawing.pictures >= 0.5 or (not words and (drawing.pictures > 0.05 or drawing.shapes > 200))):
        what = "a picture" if drawing.pictures > 0.05 else "drawn shapes"
        problem = Problem(
            "page-without-text",
            "warning" if words else "error",
            f"The page shows {what} and has {'hardly any' if words else 'no'} text that could be read.",
            drawing.number,
        )
    problems = drawing.problems if problem is None else (*drawing.problems, problem)
    return drawing._replace(words=words, homes=homes, problems=problems)


def _garbage(texts: Sequence[str], unknown: int) -> bool:
    if 2 * unknown >= len(texts):
        return bool(texts)
    known = len(texts) - unknown
    return known >= LEAST_GLYPHS and _count_plausible(texts) < LEAST_PLAUSIBLE * known
