"""What must hold of the reading of any text as a target, and of any text as a document, found by random and by guided search.

python -m tests.fuzz.values [--seconds 60] [--text]    guided by coverage, where atheris is installed (pip install atheris)"""

from __future__ import annotations

import argparse
import sys
from datetime import date
from decimal import Decimal

from extract.model import Table
from extract.readers.text import read_text
from mappings import default_mappings
from normalize import read_target
from normalize.values import Target

OPERATORS = frozenset({"ge", "gt", "le", "lt", "eq", "between", "qualitative", "unspecified"})
ALPHABET = (
    "0123456789.,，-~～—%‰≥≤＞<=±×*/第年月日底前后个次元万亿千百十分之零一两二三〇半"
    "不超过低于以上下内外约近至到达率（）()《》；、·①②Ⅳ㎡ \u3000\n²½٣"
)
LONGEST = 400


def check_target(text: str, operator: str | None, unit: str | None, year: int | None, name: str | None) -> None:
    """Reads it and holds it against what is promised; raises AssertionError, or what the reading raises."""
    target = read_target(text, operator, unit, year, name=name)
    assert target == read_target(text, operator, unit, year, name=name), "read another way the second time"
    for one in (target, *target.parts):
        _check(one, text)
    if target.operator == "qualitative" and target.qualitative_text is not None and operator is None:
        assert _letters(target.qualitative_text) <= _letters(text), "words that were not printed"


def _check(target: Target, text: str) -> None:
    assert target.operator in OPERATORS
    for number in (target.value, target.value_high, target.quantity, target.quantity_high):
        assert number is None or (isinstance(number, Decimal) and number.is_finite()), f"{number} is no number"
    if target.operator == "between":
        assert target.value is not None and target.value_high is not None and target.value <= target.value_high
    if target.operator == "qualitative":
        assert target.value is None
    assert target.deadline is None or isinstance(target.deadline, date)
    _check_quantity(target)
    assert all(problem.message for problem in target.problems)


def _check_quantity(target: Target) -> None:
    """The quantity is the value times what one of the printed unit is."""
    entry = default_mappings().units.get(target.unit or "")
    assert target.quantity is None or target.unit_code is not None
    if entry is None or entry.code != target.unit_code:
        return
    for value, quantity in ((target.value, target.quantity), (target.value_high, target.quantity_high)):
        if value is not None and quantity is not None:
            exact = value * entry.factor / entry.divisor
            assert abs(quantity - exact) <= abs(exact) * Decimal("1e-12"), f"{value} {target.unit} is not {quantity}"


def _letters(text: str) -> set[str]:
    return set("".join(text.split()))


def check_text(text: str) -> None:
    """Reads it as a text file: each letter of the text stands in a line or a cell, unless something says that it was taken out."""
    document = read_text(text, "a.txt")
    again = read_text(text, "a.txt")
    assert document == again
    if any(problem.code in ("html-remnants", "cell-joined", "cells-moved") for problem in document.problems):
        return
    blocks = [block for page in document.pages for block in page.blocks]
    seen = "".join("".join(cell.text for cell in b.cells) if isinstance(b, Table) else b.text for b in blocks)
    kept = _letters(seen)
    lost = {letter for letter in _letters(text) - kept if letter.isalnum() and not letter.isascii()}
    assert not lost, f"{''.join(sorted(lost))} is nowhere"


def main(arguments: list[str] | None = None) -> int:
    """Guided by coverage: runs until the time is over, or raises what it has found."""
    parser = argparse.ArgumentParser(prog="tests.fuzz.values", description=__doc__)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--text", action="store_true", help="the text reader in place of the grammar of values")
    options = parser.parse_args(arguments)
    try:
        import atheris
    except ImportError:
        print("atheris is not here: pip install atheris", file=sys.stderr)
        return 4
    with atheris.instrument_imports(include=["normalize", "extract"]):
        import normalize.amounts  # noqa: F401

    def one(data: bytes) -> None:
        given = atheris.FuzzedDataProvider(data)
        if options.text:
            check_text(drawn(given.ConsumeBytes(LONGEST)))
            return
        text = drawn(given.ConsumeBytes(60))
        column = given.PickValueInList([None, None, "≥", "定性", "=", "小于", drawn(given.ConsumeBytes(3))])
        unit = given.PickValueInList([None, None, "%", "万元", drawn(given.ConsumeBytes(3))])
        check_target(text, column, unit, given.PickValueInList([None, 2024]), drawn(given.ConsumeBytes(8)) or None)

    atheris.instrument_all()
    atheris.Setup(["values", f"-max_total_time={options.seconds}", "-max_len=500", "-timeout=10"], one)
    atheris.Fuzz()
    return 0


def drawn(data: bytes) -> str:
    """A text of the letters that targets are made of."""
    return "".join(ALPHABET[byte % len(ALPHABET)] for byte in data)


if __name__ == "__main__":
    sys.exit(main())
