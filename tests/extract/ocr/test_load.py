from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from extract.ocr.load import pages_of
from extract.problem import UnreadableError


def page(width: int = 1654, height: int = 2339) -> Image.Image:
    pixels = np.full((height, width), 255, np.uint8)
    pixels[height // 10 : height // 10 + 12, : width // 2] = 0
    return Image.fromarray(pixels)


def saved(tmp_path: Path, image: Image.Image, name: str, **options: Any) -> Path:
    path = tmp_path / name
    image.save(path, **options)
    return path


COLOURS = {
    "grey": ("page.png", lambda image: image),
    "colours": ("page.jpg", lambda image: image.convert("RGB")),
    "black and white": ("page.tif", lambda image: image.convert("1")),
    "palette": ("page.gif", lambda image: image.convert("P")),
    "see-through": ("page.webp", lambda image: image.convert("RGBA")),
    "four inks": ("page.tiff", lambda image: image.convert("CMYK")),
    "bitmap": ("page.bmp", lambda image: image.convert("RGB")),
    "16 bit": ("page.png", lambda image: Image.fromarray(np.asarray(image).astype(np.uint16) * 257)),
}


@pytest.mark.parametrize("colours", COLOURS)
def test_a_page_of_any_colours_is_dark_on_white(colours: str, tmp_path: Path) -> None:
    name, changed = COLOURS[colours]
    (picture,) = pages_of(saved(tmp_path, changed(page()), name))
    assert picture.pixels.shape == (2339, 1654, 3)
    assert picture.pixels.dtype == np.uint8
    assert picture.dpi == pytest.approx(200, abs=0.1)
    assert picture.pixels[238, 100].max() < 20
    assert picture.pixels[238, 1200].min() > 235


def test_what_is_see_through_is_white(tmp_path: Path) -> None:
    clear = Image.new("RGBA", (1654, 2339), (0, 0, 0, 0))
    (picture,) = pages_of(saved(tmp_path, clear, "clear.png"))
    assert picture.pixels.min() == 255


RESOLUTIONS = {
    # pixels, stated dpi, dpi of the picture, height in points
    "stated": ((1240, 1754), 150, 150, 842),
    "not stated: the long side is that of A4": ((1240, 1754), None, 150, 842),
    "A3 as stated": ((3307, 2339), 200, 200, 842),
    "the 72 of a camera is not believed": ((1654, 2339), 72, 200, 842),
    "the 96 of a screen is not believed": ((1654, 2339), 96, 200, 842),
    "far above what is needed": ((4961, 7016), 600, 220, 842),
    "below what can be read": ((827, 1169), 100, 220, 842),
    "a nonsense of 1": ((1654, 2339), 1, 200, 842),
}


@pytest.mark.parametrize("case", RESOLUTIONS)
def test_resolution(case: str, tmp_path: Path) -> None:
    size, stated, dpi, height = RESOLUTIONS[case]
    options = {} if stated is None else {"dpi": (stated, stated)}
    (picture,) = pages_of(saved(tmp_path, page(*size), "page.png", **options))
    assert picture.dpi == pytest.approx(dpi, abs=0.5)
    assert picture.height == pytest.approx(height, abs=2)


def test_a_fax_of_unequal_resolutions_is_square(tmp_path: Path) -> None:
    (picture,) = pages_of(saved(tmp_path, page(1728, 1078).convert("1"), "fax.tif", dpi=(204, 98), compression="group4"))
    assert picture.pixels.shape[:2] == pytest.approx((2244, 1728), abs=2)
    assert picture.dpi == pytest.approx(204)


def test_a_photograph_is_held_as_its_camera_was(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    (picture,) = pages_of(saved(tmp_path, page(2339, 1654), "photo.jpg", exif=exif))
    assert picture.pixels.shape[:2] == (2339, 1654)
    assert picture.pixels[100, 1654 - 170].max() < 60


def test_a_tiff_has_many_pages_and_they_come_one_by_one(tmp_path: Path) -> None:
    pages = [page(1240, 1754).convert("1"), page(1754, 1240).convert("1"), page(1240, 1754).convert("1")]
    path = saved(tmp_path, pages[0], "scan.tif", save_all=True, append_images=pages[1:], compression="group4", dpi=(150, 150))
    pictures = pages_of(path)
    assert next(pictures).pixels.shape == (1754, 1240, 3)
    assert [p.pixels.shape for p in pictures] == [(1240, 1754, 3), (1754, 1240, 3)]


def test_a_moving_picture_is_one_page(tmp_path: Path) -> None:
    path = saved(tmp_path, page(600, 800), "moving.gif", save_all=True, append_images=[page(600, 800)])
    assert len(list(pages_of(path))) == 1


def refused(path: Path) -> str:
    with pytest.raises(UnreadableError) as caught:
        list(pages_of(path))
    return caught.value.message


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "empty.png"
    path.touch()
    assert refused(path) == "empty.png is empty (0 bytes)."


@pytest.mark.parametrize("name", ["cut.png", "cut.jpg", "cut.tif", "cut.bmp"])
def test_a_picture_cut_short_is_refused(name: str, tmp_path: Path) -> None:
    path = saved(tmp_path, page().convert("RGB"), name)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    assert refused(path).startswith(f"{name} ")


def test_what_is_no_picture_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "text.png"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"no picture at all")
    assert refused(path).startswith("text.png ")


@pytest.mark.parametrize("side", [14_000, 60_000])
def test_a_picture_bomb_is_refused_before_it_unpacks(side: int, tmp_path: Path) -> None:
    head = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    stream = io.BytesIO(b"")
    stream.write(b"\x89PNG\r\n\x1a\n")
    for kind, data in ((b"IHDR", head), (b"IDAT", zlib.compress(b"\0" * 1000)), (b"IEND", b"")):
        stream.write(struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)))
    path = tmp_path / "bomb.png"
    path.write_bytes(stream.getvalue())
    assert "unpacks to more than 150 million pixels" in refused(path)


def test_a_picture_of_a_few_pixels_is_no_page(tmp_path: Path) -> None:
    assert refused(saved(tmp_path, Image.new("L", (1, 1)), "dot.png")) == "dot.png shows no page: picture 1 has 1 × 1 pixels."
