"""Pages of an OFD as pictures: what is drawn, and which of them are recognised."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import reportlab
from PIL import Image
from reportlab.pdfbase.ttfonts import TTFontFile

from extract.model import Document, Word
from extract.ocr.engine import available
from extract.ocr.pages import Recogniser
from extract.ocr.picture import Picture
from extract.readers import ofd
from extract.readers.drawing import Drawing
from tests.extract.ofd_files import element, members, package, page, path, rules, text

FONT = (Path(reportlab.__file__).parent / "fonts" / "Vera.ttf").read_bytes()
GLYPHS = TTFontFile(io.BytesIO(FONT)).charToGlyph
AREA = "<ofd:Area><ofd:PhysicalBox>0 0 100 50</ofd:PhysicalBox></ofd:Area>"
PICTURE = '<ofd:ImageObject ID="3" CTM="{} 0 0 {} 0 0" Boundary="{} {} {} {}" ResourceID="5"/>'


def png(size: tuple[int, int], left: str = "black", right: str = "white", mode: str = "RGB") -> bytes:
    image = Image.new("RGB", size, right)
    image.paste(Image.new("RGB", (size[0] // 2, size[1]), left), (0, 0))
    data = io.BytesIO()
    image.convert(mode).save(data, "PNG")
    return data.getvalue()


def coded(seen: str, x: float, y: float, size: float = 8.0) -> str:
    """Text whose characters say nothing; the numbers of its glyphs in the font do."""
    numbers = " ".join(str(GLYPHS[ord(c)]) for c in seen)
    glyphs = f'<ofd:CGTransform CodePosition="0" CodeCount="{len(seen)}" GlyphCount="{len(seen)}"><ofd:Glyphs>{numbers}</ofd:Glyphs>'
    return text("\ue101" * len(seen), x, y, inside=glyphs + "</ofd:CGTransform>", size=size)


def file_of(folder: Path, objects: str, font: bytes | None = FONT, picture: bytes = b"", area: str = AREA) -> Path:
    file = "<ofd:FontFile>Vera.ttf</ofd:FontFile>" if font else ""
    res = (
        f'<ofd:Fonts><ofd:Font ID="1" FontName="Vera">{file}</ofd:Font></ofd:Fonts>'
        '<ofd:MultiMedias><ofd:MultiMedia ID="5" Type="Image"><ofd:MediaFile>a.png</ofd:MediaFile></ofd:MultiMedia></ofd:MultiMedias>'
    )
    parts: dict[str, str | bytes] = dict(members(page(objects, area), common="<ofd:PublicRes>P.xml</ofd:PublicRes>"))
    parts["Doc_0/P.xml"] = element("Res", res).replace("<ofd:Res", '<ofd:Res BaseLoc="Res"')
    parts |= {"Doc_0/Res/Vera.ttf": font} if font else {}
    return package(folder, parts | ({"Doc_0/Res/a.png": picture} if picture else {}))


Seen = list[Picture]


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> Seen:
    """The pictures that recognition is shown; it reads one word on each."""
    shown: Seen = []

    def recognised(self: Recogniser, picture: Callable[[], Picture], number: int, rules: object = ()) -> Drawing:
        shown.append(picture())
        return Drawing(number, 1.0, 1.0, [Word("读", 1, 1, 9, 9, 8)], [], ocr=True)

    monkeypatch.setattr(Recogniser, "able", property(lambda self: self.mode != "never"))
    monkeypatch.setattr(Recogniser, "page", recognised)
    return shown


def dark(picture: Picture, x0: float, y0: float, x1: float, y1: float) -> float:
    """The share of dark pixels of a rectangle in millimetres."""
    scale = picture.dpi / 25.4
    part = picture.pixels[round(y0 * scale) : round(y1 * scale), round(x0 * scale) : round(x1 * scale)]
    return float(np.mean(part < 128))


def letters(document: Document) -> str:
    return "".join(word.text for p in document.pages for word in p.words)


def told(document: Document) -> list[tuple[str, str]]:
    return [(p.code, p.severity) for p in document.problems]


def test_glyphs_are_drawn_by_their_numbers(tmp_path: Path, seen: Seen) -> None:
    """Thirty hyphens and a letter: where the letter stands it is dark, above and below the hyphens it is not."""
    document = ofd.read(file_of(tmp_path, coded("-" * 6 + "H", 10, 20) + coded("-" * 20, 10, 40, 2)), keep_drawing=True)
    assert (letters(document), told(document), document.ocr) == ("读", [], True)
    assert dark(seen[0], 58, 22, 64, 28) > 0.15
    assert dark(seen[0], 10, 22, 58, 24.5) == 0 and dark(seen[0], 10, 24.5, 58, 26.5) > 0.05


def test_rules_fillings_and_pictures_are_drawn(tmp_path: Path, seen: Seen) -> None:
    white = path("M 0 0 L 20 0 L 20 10 L 0 10 C", "70 10 20 10", 'Stroke="false" Fill="true"', '<ofd:FillColor Value="255 255 255"/>')
    objects = PICTURE.format(80, 40, 10, 5, 80, 40) + white + path("M 10 48 L 90 48")
    ofd.read(file_of(tmp_path, objects.replace('LineWidth="1"', ""), picture=png((400, 200), "white", "black")))
    assert dark(seen[0], 12, 7, 48, 43) == 0
    assert dark(seen[0], 52, 7, 68, 43) == 1
    assert dark(seen[0], 71, 11, 89, 19) == 0
    assert dark(seen[0], 10, 47.5, 90, 48.5) > 0.1


def test_a_scan_is_drawn_in_its_own_resolution(tmp_path: Path, seen: Seen) -> None:
    ofd.read(file_of(tmp_path, PICTURE.format(100, 50, 0, 0, 100, 50), picture=png((945, 472))))
    assert seen[0].dpi == pytest.approx(240, abs=1)
    assert dark(seen[0], 1, 1, 49, 49) == 1 and dark(seen[0], 51, 1, 99, 49) == 0


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGBA", "CMYK"])
def test_pictures_of_other_kinds_of_colour(tmp_path: Path, seen: Seen, mode: str) -> None:
    data = io.BytesIO()
    Image.open(io.BytesIO(png((400, 200)))).convert(mode).save(data, "TIFF" if mode == "CMYK" else "PNG")
    ofd.read(file_of(tmp_path, PICTURE.format(100, 50, 0, 0, 100, 50), picture=data.getvalue()))
    assert dark(seen[0], 1, 1, 49, 49) == 1 and dark(seen[0], 51, 1, 99, 49) == 0


@pytest.mark.parametrize("picture", [b"", b"\x97JB2\r\n\x1a\n no picture of a known kind"], ids=["missing", "unknown"])
def test_a_picture_that_does_not_unpack_is_told(tmp_path: Path, seen: Seen, picture: bytes) -> None:
    document = ofd.read(file_of(tmp_path, PICTURE.format(100, 50, 0, 0, 100, 50), picture=picture))
    assert told(document) == [("picture-unreadable", "error")]


def test_garbage_in_a_font_that_is_not_in_the_file_is_told(tmp_path: Path, seen: Seen) -> None:
    document = ofd.read(file_of(tmp_path, coded("x" * 30, 10, 20, 2), font=None), keep_drawing=True)
    assert (letters(document), seen) == ("", [])
    assert told(document) == [("unusable-text-layer", "error"), ("not-recognised", "warning")]


def test_text_beside_a_picture_in_a_font_that_is_not_in_the_file_is_told(tmp_path: Path, seen: Seen) -> None:
    objects = PICTURE.format(100, 50, 0, 0, 100, 50) + text("第1页", 40, 45)
    document = ofd.read(file_of(tmp_path, objects, font=None, picture=png((945, 472))), keep_drawing=True)
    assert letters(document) == "读"
    assert told(document) == [("text-left-out", "warning")]


@pytest.mark.parametrize(
    ("mode", "font", "result"),
    [
        pytest.param("auto", FONT, "HHHH", id="auto"),
        pytest.param("never", FONT, "HHHH", id="never"),
        pytest.param("always", FONT, "读", id="always"),
        pytest.param("always", None, "HHHH", id="always-but-without-the-font"),
    ],
)
def test_good_text_is_recognised_only_where_that_is_asked_for(
    tmp_path: Path, seen: Seen, mode: str, font: bytes | None, result: str
) -> None:
    document = ofd.read(file_of(tmp_path, text("HHHH", 10, 20), font), keep_drawing=True, ocr=mode)
    assert letters(document) == result
    assert told(document) == ([("not-recognised", "info")] if (mode, font) == ("always", None) else [])


@pytest.mark.skipif(not available(), reason="recognition is not installed: pip install 'jixiao[ocr]'")
def test_a_page_of_glyph_numbers_is_recognised(tmp_path: Path) -> None:
    rows = (("NAME", "VALUE"), ("COURSES", "TWELVE"))
    cells = [coded(word, 22 + 40 * c, 31 + 10 * r, 5) for r, row in enumerate(rows) for c, word in enumerate(row)]
    document = ofd.read(file_of(tmp_path, rules() + "".join(cells), area=""))
    grid = next(document.tables()).grid()
    assert [[c.text.replace(" ", "") if c else None for c in row] for row in grid] == [list(row) for row in rows]
