from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.extract.ocr.drawn import Form, Pixels, blank, form_page, skewed, text

pytest.importorskip("rapidocr", reason="scans are read only with jixiao[ocr]: rapidocr is not installed")

from extract.formats import read
from extract.model import Table, TextLine
from extract.ocr import engine as engine_module
from extract.ocr.crops import Line
from extract.ocr.doubt import second_opinions
from extract.ocr.engine import Found, Reading, load_engine
from extract.ocr.ink import Ink
from extract.ocr.picture import Picture
from extract.ocr.recognise import recognise
from extract.ocr.wanted import PagesWanted
from extract.problem import ToolMissingError, UnreadableError
from extract.readers.drawn import page_of
from tests.extract.drawn_pdf import form as digital_form
from tests.extract.drawn_pdf import pdf

DPI = 150.0
FORM = Form((60, 160, 260, 360), (100, 130, 160, 220), (), filled=False)


class Says:
    """An engine that reads the same in every line, one after another of what it was given."""

    version = "says"

    def __init__(self, *readings: Reading) -> None:
        self.readings = readings
        self.crops: list[Pixels] = []

    def read_lines(self, crops: Sequence[Pixels]) -> list[Reading]:
        first = len(self.crops)
        self.crops += crops
        return [self.readings[min(first + i, len(self.readings) - 1)] for i in range(len(crops))]

    def find_lines(self, picture: Pixels) -> list[Found]:
        return []


def sure(text: str, confidence: float = 0.99) -> Reading:
    return Reading(text, tuple((i + 0.5) / len(text) for i in range(len(text))), (confidence,) * len(text))


def filled(*words: tuple[float, float, str]) -> Pixels:
    page = form_page(FORM, DPI)
    page[: round(90 * DPI / 72)] = 255
    for x, y, what in words:
        text(page, DPI, (x, y), what)
    return page


def test_a_page_of_print_is_read_with_its_table_and_the_text_around_it() -> None:
    page = filled((70, 110, "Rate"), (170, 110, "95.5%"), (270, 110, "120 people"), (70, 140, "Cost"), (170, 140, "1,250.00"))
    text(page, DPI, (60, 60), "Form of targets 2025", 16)
    shown = page_of(recognise(Picture(skewed(page, 0.8), DPI), 1, load_engine()), 0, False)
    [table] = [b for b in shown.blocks if isinstance(b, Table)]
    assert [c.text for c in table.cells[:6]] == ["Rate", "95.5%", "120 people", "Cost", "1,250.00", ""]
    assert all(0.8 < c.confidence <= 1 for c in table.cells)
    assert [b.text for b in shown.blocks if isinstance(b, TextLine)] == ["Form of targets 2025"]


def test_places_are_on_the_page_as_it_is_displayed() -> None:
    page = skewed(filled((70, 110, "Rate"), (270, 190, "Cost")), 2)
    [table] = page_of(recognise(Picture(page, DPI), 1, Says(sure("x"))), 0, False).tables
    box = table.cells[0].places[0].box
    assert box is not None
    tilt = np.tan(np.radians(2))
    assert box.x0 == pytest.approx(60 + (421 - 115) * tilt, abs=4)
    assert box.top == pytest.approx(100 + (60 - 297) * tilt, abs=4)


def test_a_cell_is_as_sure_as_its_least_sure_character() -> None:
    reading = Reading("ab", (0.3, 0.7), (0.99, 0.95))
    [table] = page_of(recognise(Picture(filled((70, 110, "Rate")), DPI), 1, Says(reading)), 0, False).tables
    assert table.cells[0].confidence == pytest.approx(0.95)
    assert {c.confidence for c in table.cells[1:]} == {1.0}


def test_ink_that_nothing_can_be_read_of_is_told() -> None:
    drawing = recognise(Picture(filled((70, 110, "Rate")), DPI), 4, Says(Reading("")))
    assert [(p.code, p.page) for p in drawing.problems] == [("ocr-unread-ink", 4)]
    assert recognise(Picture(filled(), DPI), 4, Says(Reading(""))).problems == ()


