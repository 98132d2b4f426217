"""Takes a list that a person filled in, and gives the decisions that it holds."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from rapidfuzz import fuzz, process

from extract.problem import UnreadableError
from jixiao.ledger import append
from jixiao.sheet import read_sheet
from jixiao.todo import identity
from mappings.decisions import BY_HAND, NO_TERM, PREDICATES, Action, Decision, Key, Verdict, confidence_of
from mappings.loader import Mappings
from normalize.decisions import CERTAIN, resolve
from normalize.taxonomy import Match, Query, match_names

NEEDED = ("name", "example", "level2", "unit", "dimension", "id", "decision")
_WORDS = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Filled:
    """One line that a person filled in: the number of its row, its key, and what stands in it."""

    row: int
    key: Key
    example: str
    unit: str
    decision: str
    confidence: str
    comment: str


@dataclass(frozen=True, slots=True)
class Choice:
    """What a filled cell says: a code, none or new, and how exactly the concept is meant."""

    verdict: Verdict
    code: str = ""
    predicate: str = PREDICATES["exact"]


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of a list: rows ``added``, those ``known`` before, those left ``blank``, and refused ones with the reason."""

    added: tuple[Decision, ...]
    known: int
    blank: int
    refused: tuple[tuple[int, str], ...]

    @property
    def counts(self) -> dict[str, int]:
        return dict(Counter(decision.decision for decision in self.added))


def take_decisions(
    todo: Path,
    into: Path,
    mappings: Mappings,
    *,
    author: str,
    date: str,
    adjudicate: bool = False,
    overrule: bool = False,
) -> Taken:
    """Adds what the list holds to the file of decisions. A row that is not in order gives nothing but its reason.

    What the same person said of the same name before, and still says, is not added again."""
    lines, refused, blank = _lines(read_sheet(todo), todo)
    choices: list[tuple[Filled, Choice]] = []
    for line in lines:
        choice = read_choice(line.decision, mappings)
        if isinstance(choice, Choice):
            choices.append((line, choice))
        else:
            refused.append((line.row, choice))
    queries = [Query(line.example, line.key.level2 or None, line.unit or None) for line, _ in choices]
    said = match_names(queries, mappings=mappings)
    kept: list[Decision] = []
    for (line, choice), match in zip(choices, said, strict=True):
        if not overrule and (reason := _contradicted(choice, match)):
            refused.append((line.row, reason))
        else:
            kept.append(_decision(line, choice, match, mappings, author, date, "adjudicate" if adjudicate else "decide"))
    added = append(into, _only_new(kept, mappings))
    return Taken(tuple(added), len(kept) - len(added), blank, tuple(sorted(refused)))


def _lines(rows: Sequence[tuple[int, dict[str, str]]], todo: Path) -> tuple[list[Filled], list[tuple[int, str]], int]:
    """Lines with a decision, refused rows, and how many have none."""
    if rows and (lacking := [name for name in NEEDED if name not in rows[0][1]]):
        raise UnreadableError(f"{todo.name} has no column {', '.join(lacking)}.", "Give the list that jixiao taxonomy review wrote.")
    filled, refused = [], []
    for number, row in rows:
        if not row["decision"]:
            continue
        key = Key(row["name"], row["level2"].split(" ")[0], row["dimension"])
        confidence = row.get("confidence", "")
        if identity(key) != row["id"]:
            refused.append((number, "name, level2, dimension or id were changed: write in decision and comment only"))
        elif confidence and confidence_of(confidence) is None:
            refused.append((number, f"confidence {confidence} is no number from 0 to 1"))
        else:
            comment = " ".join(row.get("comment", "").split())
            filled.append(Filled(number, key, row["example"], row["unit"], row["decision"], confidence, comment))
    by_key: dict[Key, list[Filled]] = defaultdict(list)
    for line in filled:
        by_key[line.key].append(line)
    double = [line for lines in by_key.values() if len({line.decision for line in lines}) > 1 for line in lines]
    refused += [(line.row, f"{line.key.name} stands in several rows with different decisions") for line in double]
    kept = {line.key: line for line in filled if line not in double}
    return list(kept.values()), refused, sum(not row["decision"] for _, row in rows)


