"""Signs that stand alone in a cell, told by their shape: alone they have nothing by which the recogniser could know their size."""

from __future__ import annotations

import numpy as np

from extract.arrays import Bools, Floats

MISREAD = {
    "-": frozenset(("", "-", "·", "•", "。", "“", "二", "=", "一", ".", "、", "e", "a", "à", "*")),
    "/": frozenset(("", "1", "I", "l", "|", "i", "!", "/", "丿")),
    "=": frozenset(("", "二", "=", "日", "ニ", "-", "＝")),
    "≥": frozenset(("", "Z", "z", "2", "N", ">", "≥", "二", "Ζ", "≧")),
    "≤": frozenset(("", "S", "s", "<", "≤", "5", "≦", "二", "≦")),
}
"""What the recogniser makes of the sign that has this shape; where it read something else the shape decides nothing."""

HYPHEN_WIDTH, HYPHEN_HEIGHT = 0.7, 0.2
"""Glyph sizes that a hyphen has at most; 一 is wider."""

LEAN = (0.2, 0.75)
"""How far a slash leans to the right, as a share of its height; an upright 1 does not lean."""


def sign_of(ink: Bools, size: float, read: str) -> str | None:
    """The sign that the ink of a line of one character shows, if the recogniser's reading is a misreading of it.

    ``ink`` is cut close around it, ``size`` the glyph size in pixels."""
    for sign, matches in (("-", _is_hyphen), ("/", _is_slash), ("=", _is_equal), ("≥", _is_at_least), ("≤", _is_at_most)):
        if read in MISREAD[sign] and matches(ink, size):
            return sign
    return None


def _is_hyphen(ink: Bools, size: float) -> bool:
    height, width = ink.shape
    small = width <= HYPHEN_WIDTH * size and height <= max(2, HYPHEN_HEIGHT * size)
    return small and bool(width >= 1.8 * height) and float(ink.mean()) > 0.7


def _is_slash(ink: Bools, size: float) -> bool:
    height, width = ink.shape
    if height < 0.5 * size or not LEAN[0] * height <= width <= LEAN[1] * height + 2 or not ink.any(axis=1).all():
        return False
    middles, widths = _middles(ink), ink.sum(axis=1)
    rows = np.arange(height)
    slope, start = map(float, np.polyfit(rows, middles, 1))
    apart = float(np.abs(middles - (slope * rows + start)).max())
    return -LEAN[1] <= slope <= -LEAN[0] and apart <= max(1.0, 0.06 * height) and float(widths.max()) <= 0.3 * height + 1


def _is_equal(ink: Bools, size: float) -> bool:
    """Two bars of one width with blank between; those of 二 differ, and it is as wide as a glyph."""
    bars = _bars(ink)
    if ink.shape[1] > HYPHEN_WIDTH * size or len(bars) != 2:
        return False
    widths = [int(np.flatnonzero(ink[a:b].any(axis=0))[-1] - np.flatnonzero(ink[a:b].any(axis=0))[0] + 1) for a, b in bars]
    return min(widths) >= 0.85 * max(widths) and all(b - a <= 0.4 * ink.shape[1] + 1 for a, b in bars)


def _is_at_least(ink: Bools, size: float) -> bool:
    """A bar below, and above it an angle that opens to the left: nothing at its top right, as Z and 2 have."""
    height, width = ink.shape
    if height < 0.4 * size or not 0.5 <= width / height <= 1.3:
        return False
    angle = _angle(ink)
    if angle is None:
        return False
    top, middle, low = (_middles(part).mean() / width for part in angle)
    opens = float(top) < 0.4 and float(middle) > 0.6 and float(low) < 0.45
    return opens and _reach(ink[-max(1, height // 6) :]) >= 0.7


def _is_at_most(ink: Bools, size: float) -> bool:
    return _is_at_least(ink[:, ::-1], size)


def _angle(ink: Bools) -> tuple[Bools, Bools, Bools] | None:
    """Its top, its point and its lower end, without the bar under it; None where one of them is blank."""
    height = ink.shape[0]
    top, point, low = (
        ink[: max(1, round(0.12 * height))],
        ink[round(0.28 * height) : round(0.42 * height)],
        ink[round(0.58 * height) : round(0.7 * height)],
    )
    return (top, point, low) if all(part.any(axis=1).any() for part in (top, point, low)) else None


def _middles(ink: Bools) -> Floats:
    """The middle of the ink of each row that has some."""
    columns = np.arange(ink.shape[1])
    rows = ink[ink.any(axis=1)]
    return np.asarray((rows * columns).sum(axis=1) / rows.sum(axis=1), np.float64)


def _bars(ink: Bools) -> list[tuple[int, int]]:
    """First and last row (not included) of each run of rows with ink."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], ink.any(axis=1), [False])).astype(np.int8)))
    return [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]


def _reach(ink: Bools) -> float:
    """The share of the width from the first to the last column with ink."""
    columns = np.flatnonzero(ink.any(axis=0))
    return float((columns[-1] - columns[0] + 1) / ink.shape[1]) if len(columns) else 0.0
