"""The learned opinion: signs looked up one by one and read all at once, names asked about alone and together."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mappings.loader import SHIPPED, MappingError, Mappings, default_mappings
from mappings.opinion import LARGEST, MANY_SIGNS, Opinion, identity_of, is_true, load_opinion, stamped
from normalize.mapping.model import Context
from normalize.mapping.opinion import MANY, ask, ask_each
from normalize.mapping.opinions import ask_all

KNOWLEDGE = default_mappings()
TERMS = sorted(KNOWLEDGE.taxonomy.by_text)
CONTEXTS = st.builds(
    Context,
    st.sampled_from([None, "P", "P1", "P2", "P3", "B1", "S1", "C1"]),
    st.booleans(),
    st.sampled_from([None, "count", "ratio", "money", "money/thing", "duration", "grade"]),
    st.none(),
)
# Names, pieces of names, and what no name holds: characters beyond 16 bits, half of such a one, the marks of both ends.
NAMES = st.one_of(
    st.sampled_from(TERMS),
    st.builds(lambda a, b, cut: a[:cut] + b, st.sampled_from(TERMS), st.sampled_from(TERMS), st.integers(0, 6)),
    st.text('数率%^$*\0\x7f，,"𠮷\ud800满意度培训abc', max_size=60),
)


@given(st.lists(st.tuples(NAMES, CONTEXTS), max_size=40))
@settings(max_examples=60)
def test_names_are_answered_alike_alone_and_together(names: list[tuple[str, Context]]) -> None:
    together = list(ask_all(names, KNOWLEDGE.opinion, KNOWLEDGE.compounds))
    alone = [ask(key, context, KNOWLEDGE.opinion, KNOWLEDGE.compounds) for key, context in names]
    assert [list(told.items()) for told in together] == [list(told.items()) for told in alone]


def test_many_names_are_answered_as_few_are() -> None:
    names = [(text, Context(None, True, None, None)) for text in TERMS[: MANY + 300]]
    many = list(ask_each(names, KNOWLEDGE.opinion, KNOWLEDGE.compounds))
    assert many == list(ask_each(names[: MANY // 2], KNOWLEDGE.opinion, KNOWLEDGE.compounds)) + many[MANY // 2 :]
    assert many == [ask(key, context, KNOWLEDGE.opinion, KNOWLEDGE.compounds) for key, context in names]


@pytest.mark.parametrize("opinion", [Opinion(("a", "b"), {}), Opinion(("a", "b"), {"kind=bare": f"1+{LARGEST}", "龘": f"0-{LARGEST}"})])
def test_an_opinion_of_few_signs_is_asked_alike(opinion: Opinion) -> None:
    names = [(key, Context(None, True, None, None)) for key in ("龘", "龘龘", "", "数量")]
    assert list(ask_all(names, opinion, KNOWLEDGE.compounds)) == [ask(*name, opinion, KNOWLEDGE.compounds) for name in names]


def test_signs_looked_up_are_those_of_the_whole_table() -> None:
    path = SHIPPED / "opinion.csv"
    strict, looked_up = load_opinion(path), load_opinion(path, released=True)
    asked = list(strict.printed)[:: len(strict.printed) // 1500]
    some = {sign: looked_up.printed.get(sign) for sign in ['"', ",", "!", "!codes", "\ud800", "龘龘", "", *asked]}
    assert some == {sign: strict.printed.get(sign) for sign in some}
    assert len(some) < MANY_SIGNS
    assert looked_up.codes == strict.codes
    assert dict(looked_up.printed) == strict.printed


@pytest.mark.parametrize("weights", ["1", "1+2 1+3", "2+1 1+1", "9+1", f"0+{LARGEST + 1}", "1+2,", "0+x"])
def test_weights_that_are_none_are_refused(weights: str) -> None:
    with pytest.raises(MappingError, match="are no weights"):
        Opinion(("a", "b", "c"), {"培训": weights}).check()


@pytest.mark.parametrize("released", [True, False])
def test_a_table_that_names_no_concepts_is_refused(tmp_path: Path, released: bool) -> None:
    path = tmp_path / "opinion.csv"
    path.write_text("# Why.\nsign,weights\n培训,1+2\n", encoding="utf-8")
    with pytest.raises(MappingError, match="no row !codes"):
        load_opinion(path, released=released)


def test_the_shipped_table_bears_the_digest_of_its_rows() -> None:
    table = (SHIPPED / "opinion.csv").read_bytes()
    assert stamped(table) == table, "jixiao taxonomy fit writes it; mappings.opinion.stamped puts it there"


@pytest.mark.parametrize(
    ("edit", "with_it"),
    [((b"1+2", b"1+3"), stamped), ((b"1+2", b"1+3"), bytes), ((b"# Why.", b"# So."), bytes), ((b"1+2", b"1+2 4+1"), bytes)],
)
def test_the_identity_of_a_table_goes_with_its_rows(tmp_path: Path, edit: tuple[bytes, bytes], with_it: Callable[[bytes], bytes]) -> None:
    path = tmp_path / "opinion.csv"
    table = stamped(b"# Why.\nsign,weights\n!codes,a b\n\xe5\x9f\xb9,1+2\n")
    path.write_bytes(table)
    before = identity_of(path)
    path.write_bytes(with_it(table.replace(*edit)))
    assert identity_of(path) != before
    assert len(before) < len(table)
    assert is_true(path) is (edit[0] == b"# Why." or with_it is stamped)


def test_a_table_without_a_digest_stands_for_itself(tmp_path: Path) -> None:
    path = tmp_path / "opinion.csv"
    path.write_bytes(b"# Why.\nsign,weights\n!codes,a b\n")
    assert identity_of(path) == path.read_bytes()


def test_a_folder_with_the_same_table_has_the_version_of_the_shipped_ones_until_it_is_edited(tmp_path: Path) -> None:
    table = (SHIPPED / "opinion.csv").read_bytes()
    own = tmp_path / "opinion.csv"
    own.write_bytes(table)
    assert Mappings(tmp_path).version == default_mappings().version
    own.write_bytes(table[:-2] + bytes([table[-2] ^ 1]) + table[-1:])
    assert Mappings(tmp_path).version != default_mappings().version
