"""What was drawn stands on the page as it is displayed, however it was turned to be read."""

from __future__ import annotations

from extract.model import Rule, Word
from extract.readers.drawing import Drawing
from extract.readers.drawn import document_of, page_of

QUARTER = (0.0, 1.0, -1.0, 0.0, 200.0, 0.0)
"""From a page that was turned upright to its display, which lies on its side and is 200 points wide."""


def test_words_and_rules_of_a_straightened_page_are_where_they_are_displayed() -> None:
    drawing = Drawing(1, 200, 300, [Word("目", 10, 20, 30, 25)], [Rule(0, 50, 300, 50)], ocr=True, back=QUARTER)
    page = page_of(drawing, 0, keep_drawing=True)
    assert page.words[0][:5] == ("目", 175, 10, 180, 30)
    assert page.rules == (Rule(150, 0, 150, 300),)
    assert [line.place.box for line in page.lines if line.place.box] and page.lines[0].place.box.x0 == 175  # type: ignore[union-attr]


def test_the_reader_names_the_model_where_it_recognised_a_page() -> None:
    seen, recognised = Drawing(1, 200, 300, [], []), Drawing(2, 200, 300, [Word("目", 10, 20, 30, 25, 5, True, 0.5)], [], ocr=True)
    assert document_of("a.pdf", "pdf", "pdfium", [seen], False).reader == "pdfium"
    both = document_of("a.pdf", "pdf", "pdfium", [seen, recognised], False)
    assert (both.reader, both.ocr, both.ocr_confidence) == ("pdfium+pp-ocrv6", True, 0.5)
    assert document_of("a.png", "image", "", [recognised], False).reader == "pp-ocrv6"
