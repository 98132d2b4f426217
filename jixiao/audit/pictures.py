"""The picture of a place on a page of its source, for a person to look at beside the finding."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pypdfium2

from extract.problem import JixiaoError
from jixiao.archived import is_archive
from jixiao.audit.model import Spot
from jixiao.audit.reading import fold
from jixiao.pipeline import digest
from jixiao.shards import read_shard, shards_of

if TYPE_CHECKING:
    from PIL import Image

Box = tuple[float, float, float, float]
SCALE = 1.6
"""Pixels a point."""
_MARGIN = 14.0
_KEPT = 4
_COLOURS = 64
_INK = (220, 60, 50)
_PAGE_ONLY = 0.6


@dataclass(frozen=True, slots=True)
class Source:
    """A source at hand, and its format as it was read."""

    path: Path
    format: str


def sources_of(paths: tuple[Path, ...]) -> dict[str, Source]:
    """The files by the SHA-256 of their bytes; members of archives are not unpacked."""
    from extract.formats import sniff

    return {digest(path): Source(path, sniff(path).name) for path in paths if path.is_file() and not is_archive(path)}


def sources_in(dataset: Path, folder: Path | None) -> dict[str, Source]:
    """The sources of a dataset that are still where they were, or below a folder; only files with the same bytes."""
    found = {}
    for shard in shards_of(dataset, "documents"):
        for row in read_shard(dataset, "documents", shard).select(["document_id", "source_path", "format"]).to_pylist():
            path = next((path for path in _places(row["source_path"], folder) if _is(path, row["document_id"])), None)
            if path is not None and row["format"]:
                found[row["document_id"]] = Source(path, row["format"])
    return found


def _places(source_path: str, folder: Path | None) -> Iterator[Path]:
    """Where a source may lie: below the folder, or below where we are, with and without the first name of its path."""
    inner = source_path.partition("/")[2]
    for root in (folder, folder.parent) if folder is not None else (Path(),):
        yield from (root / name for name in (source_path, inner, source_path.rsplit("/", 1)[-1]) if name)


def _is(path: Path, document_id: str) -> bool:
    try:
        return path.is_file() and digest(path) == document_id
    except OSError:
        return False


@dataclass(slots=True)
class Album:
    """Pictures of places, a page kept for the next one that stands on it."""

    sources: Mapping[str, Source]
    _pages: dict[tuple[str, int], tuple[Image.Image, float]] = field(default_factory=dict)

    def picture(self, spot: Spot) -> str | None:
        """The place as a PNG in a data URI, its surroundings with it; None where there is no page to show."""
        source = self.sources.get(spot.document_id)
        if source is None or spot.page is None or source.format not in ("pdf", "image"):
            return None
        try:
            page, scale = self._page(spot.document_id, source, spot.page)
            box = spot.box or (_search(source.path, spot) if source.format == "pdf" else None)
        except (JixiaoError, OSError, pypdfium2.PdfiumError):
            return None
        return _data(_crop(page, scale, box))

    def _page(self, document_id: str, source: Source, number: int) -> tuple[Image.Image, float]:
        key = (document_id, number)
        if key not in self._pages:
            while len(self._pages) >= _KEPT:
                self._pages.pop(next(iter(self._pages)))
            self._pages[key] = _render(source, number)
        return self._pages[key]


def _render(source: Source, number: int) -> tuple[Image.Image, float]:
    from jixiao.overlay import printed_page, scanned_page

    picture, scale = scanned_page(source.path, number) if source.format == "image" else printed_page(source.path, number)
    width, height = (round(side * SCALE / scale) for side in picture.size)
    return picture.convert("RGB").resize((max(width, 1), max(height, 1))), SCALE


def _search(path: Path, spot: Spot) -> Box | None:
    """The box of the printed text of a row that has no place but its page; None where the page does not have it just once."""
    with pypdfium2.PdfDocument(path) as pdf:
        page = pdf[(spot.page or 1) - 1]
        if page.get_rotation():
            return None
        text = page.get_textpage()
        pieces = [piece for piece in (spot.text, *reversed(spot.text.split(" "))) if len(fold(piece)) > 1]
        hit = next((hits[0] for piece in pieces if len(hits := _hits(text, piece)) == 1), None)
        if hit is None:
            return None
        start, count = hit
        boxes = [text.get_charbox(index) for index in range(start, start + count)]
        height = page.get_height()
    lefts, bottoms, rights, tops = zip(*boxes, strict=True)
    return min(lefts), height - max(tops), max(rights), height - min(bottoms)


def _hits(text: pypdfium2.PdfTextPage, piece: str) -> list[tuple[int, int]]:
    """Where a text stands on a page, as index and count of its characters; no more than two places."""
    searcher = text.search(piece)
    hits: list[tuple[int, int]] = []
    while len(hits) < 2 and (hit := searcher.get_next()) is not None:
        hits.append(hit)
    return hits


def _crop(page: Image.Image, scale: float, box: Box | None) -> Image.Image:
    """The strip of the page around the box over its whole width, the box outlined; the whole page, smaller, without one."""
    from PIL import ImageDraw

    if box is None:
        return page.resize((max(1, round(page.width * _PAGE_ONLY)), max(1, round(page.height * _PAGE_ONLY))))
    left, top, right, bottom = (side * scale for side in box)
    strip = page.copy()
    ImageDraw.Draw(strip).rectangle((left - 2, top - 2, right + 2, max(bottom, top) + 2), outline=_INK, width=2)
    margin = _MARGIN * scale
    high, low = max(0, int(top - margin)), min(page.height, int(max(bottom, top) + margin))
    return strip.crop((0, min(high, page.height - 1), page.width, max(low, min(high, page.height - 1) + 1)))


def _data(picture: Image.Image) -> str:
    file = io.BytesIO()
    picture.quantize(_COLOURS).save(file, "PNG", optimize=True)
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode("ascii")
