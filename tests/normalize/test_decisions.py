"""A person's decision holds: through releases of the taxonomy and any order of rows; it reopens only when its code is gone."""

from __future__ import annotations

import pickle
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mappings.decisions import NO_TERM, Decision, Key, Ruling, with_identity
from mappings.loader import Mappings, default_mappings
from mappings.taxonomy import Concept, Retired, Taxonomy, Term
from normalize.decisions import key_of, match_decided, resolve
from normalize.mapped import mapped_columns
from normalize.record import Record
from normalize.taxonomy import Query
from tests.mappings.test_decisions import decision

NAME = "蓝鲸鎏金事项"
CODES = tuple("abcdef")


def release(living_codes: Sequence[str], retired: dict[str, str | None], names: dict[str, str] | None = None) -> Mappings:
    """The shipped knowledge with another taxonomy: these codes, those given up with their successors, further names of codes."""
    concepts = {c: Concept(c, "P1", "P1", f"概念{c}", c, "", (), (), "more", ("P1",), (), (), ()) for c in living_codes}
    terms = tuple(Term(c.name, c.code, alias=False) for c in concepts.values()) + tuple(Term(n, c) for n, c in (names or {}).items())
    mappings = Mappings()
    mappings.__dict__["taxonomy"] = Taxonomy(concepts, terms, {c: Retired(c, s, "1", "why") for c, s in retired.items()})
    return mappings


def coded(code: str, author: str = "A", **values: str) -> Decision:
    return decision(**{"decision": "code", "object_id": code, "author_id": author, "subject_label": NAME, "subject_example": NAME} | values)


def said(*rows: Decision) -> list[Decision]:
    """The rows with identities of their own, as a file would give them."""
    found: list[Decision] = []
    for row in rows:
        found.append(with_identity(row, [d.record_id for d in found]))
    return found


def ruling(rows: Sequence[Decision], mappings: Mappings | None = None) -> Ruling:
    return resolve(rows, mappings or release(CODES, {})).rulings[Key(NAME, "", "")]


@st.composite
def releases(draw: st.DrawFn) -> tuple[list[str], dict[str, str | None]]:
    """Codes that live, and those given up with a successor that is any other code, or none."""
    alive = draw(st.lists(st.sampled_from(CODES), unique=True, min_size=1))
    gone = [code for code in CODES if code not in alive]
    return alive, {c: draw(st.none() | st.sampled_from([o for o in CODES if o != c])) for c in gone if draw(st.booleans())}


@given(releases(), st.sampled_from(CODES), st.booleans())
def test_a_decision_survives_a_release_and_reopens_only_when_its_code_is_gone(
    made: tuple[list[str], dict[str, str | None]], code: str, named: bool
) -> None:
    alive, retired = made
    found = ruling([coded(code)], release(alive, retired, {NAME: alive[0]} if named else None))
    at, steps = code, 0
    while at not in alive and retired.get(at) and steps < len(CODES):
        at, steps = retired[at] or "", steps + 1
    expected = ("code", at) if at in alive else ("gone", None)
    assert (found.state, found.code) == expected
    assert (found.state == "code") == (release(alive, retired).taxonomy.current(code) is not None)


@given(st.sampled_from(["none", "new"]), releases())
def test_what_is_no_code_survives_every_release(verdict: str, made: tuple[list[str], dict[str, str | None]]) -> None:
    row = decision(decision=verdict, subject_label=NAME, subject_example=NAME)
    assert ruling([row], release(*made)).state == verdict


@given(st.lists(st.tuples(st.sampled_from("AB"), st.sampled_from(["a", "b", "none"])), min_size=1, max_size=6))
def test_the_last_decision_of_each_person_counts_and_differing_persons_are_a_conflict(spoken: list[tuple[str, str]]) -> None:
    rows = said(*(coded(o, who) if o != "none" else coded(NO_TERM, who, decision="none") for who, o in spoken))
    last = dict(spoken)
    found = ruling(rows)
    if len(set(last.values())) > 1:
        assert found.state == "conflict" and set(found.codes) == set(last.values())
    else:
        assert (found.code or found.state) == set(last.values()).pop()


@given(st.data())
def test_what_is_withdrawn_is_as_if_it_had_never_been_said(data: st.DataObject) -> None:
    spoken = data.draw(st.lists(st.tuples(st.sampled_from("ABC"), st.sampled_from("abc")), min_size=1, max_size=6))
    rows = said(*(coded(code, who) for who, code in spoken))
    undone = data.draw(st.sets(st.sampled_from(rows)))
    withdrawals = [coded("", "Z", action="withdraw", decision="", about=row.record_id, object_id="") for row in undone]
    left = [row for row in rows if row not in undone]
    assert resolve(said(*rows, *withdrawals), release(CODES, {})).rulings == resolve(left, release(CODES, {})).rulings


def test_an_adjudication_settles_a_conflict_whatever_is_said_later() -> None:
    rows = said(coded("a", "A"), coded("b", "B"))
    assert ruling(rows).state == "conflict"
    final = coded("c", "C", action="adjudicate")
    assert ruling(said(*rows, final)).code == "c"
    assert ruling(said(*rows, final, coded("b", "A"))).code == "c"
    assert ruling(said(*rows, final, coded("d", "D", action="adjudicate"))).code == "d"


def test_codes_that_became_one_are_no_conflict() -> None:
    rows = said(coded("a", "A"), coded("b", "B"))
    assert ruling(rows, release(["b"], {"a": "b"})).code == "b"


