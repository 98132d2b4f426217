"""What must hold in the tables of knowledge beyond what their loaders refuse."""

from __future__ import annotations

import unicodedata
from collections import Counter
from pathlib import Path

import pytest

from mappings import MappingError, Mappings, default_mappings
from mappings.compounds import load_compounds
from mappings.loader import SHIPPED, read_rows
from normalize.levels import level_key
from normalize.names import name_key

KNOWLEDGE = default_mappings()
# Prefecture-level places of GB/T 2260 as of 2023, by the province's digits: cities, prefectures, leagues and regions.
PREFECTURES = {
    "13": 11, "14": 11, "15": 12, "21": 14, "22": 9, "23": 13, "32": 13, "33": 11, "34": 16, "35": 9, "36": 11, "37": 16,
    "41": 17, "42": 13, "43": 14, "44": 21, "45": 14, "46": 4, "51": 21, "52": 9, "53": 16, "54": 7, "61": 10, "62": 14,
    "63": 8, "64": 5, "65": 14,
}  # fmt: skip


@pytest.mark.parametrize("path", sorted(SHIPPED.glob("*.csv")), ids=lambda path: path.name)
def test_a_table_explains_itself_and_is_written_plainly(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.startswith("# ")
    assert text.endswith("\n") and "\r" not in text and "\t" not in text and "\ufeff" not in text


def test_printed_words_are_what_they_are_looked_up_by() -> None:
    levels = KNOWLEDGE.levels
    assert {w for w in (*levels.first, *levels.second) if level_key(w) != w} == set()
    assert {t.text for t in KNOWLEDGE.taxonomy.terms if name_key(t.text) != t.text} == set()
    places = KNOWLEDGE.places
    assert {w for w in (*places.marked, *places.alone) if unicodedata.normalize("NFKC", w) != w} == set()


def test_every_level_of_the_tree_has_a_word() -> None:
    levels = KNOWLEDGE.levels
    assert {w.code for w in levels.first.values() if w.code} == {"C", "P", "B", "S"}
    assert {w.code for w in levels.second.values() if w.code} >= {c for c, level in levels.tree.items() if level.parent}


def test_every_level_2_has_a_concept() -> None:
    parents = {concept.home for concept in KNOWLEDGE.taxonomy.concepts.values()}
    assert parents == {code for code, level in KNOWLEDGE.levels.tree.items() if level.parent}


def test_concept_codes_are_plain_english_words() -> None:
    odd = [
        code for code in KNOWLEDGE.taxonomy.concepts if not code.replace("_", "").isalpha() or code != code.lower() or not code.isascii()
    ]
    assert odd == []


def test_a_term_means_one_concept_at_one_level() -> None:
    counts = Counter((term.text, term.level) for term in KNOWLEDGE.taxonomy.terms)
    assert [key for key, count in counts.items() if count > 1] == []


def test_dimensions_of_concepts_are_those_of_units() -> None:
    columns = ("unit", "unit_code", "dimension", "base", "factor", "reason")
    known = {row["dimension"] for row in read_rows(SHIPPED / "units.csv", columns, key=("unit",), optional=("reason",))}
    named = {dimension for concept in KNOWLEDGE.taxonomy.concepts.values() for dimension in concept.dimensions}
    assert named - known == {"date"} & named


def test_places_are_as_many_as_the_standard_has() -> None:
    kinds = Counter(city.kind for city in KNOWLEDGE.places.by_code.values())
    assert (kinds["city"], kinds["prefecture"], kinds["region"], kinds["league"]) == (293, 30, 7, 3)
    assert (kinds["province"], kinds["municipality"]) == (27, 4)
    counts = Counter(c.code[:2] for c in KNOWLEDGE.places.by_code.values() if c.kind in {"city", "prefecture", "region", "league"})
    assert counts == PREFECTURES


def test_no_name_of_a_place_is_double() -> None:
    names = Counter(city.name for city in KNOWLEDGE.places.by_code.values())
    bare = Counter(city.alone for city in KNOWLEDGE.places.by_code.values() if city.alone)
    assert [n for n, count in (names + bare).items() if count > 1] == []
    assert len(KNOWLEDGE.places.marked) > len(names)


def test_every_place_lies_in_a_listed_province() -> None:
    places = KNOWLEDGE.places.by_code
    assert [c.name for c in places.values() if places[c.province_code].name != c.province] == []


HEAD = "# why\n"
ROW = (
    "code,parent,name,english,definition,dimension,counted,direction,level2,must,must_not,keywords,tail\nx,{},名,n,Names.,,,more,{},,,k,\n"
)
TABLE_OF = {
    "aliases.csv": "taxonomy",
    "retired.csv": "taxonomy",
    "taxonomy.csv": "taxonomy",
    "levels.csv": "levels",
    "places.csv": "places",
    "heads.csv": "compounds",
    "words.csv": "compounds",
}
HEADS = "head,kinds,level,code,reason\n"
BROKEN = {
    "a dangling alias": (
        "aliases.csv",
        "alias,level,code,tail,source,reason\n培训,,no_such_concept,,common wording,\n",
        "there is no concept",
    ),
    "an alias that is a name": (
        "aliases.csv",
        "alias,level,code,tail,source,reason\n培训次数,,trainees,,common wording,\n",
        "is the name of a concept",
    ),
    "an unknown level": ("aliases.csv", "alias,level,code,tail,source,reason\n培训,X,trainees,,common wording,\n", "there is no level"),
    "a parent that is no level 2": (
        "taxonomy.csv",
        ROW.format("P", "P1"),
        "is no level 2",
    ),
    "a parent that is not there": ("taxonomy.csv", ROW.format("no_such_concept", "P1"), "neither a concept nor a level 2"),
    "a concept above itself": ("taxonomy.csv", ROW.format("x", "P1"), "its own ancestor"),
    "a home that is not allowed": ("taxonomy.csv", ROW.format("P1", "P2"), "must hold P1"),
    "a direction that is none": ("taxonomy.csv", ROW.format("P1", "P1").replace("more", "up"), "the direction is up"),
    "a retired code in use": ("retired.csv", "code,successor,since,reason\ntrainees,,0.2,r\n", "is retired, but"),
    "a successor that is not there": ("retired.csv", "code,successor,since,reason\nx,no_such_concept,0.2,r\n", "there is no concept"),
    "a word of no code": ("levels.csv", "word,level,code,layout,under,reason\n产出,1,,current,,r\n", "has no code"),
    "a code not in the tree": ("levels.csv", "word,level,code,layout,under,reason\n产出,1,Q,current,,r\n", "not in the tree"),
    "a place outside its province": (
        "places.csv",
        "code,name,kind,province,province_code,forms,alone\n610100,西安市,city,陕西省,620000,,西安\n",
        "six digits that begin",
    ),
    "a head of two concepts": (
        "heads.csv",
        HEADS + "培训,number,,trainees,\n培训,number person,,training_base,\n",
        "is trainees and training_base",
    ),
    "a pair of classes of two concepts": (
        "heads.csv",
        HEADS + "{build}…{road},number,,trainees,\n{buy}…道路,number,,training_base,\n",
        "新增…道路 .number. is trainees by .build.….road. and training_base by .buy.…道路: spell it out",
    ),
    "a class that is not there": ("heads.csv", HEADS + "{no_such_class},number,,trainees,\n", "has no class no_such_class"),
    "a kind that is not there": ("heads.csv", HEADS + "培训,no_such_kind,,trainees,\n", "there is no kind no_such_kind"),
    "too few fields": ("heads.csv", HEADS + "培训,number\n", "heads.csv:3: not 5 fields"),
    "a blank field": ("heads.csv", HEADS + "培训, ,,trainees,\n", "heads.csv:3: blank kinds"),
    "another header": ("heads.csv", "head,kind\n", "header is"),
    "rows out of order": (
        "aliases.csv",
        "alias,level,code,tail,source,reason\n训练人数,,trainees,,common wording,\n培训名额,,trainees,,common wording,\n",
        "out of order",
    ),
}


@pytest.mark.parametrize(("name", "body", "message"), BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_table_is_refused(tmp_path: Path, name: str, body: str, message: str) -> None:
    (tmp_path / name).write_text(HEAD + body, encoding="utf-8")
    mappings = Mappings(tmp_path)
    with pytest.raises(MappingError, match=message):
        getattr(mappings, TABLE_OF[name])


def test_a_pair_that_is_spelled_out_settles_what_classes_say(tmp_path: Path) -> None:
    pairs = "{build}…{road},number,,trainees,\n{buy}…{road},number,,training_base,\n"
    settled = "".join(f"新增…{road},number,,trainees,\n" for road in sorted(_words_of("road")))
    for name in ("deciders.csv", "heads.csv"):
        (tmp_path / name).write_text(
            HEAD + ("word,kinds,reason\n" if name == "deciders.csv" else HEADS + pairs + settled), encoding="utf-8"
        )
    heads = Mappings(tmp_path).compounds.heads["number"]["道路"]
    assert {head.first: head.code for head in heads} == {
        **dict.fromkeys(_words_of("buy"), "training_base"),
        **dict.fromkeys(_words_of("build"), "trainees"),
    }
    assert [len(head.first) for head in heads] == sorted((len(head.first) for head in heads), reverse=True)


def _words_of(name: str) -> list[str]:
    rows = read_rows(SHIPPED / "words.csv", ("class", "words"), key=("class",))
    return next(row["words"].split() for row in rows if row["class"] == name)


def test_no_word_of_the_shipped_heads_decides_for_two_concepts() -> None:
    for table in KNOWLEDGE.compounds.heads.values():
        table.check()
    assert sum(len(heads) for table in KNOWLEDGE.compounds.heads.values() for heads in table.values()) > 100_000


def test_a_definition_is_one_sentence() -> None:
    odd = {c.code: c.definition for c in KNOWLEDGE.taxonomy.concepts.values() if not c.definition.endswith(".") or ". " in c.definition}
    assert odd == {}


def test_no_name_contradicts_the_words_of_its_own_concept() -> None:
    concepts = KNOWLEDGE.taxonomy.concepts
    odd = []
    for term in KNOWLEDGE.taxonomy.terms:
        concept = concepts[term.code]
        if term.level is not None:  # the level says what such a name leaves out
            continue
        lacks = concept.must and not any(word in term.text for word in concept.must)
        if lacks or any(word in term.text for word in concept.must_not):
            odd.append((term.text, term.code))
    assert odd == []


def test_lines_of_parents_end_at_the_home_and_children_point_back() -> None:
    taxonomy = KNOWLEDGE.taxonomy
    for parent, children in taxonomy.children.items():
        assert {taxonomy.concepts[child].parent for child in children} == {parent}
    for code in taxonomy.concepts:
        line = (code, *taxonomy.ancestors(code))
        assert len(line) <= 3
        assert taxonomy.concepts[line[-1]].parent == taxonomy.level2_of(code)


def test_a_retired_code_leads_to_a_living_one() -> None:
    taxonomy = KNOWLEDGE.taxonomy
    assert {code for code, gone in taxonomy.retired.items() if gone.successor and taxonomy.current(code) is None} == set()
    assert taxonomy.current("trainees") == "trainees"
    assert taxonomy.current("no_such_concept") is None


def test_heads_and_deciders_of_the_release_are_sound() -> None:
    """The tables of a release are taken as they are; here they are loaded as those of a user are."""
    compounds = load_compounds(KNOWLEDGE.path, KNOWLEDGE.taxonomy, KNOWLEDGE.levels, released=False)
    assert {kind: [*table] for kind, table in compounds.heads.items()} == {k: [*t] for k, t in KNOWLEDGE.compounds.heads.items()}
