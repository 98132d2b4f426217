"""The builder of the corpus: strict about its facts, the same bytes each time, and equal to the committed files."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpus.build import HERE, WRITERS, holds
from corpus.builder.facts import FactsError, Grid, load_case
from corpus.builder.legacy import KEPT
from corpus.builder.markup import seen, spans
from corpus.builder.pdf import fonts_missing

FILES = [(path.parent, kind) for path in sorted(HERE.glob("*/facts.yml")) for kind in load_case(path.parent).formats]
SMALL = "formats: [docx]\nbody:\n- table: |\n"


def facts(folder: Path, text: str) -> Path:
    (folder / "facts.yml").write_text(text, encoding="utf-8")
    return folder


def grid(folder: Path, text: str) -> Grid:
    item = load_case(facts(folder, text)).body[0]
    assert isinstance(item, Grid)
    return item


@pytest.mark.parametrize(("case", "kind"), [pytest.param(*file, id=f"{file[0].name}.{file[1]}") for file in FILES])
def test_committed_file_is_what_the_builder_makes(case: Path, kind: str) -> None:
    remedy = fonts_missing()
    if kind == "pdf" and remedy:
        pytest.skip(f"PDFs are not compared: {remedy}")
    made = WRITERS[kind](load_case(case))
    assert made == WRITERS[kind](load_case(case)), "two runs differ"
    assert holds(kind, (case / f"source.{kind}").read_bytes()) == holds(kind, made), "stale: run python -m corpus.build"


def test_every_source_is_built() -> None:
    built = {f"{case.name}/source.{kind}" for case, kind in FILES}
    assert not built & KEPT
    assert built | KEPT == {f"{path.parent.name}/{path.name}" for path in HERE.glob("*/source.*")}


def test_marks_join_cells(tmp_path: Path) -> None:
    table = grid(tmp_path, SMALL + "    a | < | b\n    ^ | ^ | c\n")
    assert [(s.row, s.column, s.row_span, s.column_span, s.text) for s in table.slots] == [
        (0, 0, 2, 2, "a"),
        (0, 2, 1, 1, "b"),
        (1, 2, 1, 1, "c"),
    ]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        pytest.param("formats: [docx]\nbody: []\nextra: 1\n", "unknown extra", id="unknown-key"),
        pytest.param("formats: [rtf]\nbody: []\n", "unknown rtf", id="unknown-format"),
        pytest.param(SMALL + "    a | b\n    c\n", "row 2 has 1 cells", id="ragged"),
        pytest.param(SMALL + "    a | <\n    ^ | b\n", "not a rectangle", id="not-a-rectangle"),
        pytest.param(SMALL + "    a | b\n  widths: 1\n", "1 widths for 2 columns", id="widths"),
        pytest.param(SMALL + "    a | <\n  cells: {B1: {size: 9}}\n", "do not begin there", id="style-of-a-covered-cell"),
        pytest.param(SMALL + "    a | b\n  colour: red\n", "unknown colour", id="unknown-option"),
    ],
)
def test_facts_are_read_strictly(tmp_path: Path, text: str, reason: str) -> None:
    with pytest.raises(FactsError, match=reason):
        load_case(facts(tmp_path, text))


def test_what_a_reader_sees_of_marks() -> None:
    text = "≥⟦del:10⟧⟦ins:12⟧个⟦hide:旧⟧ ⟦on:是⟧⟦off:否⟧"
    assert seen(text) == "≥12个 ☑是□否"
    assert [span.kind for span in spans(text)] == ["", "del", "ins", "", "hide", "", "on", "off"]
