from __future__ import annotations

import io
import itertools
from collections.abc import Callable
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from extract.model import Document, Table
from extract.problem import UnreadableError
from extract.readers import drawn, pdf_pdfium
from extract.readers.pdf import Engine, read
from tests.extract.drawn_pdf import FONT, TEXTS, XS, YS, box, cell_texts, form, line, pdf, sides, text

ENGINES: tuple[Engine, ...] = ("pdfium", "pdfplumber")


def rows(table: Table) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple("" if c is None else c.text for c in row) for row in table.grid())


def all_text(document: Document) -> str:
    blocks = (b for p in document.pages for b in p.blocks)
    return "\n".join("\n".join(c.text for c in b.cells) if isinstance(b, Table) else b.text for b in blocks)


def codes(document: Document) -> list[str]:
    return [p.code for p in document.problems]


def pieces(canvas: Canvas) -> None:
    def draw(x0: float, top: float, x1: float, bottom: float) -> None:
        for i in range(10):
            a, b = i / 10, (i + 1) / 10 - 1.0 / max(x1 - x0, bottom - top)
            line(canvas, x0 + a * (x1 - x0), top + a * (bottom - top), x0 + b * (x1 - x0), top + b * (bottom - top))

    sides(canvas, draw)
    cell_texts(canvas)


def dashed(canvas: Canvas) -> None:
    canvas.setDash(1, 2)
    form(canvas)


