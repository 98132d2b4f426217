"""Faults of the tables of the mapping, rows that nothing uses, and what changed between two of their releases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from mappings.loader import MappingError, Mappings
from mappings.opinion import is_true, load_opinion
from normalize.mapping.compound import heads_in
from normalize.names import name_key
from normalize.taxonomy import Query, match_names


def faults(knowledge: Mappings) -> list[str]:
    """What is wrong with the tables, a sentence each: what the loader refuses, names that are not as they are looked up,
    concepts that their own name does not find, heads that say what a shorter one does."""
    try:
        taxonomy, grammar = knowledge.taxonomy, knowledge.compounds
        assert knowledge.matching
        for table in grammar.heads.values():
            table.check()
        assert load_opinion(knowledge.path("opinion.csv"))
        if not is_true(knowledge.path("opinion.csv")):
            return ["opinion.csv: its rows are not those that the SHA-256 in its head is of: write it with jixiao taxonomy fit"]
    except MappingError as error:
        return [str(error)]
    found = [f"{term.text}: is looked up as {name_key(term.text)}" for term in taxonomy.terms if name_key(term.text) != term.text]
    concepts = list(taxonomy.concepts.values())
    matches = match_names([Query(concept.name) for concept in concepts], mappings=knowledge)
    found += [f"{c.name}: maps to {m.name}, not to itself" for c, m in zip(concepts, matches, strict=True) if m.code != c.code]
    found += [f"measures.csv: {word}: has no stem {measure.stem}" for word, measure in grammar.measures.items() if measure.stem not in word]
    return found + list(_idle_heads(knowledge))


def _idle_heads(knowledge: Mappings) -> Iterator[str]:
    """Rows of one spelled-out word that a shorter one at its end makes idle; a class may need the word to be settled."""
    grammar = knowledge.compounds
    for kind, table in grammar.heads.items():
        for last, heads in table.items():
            plain = [head for head in heads if not head.first and head.level is None and head.row == last]
            inner = next(iter(heads_in(last[1:], kind, None, grammar, 1)), None)
            if (
                plain
                and inner is not None
                and not inner.between
                and not inner.head.first
                and "{" not in inner.head.row
                and inner.head.code == plain[0].code
            ):
                yield f"heads.csv: {last} ({kind}): {inner.head.row} says so already"


def unused_rows(source: Path, knowledge: Mappings) -> list[str]:
    """Concepts that no name of a dataset, or of a text file, comes to, and aliases that none is."""
    names = _names(source)
    queries = [Query(name, level2, unit) for name, level2, unit in names]
    matches = match_names(queries, mappings=knowledge)
    met = {match.code for match in matches}
    keys = {name_key(name) for name, _, _ in names}
    concepts = [f"concept {c.code} {c.name}" for c in knowledge.taxonomy.concepts.values() if c.code not in met]
    aliases = [f"alias {term.text} -> {term.code}" for term in knowledge.taxonomy.terms if term.alias and term.text not in keys]
    return concepts + aliases


def _names(source: Path) -> list[tuple[str, str | None, str | None]]:
    if source.is_file():
        return [(line, None, None) for line in source.read_text(encoding="utf-8").splitlines() if line.strip()]
    import pyarrow.parquet as pq

    columns = ["level3", "level2", "unit"]
    found: dict[tuple[str, str | None, str | None], None] = {}
    for path in sorted((source / "indicators").glob("*.parquet")):
        for row in pq.read_table(path, columns=columns).to_pylist():
            found[row["level3"] or "", row["level2"], row["unit"]] = None
    return list(found)


def changes(old: Mappings, new: Mappings) -> list[str]:
    """Codes that came and went, and names that mean another concept than they did."""
    before, after = old.taxonomy, new.taxonomy
    found = [f"+ {code} {after.concepts[code].name}" for code in after.concepts if code not in before.concepts]
    for code, concept in before.concepts.items():
        if code not in after.concepts:
            found.append(f"- {code} {concept.name}" + (f", now {current}" if (current := after.current(code)) else ""))
        elif concept != after.concepts[code]:
            found.append(f"~ {code} {concept.name}: its row is another")
    texts = sorted({term.text for term in (*before.terms, *after.terms)})
    queries = [Query(text) for text in texts]
    pairs = zip(texts, match_names(queries, mappings=old), match_names(queries, mappings=new), strict=True)
    return found + [f"~ {text}: {was.code} -> {now.code}" for text, was, now in pairs if was.code != now.code]
