"""How well names are mapped, measured on labelled ones, beside plain edit distance and TF-IDF."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from extract.problem import UsageError
from jixiao.taxonomy_peers import PEERS, peer_answers
from mappings.loader import Mappings, read_rows
from normalize.taxonomy import Match, Query, level_code, match_names

BINS = (0.0, 0.5, 0.8, 0.85, 0.9, 0.95, 1.01)
PRECISIONS = (0.95, 0.98)
LABEL_COLUMNS = ("name", "level2", "unit", "code", "accept", "sector")
LEVELS = ("B", "C", "P1", "P2", "P3", "S")
BEGIN, END = "<!-- taxonomy evaluate: begin -->", "<!-- taxonomy evaluate: end -->"


@dataclass(frozen=True, slots=True)
class Label:
    """A name that a reader labelled: the codes that are right, of which None stands for none."""

    query: Query
    right: frozenset[str | None]
    level: str | None
    source: str
    sector: str = ""

    @property
    def outside(self) -> bool:
        return self.right == {None}


@dataclass(frozen=True, slots=True)
class Answer:
    """What a matcher said of a label: candidates with the best first, the score of the best, whether it was accepted."""

    label: Label
    codes: tuple[str, ...]
    score: float
    accepted: str | None = None


@dataclass(frozen=True)
class Figures:
    """Answers to all labels, of the matcher and of its peers by name."""

    ours: list[Answer]
    peers: dict[str, list[Answer]]
    knowledge: Mappings


def read_labels(path: Path, knowledge: Mappings) -> list[Label]:
    """The labelled names of a table (LABEL_COLUMNS) or of a YAML file with the same fields. Raises MappingError where a table is
    not sorted and unique, UsageError where PyYAML is not installed."""
    if path.suffix == ".csv":
        return [_label(_entry(row), knowledge) for row in read_rows(path, LABEL_COLUMNS, LABEL_COLUMNS[:3], ("level2", "unit", "accept"))]
    try:
        import yaml
    except ImportError as error:
        raise UsageError("Labelled names are YAML, and PyYAML is not here.", "pip install pyyaml") from error
    entries = yaml.load(path.read_text(encoding="utf-8"), getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    return [_label(entry, knowledge) for entry in (entries.values() if isinstance(entries, dict) else entries)]


def _entry(row: Mapping[str, str]) -> dict[str, Any]:
    return {**{field: value for field, value in row.items() if value}, "accept": row["accept"].split(), "source": "knowledge"}


def _label(entry: dict[str, Any], knowledge: Mappings) -> Label:
    said = [entry["code"], *entry.get("accept", ())]
    query = Query(str(entry["name"]), entry.get("level2"), entry.get("unit"))
    right = frozenset(None if code == "none" else str(code) for code in said)
    return Label(query, right, level_code(query.level2, knowledge), str(entry.get("source", "")), str(entry.get("sector", "")))


def measure(labels: Path, knowledge: Mappings) -> Figures:
    """The answers of the matcher and of its peers to all labels of a file."""
    read = read_labels(labels, knowledge)
    ours = _answers(read, knowledge)
    peers = {}
    for name in PEERS:
        found = peer_answers(name, [label.query.name for label in read], knowledge)
        peers[name] = [Answer(label, tuple(codes), score) for label, (codes, score) in zip(read, found, strict=True)]
    return Figures(ours, peers, knowledge)


def _answers(labels: Sequence[Label], knowledge: Mappings) -> list[Answer]:
    matches = match_names([label.query for label in labels], mappings=knowledge)
    return [_answer(label, match) for label, match in zip(labels, matches, strict=True)]


def _answer(label: Label, match: Match) -> Answer:
    accepted = None if match.needs_review else match.code
    return Answer(label, tuple(c.code for c in match.candidates), match.score or 0.0, accepted)


def is_right(code: str, label: Label, knowledge: Mappings) -> bool:
    """True where the code is one that is right, or a wider concept of one."""
    return exactly(code, label) or any(
        right is not None and code in knowledge.taxonomy.ancestors(right) for right in label.right
    )  # fmt: skip


def exactly(code: str, label: Label) -> bool:
    """True where the code itself is one that is right."""
    return code in label.right


def coverage_at(answers: Sequence[Answer], precision: float, knowledge: Mappings) -> float:
    """The largest share of labelled names (those outside apart) that a score can accept with at least this precision
    over all it accepts."""
    ranked = sorted((a for a in answers if a.codes), key=lambda a: -a.score)
    inside = sum(not a.label.outside for a in answers)
    good = best = 0
    for taken, answer in enumerate(ranked, 1):
        good += is_right(answer.codes[0], answer.label, knowledge)
        last = taken == len(ranked) or ranked[taken].score < answer.score
        if last and good / taken >= precision:
            best = sum(not a.label.outside for a in ranked[:taken])
    return best / inside if inside else 0.0


def top(answers: Sequence[Answer], places: int, knowledge: Mappings) -> float:
    """The share of names inside of which one of the first candidates is right."""
    inside = [a for a in answers if not a.label.outside]
    hits = sum(any(is_right(code, a.label, knowledge) for code in a.codes[:places]) for a in inside)
    return hits / len(inside) if inside else 0.0


def page_text(figures: Figures) -> str:
    """The figures as tables in Markdown."""
    return "\n\n".join([_summary(figures), _by_source(figures), _compared(figures), _reliability(figures), _by_level(figures)])


def _summary(figures: Figures) -> str:
    ours, knowledge = figures.ours, figures.knowledge
    inside = [a for a in ours if not a.label.outside]
    outside = [a for a in ours if a.label.outside]
    plain = [a for a in inside if None not in a.label.right]
    taken = [a for a in ours if a.accepted]
    good = [a for a in taken if a.accepted and is_right(a.accepted, a.label, knowledge)]
    whole = sum(exactly(a.accepted, a.label) for a in good if a.accepted)
    lost = sum(a.accepted is not None for a in outside)
    rows = [
        ("labelled names (of them outside the taxonomy)", f"{len(ours)} ({len(outside)})"),
        ("accepted without a person, of names inside", _share(sum(a.accepted is not None for a in inside), len(inside))),
        ("… of those that no reader would leave outside", _share(sum(a.accepted is not None for a in plain), len(plain))),
        ("right, of all that were accepted", _share(len(good), len(taken))),
        ("… the concept itself", _share(whole, len(taken))),
        ("… a wider concept of it", _share(len(good) - whole, len(taken))),
        ("accepted, of names outside", _share(lost, len(outside))),
    ]
    return _table(("", ""), rows)


def _by_source(figures: Figures) -> str:
    rows = []
    for source in sorted({a.label.source for a in figures.ours}):
        answers = [a for a in figures.ours if a.label.source == source]
        taken = [a for a in answers if a.accepted]
        inside = [a for a in answers if not a.label.outside]
        good = sum(is_right(a.accepted, a.label, figures.knowledge) for a in taken if a.accepted)
        covered = sum(a.accepted is not None for a in inside)
        rows.append((source or "not said", str(len(answers)), _share(covered, len(inside)), _share(good, len(taken))))
    return _table(("source of the names", "names", "accepted", "right"), rows)


def _compared(figures: Figures) -> str:
    rows = []
    for name, answers in (("jixiao", figures.ours), *figures.peers.items()):
        cells = [f"{coverage_at(answers, p, figures.knowledge):.1%}" for p in PRECISIONS]
        rows.append((name, *cells, f"{top(answers, 1, figures.knowledge):.1%}", f"{top(answers, 3, figures.knowledge):.1%}"))
    heads = ("", *(f"coverage at precision {p:.2f}" for p in PRECISIONS), "top 1", "top 3")
    return _table(heads, rows)


def _reliability(figures: Figures) -> str:
    rows = []
    for low, high in pairwise(BINS):
        answers = [a for a in figures.ours if a.codes and low <= a.score < high]
        good = sum(is_right(a.codes[0], a.label, figures.knowledge) for a in answers)
        rows.append((f"{low:.2f} to {min(high, 1.0):.2f}", str(len(answers)), _share(good, len(answers))))
    return _table(("score of the best candidate", "names", "right"), rows)


def _by_level(figures: Figures) -> str:
    rows = []
    for level in LEVELS:
        answers = [a for a in figures.ours if (a.label.level or "").startswith(level)]
        taken = [a for a in answers if a.accepted]
        inside = [a for a in answers if not a.label.outside]
        good = sum(is_right(a.accepted, a.label, figures.knowledge) for a in taken if a.accepted)
        rows.append((level, str(len(answers)), _share(sum(a.accepted is not None for a in inside), len(inside)), _share(good, len(taken))))
    return _table(("level", "names", "accepted", "right"), rows)


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.1%} ({part} of {whole})" if whole else "none"


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = ["| " + " | ".join(cells) + " |" for cells in (heads, *rows)]
    lines.insert(1, "| " + " | ".join("---" for _ in heads) + " |")
    return "\n".join(lines)


def fingerprint(labels: Path, knowledge: Mappings) -> str:
    """What the page was made from: changes when the labels or a table of the mapping does."""
    digest = hashlib.sha256(labels.read_bytes())
    for name in INPUTS:
        digest.update(knowledge.path(name).read_bytes())
    return digest.hexdigest()[:12]


INPUTS = (
    "aliases.csv", "deciders.csv", "heads.csv", "kinds.csv", "measures.csv", "opinion.csv", "opposites.csv", "taxonomy.csv",
    "thresholds.csv", "turns.csv", "weights.csv", "words.csv",
)  # fmt: skip


def write_page(page: Path, text: str, labels: Path, knowledge: Mappings) -> None:
    """Puts the figures between the markers of a page. Raises UsageError where it has none."""
    before, begin, rest = page.read_text(encoding="utf-8").partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise UsageError(f"{page} has no markers for the figures.", f"Put {BEGIN} and {END} where they belong.")
    made_from = f"<!-- made from {fingerprint(labels, knowledge)} -->"
    page.write_text(f"{before}{BEGIN}\n{made_from}\n\n{text}\n\n{END}{after}", encoding="utf-8")