def test_two_readings_of_one_line_are_told_and_lower_its_confidence() -> None:
    page = np.full((60, 200), 255, np.uint8)
    page[20:40, 20:120] = 0
    lines = [Line((Ink(20, 20, 120, 40),), 0, 20.0, (0, 200))]
    [opinion] = second_opinions(lines, [sure("12", 0.6)], page, Says(sure("72", 0.6), sure("72", 0.5), sure("12", 0.7)))
    assert (opinion.reading.text, opinion.other) == ("12", "72")
    assert opinion.reading.confidence < 0.5
    [agreed] = second_opinions(lines, [sure("12", 0.8)], page, Says(sure("12", 0.8)))
    assert (agreed.reading.text, agreed.other) == ("12", "")
    assert agreed.reading.confidence == pytest.approx(0.8)


def test_a_sure_line_is_not_read_again() -> None:
    says = Says(sure("x"))
    second_opinions([Line((Ink(0, 0, 60, 20),), 0, 20.0)], [sure("well read")], np.full((30, 80), 255, np.uint8), says)
    assert says.crops == []


def test_characters_one_under_another_are_read_as_one_word() -> None:
    page = filled(*((105, 162 + 14 * i, c) for i, c in enumerate("ABCD")))
    [table] = page_of(recognise(Picture(page, DPI), 1, Says(sure("绩效指标"))), 0, False).tables
    assert table.cells[6].text == "绩\n效\n指\n标"


# Files


def picture_file(path: Path, *pages: Pixels) -> Path:
    first, *more = [Image.fromarray(page) for page in pages]
    first.save(path, dpi=(DPI, DPI), **({"save_all": True, "append_images": more} if more else {}))
    return path


def scan(path: Path, *pages: Pixels) -> Path:
    first, *more = [Image.fromarray(page) for page in pages]
    first.save(path, resolution=DPI, save_all=True, append_images=more)
    return path


PAGE = filled((70, 110, "Rate"), (170, 110, "95%"))


def test_pictures_of_pages_are_a_document(tmp_path: Path) -> None:
    document = read(picture_file(tmp_path / "a.tiff", PAGE, PAGE))
    assert (document.format, document.ocr, len(document.pages)) == ("image", True, 2)
    assert [t.cells[1].text for t in document.tables()] == ["95%", "95%"]
    assert [t.index for t in document.tables()] == [0, 1]
    assert document.ocr_confidence is not None and 0.9 < document.ocr_confidence <= 1


def test_a_scanned_page_of_a_pdf_is_recognised_and_a_digital_one_is_not(tmp_path: Path) -> None:
    scanned = read(scan(tmp_path / "a.pdf", PAGE))
    assert next(scanned.tables()).cells[1].text == "95%"
    assert (scanned.ocr, scanned.problems) == (True, ())
    digital = read(pdf(tmp_path / "b.pdf", digital_form))
    assert (digital.ocr, digital.ocr_confidence) == (False, None)


def test_with_never_nothing_is_recognised(tmp_path: Path) -> None:
    document = read(scan(tmp_path / "a.pdf", PAGE), ocr="never")
    assert ([p.code for p in document.problems], document.ocr) == (["page-without-text"], False)
    with pytest.raises(UnreadableError, match="not to be recognised"):
        read(picture_file(tmp_path / "a.png", PAGE), ocr="never")


def test_with_always_a_digital_page_is_recognised_too(tmp_path: Path) -> None:
    assert read(pdf(tmp_path / "a.pdf", digital_form), ocr="always").ocr


def test_a_blank_scan_is_no_error(tmp_path: Path) -> None:
    document = read(scan(tmp_path / "a.pdf", blank(DPI)))
    assert [(p.code, p.severity) for p in document.problems] == [("page-without-text", "info")]


def test_a_kept_page_is_not_recognised_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, cache = scan(tmp_path / "a.pdf", PAGE), str(tmp_path / "cache")
    first = read(path, ocr_cache=cache)
    monkeypatch.setattr(engine_module.Engine, "read_lines", None)
    assert read(path, ocr_cache=cache) == first


