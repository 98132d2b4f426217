"""Column numbers <-> the letters of a cell address (3 <-> C)."""

from __future__ import annotations


def column_name(column: int) -> str:
    """The letters of a column counted from 1."""
    name = ""
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


def column_number(reference: str) -> int:
    """The number, counted from 1, of the column that a reference begins with; 0 where it begins with no letter."""
    column = 0
    for letter in reference:
        if not letter.isalpha():
            break
        column = column * 26 + ord(letter.upper()) - 64
    return column
