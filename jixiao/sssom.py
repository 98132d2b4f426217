"""Persons' decisions as a mapping set in the format SSSOM/TSV (https://mapping-commons.github.io/sssom/)."""

from __future__ import annotations

import csv
import hashlib
import json
import re
from collections.abc import Sequence
from io import StringIO

from mappings.decisions import NO_TERM, Decision
from normalize.decisions import Resolution

SET_ID = "urn:jixiao:decisions"
LICENSE = "https://w3id.org/sssom/license/unspecified"
CURIES = {
    "decision": "urn:jixiao:decision:",
    "jixiao": "urn:jixiao:concept:",
    "orcid": "https://orcid.org/",
    "semapv": "https://w3id.org/semapv/vocab/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "slot": "urn:jixiao:slot:",
    "sssom": "https://w3id.org/sssom/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
# What a decision is about besides the name, and what the matcher had said: slots of our own.
_OWN = ("level2", "dimension", "unit_example", "subject_example", "machine_code", "machine_score", "machine_method")
COLUMNS = (
    "record_id", "subject_label", "subject_type", "predicate_id", "object_id", "object_label", "object_source",
    "object_source_version", "mapping_justification", "confidence", "author_id", "author_label", "reviewer_label",
    "mapping_date", "comment", *_OWN,
)  # fmt: skip
_IDENTIFIER = re.compile(r"(?:orcid:|https?://)\S+")


def sssom_tsv(resolution: Resolution, *, set_id: str = SET_ID, license_: str = LICENSE) -> str:
    """The decisions that stand, one mapping a row; one of each person where persons differ.

    A name is a literal and has no identity of its own. ``none`` and ``new`` have the object sssom:NoTermFound."""
    decisions = [decision for group in resolution.standing.values() for decision in group]
    out = StringIO()
    writer = csv.writer(out, delimiter="\t", lineterminator="\n")
    writer.writerow(COLUMNS)
    for decision in sorted(decisions, key=lambda d: (d.key, d.record_id)):
        row = _row(decision, resolution)
        writer.writerow([" ".join(row[name].split()) for name in COLUMNS])
    return _head(decisions, out.getvalue(), set_id, license_) + out.getvalue()


def _head(decisions: Sequence[Decision], body: str, set_id: str, license_: str) -> str:
    """The metadata of the set, as YAML in comments. Its version is made of what it says."""
    lines = ["curie_map:", *(f"  {prefix}: {json.dumps(uri)}" for prefix, uri in CURIES.items())]
    lines += [f"mapping_set_id: {json.dumps(set_id)}", f'mapping_set_version: "{hashlib.sha256(body.encode()).hexdigest()[:12]}"']
    lines += ["mapping_set_title: Decisions of persons on printed names of performance indicators", f"license: {json.dumps(license_)}"]
    if decisions:
        lines.append(f'publication_date: "{max(d.mapping_date for d in decisions)}"')
    lines.append("extension_definitions:")
    for name in _OWN:
        lines += [f"  - slot_name: {name}", f"    property: slot:{name}", "    type_hint: xsd:string"]
    return "".join(f"#{line}\n" for line in lines)


def _row(decision: Decision, resolution: Resolution) -> dict[str, str]:
    identified = _IDENTIFIER.fullmatch(decision.author_id) is not None
    author = decision.author_id.replace("|", "/")
    state = resolution.rulings[decision.key].state
    notes = [decision.comment, {"conflict": "persons differ", "gone": "the code was given up"}.get(state, "")]
    if decision.decision == "new":
        notes.insert(0, "the taxonomy lacks the concept")
    return {
        "record_id": f"decision:{decision.record_id}",
        "subject_label": decision.subject_label,
        "subject_type": "rdfs literal",
        "predicate_id": decision.predicate_id,
        "object_id": NO_TERM if decision.object_id == NO_TERM else f"jixiao:{decision.object_id}",
        "object_label": decision.object_label,
        "object_source": "jixiao:taxonomy",
        "object_source_version": decision.taxonomy_version,
        "mapping_justification": decision.mapping_justification,
        "confidence": decision.confidence,
        "author_id": author if identified else "",
        "author_label": "" if identified else author,
        "reviewer_label": author if decision.action == "adjudicate" else "",
        "mapping_date": decision.mapping_date,
        "comment": "; ".join(note for note in notes if note),
        **{name: getattr(decision, name) for name in _OWN},
    }
