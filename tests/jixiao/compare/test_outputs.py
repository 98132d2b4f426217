"""The ways of output say the same, lead back to rows, and are right on every machine."""

from __future__ import annotations

import csv
import io
import os
import re
import subprocess
import sys
import warnings
from dataclasses import replace
from pathlib import Path

import numpy
import openpyxl
import pyarrow
import pytest
from click.testing import CliRunner
from PIL import Image

from extract.problem import NotWritableError, UsageError
from jixiao.cli.main import cli
from jixiao.compare import Comparison, Selection, compare
from jixiao.compare import files as files_module
from jixiao.compare.charts import Panel, draw, panels
from jixiao.compare.files import write_comparison
from jixiao.compare.font import FONT, embedded, families
from jixiao.compare.run import NAMES
from jixiao.compare.shown import left_out

NOTHING = Selection()


@pytest.fixture(scope="module")
def targets(cities: Path) -> Comparison:
    return compare(cities, "targets")


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_csv_has_the_figures_and_their_rows(targets: Comparison, tmp_path: Path) -> None:
    written = write_comparison(targets, NOTHING, tmp_path / "t.csv")
    assert [path.name for path in written] == ["t.csv", "t.rows.csv"]
    figures, rows = map(table, written)
    assert [(line["indicator_code"], line["city"], float(line["median"])) for line in figures][3] == ("training_sessions", "衡阳市", 9.0)
    assert targets.rows is not None
    assert [line["indicator_id"] for line in rows] == targets.rows["indicator_id"].to_pylist()
    assert {line["figure"] for line in rows} == {line["figure"] for line in figures}


def test_workbook_has_figures_rows_and_what_was_asked(targets: Comparison, tmp_path: Path) -> None:
    write_comparison(targets, Selection(cities=("衡阳市",)), tmp_path / "t.xlsx")
    book = openpyxl.load_workbook(tmp_path / "t.xlsx")
    assert book.sheetnames == ["figures", "rows", "about"]
    head, *lines = book["figures"].iter_rows(values_only=True)
    assert [line[head.index("median")] for line in lines] == targets.figures["median"].to_pylist()
    about = " ".join(str(line[1]) for line in book["about"].iter_rows(values_only=True))
    assert "--city 衡阳市" in about and "7 of 13 rows are compared" in about


def test_rows_over_the_limit_of_a_sheet_are_told(targets: Comparison, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files_module, "MOST_ROWS", 5)
    write_comparison(targets, NOTHING, tmp_path / "t.xlsx")
    book = openpyxl.load_workbook(tmp_path / "t.xlsx")
    assert book["rows"].max_row == 5
    about = " ".join(str(line[1]) for line in book["about"].iter_rows(values_only=True))
    assert "lacks the last 3 rows: a sheet of Excel holds 5" in about


def test_page_needs_nothing_else(targets: Comparison, tmp_path: Path) -> None:
    write_comparison(targets, NOTHING, tmp_path / "t.html")
    page = (tmp_path / "t.html").read_text(encoding="utf-8")
    assert not re.findall(r'(?:src|href)\s*=\s*"(?!#|data:)[^"]', page) and not re.findall(r"url\((?!data:|#)", page)
    assert "<svg" in page and "培训次数" in page and "7 of 13 rows are compared" in page
    assert page.count("<details>") == targets.figures.num_rows
    assert page.count("1.pdf") == 4 and page.count("2.pdf") == 3