def test_a_unit_that_is_known_now_does_not_lose_the_decision() -> None:
    row = coded("a", level2="P1", dimension="", unit_example="次")
    found = resolve([row], release(CODES, {}))
    assert {found.rulings[Key(NAME, "P1", dimension)].code for dimension in ("", "count")} == {"a"}
    assert list(found.standing) == [Key(NAME, "P1", "")]


def test_the_key_is_name_level_and_dimension_of_the_unit() -> None:
    mappings = default_mappings()
    assert key_of(Query("指标1：培训 次数（次）", "数量指标", "次"), mappings) == ("培训次数", "P1", "count")
    assert key_of(Query("培训次数", "P1", "期"), mappings) == ("培训次数", "P1", "count")
    assert key_of(Query("培训次数"), mappings) == ("培训次数", "", "")


def knowing(**rulings: Ruling) -> Mappings:
    return default_mappings().ruled({Key(name, "", ""): ruling for name, ruling in rulings.items()})


class TestMatching:
    def test_a_decision_goes_before_what_the_tables_say(self) -> None:
        [match] = match_decided([Query("培训次数")], knowing(培训次数=Ruling("code", "A decided", "drills", 0.7)))
        assert (match.code, match.name, match.score, match.method, match.needs_review) == ("drills", "应急演练次数", 0.7, "decision", False)
        assert match.reasons == ("A decided",)

    def test_none_is_an_answer(self) -> None:
        [match] = match_decided([Query("培训次数")], knowing(培训次数=Ruling("none", "A decided")))
        assert (match.code, match.method, match.needs_review) == (None, "decision", False)

    def test_a_concept_that_was_missed_is_found_once_the_tables_have_it(self) -> None:
        mappings = knowing(培训次数=Ruling("new", "A decided"), 蓝鲸鎏金=Ruling("new", "A decided"))
        known, still_new = match_decided([Query("培训次数"), Query("蓝鲸鎏金")], mappings)
        assert (known.code, known.method) == ("training_sessions", "exact")
        assert (still_new.code, still_new.method, still_new.needs_review) == (None, "decision", False)

    def test_what_persons_differ_on_has_no_code_and_waits(self) -> None:
        [match] = match_decided([Query("培训次数")], knowing(培训次数=Ruling("conflict", "they differ")))
        assert (match.code, match.name, match.method, match.needs_review) == (None, None, "none", True)
        assert "they differ" in match.reasons

    def test_what_is_open_again_waits_with_what_the_matcher_says(self) -> None:
        [match] = match_decided([Query("培训次数")], knowing(培训次数=Ruling("gone", "given up")))
        assert (match.code, match.needs_review) == ("training_sessions", True)

    def test_names_that_nobody_decided_are_matched_as_ever(self) -> None:
        queries = [Query("培训次数"), Query("参训人数"), Query("")]
        assert match_decided(queries, knowing(别的=Ruling("none", "A"))) == match_decided(queries, Mappings())


def row(name: str, level2: str | None, unit: str | None, doubt: bool) -> Record:
    return {"level1": None, "level2": level2, "level3": name, "unit": unit, "read_review": doubt}


NAMES = ("培训次数", "参训人数", NAME, "群众满意度", "")
ROWS = st.builds(row, st.sampled_from(NAMES), st.sampled_from([None, "数量指标"]), st.sampled_from([None, "次", "%"]), st.booleans())
STATES = (
    Ruling("code", "A", "drills", 1.0, ("drills",)),
    Ruling("none", "A"),
    Ruling("new", "A"),
    Ruling("conflict", "A, B", codes=("drills", "none")),
    Ruling("gone", "A", codes=("x",)),
)
KEYS = st.builds(Key, st.sampled_from(NAMES[:-1]), st.sampled_from(["", "P1"]), st.sampled_from(["", "count", "ratio"]))


SHARED = Mappings()  # tables are loaded once for all examples


@settings(max_examples=60, deadline=None)
@given(st.permutations(range(8)), st.lists(ROWS, min_size=8, max_size=8), st.dictionaries(KEYS, st.sampled_from(STATES), max_size=8))
def test_the_mapping_of_a_row_depends_on_nothing_but_the_row(order: list[int], rows: list[Record], rulings: dict[Key, Ruling]) -> None:
    mappings = SHARED
    mappings.rulings = rulings
    mapped = mapped_columns(rows, mappings)
    assert mapped_columns([rows[i] for i in order], mappings) == [mapped[i] for i in order]
    assert [column["needs_review"] for column, row in zip(mapped, rows, strict=True) if row["read_review"]].count(False) == 0


def test_tables_are_shared_under_other_rulings() -> None:
    plain = default_mappings()
    assert plain.taxonomy
    other = plain.ruled({Key(NAME, "", ""): Ruling("none", "A decided")})
    assert other.taxonomy is plain.taxonomy and other.version == plain.version
    assert plain.decisions_version is None is not other.decisions_version
    assert other.ruled({}).decisions_version is None


def test_workers_get_the_rulings() -> None:
    mappings = knowing(培训次数=Ruling("none", "A decided"))
    there = pickle.loads(pickle.dumps(mappings))
    assert there.rulings == mappings.rulings and there.decisions_version == mappings.decisions_version is not None


@pytest.mark.parametrize("code", ["approved_units"])
def test_a_code_that_the_shipped_taxonomy_gave_up_is_followed(code: str) -> None:
    mappings = default_mappings()
    resolution = resolve([coded(code)], mappings)
    [moved] = resolution.moved
    assert moved.successor == mappings.taxonomy.retired[code].successor
    assert f"the successor of {code}" in resolution.rulings[Key(NAME, "", "")].reason
