"""Excel .xlsx -> Document: a visible sheet a page, its tables and lines with the text that the sheet shows.

Values are shown by their number formats; formulas give the value that was saved with them and are never evaluated.
"""

from __future__ import annotations

from pathlib import Path

from extract.model import Document
from extract.package import Package
from extract.problem import UnreadableError
from extract.readers.sheets import StoredSheet, document
from extract.readers.xlsx_drawings import Drawing, read_drawings
from extract.readers.xlsx_parts import SheetEntry, Workbook, read_workbook
from extract.readers.xlsx_sheet import read_sheet


def read(path: Path) -> Document:
    """The workbook as a Document, a visible sheet a page. Raises UnreadableError where it is damaged or protected."""
    with Package(path) as package:
        workbook = read_workbook(package)
        if not workbook.sheets:
            raise UnreadableError(f"{path.name} holds no sheet.", "Open it in Excel or WPS and save it anew.")
        sheets = [_stored(package, entry, workbook) for entry in workbook.sheets]
    return document(path.name, "xlsx", sheets, workbook.ranges)


def _stored(package: Package, entry: SheetEntry, workbook: Workbook) -> StoredSheet:
    raw = read_sheet(package, entry.part, workbook)
    drawing = read_drawings(package, entry.part, raw.drawings) if entry.visible else Drawing()
    return StoredSheet(entry.name, raw, entry.visible, drawing)