def test_page_escapes_what_is_printed(targets: Comparison, tmp_path: Path) -> None:
    names = targets.figures.schema.get_field_index("indicator_name")
    hostile = targets.figures.set_column(names, "indicator_name", [["<script>alert(1)</script>"] * targets.figures.num_rows])
    write_comparison(replace(targets, figures=hostile), NOTHING, tmp_path / "t.html")
    assert "<script>alert" not in (tmp_path / "t.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("view", NAMES)
@pytest.mark.parametrize("suffix", [".csv", ".html", ".png", ".svg", ".xlsx"])
def test_every_view_is_written_and_gives_the_same_bytes(cities: Path, years: Path, tmp_path: Path, view: str, suffix: str) -> None:
    made = compare(years if view == "change" else cities, view)
    first, second = (tmp_path / f"{name}{suffix}" for name in "ab")
    for path in (first, second):
        write_comparison(made, NOTHING, path)
    assert first.read_bytes() == second.read_bytes() and first.stat().st_size > 100


def test_nothing_to_draw_is_said(cities: Path, tmp_path: Path) -> None:
    made = compare(cities, "targets", selection=Selection(forms=("project",)))
    assert made.figures.num_rows == 0 and panels(made) == []
    for suffix in (".csv", ".html", ".png", ".xlsx"):
        write_comparison(made, NOTHING, tmp_path / f"t{suffix}")


def test_no_panel_has_two_units(targets: Comparison) -> None:
    drawn = panels(targets)
    assert sorted((panel.title, panel.unit) for panel in drawn) == [
        ("培训次数（%）", "%"),
        ("培训次数（人）", "人"),
        ("培训次数（次）", "次"),
        ("服务对象满意度（%）", "%"),
    ]
    (times,) = (panel for panel in drawn if panel.unit == "次")
    assert [label for label, _ in times.lines] == ["≤ · 衡阳市 (n=1)", "≥ · 衡阳市 (n=2)", "≥ · 鄂州市 (n=1)"]


class TestGlyphs:
    """Chinese text is drawn, not boxes: the ink of the picture is looked at."""

    def test_the_font_has_what_forms_print(self) -> None:
        from fontTools.ttLib import TTFont

        known = TTFont(FONT).getBestCmap()
        wanted = "绩效目标申报表数量质量时效成本满意度衡阳鄂州张家口青溪≥≤＝％℃㎡亳濮郴儋"
        assert not [char for char in wanted if ord(char) not in known]

    def test_the_shipped_font_comes_first_and_lacks_nothing(self, targets: Comparison) -> None:
        assert families()[0] == "Jixiao Sans"
        with warnings.catch_warnings():
            warnings.filterwarnings("error", message="Glyph")
            draw(targets, "png")

    def test_different_characters_have_different_ink(self) -> None:
        boxes = [ink(char) for char in "\ue000\ue001"]
        assert numpy.array_equal(*boxes), "characters that no font has are the same box"
        drawn = {char: ink(char) for char in "绩效目标衡阳市次万元≥≤"}
        for char, pixels in drawn.items():
            assert pixels.sum() > 40, f"{char} has no ink"
            assert not numpy.array_equal(pixels, boxes[0]), f"{char} is a box"
        assert len({pixels.tobytes() for pixels in drawn.values()}) == len(drawn)

    def test_labels_in_the_picture_are_those_characters(self, targets: Comparison) -> None:
        """A chart whose labels are replaced by characters that no font has looks another way."""
        whole = numpy.asarray(Image.open(io.BytesIO(draw(targets, "png"))).convert("L"))
        assert whole.shape[1] > 1000 and (whole < 128).mean() > 0.002
        boxed = replace(targets, figures=targets.figures.set_column(
            targets.figures.schema.get_field_index("city"), "city", [["\ue000\ue001\ue002"] * targets.figures.num_rows]))  # fmt: skip
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            other = numpy.asarray(Image.open(io.BytesIO(draw(boxed, "png"))).convert("L"))
        assert not numpy.array_equal(whole, other)

    def test_the_page_carries_its_characters(self) -> None:
        from base64 import b64decode

        from fontTools.ttLib import TTFont

        data = embedded("绩效≥1")
        font = TTFont(io.BytesIO(b64decode(data.partition(",")[2])))
        assert set(font.getBestCmap()) == set(map(ord, "绩效≥1")) and len(data) < 20_000

    def test_the_licence_is_beside_the_font(self) -> None:
        text = (FONT.parent / "OFL.txt").read_text(encoding="utf-8")
        assert "SIL OPEN FONT LICENSE Version 1.1" in text and "Adobe" in text
        assert FONT.stat().st_size < 3_000_000


def ink(char: str) -> numpy.ndarray:
    """The dark pixels of a character as charts draw it, moved to the corner."""
    import matplotlib
    from matplotlib.figure import Figure

    made = io.BytesIO()
    with matplotlib.rc_context({"font.family": list(families())}), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        figure = Figure(figsize=(1, 1))
        figure.text(0.2, 0.2, char, fontsize=40)
        figure.savefig(made, format="png", dpi=60)
    dark = numpy.asarray(Image.open(made).convert("L")) < 128
    rows, columns = numpy.flatnonzero(dark.any(1)), numpy.flatnonzero(dark.any(0))
    assert rows.size and columns.size, f"{char!r} has no ink"
    return dark[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


@pytest.mark.parametrize(("name", "error"), [("t.doc", UsageError), ("none/t.csv", NotWritableError)])
def test_places_that_cannot_be_written(targets: Comparison, tmp_path: Path, name: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        write_comparison(targets, NOTHING, tmp_path / name)


def shown(*arguments: str) -> str:
    done = CliRunner(env={"COLUMNS": "200"}).invoke(cli, ["compare", *arguments], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


def test_terminal_shows_figures_units_and_what_was_left_out(cities: Path) -> None:
    text = shown(str(cities), "--view", "cost")
    assert "元/人/天" in text and "(none)" in text and "450" in text
    text = shown(str(cities), "--indicator", "satisfaction")
    assert "90%" in text and "1 doubtful left out; --with-doubtful adds them" in text
    text = shown(str(cities), "--indicator", "satisfaction", "--with-doubtful")
    assert "95%" in text and "1 doubtful among them" in text


def test_terminal_shows_the_rows_of_a_figure(cities: Path) -> None:
    text = shown(str(cities), "--figure", "4")
    assert "ge 6.0" in text and "ge 12.0" in text and "le 100" not in text
    assert shown(str(cities), "--rows").count(".pdf") == 7
    assert "3 more" in shown(str(cities), "--rows", "--limit", "4")


def test_chinese_columns_stand_below_each_other(cities: Path) -> None:
    from jixiao.text import text_width

    lines = [line for line in shown(str(cities)).splitlines() if "衡阳市" in line or "鄂州市" in line]
    ends = {text_width(line[: line.index("市") + 1]) for line in lines}
    assert len(lines) == 6 and len(ends) == 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--figure", "99"], "There is no figure 99"),
        (["--year", "20"], "neither a year nor a span"),
        (["--year", "2026-2020"], "neither a year nor a span"),
        (["--by", "nothing"], "cannot be grouped by nothing"),
        (["-o", "x.doc"], "is of no kind that is written"),
    ],
)
def test_usage_errors_have_their_code(cities: Path, arguments: list[str], message: str) -> None:
    command = [sys.executable, "-m", "jixiao", "compare", str(cities), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, "COLUMNS": "200"})
    assert done.returncode == 2 and message in done.stderr


def test_sentences_say_each_step(targets: Comparison) -> None:
    assert left_out(targets.tally) == [
        "7 of 13 rows are compared",
        "1 doubtful left out; --with-doubtful adds them",
        "5 rows have no concept",
    ]


def test_a_panel_says_how_many_lines_it_lacks(targets: Comparison) -> None:
    many = replace(targets, figures=pyarrow.concat_tables([targets.figures.slice(3, 1)] * 40))
    (panel,) = panels(many)
    assert isinstance(panel, Panel) and len(panel.lines) == 30 and "first 30 of 40" in panel.title
