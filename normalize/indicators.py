"""Indicator rows as records: the printed row, its target read, its levels and name mapped, its place."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from extract.declaration import Row
from extract.problem import Problem
from normalize.levels import Levels
from normalize.money import read_points
from normalize.origin import place_columns
from normalize.record import Record
from normalize.values import Target

SURE = 0.95
"""Confidence of a row below which a person should look at it. Measured with bench/scans.py on the corpus' forms: the share of rows
below 0.90, 0.95 and 0.98, and that of all wrong fields of rows in them: 200 dpi 1, 6, 8 % with 100 % each; 150 dpi 1, 9, 13 % with
100 % each; photographs 1, 4, 8 % with 0, 60, 60 %; sealed 2, 5, 11 % with 17, 50, 67 %. What else is wrong is known by its form
(ocr_signs) or is a row that is missing. Text dumps, whose rows have at most 0.8, are below any of them."""
_PRINTED = (
    "level1", "level2", "level3", "target_text", "explanation", "scoring_rule", "basis", "remark", "history", "achieved_text", "deviation",
)  # fmt: skip


def row_record(row: Row, target: Target, levels: Levels, doubts: Sequence[Problem] = ()) -> tuple[Record, list[Problem]]:
    """All columns of the row but its identity, the declaration's and the mapped ones, and the doubts about it, with those that
    are given."""
    weight, weight_problem = read_points(row.weight, "weight")
    score, score_problem = read_points(row.score, "score")
    points = [p for p in (weight_problem, score_problem) if p is not None]
    problems = [*target.problems, *levels.problems, *points, *doubts]
    record = {
        "horizon": row.horizon,
        **{name: getattr(row, name) for name in _PRINTED},
        "weight": _number(weight),
        "score": _number(score),
        **_target_columns(target),
        "level1_code": levels.level1_code,
        "level2_code": levels.level2_code,
        "legacy_layout": levels.legacy_layout,
        "read_review": _read_review(row, levels, problems),
        **place_columns(row.places),
        "confidence": row.confidence,
        "repairs": "; ".join((*row.repairs, *levels.repairs)) or None,
    }
    return record, problems


def _read_review(row: Row, levels: Levels, problems: list[Problem]) -> bool:
    return bool(levels.repairs) or row.confidence < SURE or any(p.severity != "info" for p in problems)


def _target_columns(target: Target) -> Record:
    return {
        "operator": target.operator,
        "value": _number(target.value),
        "value_high": _number(target.value_high),
        "unit": target.unit,
        "unit_source": target.unit_source,
        "unit_code": target.unit_code,
        "quantity": _number(target.quantity),
        "quantity_high": _number(target.quantity_high),
        "dimension": target.dimension,
        "qualitative_text": target.qualitative_text,
        "deadline": target.deadline,
    }


def _number(value: Decimal | None) -> float | None:
    return None if value is None else float(value)