def test_pages_that_are_left_to_others_are_told(tmp_path: Path) -> None:
    path, cache = scan(tmp_path / "a.pdf", PAGE, filled((70, 110, "Cost"))), str(tmp_path / "cache")
    with pytest.raises(PagesWanted) as wanted:
        read(path, ocr_cache=cache, ocr_defer=True)
    assert wanted.value.pages == (1, 2)
    for number in wanted.value.pages:
        read(path, pages=(number,), ocr_cache=cache)
    document = read(path, ocr_cache=cache, ocr_defer=True)
    assert [t.cells[0].text for t in document.tables()] == ["Rate", "Cost"]


def test_a_table_in_a_picture_of_a_digital_page_is_read_and_its_text_kept(tmp_path: Path) -> None:
    rows = [(70, 108 + 30 * i, f"Item {i + 1}") for i in range(6)] + [(170, 108 + 30 * i, f"{10 * i + 15}%") for i in range(6)]
    page = form_page(Form((60, 160, 260, 360), tuple(range(100, 300, 30)), (), filled=False), DPI)
    page[: round(90 * DPI / 72)] = 255
    for x, y, what in rows:
        text(page, DPI, (x, y), what)
    part = Image.fromarray(page[round(90 * DPI / 72) : round(300 * DPI / 72)])
    part.save(tmp_path / "part.png")

    def draw(canvas: object) -> None:
        canvas.setFont("Helvetica", 11)  # type: ignore[attr-defined]
        canvas.drawString(60, -50, "The unit declares the targets of the year in the table that follows.")  # type: ignore[attr-defined]
        canvas.drawImage(str(tmp_path / "part.png"), 0, -300, 595, 210)  # type: ignore[attr-defined]

    document = read(pdf(tmp_path / "a.pdf", draw, size=(595, 842)))
    [table] = document.tables()
    assert [c.text for c in table.cells if c.text] == [t for i in range(6) for t in (f"Item {i + 1}", f"{10 * i + 15}%")]
    [line_before] = document.pages[0].lines
    assert line_before.text == "The unit declares the targets of the year in the table that follows."


def test_without_the_optional_part_the_message_says_what_to_type(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("extract.ocr.pages", "extract.readers.pdf_scans"):
        monkeypatch.setattr(f"{module}.available", lambda: False)
    for path in (scan(tmp_path / "a.pdf", PAGE), picture_file(tmp_path / "a.png", PAGE)):
        with pytest.raises(ToolMissingError, match=r'is a .*pip install "jixiao\[ocr\]"'):
            read(path)


def test_a_scan_beside_digital_pages_is_told_where_it_cannot_be_recognised(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("extract.ocr.pages", "extract.readers.pdf_scans"):
        monkeypatch.setattr(f"{module}.available", lambda: False)
    Image.fromarray(PAGE).save(tmp_path / "page.png")
    path = pdf(tmp_path / "a.pdf", digital_form, lambda canvas: canvas.drawImage(str(tmp_path / "page.png"), 0, -300, 400, 300))
    document = read(path)
    [problem] = document.problems
    assert (problem.code, problem.severity, problem.page) == ("page-without-text", "error", 2)
    assert problem.message.endswith('type: pip install "jixiao[ocr]"')
    assert next(document.tables()).cells[1].text == "办公经费"


def test_nothing_is_printed_or_written_by_recognition(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    path = picture_file(tmp_path / "a.png", PAGE)
    read(path)
    assert capfd.readouterr() == ("", "")
    assert list(tmp_path.iterdir()) == [path]


def test_both_backends_read_the_same() -> None:
    pytest.importorskip("onnxruntime", reason="onnxruntime is not installed")
    pytest.importorskip("openvino", reason="OpenVINO is not installed")
    from extract.ocr.nets import load_net, model_path

    path = model_path("PP-OCRv6_rec_small.onnx")
    assert path is not None
    values = np.random.default_rng(1).normal(0, 0.5, (2, 3, 48, 64)).astype(np.float32)
    one, other = load_net(path, "openvino", 1), load_net(path, "onnxruntime", 1)
    assert one.characters == other.characters
    assert np.allclose(one.run(values), other.run(values), atol=0.02)