def dots(canvas: Canvas) -> None:
    def draw(x0: float, top: float, x1: float, bottom: float) -> None:
        steps = int(max(x1 - x0, bottom - top) // 3)
        for i in range(steps + 1):
            x, y = x0 + i / steps * (x1 - x0), top + i / steps * (bottom - top)
            box(canvas, x - 0.5, y - 0.5, x + 0.5, y + 0.5)

    sides(canvas, draw)
    cell_texts(canvas)


def double(canvas: Canvas) -> None:
    sides(canvas, lambda *s: line(canvas, *s))
    sides(canvas, lambda x0, t, x1, b: line(canvas, x0 + 2 * (t != b), t + 2 * (t == b), x1 + 2 * (t != b), b + 2 * (t == b)))
    cell_texts(canvas)


def thick(canvas: Canvas) -> None:
    canvas.setLineWidth(4.5)
    form(canvas)


def thin_boxes(canvas: Canvas) -> None:
    sides(canvas, lambda x0, t, x1, b: box(canvas, x0 - 0.25, t - 0.25, x1 + 0.25, b + 0.25))
    cell_texts(canvas)


def stroked_boxes(canvas: Canvas) -> None:
    for top, bottom in itertools.pairwise(YS):
        for x0, x1 in itertools.pairwise(XS):
            box(canvas, x0, top, x1, bottom, stroke=1, fill=0)
    cell_texts(canvas)


def colour_blocks(canvas: Canvas) -> None:
    for r, (top, bottom) in enumerate(itertools.pairwise(YS)):
        for c, (x0, x1) in enumerate(itertools.pairwise(XS)):
            canvas.setFillColorRGB(0.8, 0.9, 0.7 if (r + c) % 2 else 1.0)
            box(canvas, x0 + 0.4, top + 0.4, x1 - 0.4, bottom - 0.4)
    canvas.setFillColorRGB(0, 0, 0)
    cell_texts(canvas)


def white_lines_on_colour(canvas: Canvas) -> None:
    canvas.setFillColorRGB(0.2, 0.4, 0.8)
    box(canvas, XS[0], YS[0], XS[-1], YS[-1])
    canvas.setStrokeColorRGB(1, 1, 1)
    canvas.setFillColorRGB(0, 0, 0)
    form(canvas)


def shaded_text_in_a_cell(canvas: Canvas) -> None:
    canvas.setFillColorRGB(0.9, 0.9, 0.9)
    box(canvas, XS[0] + 5.4, YS[0] + 0.5, XS[1] - 5.4, YS[1] - 0.5)
    canvas.setFillColorRGB(0, 0, 0)
    form(canvas)


def white_on_white(canvas: Canvas) -> None:
    form(canvas)
    canvas.setStrokeColorRGB(1, 1, 1)
    line(canvas, 120, YS[0], 120, YS[-1])


def rule_painted_over(canvas: Canvas) -> None:
    line(canvas, 120, YS[0] + 6, 120, YS[-1] - 6)
    canvas.setFillColorRGB(1, 1, 1)
    box(canvas, 62, YS[0] + 1, 178, YS[-1] - 1)
    canvas.setFillColorRGB(0, 0, 0)
    form(canvas)


def rule_outside_of_the_clip(canvas: Canvas) -> None:
    canvas.saveState()
    path = canvas.beginPath()
    path.rect(310, -290, 50, 280)
    canvas.clipPath(path, stroke=0, fill=0)
    line(canvas, 120, YS[0], 120, YS[-1])
    canvas.restoreState()
    form(canvas)


def pictures_as_lines(canvas: Canvas) -> None:
    picture = io.BytesIO()
    Image.new("RGB", (2, 2), (0, 0, 0)).save(picture, "PNG")

    def draw(x0: float, top: float, x1: float, bottom: float) -> None:
        picture.seek(0)
        canvas.drawImage(ImageReader(picture), x0, -bottom, max(x1 - x0, 0.5), max(bottom - top, 0.5))

    sides(canvas, draw)
    cell_texts(canvas)


def diagonals(canvas: Canvas) -> None:
    form(canvas)
    line(canvas, XS[0], YS[0], XS[1], YS[1])
    line(canvas, XS[1], YS[1], XS[2], YS[2])


def in_a_form_with_a_matrix(canvas: Canvas) -> None:
    canvas.beginForm("table", lowerx=0, lowery=-600, upperx=800, uppery=0)
    canvas.scale(2, 2)
    form(canvas)
    canvas.endForm()
    canvas.scale(0.5, 0.5)
    canvas.doForm("table")


def fake_bold(canvas: Canvas) -> None:
    form(canvas)
    canvas.translate(0.3, 0)
    cell_texts(canvas)
    canvas.translate(-0.3, 0.2)
    cell_texts(canvas)


WAYS = {
    draw.__name__: draw
    for draw in (
        form,
        pieces,
        dashed,
        dots,
        double,
        thick,
        thin_boxes,
        stroked_boxes,
        colour_blocks,
        white_lines_on_colour,
        shaded_text_in_a_cell,
        white_on_white,
        rule_painted_over,
        rule_outside_of_the_clip,
        diagonals,
        pictures_as_lines,
        in_a_form_with_a_matrix,
        fake_bold,
    )
}
PLUMBER_CANNOT = {
    "rule_outside_of_the_clip": "pdfplumber does not tell clips",
    "rule_painted_over": "pdfplumber gives lines, boxes and curves apart: the order of painting is lost",
}


@pytest.mark.parametrize("way", WAYS)
def test_table_drawn_in_many_ways(way: str, tmp_path: Path) -> None:
    (table,) = read(pdf(tmp_path / "a.pdf", WAYS[way])).tables()
    assert rows(table) == TEXTS
    assert table.edges == pytest.approx(XS, abs=1.6)
    assert table.places[0].page == 1


@pytest.mark.parametrize(
    "way",
    [pytest.param(w, marks=pytest.mark.xfail(strict=True, reason=PLUMBER_CANNOT[w])) if w in PLUMBER_CANNOT else w for w in WAYS],
)
def test_table_drawn_in_many_ways_by_pdfplumber(way: str, tmp_path: Path) -> None:
    (table,) = read(pdf(tmp_path / "a.pdf", WAYS[way]), engine="pdfplumber").tables()
    assert rows(table) == TEXTS


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("turns", [0, 90, 180, 270])
def test_rotated_page_is_read_as_displayed(engine: Engine, turns: int, tmp_path: Path) -> None:
    """A page whose content is drawn turned back, so that the display is always the same."""

    def draw(canvas: Canvas) -> None:
        canvas.setPageRotation(turns)
        canvas.translate(*{0: (0, 0), 90: (0, -300), 180: (400, -300), 270: (300, 100)}[turns])
        canvas.rotate(turns)
        form(canvas)

    document = read(pdf(tmp_path / "a.pdf", draw), engine=engine)
    (table,) = document.tables()
    assert (document.pages[0].width, document.pages[0].height) == (400, 300)
    assert rows(table) == TEXTS
    assert table.edges == pytest.approx(XS, abs=0.5)


@pytest.mark.parametrize("turns", [90, -90])
def test_page_drawn_sideways_is_read_upright(turns: int, tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.translate(*((0, -400) if turns == 90 else (300, 0)))
        canvas.rotate(turns)
        form(canvas)

    document = read(pdf(tmp_path / "a.pdf", draw, size=(300, 400)))
    (table,) = document.tables()
    assert rows(table) == TEXTS
    first = table.cells[0].places[0].box
    assert first is not None
    expected = (80, 220, 110, 340) if turns == 90 else (190, 60, 220, 180)
    assert (first.x0, first.top, first.x1, first.bottom) == pytest.approx(expected, abs=0.5)


@pytest.mark.parametrize("engine", ENGINES)
def test_crop_box_moves_the_origin(engine: Engine, tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setCropBox((40, 0, 400, 280))
        form(canvas)
        text(canvas, 2, 100, "外")

    document = read(pdf(tmp_path / "a.pdf", draw), engine=engine)
    (table,) = document.tables()
    assert (document.pages[0].width, document.pages[0].height) == (360, 280)
    assert rows(table) == TEXTS
    assert table.edges == pytest.approx([x - 40 for x in XS], abs=0.5)
    assert "外" not in all_text(document)


def invisible(canvas: Canvas) -> None:
    form(canvas)
    hidden = canvas.beginText(70, -40)
    hidden.setTextRenderMode(3)
    hidden.textOut("旧标题")
    canvas.drawText(hidden)


def painted_over(canvas: Canvas) -> None:
    text(canvas, 70, 40, "旧标题")
    canvas.setFillColorRGB(1, 1, 1)
    box(canvas, 50, 30, 250, 70)
    canvas.setFillColorRGB(0, 0, 0)
    text(canvas, 75, 42, "新标题")
    form(canvas)


def off_the_page(canvas: Canvas) -> None:
    form(canvas)
    text(canvas, 70, -40, "旧标题")


def aslant(canvas: Canvas) -> None:
    form(canvas)
    canvas.saveState()
    canvas.translate(90, -140)
    canvas.rotate(40)
    text(canvas, 0, 0, "旧标题", 20)
    canvas.restoreState()


def outside_of_a_wide_clip(canvas: Canvas) -> None:
    form(canvas)
    path = canvas.beginPath()
    path.rect(0, -300, 400, 240)
    canvas.clipPath(path, stroke=0, fill=0)
    text(canvas, 70, 20, "旧标题")


HIDDEN: dict[str, tuple[Callable[[Canvas], None], str]] = {
    "invisible": (invisible, "invisible-text"),
    "painted over": (painted_over, "covered-text"),
    "aslant": (aslant, "slanted-text"),
    "outside of a wide clip": (outside_of_a_wide_clip, "clipped-text"),
    "off the page": (off_the_page, "off-page-text"),
}


@pytest.mark.parametrize("engine", ENGINES)
def test_hyphens_at_the_end_of_a_line_stay(engine: Engine, tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setFont("Helvetica", 12)
        for i, what in enumerate(("de-", "fg 10-", "20")):
            canvas.drawString(60, -60 - 14 * i, what)

    document = read(pdf(tmp_path / "a.pdf", draw), engine=engine)
    assert [line.text for line in document.pages[0].lines] == ["de-", "fg 10-", "20"]


@pytest.mark.parametrize("how", HIDDEN)
def test_hidden_text_is_left_out_and_told(how: str, tmp_path: Path) -> None:
    draw, code = HIDDEN[how]
    document = read(pdf(tmp_path / "a.pdf", draw))
    assert "旧标题" not in all_text(document)
    (problem,) = document.problems
    assert (problem.code, problem.severity, problem.page) == (code, "info", 1)
    assert "旧标题" in problem.message


@pytest.mark.parametrize(("again", "left_out"), [("某某市水文站", ["利局"]), ("某某市水利局", []), ("青溪县", ["水利局"])])
def test_character_printed_again_over_a_covered_one_is_seen(again: str, left_out: list[str], tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        text(canvas, 70, 40, "某某市水利局")
        canvas.setFillColorRGB(1, 1, 1)
        box(canvas, 50, 30, 250, 70)
        canvas.setFillColorRGB(0, 0, 0)
        text(canvas, 70, 40, again)
        form(canvas)

    document = read(pdf(tmp_path / "a.pdf", draw))
    assert document.pages[0].lines[0].text == again
    assert [p.message.endswith(end) for p, end in zip(document.problems, left_out, strict=True)] == [True] * len(left_out)


def test_text_under_a_see_through_filling_stays(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        form(canvas)
        canvas.setFillColorRGB(1, 1, 0)
        canvas.setFillAlpha(0.4)
        box(canvas, 50, 70, 320, 150)

    (table,) = read(pdf(tmp_path / "a.pdf", draw)).tables()
    assert rows(table) == TEXTS


def test_line_cut_off_by_its_cell_stays_in_it(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        form(canvas)
        canvas.saveState()
        path = canvas.beginPath()
        path.rect(XS[0], -YS[1], XS[1] - XS[0], YS[1] - YS[0])
        canvas.clipPath(path, stroke=0, fill=0)
        text(canvas, XS[0] + 10, YS[1] + 6, "（全称）")
        canvas.restoreState()

    (table,) = read(pdf(tmp_path / "a.pdf", draw)).tables()
    assert rows(table) == (("项目名称\n（全称）", "办公经费"), TEXTS[1])


def test_text_that_runs_into_the_next_cell_keeps_its_last_character(tmp_path: Path) -> None:
    """A spreadsheet draws what of a text runs over the border again, cut off at the border; it is no part of the next value."""

    def draw(canvas: Canvas) -> None:
        form(canvas)
        text(canvas, XS[1] - 31, YS[0] + 8, "合计")
        canvas.saveState()
        path = canvas.beginPath()
        path.rect(XS[1] + 1, -YS[1], XS[2] - XS[1], YS[1] - YS[0])
        canvas.clipPath(path, stroke=0, fill=0)
        text(canvas, XS[1] - 7, YS[0] + 8, "数")
        canvas.restoreState()

    (table,) = read(pdf(tmp_path / "a.pdf", draw)).tables()
    assert rows(table) == (("项目名称合计数", "办公经费"), TEXTS[1])


def test_page_that_is_a_picture_is_told(tmp_path: Path) -> None:
    picture = io.BytesIO()
    Image.new("RGB", (40, 30), (200, 210, 220)).save(picture, "PNG")

    def draw(canvas: Canvas) -> None:
        canvas.drawImage(ImageReader(picture), 0, -300, 400, 300)

    document = read(pdf(tmp_path / "a.pdf", form, draw), ocr="never")
    assert [(p.code, p.severity, p.page) for p in document.problems] == [("page-without-text", "error", 2)]


def test_text_layer_of_random_characters_is_no_text(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        sides(canvas, lambda *s: line(canvas, *s))
        canvas.setFont(FONT, 12)
        text(canvas, 70, 86, "籪粵鐫鸞蠶")
        text(canvas, 190, 86, "籬黌鱺驪鬱")
        text(canvas, 70, 116, "釁顴饞黷鑿")
        text(canvas, 190, 116, "爨讞讜鸛讖")

    document = read(pdf(tmp_path / "a.pdf", draw), ocr="never")
    assert codes(document) == ["unusable-text-layer"]
    assert all_text(document).strip() == ""


def test_two_pages_one_closed_table_each_counted_through(tmp_path: Path) -> None:
    document = read(pdf(tmp_path / "a.pdf", form, form))
    assert [t.index for t in document.tables()] == [0, 1]
    assert [t.pages for t in document.tables()] == [(1,), (2,)]
    assert document.format == "pdf" and document.reader == "pdfium" and document.source_name == "a.pdf"


def numbered(number: int) -> Callable[[Canvas], None]:
    return lambda canvas: text(canvas, 60, 80, f"第{number}页")


@pytest.mark.parametrize("long", [pdf_pdfium.LONG, -1.0], ids=["in sheaves", "one by one"])
def test_many_pages_come_in_order_and_a_damaged_one_in_its_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, long: float) -> None:
    monkeypatch.setattr(pdf_pdfium, "LONG", long)
    count = 2 * pdf_pdfium.SHEAF + 3
    path = pdf(tmp_path / "a.pdf", *map(numbered, range(1, count + 1)))
    path.write_bytes(path.read_bytes().replace(b"5 0 R 6 0 R", b"5 0 R 0 0 R", 1))
    document = read(path)
    texts = [page.lines[0].text if page.lines else "" for page in document.pages]
    assert [page.number for page in document.pages] == list(range(1, count + 1))
    assert texts == [f"第{number}页" if number != 3 else "" for number in range(1, count + 1)]
    assert [(p.code, p.page) for p in document.problems] == [("page-unreadable", 3)]
    some = read(path, pages=range(2, count, 2))
    assert [page.number for page in some.pages] == list(range(2, count, 2))


def test_only_the_pages_asked_for(tmp_path: Path) -> None:
    document = read(pdf(tmp_path / "a.pdf", form, form, form), pages=[2])
    assert [p.number for p in document.pages] == [2]


def test_drawing_is_kept_where_asked_for(tmp_path: Path) -> None:
    path = pdf(tmp_path / "a.pdf", form)
    (page,) = read(path, keep_drawing=True).pages
    assert "".join(w.text for w in page.words) == "".join("".join(r) for r in TEXTS)
    assert len(page.rules) == 6
    assert read(path).pages[0].words == ()


def test_file_with_an_owner_password_is_read(tmp_path: Path) -> None:
    path = pdf(tmp_path / "a.pdf", form, encrypt=StandardEncryption("", ownerPassword="owner", canCopy=0))
    (table,) = read(path).tables()
    assert rows(table) == TEXTS


@pytest.mark.parametrize("engine", ENGINES)
def test_file_with_a_user_password_is_refused(engine: Engine, tmp_path: Path) -> None:
    path = pdf(tmp_path / "a.pdf", form, encrypt=StandardEncryption("user", ownerPassword="owner"))
    with pytest.raises(UnreadableError, match="password") as caught:
        read(path, engine=engine)
    assert caught.value.remedy


def _truncated(whole: bytes) -> bytes:
    return whole[: len(whole) * 2 // 3]


def _scrambled(whole: bytes) -> bytes:
    return b"%PDF-1.4\n" + bytes(255 - b for b in whole[9:]) + b"\nstartxref\n99\n%%EOF"


def _without_pages(whole: bytes) -> bytes:
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[]/Count 0>>"]
    body = b"%PDF-1.4\n" + b"".join(b"%d 0 obj%s endobj\n" % (i, o) for i, o in enumerate(objects, 1))
    return body + b"trailer<</Root 1 0 R/Size 3>>\nstartxref\n0\n%%EOF"


BROKEN: dict[str, Callable[[bytes], bytes]] = {
    "truncated": _truncated,
    "damaged": _scrambled,
    "empty": lambda _: b"",
    "no pages": _without_pages,
    "a web page": lambda _: b"<html><body>404</body></html>",
}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("how", BROKEN)
def test_broken_file_is_refused_in_a_sentence(how: str, engine: Engine, tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(BROKEN[how](pdf(tmp_path / "whole.pdf", form).read_bytes()))
    with pytest.raises(UnreadableError) as caught:
        read(path, engine=engine)
    assert caught.value.message.startswith("a.pdf ") and caught.value.message.endswith(".")
    assert caught.value.message.removeprefix("a.pdf ").count(".") == 1
    assert caught.value.remedy


def test_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError, match=r"^none\.pdf cannot be opened"):
        read(tmp_path / "none.pdf")


def test_padding_after_the_end_is_no_damage(tmp_path: Path) -> None:
    path = pdf(tmp_path / "a.pdf", form)
    path.write_bytes(path.read_bytes() + b"\0" * 5000 + b"\r\n")
    assert len(list(read(path).tables())) == 1


def test_too_many_pages_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawn, "MOST_PAGES", 2)
    document = read(pdf(tmp_path / "a.pdf", form, form, form))
    assert len(document.pages) == 2
    assert codes(document) == ["too-many-pages"]


def test_dense_drawing_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawn, "MOST_RULES", 5)
    assert codes(read(pdf(tmp_path / "a.pdf", form))) == ["dense-drawing"]


def test_filled_in_fields_are_text(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        sides(canvas, lambda *s: line(canvas, *s))
        text(canvas, 70, 88, "数量")
        canvas.acroForm.textfield(value="125", x=190, y=300 - 106, width=90, height=20, borderWidth=0, fontName="Helvetica", fontSize=10)

    (table,) = read(pdf(tmp_path / "a.pdf", draw)).tables()
    assert rows(table)[0] == ("数量", "125")


def test_library_of_the_engine_is_the_one_declared() -> None:
    assert int(pypdfium2.PYPDFIUM_INFO.major) >= 5
