"""Reads an OFD (GB/T 33190): the words and rules of each page, tables by the ruled grid."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

from extract.model import Document
from extract.ocr.engine import missing
from extract.ocr.pages import Recogniser
from extract.package import Package
from extract.problem import Problem, UnreadableError
from extract.readers.drawing import Drawing
from extract.readers.drawn import document_of
from extract.readers.ofd_notes import left_out
from extract.readers.ofd_page import Painter, in_order
from extract.readers.ofd_parts import Resources, document_roots, located, resources_of
from extract.readers.ofd_scans import Painted, PaintedPages
from extract.readers.ofd_values import Box, box, child, children, content
from extract.readers.pdf_layer import hidden_text
from extract.readers.pdf_matrix import Matrix
from extract.readers.pdf_paint import Covers, seen_rules, share_of
from extract.readers.pdf_scans import is_scan
from extract.readers.shown import Glyphs, Run, leave_unseen, place

POINT = 72 / 25.4
"""Points a millimetre."""

A4 = Box(0.0, 0.0, 210.0, 297.0)
_AGAIN = "Fetch it again, or open it in an OFD reader and print it to PDF."


@dataclass(frozen=True)
class Volume:
    """One document of the package: its root part, its resources, and its template pages by number (part and Z order)."""

    part: str
    root: etree._Element
    resources: Resources
    templates: dict[str, tuple[str, str]]
    box: Box


@dataclass(frozen=True)
class Sheet:
    """One page of a document; ``number`` runs through all documents."""

    number: int
    identity: str
    part: str
    volume: Volume


def read(
    path: Path,
    *,
    keep_drawing: bool = False,
    pages: Collection[int] | None = None,
    ocr: str = "auto",
    ocr_cache: str | None = None,
    ocr_threads: int = 1,
    ocr_defer: bool = False,
) -> Document:
    """The document with the tables and text lines of each page (of ``pages``, 1-based, where given); the pages of several
    documents in one package are numbered through.

    ``keep_drawing`` keeps words and rules on the pages; the rest says how pages are recognised that are pictures, as
    in ReadOptions. Raises UnreadableError, ToolMissingError where the text of all pages is in pictures and recognition
    is not installed, and PagesWanted."""
    recogniser = Recogniser(ocr, ocr_cache, ocr_threads, ocr_defer)
    with Package(path) as package, PaintedPages(path, recogniser, package) as painted:
        if package.has("Encryptions.xml"):
            raise UnreadableError(f"{path.name} is encrypted.", "Open it with its key and save it without one.")
        problems: list[Problem] = []
        sheets = list(_sheets(package, problems))
        if not any(package.has(s.part) for s in sheets):
            raise UnreadableError(f"{path.name} has no pages that could be read.", _AGAIN)
        problems += left_out(package, {(s.volume.part, s.identity): s.number for s in sheets})
        drawings = (_drawing(package, s, painted) for s in sheets if pages is None or s.number in pages)
        document = document_of(path.name, "ofd", "ofd", drawings, keep_drawing, painted.look).with_problems(*problems)
    recogniser.finish()
    if ocr != "never" and not recogniser.able and is_scan(document):
        raise missing(f"{path.name} is a scan: reading it")
    return document


def _sheets(package: Package, problems: list[Problem]) -> Iterator[Sheet]:
    number = 0
    for part in document_roots(package):
        if not package.has(part):
            problems.append(Problem("document-missing", "error", f"The part {part} is missing; the document in it could not be read."))
            continue
        volume = _volume(package, part, problems)
        pages = child(volume.root, "Pages")
        for page in children(pages, "Page") if pages is not None else ():
            number += 1
            yield Sheet(number, page.get("ID") or "", located(package, part, page.get("BaseLoc") or ""), volume)


def _volume(package: Package, part: str, problems: list[Problem]) -> Volume:
    root = package.xml(part)
    common = child(root, "CommonData")
    resources, templates, area = Resources(), {}, None
    if common is not None:
        resources, missing = resources_of(package, part, common, "PublicRes", "DocumentRes")
        problems += [Problem("resources-missing", "info", f"The part {name} with fonts and pictures is missing.") for name in missing]
        area = _area(child(common, "PageArea"))
        for item in children(common, "TemplatePage"):
            place_of = located(package, part, item.get("BaseLoc") or "")
            templates[item.get("ID") or ""] = (place_of, item.get("ZOrder") or "Background")
    return Volume(part, root, resources, templates, area or A4)


def _area(area: etree._Element | None) -> Box | None:
    """The page's rectangle, the physical one before those within it."""
    for name in ("PhysicalBox", "ApplicationBox", "ContentBox", "CropBox"):
        found = box(content(child(area, name)))
        if found is not None and found.width > 0 and found.height > 0:
            return found
    return None


