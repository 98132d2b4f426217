"""The file of decisions: what is written comes back, whatever stands in it; what is not in order is told with its line."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappings.decisions import COLUMNS, HEAD, NO_TERM, Decision, as_lines, guarded, read_decisions, unguarded, version_of, with_identity
from mappings.loader import MappingError, Mappings

TEXT = st.text(st.characters(blacklist_categories=("Cs", "Cc")), max_size=20)


def decision(**values: str) -> Decision:
    """A decision with these fields and plain ones elsewhere."""
    plain = dict.fromkeys(COLUMNS, "") | {
        "action": "decide",
        "decision": "none",
        "object_id": NO_TERM,
        "subject_label": "名",
        "author_id": "A",
        "mapping_date": "2026-01-01",
    }
    return with_identity(Decision(**(plain | values)), ())  # type: ignore[arg-type]


def written(folder: Path, *rows: Decision, head: str = HEAD) -> Path:
    path = folder / "decisions.csv"
    path.write_text("\ufeff" + head + ",".join(COLUMNS) + "\n" + as_lines(rows), encoding="utf-8")
    return path


@given(st.text(max_size=8) | st.sampled_from(["=1+1", "'=1", "''", "'", "-5", "@x", "+", "\t", "'a"]))
def test_a_guarded_text_comes_back_and_begins_no_formula(text: str) -> None:
    assert unguarded(guarded(text)) == text
    assert guarded(text)[:1] not in tuple("=+-@\t\r")


@given(st.lists(st.tuples(TEXT, TEXT, TEXT, TEXT), max_size=4, unique=True))
def test_what_is_written_is_read(tmp_path_factory: pytest.TempPathFactory, texts: list[tuple[str, str, str, str]]) -> None:
    rows = [decision(subject_label=f"x{a}", subject_example=b, comment=c, unit_example=d) for a, b, c, d in texts]
    assert list(read_decisions(written(tmp_path_factory.mktemp("d"), *rows))) == rows


def test_no_file_is_no_decision(tmp_path: Path) -> None:
    assert read_decisions(tmp_path / "decisions.csv") == ()


def test_two_rows_that_say_the_same_have_two_identities() -> None:
    first = decision()
    assert with_identity(first, [first.record_id]).record_id != first.record_id
    assert with_identity(first, []).record_id == first.record_id


CODED = {"decision": "code", "object_id": "training_sessions"}
BROKEN = {
    "an action that is none": (decision(action="shout"), "action is"),
    "a decision that is none": (decision(decision="perhaps"), "decision is"),
    "a code that is no code": (decision(decision="code"), "does not go with"),
    "none with a code": (decision(object_id="training_sessions"), "does not go with"),
    "a code without one": (decision(**CODED | {"object_id": ""}), "does not go with"),
    "a confidence beyond 1": (decision(**CODED, confidence="2"), "confidence"),
    "a blank author": (decision(author_id=""), "blank author_id"),
    "a withdrawal of nothing": (decision(action="withdraw", decision="", about="123"), "stands nowhere above"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_row_that_is_not_in_order_is_told_with_its_line(tmp_path: Path, name: str) -> None:
    row, message = BROKEN[name]
    with pytest.raises(MappingError, match=rf"decisions\.csv:6: .*{message}"):
        read_decisions(written(tmp_path, decision(), row))


def test_a_row_twice_is_told(tmp_path: Path) -> None:
    with pytest.raises(MappingError, match="there twice"):
        read_decisions(written(tmp_path, decision(), decision()))


def test_another_header_is_told(tmp_path: Path) -> None:
    path = tmp_path / "decisions.csv"
    path.write_text("# why\nname,code\n", encoding="utf-8")
    with pytest.raises(MappingError, match="header is"):
        read_decisions(path)


def test_a_row_cut_short_is_told(tmp_path: Path) -> None:
    path = written(tmp_path, decision())
    path.write_text(path.read_text(encoding="utf-8")[:-8], encoding="utf-8")
    with pytest.raises(MappingError, match="not 21 fields"):
        read_decisions(path)


def test_the_columns_are_plain_csv_for_any_tool(tmp_path: Path) -> None:
    lines = written(tmp_path, decision(comment="a, b")).read_text(encoding="utf-8-sig").splitlines()
    rows = list(csv.DictReader(line for line in lines if not line.startswith("#")))
    assert rows[0]["comment"] == "a, b"


def test_a_version_is_there_only_with_rulings() -> None:
    assert version_of({}) is None and Mappings().decisions_version is None
