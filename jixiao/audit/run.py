"""Applies the rules that are on to forms, and makes findings of their verdicts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias, cast

from jixiao.audit.model import (
    Agrees,
    Finding,
    Form,
    FormTest,
    Found,
    GroupTest,
    NotChecked,
    Params,
    Report,
    RowTest,
    Rule,
    Severity,
    Tally,
    Verdict,
    finding_id,
    spot_of,
)
from jixiao.audit.reading import fold
from jixiao.audit.rules import RULES
from mappings.loader import MappingError
from mappings.rules import RuleSetting
from normalize.record import Record

GroupKey: TypeAlias = tuple[str, str]
_GROUP_FACTS = "total"
_BRIEF = (
    *("declaration_id", "document_id", "source_name", "declaration_index", "city", "fiscal_year", "organization", "subject"),
    *("form", "title", "total_wan", "pages"),
)


@dataclass(frozen=True, slots=True)
class Setting:
    """A rule that is on, with its severity and its words."""

    rule: Rule
    severity: Severity
    params: Params


def settings_of(table: Mapping[str, RuleSetting], only: Iterable[str] = ()) -> tuple[Setting, ...]:
    """The rules that are on in rules.csv, in their order; with ``only`` just those, on or off. Raises MappingError for a rule
    that the table does not have, or has and nobody knows."""
    codes = {rule.code for rule in RULES}
    if codes != table.keys():
        raise MappingError(f"rules.csv: {', '.join(sorted(codes ^ table.keys()))}: in the table or among the rules, but not in both")
    wanted = set(only) or {code for code, setting in table.items() if setting.on}
    chosen = [(rule, table[rule.code]) for rule in RULES if rule.code in wanted]
    return tuple(Setting(rule, cast("Severity", setting.severity), setting.parameters) for rule, setting in chosen)


def forms_of(tables: Mapping[str, Iterable[Record]]) -> list[Form]:
    """The forms that the rows of the tables make, in the order of their declarations."""
    forms = {row["declaration_id"]: Form(row) for row in tables["declarations"]}
    for name in ("indicators", "facts", "amounts", "goals"):
        for row in tables.get(name, ()):
            form = forms.get(row["declaration_id"])
            if form is not None:
                getattr(form, name).append(row)
    return list(forms.values())


def audit_forms(forms: Iterable[Form], settings: Sequence[Setting]) -> Report:
    """What the rules for rows and for single forms see."""
    report = _blank(settings)
    tests = [setting for setting in settings if setting.rule.scope == "row"]
    whole = [setting for setting in settings if setting.rule.scope == "form"]
    for form in forms:
        head = _brief(form.declaration)
        for setting in whole:
            for verdict in cast("FormTest", setting.rule.test)(form, setting.params):
                _take(report, setting, verdict, head)
        for setting in tests:
            _rows(report, setting, form, head)
    return report


def _rows(report: Report, setting: Setting, form: Form, head: Record) -> None:
    test, params, agreed = cast("RowTest", setting.rule.test), setting.params, 0
    for row in form.indicators:
        verdict = test(row, form, params)
        if verdict is None:
            continue
        if isinstance(verdict, Agrees):
            agreed += 1
        else:
            _take(report, setting, verdict, head)
    report.tallies[setting.rule.code].agreed += agreed


def audit_groups(groups: Iterable[list[Form]], settings: Sequence[Setting]) -> Report:
    """What the rules across forms see in groups of several."""
    report = _blank(settings)
    for group in groups:
        for setting in settings:
            if setting.rule.scope == "group" and len(group) > 1:
                for verdict in cast("GroupTest", setting.rule.test)(group, setting.params):
                    _take(report, setting, verdict, group[0].declaration)
    return report


def by_group(forms: Iterable[Form]) -> dict[GroupKey, list[Form]]:
    """The forms of one organization and year together; those of one source, where no organization or year is known."""
    groups: dict[GroupKey, list[Form]] = defaultdict(list)
    for form in forms:
        head = form.declaration
        groups[fold(head["organization"]) or head["document_id"], str(head["fiscal_year"] or head["document_id"])].append(for_groups(form))
    return groups


def for_groups(form: Form) -> Form:
    """The form without what no rule across forms looks at."""
    facts = [fact for fact in form.facts if fact["name"] == _GROUP_FACTS]
    return replace(form, declaration=_brief(form.declaration), indicators=[], facts=facts)


def _brief(declaration: Record) -> Record:
    """What a finding says of a declaration: the memory of a large audit is made of these."""
    return {name: declaration[name] for name in _BRIEF}


def _blank(settings: Sequence[Setting]) -> Report:
    return Report(tallies={setting.rule.code: Tally() for setting in settings})


def _take(report: Report, setting: Setting, verdict: Verdict, declaration: Record) -> None:
    tally = report.tallies[setting.rule.code]
    if isinstance(verdict, Agrees):
        tally.agreed += 1
        return
    spots = tuple(spot_of(row) for row in verdict.rows)
    if isinstance(verdict, Found):
        tally.found += 1
        name = finding_id(setting.rule.code, verdict.figures, spots)
        report.findings.append(Finding(name, setting.rule.code, setting.severity, verdict.message, verdict.figures, spots, declaration))
    else:
        tally.not_checked[verdict.why] += 1
        report.not_checked.append(NotChecked(setting.rule.code, verdict.why, verdict.detail, spots, declaration))