def read_choice(cell: str, mappings: Mappings) -> Choice | str:
    """What a cell ``decision`` says: ``none``, ``new``, or a concept by its code, its Chinese name or both, with ``broad``,
    ``narrow``, ``close`` or ``related`` before it where it is not meant exactly. Else the reason why it says nothing."""
    text = _WORDS.sub(" ", cell.strip())
    if text.lower() == "none":
        return Choice("none")
    if text.lower() == "new":
        return Choice("new")
    first, _, rest = text.partition(" ")
    predicate = PREDICATES.get(first.lower().rstrip(":"))
    if predicate is not None and rest:
        text = rest
    code = _code(text, mappings)
    if code is not None:
        return Choice("code", code, predicate or PREDICATES["exact"])
    now = mappings.taxonomy.current(text.split(" ")[0].lower())
    if now is not None:
        return f"{text} was given up; its place has {now} {mappings.taxonomy.concepts[now].name}"
    return f"{cell} is no concept, none or new{_near(text, mappings)}"


def _code(text: str, mappings: Mappings) -> str | None:
    concepts = mappings.taxonomy.concepts
    first, _, name = text.partition(" ")
    code = first.lower()
    if code in concepts and name in ("", concepts[code].name):
        return code
    return next((concept.code for concept in concepts.values() if concept.name == text), None)


def _near(text: str, mappings: Mappings) -> str:
    concepts = mappings.taxonomy.concepts
    names = {code: f"{code} {concept.name}" for code, concept in concepts.items()}
    found = process.extract(text.lower(), names, scorer=fuzz.WRatio, limit=3, score_cutoff=60)
    return f"; near are {', '.join(name for name, *_ in found)}" if found else ""


def _contradicted(choice: Choice, match: Match) -> str | None:
    """Why the tables forbid the decision unless it is to overrule them; None where they do not."""
    if match.method not in CERTAIN or match.code in (None, choice.code):
        return None
    return f"a known name of {match.code} {match.name}: if that is wrong here, take the list in with --overrule"


def _decision(line: Filled, choice: Choice, match: Match, mappings: Mappings, author: str, date: str, action: Action) -> Decision:
    best = match.code or (match.candidates[0].code if match.candidates else "")
    return Decision(
        record_id="",
        action=action,
        decision=choice.verdict,
        subject_label=line.key.name,
        subject_example=line.example,
        level2=line.key.level2,
        dimension=line.key.dimension,
        unit_example=line.unit,
        predicate_id=choice.predicate,
        object_id=choice.code or NO_TERM,
        object_label=mappings.taxonomy.concepts[choice.code].name if choice.code else "",
        mapping_justification=BY_HAND,
        confidence=line.confidence,
        author_id=author,
        mapping_date=date,
        taxonomy_version=mappings.version,
        machine_code=best,
        machine_score="" if match.score is None else f"{match.score:.4f}",
        machine_method=match.method if match.code else "review" if match.needs_review else "none",
        comment=line.comment,
        about="",
    )


def _only_new(kept: Sequence[Decision], mappings: Mappings) -> Callable[[Sequence[Decision]], Sequence[Decision]]:
    def only_new(there: Sequence[Decision]) -> list[Decision]:
        standing = {d.record_id for group in resolve(there, mappings).standing.values() for d in group}
        said = {_content(d) for d in there if d.record_id in standing}
        return [decision for decision in kept if _content(decision) not in said]

    return only_new


def _content(d: Decision) -> tuple[str, ...]:
    return (d.action, d.author_id, *d.key, d.decision, d.predicate_id, d.object_id, d.confidence, d.comment)


def withdraw(record_ids: Sequence[str], into: Path, *, author: str, date: str, comment: str = "") -> list[Decision]:
    """Adds a row for each of these decisions that withdraws it. Raises UnreadableError for one that is not there or not standing."""

    def make(there: Sequence[Decision]) -> list[Decision]:
        by_id = {d.record_id: d for d in there if d.action != "withdraw"}
        gone = {d.about for d in there if d.action == "withdraw"}
        strange = [record_id for record_id in record_ids if record_id not in by_id or record_id in gone]
        if strange:
            raise UnreadableError(f"No decision that stands is called {', '.join(strange)}.", "See them: jixiao taxonomy decisions --list.")
        return [_withdrawal(by_id[record_id], author, date, comment) for record_id in dict.fromkeys(record_ids)]

    return append(into, make)


def _withdrawal(decision: Decision, author: str, date: str, comment: str) -> Decision:
    blank = dict.fromkeys(("predicate_id", "object_id", "object_label", "mapping_justification", "confidence"), "")
    blank |= dict.fromkeys(("taxonomy_version", "machine_code", "machine_score", "machine_method"), "")
    values = asdict(decision) | blank
    values |= {"record_id": "", "action": "withdraw", "decision": "", "author_id": author, "mapping_date": date}
    return Decision(**(values | {"comment": comment, "about": decision.record_id}))
