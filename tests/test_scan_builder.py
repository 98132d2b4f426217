"""The builder of scans draws the same on every run, and what it draws can be opened."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from corpus.scans import plan, suitable, unable

pytestmark = pytest.mark.skipif(unable() is not None, reason=f"scans cannot be drawn here: {unable()}")

CORPUS = Path(__file__).parents[1] / "corpus"
CASE = "unit-before-value"
KINDS = (
    "150dpi", "200dpi", "fax", "layer", "mixed", "pages", "photo", "picture", "sealed", "turned", "turned180", "turned270", "turned90",
)  # fmt: skip


def built(kind: str, case: str = CASE) -> bytes:
    from corpus.scans import build

    return build(case, kind)


def test_the_list_names_cases_and_kinds_that_there_are() -> None:
    from corpus.builder.scan import KINDS as drawn

    pdfs = {path.parent.name for path in CORPUS.glob("*/source.pdf")}
    assert set(drawn) == set(KINDS)
    assert {kind for kinds in plan().kept.values() for kind in kinds} <= set(drawn)
    assert {*plan().kept, *plan().excluded, *plan().unruled} <= pdfs
    assert set(suitable()) == pdfs - set(plan().excluded)
    assert not set(plan().kept) & set(plan().excluded)


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_can_be_opened_and_is_drawn_alike(kind: str) -> None:
    from corpus.builder.scan import KINDS as drawn
    from corpus.builder.scan import alike, shows

    first = built(kind)
    suffix = drawn[kind].suffix
    assert len(shows(first, suffix)) == 1
    assert alike(first, built(kind), suffix)


def test_kinds_differ_in_what_they_show() -> None:
    from corpus.builder.scan import shows

    plain, sealed = (shows(built(kind), "pdf")[0].astype(int) for kind in ("200dpi", "sealed"))
    red = (sealed[..., 0] - sealed[..., 1]) > 60
    assert red.sum() > 200 and not ((plain[..., 0] - plain[..., 1]) > 60).any()
    assert shows(built("turned90"), "pdf")[0].shape[:2] == plain.shape[1::-1]


def test_a_fax_has_one_bit_a_pixel_and_all_say_their_resolution() -> None:
    for kind, mode in (("fax", "1"), ("pages", "L"), ("picture", "RGB")):
        picture = Image.open(io.BytesIO(built(kind)))
        assert (picture.mode, round(float(picture.info["dpi"][0]))) == (mode, 200)


def test_all_pages_of_a_source_are_in_its_scan() -> None:
    from corpus.builder.scan import shows

    for kind, suffix in (("pages", "tiff"), ("mixed", "pdf")):
        assert len(shows(built(kind, "cut-between-rows"), suffix)) == 2


def test_a_poor_layer_is_there_and_is_poor() -> None:
    import pypdfium2 as pdfium

    layer = pdfium.PdfDocument(built("layer"))[0].get_textpage().get_text_range()
    digital = pdfium.PdfDocument(CORPUS / CASE / "source.pdf")[0].get_textpage().get_text_range()
    kept = sum(char in layer for char in set(digital)) / len(set(digital))
    assert "■" in layer and 0.3 < kept < 0.95


def test_another_page_is_not_taken_for_the_same() -> None:
    from corpus.builder.scan import alike

    assert not alike(built("200dpi"), built("200dpi", "self-evaluation"), "pdf")
    assert not alike(built("200dpi"), built("sealed"), "pdf")
    assert np.asarray(Image.open(io.BytesIO(built("picture")))).std() > 10
