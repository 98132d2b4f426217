"""Cases of the audit: forms as printed, and by hand what each rule must say of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, cast

import yaml

from jixiao.audit.model import Agrees, Form, Found, Unchecked, Verdict
from jixiao.audit.rules import RULES
from mappings.loader import default_mappings
from normalize.levels import read_levels
from normalize.money import read_money, read_share
from normalize.record import TABLES, Record
from normalize.values import read_target

CASES = Path(__file__).parents[2] / "cases" / "audit"
BY_CODE = {rule.code: rule for rule in RULES}
IDENTITY = {"document_id": "ab" * 32, "source_name": "form.pdf", "declaration_index": 0}


@dataclass(frozen=True)
class Case:
    """One case: ``found`` are pieces of the messages in order, ``agreed`` how many checks agree, ``not_checked`` pieces of the reasons."""

    file: str
    name: str
    rule: str
    forms: tuple[Form, ...]
    found: tuple[str, ...]
    agreed: int
    not_checked: tuple[str, ...]

    @property
    def id(self) -> str:
        return f"{self.rule}: {self.name}"


def blank(table: str) -> Record:
    return dict.fromkeys(column.name for column in TABLES[table])


@cache
def cases() -> tuple[Case, ...]:
    return tuple(_case(path.stem, raw) for path in sorted(CASES.glob("*.yml")) for raw in yaml.safe_load(path.read_text(encoding="utf-8")))


def _case(file: str, raw: dict[str, Any]) -> Case:
    raw = dict(raw)
    name, rule = raw.pop("name"), raw.pop("rule")
    found, agreed, rest = raw.pop("found", ()), raw.pop("agreed", 0), raw.pop("not_checked", ())
    forms = raw.pop("forms", None) or [{key: raw.pop(key) for key in ("form", "facts", "amounts", "goals", "rows") if key in raw}]
    assert not raw, f"{name}: unknown keys {sorted(raw)}"
    return Case(file, name, rule, tuple(form_of(one, index) for index, one in enumerate(forms)), tuple(found), agreed, tuple(rest))


def form_of(raw: dict[str, Any], index: int = 0) -> Form:
    """The form with rows as a dataset holds them: targets and sums of money read as they are anywhere."""
    head = {"fiscal_year": 2024, "fiscal_year_basis": "printed", "form": "project", "organization": "市某局", "subject": "某项目"}
    caption = raw.get("form", {}).pop("caption", None) if "form" in raw else None
    identity = IDENTITY | {"declaration_index": index, "declaration_id": f"{IDENTITY['document_id']}:{index}"}
    facts = [
        blank("facts") | identity | {"name": name, "label": label, "text": text, "page": 1} for name, label, text in raw.get("facts", ())
    ]
    total = next((fact for fact in facts if fact["name"] == "total"), None)
    if total is not None:
        wan = read_money(total["text"], total["label"], caption).wan
        head["total_wan"] = cast("str", float(wan)) if wan is not None else cast("str", None)
    declaration = blank("declarations") | identity | head | raw.get("form", {})
    rows = [_row(row, number, identity, declaration) for number, row in enumerate(raw.get("rows", ()))]
    goals = [blank("goals") | identity | {"horizon": "annual", "label": "年度目标", "text": text} for text in raw.get("goals", ())]
    return Form(declaration, rows, facts, [_amount(row, identity) for row in raw.get("amounts", ())], goals)


def _amount(raw: list[Any], identity: Record) -> Record:
    kind, item, period, text, *share = raw
    wan = read_money(None if kind == "payout" else text, "万元").wan
    ratio = read_share(share[0] if share else text if kind == "payout" else None)[0]
    read = {"value_wan": None if wan is None else float(wan), "share": None if ratio is None else float(ratio)}
    return blank("amounts") | identity | {"kind": kind, "item": item, "period": period, "text": text} | read


def _row(raw: list[Any], number: int, identity: Record, declaration: Record) -> Record:
    level1, level2, level3, text, *more = raw
    extra = dict(more[0]) if more else {}
    target = read_target(text, None, extra.pop("unit_text", None), declaration["fiscal_year"], name=level3)
    levels = read_levels(level1, level2, default_mappings().levels)
    read = {name: getattr(target, name) for name in ("operator", "unit", "unit_code", "dimension", "deadline", "qualitative_text")} | {
        name: _float(getattr(target, name)) for name in ("value", "value_high", "quantity", "quantity_high")
    }
    row = blank("indicators") | identity | read | {
        "row_index": number, "horizon": "annual", "level1": level1, "level2": level2, "level3": level3, "target_text": text,
        "level1_code": levels.level1_code, "level2_code": levels.level2_code, "confidence": 1.0, "needs_review": False,
        "repairs": "; ".join(levels.repairs) or None, "page": 1,
    }  # fmt: skip
    assert extra.keys() <= row.keys(), f"unknown columns {sorted(extra.keys() - row.keys())}"
    return row | {name: _date(value) for name, value in extra.items()}


def _float(value: Any) -> float | None:
    return None if value is None else float(value)


def _date(value: Any) -> Any:
    return date(value.year, value.month, value.day) if isinstance(value, date) else value


def verdicts(case: Case) -> list[Verdict]:
    """What the rule of a case says of its forms."""
    rule = BY_CODE[case.rule]
    params = default_mappings().rules[case.rule].parameters
    test = cast("Callable[..., Any]", rule.test)
    if rule.scope == "group":
        return list(test(list(case.forms), params))
    if rule.scope == "form":
        return [verdict for form in case.forms for verdict in test(form, params)]
    seen = [test(row, form, params) for form in case.forms for row in form.indicators]
    return [verdict for verdict in seen if verdict is not None]


def difference(case: Case) -> str | None:
    """What is not as the case wants it; None where all is."""
    seen = verdicts(case)
    found = [verdict.message for verdict in seen if isinstance(verdict, Found)]
    whys = [f"{verdict.why}: {verdict.detail}" for verdict in seen if isinstance(verdict, Unchecked)]
    agreed = sum(isinstance(verdict, Agrees) for verdict in seen)
    if len(found) != len(case.found) or any(piece not in message for piece, message in zip(case.found, found, strict=True)):
        return f"found {found}, not {list(case.found)}"
    if agreed != case.agreed:
        return f"{agreed} checks agree, not {case.agreed}"
    if len(whys) != len(case.not_checked) or any(piece not in why for piece, why in zip(case.not_checked, whys, strict=True)):
        return f"not checked {whys}, not {list(case.not_checked)}"
    return None
