"""Lengths, borders and boxes of styles, in points."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from extract.model import Box, Rule

_LENGTH = re.compile(r"(-?(?:\d+\.?\d*|\.\d+))(px|pt|pc|cm|mm|in|em|rem|%)?")
_POINTS = {"px": 0.75, "": 0.75, "pt": 1.0, "pc": 12.0, "cm": 72 / 2.54, "mm": 7.2 / 2.54, "in": 72.0, "rem": 12.0}
_SIDES = ("top", "right", "bottom", "left")
_WIDTHS = {"thin": 0.75, "medium": 2.25, "thick": 3.75}
_DRAWN = frozenset(("solid", "dashed", "dotted", "double", "groove", "ridge", "inset", "outset", "windowtext"))
_UNSEEN = frozenset(("", "transparent", "none", "white", "#fff", "#ffffff", "initial", "inherit", "rgb(255, 255, 255)", "rgb(255,255,255)"))
_MATRIX = re.compile(r"(matrix|scale)\(\s*(-?[\d.]+(?:e-?\d+)?)\s*(?:,\s*([^)]*))?\)")

THIN = 3.0
"""Points: a filled box that is thinner is a line."""


def length(text: str | None, size: float, whole: float | None = None) -> float | None:
    """A length in points; ``size`` is the font size, ``whole`` what a percentage is of. None for none and for ``auto``."""
    match = _LENGTH.fullmatch((text or "").strip())
    if match is None:
        return None
    number, unit = float(match[1]), match[2] or ""
    if unit == "%":
        return None if whole is None else number * whole / 100
    return number * (size if unit == "em" else _POINTS[unit])


def scale_of(style: Mapping[str, str]) -> float:
    """How much larger an element is drawn than its lengths say."""
    match = _MATRIX.search(style.get("transform", ""))
    try:
        return abs(float(match[2])) or 1.0 if match else 1.0
    except ValueError:
        return 1.0


def drawn_rules(style: Mapping[str, str], box: Box, size: float) -> Iterator[Rule]:
    """The lines that a box draws: its borders, and itself where it is filled and thin."""
    width, height = box.x1 - box.x0, box.bottom - box.top
    if min(width, height) <= THIN and max(width, height) > THIN and _filled(style):
        yield Rule(box.x0, box.top, box.x1, box.bottom)
        return
    edges = {
        "top": (box.x0, box.top, box.x1, box.top),
        "bottom": (box.x0, box.bottom, box.x1, box.bottom),
        "left": (box.x0, box.top, box.x0, box.bottom),
        "right": (box.x1, box.top, box.x1, box.bottom),
    }
    for number, side in enumerate(_SIDES):
        x0, top, x1, bottom = edges[side]
        if max(x1 - x0, bottom - top) > 0 and _border(style, side, number, size):
            yield Rule(x0, top, x1, bottom)


def _filled(style: Mapping[str, str]) -> bool:
    colour = style.get("background-color") or style.get("background", "")
    return colour not in _UNSEEN and not colour.startswith("url(")


def _border(style: Mapping[str, str], side: str, number: int, size: float) -> bool:
    """True where a side has a border that is seen."""
    words = f"{style.get('border', '')} {_of_side(style.get('border-style', ''), number)}".split()
    if f"border-{side}" in style:
        words = style[f"border-{side}"].split()
    line = style.get(f"border-{side}-style") or next((w for w in reversed(words) if w in _DRAWN or w in ("none", "hidden")), "none")
    if line not in _DRAWN:
        return False
    stated = style.get(f"border-{side}-width") or _of_side(style.get("border-width", ""), number)
    widths = [w for w in ([stated] if stated else words) if w in _WIDTHS or _LENGTH.fullmatch(w)]
    if f"border-{side}" not in style and not stated and not widths:
        return True
    thick = next((_WIDTHS.get(w) or length(w, size) for w in widths), 2.25)
    return bool(thick)


def _of_side(value: str, number: int) -> str:
    """The one of one to four values that is for a side (top, right, bottom, left)."""
    words = value.split()
    if not words:
        return ""
    return words[number] if number < len(words) else words[number % 2] if len(words) > 1 else words[0]
