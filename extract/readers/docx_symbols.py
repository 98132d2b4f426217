"""Codes of the symbol fonts -> the characters that they look like: check boxes, ticks, comparison signs."""

from __future__ import annotations

# Code points of the symbol fonts (the font's own, also kept at U+F0xx) that forms use as check boxes and marks.
_WINGDINGS = {
    0x6E: "■", 0x6F: "□", 0x71: "□", 0x72: "□", 0x6C: "●", 0xA1: "○", 0xA8: "□", 0xFB: "☒", 0xFC: "√", 0xFD: "☒", 0xFE: "☑",
    0x78: "☒", 0xA7: "■", 0xE0: "→",
}  # fmt: skip
_WINGDINGS2 = {0x50: "√", 0x51: "☒", 0x52: "☑", 0x53: "☒", 0x54: "☒", 0xA2: "■", 0xA3: "□", 0x30: "□", 0x2A: "□", 0x97: "●"}
_SYMBOL = {
    0xB3: "≥", 0xA3: "≤", 0xB9: "≠", 0xBB: "≈", 0xB1: "±", 0xB4: "×", 0xB8: "÷", 0xA5: "∞", 0xB0: "°", 0x25: "%", 0x3D: "=",
    0x3E: ">", 0x3C: "<", 0x2B: "+", 0x2D: "−", 0xB7: "·", 0xD7: "·", 0xE5: "∑",
}  # fmt: skip
_SYMBOL_FONTS = {"wingdings": _WINGDINGS, "wingdings 2": _WINGDINGS2, "symbol": _SYMBOL}


def is_symbol_font(name: str) -> bool:
    """True for a font whose ordinary letters are drawn as signs."""
    return name.strip().lower() in _SYMBOL_FONTS


def symbol_text(code: int, font: str) -> str | None:
    """What a code of a symbol font looks like, None where it is not known."""
    known = _SYMBOL_FONTS.get(font.strip().lower())
    if known is None:
        return None if 0xE000 <= code < 0xF900 else chr(code)
    return known.get(code - 0xF000 if code >= 0xF000 else code)
