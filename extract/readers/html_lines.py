"""The text of a web page as a browser sets it: white space collapsed, font sizes, numbers of lists, entries of forms."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from extract.readers.docx_text import TICKED, UNTICKED
from extract.readers.html_css import Element
from extract.readers.number_words import format_number
from extract.readers.pieces import Line

PLAIN_SIZE = 12.0
_SPACE = re.compile(r"[ \t\n\r\f]+")
# Marks without width, which editors leave behind.
_UNSEEN = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e\u200f\x00"))
# Kept by white-space: pre, and by &nbsp;.
_KEPT_SPACES = str.maketrans({" ": "\xa0", "\t": "\xa0", "\r": None})
_HEADINGS = {"h1": 2.0, "h2": 1.5, "h3": 1.17, "h4": 1.0, "h5": 0.83, "h6": 0.67}
_FONT_SIZES = (7.5, 10.0, 12.0, 13.5, 18.0, 24.0, 36.0)
_KEYWORDS = {"xx-small": 7.0, "x-small": 7.5, "small": 10.0, "medium": 12.0, "large": 13.5, "x-large": 18.0, "xx-large": 24.0}
_SIZE = re.compile(r"(?:^|[\s])([\d.]+)(pt|px|em|rem|%)(?=$|[\s/])")
_LIST_FORMS = {
    "1": "decimal", "a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman", "decimal": "decimal",
    "lower-alpha": "lowerLetter", "lower-latin": "lowerLetter", "upper-alpha": "upperLetter", "upper-latin": "upperLetter",
    "lower-roman": "lowerRoman", "upper-roman": "upperRoman", "cjk-ideographic": "chineseCounting",
    "simp-chinese-informal": "chineseCounting", "trad-chinese-informal": "chineseCounting",
}  # fmt: skip
_NOT_TYPED = frozenset(("hidden", "submit", "button", "image", "reset", "file", "password", "range", "color"))
_PROMPT = re.compile(r"[\s—–=-]*(?:请\s*选.{0,12}?)?[\s—–=-]*")


@dataclass(slots=True)
class Run:
    """Text of one size; ``kept`` text has its white space as written, a ``label`` is the number of a list."""

    text: str
    size: float
    kept: bool = False
    label: bool = False


def lines_of(runs: Sequence[Run]) -> list[Line]:
    """The lines that the runs give; none where they hold only white space."""
    text = "".join(_prepared(run) for run in runs)
    if not text:
        return []
    text = _SPACE.sub(lambda m: "" if "\n" in m[0] and _between_wide(text, m) else " ", text)
    size = _prevailing(runs)
    return [Line(line, size) for part in text.split("\x0b") if (line := part.replace("\xa0", " ").strip(" \u3000"))]


def _prepared(run: Run) -> str:
    text = run.text.translate(_UNSEEN).replace("\x0b", " ")
    return text.translate(_KEPT_SPACES).replace("\n", "\x0b") if run.kept else text


def _between_wide(text: str, match: re.Match[str]) -> bool:
    """True for a line end of the source between two Chinese characters, which is no space."""
    before, after = text[match.start() - 1 : match.start()], text[match.end() : match.end() + 1]
    return bool(before and after) and unicodedata.east_asian_width(before) in "WF" and unicodedata.east_asian_width(after) in "WF"


def _prevailing(runs: Sequence[Run]) -> float:
    sizes: Counter[float] = Counter()
    for run in runs:
        sizes[run.size] += len(run.text.strip())
    return max(sizes, key=lambda size: (sizes[size], size), default=0.0)


def size_of(element: Element, style: dict[str, str], inherited: float) -> float:
    """The font size of an element in points."""
    stated = style.get("font-size") or style.get("font", "")
    if stated:
        match = _SIZE.search(stated)
        if match:
            return _points(float(match[1]) if match[1].strip(".") else 1.0, match[2], inherited)
        if stated in _KEYWORDS:
            return _KEYWORDS[stated]
    tag = str(element.tag)
    if tag == "font" and (level := element.get("size", "")).isdigit():
        return _FONT_SIZES[min(max(int(level), 1), 7) - 1]
    return PLAIN_SIZE * _HEADINGS[tag] if tag in _HEADINGS else inherited


def _points(number: float, unit: str, inherited: float) -> float:
    factor = {"pt": 1.0, "px": 0.75, "rem": PLAIN_SIZE, "em": inherited, "%": inherited / 100}[unit]
    return round(min(number * factor, 500.0), 2)


def list_form(item: Element, style: dict[str, str], list_style: dict[str, str]) -> str | None:
    """The number format of an item of a numbered list; None for other items, and where no number is printed."""
    parent = item.getparent()
    if parent is None or parent.tag != "ol":
        return None
    stated = [word for s in (style, list_style) for name in ("list-style-type", "list-style") for word in s.get(name, "").split()]
    known = next((word for word in stated if word in _LIST_FORMS or word == "none"), None)
    return _LIST_FORMS.get(item.get("type") or known or parent.get("type") or "1")


def item_label(number: int, form: str) -> str:
    """The number as it is printed before its item."""
    return format_number(number, form) + ("、" if form == "chineseCounting" else ". ")


def numbers_of(ordered: Element) -> dict[Element, int]:
    """The number of each item of a numbered list."""
    items = [child for child in ordered if child.tag == "li"]
    back = ordered.get("reversed") is not None
    number = _whole(ordered.get("start"), len(items) if back else 1)
    numbers = {}
    for item in items:
        numbers[item] = number = _whole(item.get("value"), number)
        number += -1 if back else 1
    return numbers


def _whole(text: str | None, default: int) -> int:
    return int(text) if text and re.fullmatch(r"-?\d{1,6}", text.strip()) else default


def entry_of(control: Element) -> tuple[str, str]:
    """(what a control of a form shows as entered, the prompt that it shows where nobody entered anything)."""
    if control.tag == "textarea":
        return "".join(map(str, control.itertext())), ""
    if control.tag == "select":
        return _chosen(control)
    kind = (control.get("type") or "text").strip().lower()
    if control.tag == "button" or kind in _NOT_TYPED:
        return "", ""
    if kind in ("checkbox", "radio"):
        return TICKED if control.get("checked") is not None else UNTICKED, ""
    return control.get("value") or "", control.get("placeholder") or ""


def _chosen(select: Element) -> tuple[str, str]:
    options = list(select.iter("option"))
    chosen = [option for option in options if option.get("selected") is not None]
    if not chosen and select.get("multiple") is None:
        chosen = options[:1]
    texts = [" ".join((option.get("label") or "".join(map(str, option.itertext()))).split()) for option in chosen]
    if len(chosen) == 1 and _PROMPT.fullmatch(texts[0]):
        return "", texts[0]
    return "、".join(texts), ""
