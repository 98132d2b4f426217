"""Audits a dataset shard by shard, or files that were just converted, and puts what was seen together."""

from __future__ import annotations

import gc
import pickle
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeAlias

import pyarrow.parquet as pq

from jixiao.audit.model import SEVERITIES, Finding, Form, Report
from jixiao.audit.run import GroupKey, Setting, audit_forms, audit_groups, by_group, forms_of, settings_of
from jixiao.outcome import Outcome
from jixiao.shards import check_shape, of_documents, read_shard, shard_path, shards_of
from mappings.loader import Mappings
from normalize.record import TABLES, Record

_TABLES = ("declarations", "indicators", "facts", "amounts", "goals")
# Columns of indicators that no rule and no place needs: reading them would cost half of the time.
_NOT_READ = frozenset(
    {"city", "fiscal_year", "organization", "subject", "unit_source", "remark", "deviation", "qualitative_text", "legacy_layout"}
    | {"indicator_code", "indicator_name", "match_score", "match_method", "match_candidates", "table_index"}
)
_FEW_SHARDS = 8
Packed: TypeAlias = dict[GroupKey, bytes]
"""Forms by organization and year, packed: those of a large dataset would not fit into memory side by side."""


@dataclass(frozen=True, slots=True)
class Selection:
    """Which declarations are audited: those of these cities (with or without 市) and fiscal years; all where none is given."""

    cities: tuple[str, ...] = ()
    years: tuple[int, ...] = ()

    def takes(self, declaration: Record) -> bool:
        city = (declaration["city"] or "").removesuffix("市")
        named = not self.cities or city in {name.removesuffix("市") for name in self.cities}
        return named and (not self.years or declaration["fiscal_year"] in self.years)


def audit_outcomes(outcomes: Iterable[Outcome], settings: Sequence[Setting], selection: Selection = Selection()) -> Report:
    """What an audit of converted sources sees, those of one organization and year side by side."""
    forms = [form for outcome in outcomes for form in _forms(outcome.records.tables, selection)]
    report = audit_forms(forms, settings)
    report.add(audit_groups(by_group(forms).values(), settings))
    return put_in_order(report)


def audit_dataset(
    dataset: Path, mappings: Mappings, rules: Sequence[str] = (), selection: Selection = Selection(), jobs: int = 1
) -> Report:
    """What an audit of a dataset sees. Raises UnreadableError for a shard that cannot be read."""
    settings = settings_of(mappings.rules, rules)
    report = audit_forms((), settings)
    groups: dict[GroupKey, list[bytes]] = defaultdict(list)
    for part, packed in _shards(dataset, mappings, tuple(rules), selection, jobs):
        report.add(part)
        for key, forms in packed.items():
            groups[key].append(forms)
    report.add(audit_groups((_unpacked(groups[key]) for key in sorted(groups)), settings))
    return put_in_order(report)


def _unpacked(parts: Iterable[bytes]) -> list[Form]:
    return [form for part in parts for form in pickle.loads(part)]


def _shards(dataset: Path, mappings: Mappings, rules: tuple[str, ...], selection: Selection, jobs: int) -> Iterator[tuple[Report, Packed]]:
    """Report and packed forms of each shard, in order, by as many processes as there are jobs."""
    work = [(dataset, shard, mappings, rules, selection) for shard in shards_of(dataset, "documents")]
    if jobs == 1 or len(work) < _FEW_SHARDS:
        yield from map(_shard, work)
        return
    with ProcessPoolExecutor(jobs, initializer=gc.disable) as pool:  # rows make no circles, and looking for some takes long
        yield from pool.map(_shard, work, chunksize=2)


def _shard(work: tuple[Path, str, Mappings, tuple[str, ...], Selection]) -> tuple[Report, Packed]:
    dataset, shard, mappings, rules, selection = work
    settings = settings_of(mappings.rules, rules)
    forms = _forms(_rows_of(dataset, shard), selection)
    grouped = any(setting.rule.scope == "group" for setting in settings)
    groups = by_group(forms) if grouped else {}
    return audit_forms(forms, settings), {key: pickle.dumps(group, pickle.HIGHEST_PROTOCOL) for key, group in groups.items()}


def _rows_of(dataset: Path, shard: str) -> dict[str, list[Record]]:
    documents = read_shard(dataset, "documents", shard)["document_id"].to_pylist()
    return {table: _rows(dataset, table, shard, documents) for table in _TABLES}


def _rows(dataset: Path, table: str, shard: str, documents: Iterable[str]) -> list[Record]:
    path = shard_path(dataset, table, shard)
    if not path.exists():
        return []
    check_shape(path, table)
    columns = [column.name for column in TABLES[table] if table != "indicators" or column.name not in _NOT_READ]
    with pq.ParquetFile(path) as file:
        rows: list[Record] = of_documents(file.read(columns=columns), documents).to_pylist()
    return rows


def _forms(tables: Mapping[str, Iterable[Any]], selection: Selection) -> list[Form]:
    return [form for form in forms_of(tables) if selection.takes(form.declaration)]


def put_in_order(report: Report) -> Report:
    """The report with findings in the order of their sources, those of one name made one."""
    merged: dict[str, Finding] = {}
    for finding in report.findings:
        same = merged.get(finding.finding_id)
        merged[finding.finding_id] = replace(same, spots=same.spots + finding.spots) if same else finding
    found = Counter(finding.rule for finding in merged.values())
    for code, tally in report.tallies.items():
        tally.found = found[code]
    report.findings = sorted(merged.values(), key=_order)
    report.not_checked.sort(
        key=lambda one: (one.declaration["source_name"], one.declaration["declaration_id"], one.rule, one.why, one.detail)
    )
    return report


def _order(finding: Finding) -> tuple[object, ...]:
    head = finding.declaration
    place = (head["source_name"], head["document_id"], SEVERITIES.index(finding.severity), head["declaration_index"])
    return (*place, finding.rule, finding.spots[0].row_index or 0 if finding.spots else 0, finding.finding_id)
