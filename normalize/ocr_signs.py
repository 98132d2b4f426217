"""Recognised targets whose sign, digit or unit recognition is known to misread: a doubt with the candidate, never a silent number."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from extract.declaration import Row
from extract.problem import Problem
from mappings.loader import Mappings
from mappings.ocr import Confusions
from normalize.amounts import warning
from normalize.levels import Levels
from normalize.tokens import fold
from normalize.values import Target, read_target

_NUMBER = r"(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?"
_AFTER_SIGN = re.compile(rf"{_NUMBER}(?![\d〇零一二三四五六七八九十])")
_NO_RATE = re.compile(r"0\d")
_PERCENT = "percent"
_STROKES = re.compile(r"[\dIl|一—~\-]{1,2}")
_STROKE = frozenset("1Il|")
_SIBLINGS = 2
"""Rows that print the fuller sign, so that another row's lesser one is doubtful."""


def doubt_signs(rows: Sequence[Row], targets: Sequence[Target], mappings: Mappings) -> list[Target]:
    """The targets of one declaration's recognised rows, those that are likely misread without their number and with the doubt.

    Rows of confidence 1 were not recognised and stay as they are."""
    counts: Counter[str] = Counter(target.operator for target in targets)
    return [_doubted(row, target, counts, mappings) if row.confidence < 1 else target for row, target in zip(rows, targets, strict=True)]


def _doubted(row: Row, target: Target, counts: Counter[str], mappings: Mappings) -> Target:
    known = mappings.confusions
    text = fold(row.value_text or "")
    if candidate := _lost_sign(text, target, known):
        return _without_number(target, warning("ocr-sign-lost", f"{text} was recognised; what was printed may be {candidate}"))
    if candidate := _letter_among_digits(text, target, mappings):
        return _without_number(target, warning("ocr-digit-doubtful", f"{text} was recognised; what was printed may be {candidate}"))
    if candidate := _odd_unit(text, known):
        return _without_number(target, warning("ocr-unit-doubtful", f"{text} was recognised; what was printed may be {candidate}"))
    column = fold(row.operator_text or "")
    doubts = [*_column_doubt(column, known), *_lesser_sign(text, row, target, counts, known), *_stroke(text, column, target)]
    return replace(target, problems=(*target.problems, *doubts)) if doubts else target


def doubt_row(row: Row, levels: Levels) -> list[Problem]:
    """Doubts about the words of a recognised row: levels that are none, and a name that is rather the stroke of a blank cell."""
    if row.confidence == 1:
        return []
    doubts = [warning("ocr-level-doubtful", p.message) for p in levels.problems if p.code == "unknown-level"]
    if row.level3 and _STROKES.fullmatch(fold(row.level3)):
        doubts.append(warning("ocr-name-doubtful", f"{row.level3} was recognised as a name; what was printed may be / or -"))
    return doubts


def _without_number(target: Target, problem: Problem) -> Target:
    """The target with its words and its unit, but nothing that compares."""
    return replace(
        target,
        operator="unspecified",
        value=None,
        value_high=None,
        quantity=None,
        quantity_high=None,
        problems=(*target.problems, problem),
    )


def _lost_sign(text: str, target: Target, known: Confusions) -> str | None:
    """≥90% for 二90%, and for 290% where the rate would be impossible; a year as 二0二六年 is none."""
    printed = known.sign.get(text[:1])
    match = _AFTER_SIGN.match(text, 1)
    if printed is None or match is None:
        return None
    if text[0].isdigit() and not _is_impossible(text, match, target):
        return None
    return printed + text[1:]


def _is_impossible(text: str, match: re.Match[str], target: Target) -> bool:
    """True for a bare rate over 100 % whose first digit stands before a rate that is none: 292%, 2100%; not 200%, 150%."""
    if target.unit_code != _PERCENT or target.operator != "unspecified" or target.value is None or target.value_high is not None:
        return False
    rest = Decimal(match.group().replace(",", ""))
    return target.value > 100 and 0 < rest <= 100 and not _NO_RATE.match(text, 1)


def _letter_among_digits(text: str, target: Target, mappings: Mappings) -> str | None:
    """90% for 9O%, where a digit instead of the letter makes the cell a plain amount, and another one than was read."""
    digits = mappings.confusions.digit
    letters = "".join(re.escape(letter) for letter in digits)
    mixed = re.compile(rf"(?<![A-Za-z])(?=[\d.]*[{letters}])(?=[{letters}]*\d)[\d.{letters}]+(?![A-Za-z])")
    candidate = mixed.sub(lambda found: "".join(digits.get(char, char) for char in found.group()), text)
    if candidate == text:
        return None
    read = read_target(candidate, mappings=mappings)
    plain = read.value is not None and (read.unit_code is not None or candidate.lstrip("≥≤<>=")[-1:].isdigit())
    doubtful = any(p.severity == "warning" for p in read.problems)
    return candidate if plain and not doubtful and read.value != target.value else None


def _odd_unit(text: str, known: Confusions) -> str | None:
    """5‰ for 5%o."""
    for read, printed in known.unit.items():
        match = re.search(rf"(?<=\d){re.escape(read)}(?![\dA-Za-z])", text)
        if match:
            return text[: match.start()] + printed + text[match.end() :]
    return None


def _column_doubt(operator: str, known: Confusions) -> list[Problem]:
    """A sign in the operator column that is none: 2, 二, 之."""
    printed = known.column.get(operator) or known.sign.get(operator)
    return [warning("ocr-sign-lost", f"{operator} was recognised as operator; what was printed may be {printed}")] if printed else []


def _stroke(text: str, operator: str, target: Target) -> list[Problem]:
    """A lone stroke, with nothing that it would count or compare."""
    if text not in _STROKE or operator or target.unit is not None:
        return []
    return [warning("ocr-digit-doubtful", f"{text} alone was recognised; what was printed may be /")]


def _lesser_sign(text: str, row: Row, target: Target, counts: Counter[str], known: Confusions) -> list[Problem]:
    """A > where nearly all other rows of the form print ≥."""
    sign = next((s for s in (text[:1], fold(row.operator_text or "")) if s in known.beside), None)
    fuller = {"gt": "ge", "lt": "le"}.get(target.operator)
    if sign is None or fuller is None or counts[fuller] < _SIBLINGS or counts[target.operator] >= counts[fuller]:
        return []
    return [warning("ocr-sign-doubtful", f"{sign} was recognised where other rows print {known.beside[sign]}")]