def _drawing(package: Package, sheet: Sheet, painted: PaintedPages) -> Drawing:
    painted.painted = None
    if not package.has(sheet.part):
        lost = Problem("page-unreadable", "error", f"The page could not be read: its part {sheet.part} is missing.", sheet.number)
        return Drawing(sheet.number, 0.0, 0.0, [], [], problems=(lost,))
    page = package.xml(sheet.part)
    painter = Painter(sheet.volume.resources)
    area = _area(child(page, "Area")) or sheet.volume.box
    view: Matrix = (POINT, 0.0, 0.0, POINT, -area.x * POINT, -area.y * POINT)
    problems: list[Problem] = []
    for layer, resources in _layers(package, sheet, sheet.part, page, (), problems):
        painter.resources = resources
        painter.layer(layer, view)
    if painter.cyclic:
        raise UnreadableError(f"{package.name} has an object on page {sheet.number} that contains itself.", _AGAIN)
    width, height = area.width * POINT, area.height * POINT
    painted.painted = Painted(painter, width, height)
    return _finished(painter, sheet.number, (width, height), problems)


Layered = tuple[etree._Element, Resources]


def _layers(
    package: Package, sheet: Sheet, part: str, page: etree._Element, within: tuple[str, ...], problems: list[Problem]
) -> list[Layered]:
    """The layers of a page and of its templates in the order of painting, each with the resources that it may use."""
    volume = sheet.volume
    own, missing = resources_of(package, part, page, "PageRes")
    problems += [Problem("resources-missing", "info", f"The part {name} with pictures is missing.", sheet.number) for name in missing]
    resources = volume.resources.with_more(own)
    found: list[tuple[str, Layered]] = []
    for item in children(page, "Template"):
        name = item.get("TemplateID") or ""
        if name in within:
            raise UnreadableError(f"{package.name} has a template page that contains itself.", _AGAIN)
        where, order = volume.templates.get(name, ("", ""))
        if not package.has(where):
            text = f"The template page {name} is missing; what it prints is not read."
            problems.append(Problem("template-missing", "error", text, sheet.number))
            continue
        layers = _layers(package, sheet, where, package.xml(where), (*within, name), problems)
        found += [(item.get("ZOrder") or order, layer) for layer in layers]
    body = child(page, "Content")
    for layer in children(body, "Layer") if body is not None else ():
        found.append((layer.get("Type") or "Body", (layer, resources)))
    return in_order(found)


def _finished(painter: Painter, number: int, size: tuple[float, float], problems: list[Problem]) -> Drawing:
    """What of all that was painted is seen."""
    painting, glyphs = painter.painting, Glyphs()
    covers = Covers(painting.areas)
    for text in painter.texts:
        run = Run(text.size, text.upright, text.hidden, text.clip, covers.after(text.order))
        for word in text.words:
            place(word, run, glyphs, size)
    leave_unseen(glyphs)
    width, height = size
    rules = seen_rules(painting).on_page(width, height)
    problems = [*problems, *hidden_text(glyphs.hidden, number), *_doubts(painter, number)]
    pictures = share_of(painting.pictures, width, height)
    return Drawing(number, width, height, glyphs.words, rules, glyphs.homes, pictures, painting.shapes, tuple(problems))


def _doubts(painter: Painter, number: int) -> Iterator[Problem]:
    if not painter.complete:
        yield Problem("too-many-objects", "error", "The page draws more than is looked at; some text and rules are missing.", number)
    for kind, count in sorted(painter.unknown.items()):
        yield Problem("unknown-object", "warning", f"{count} objects of the kind {kind} could not be read.", number)
