"""Word .doc (and .wps of the same kind) -> Document, read from its own bytes.

What this cannot place for certain goes through LibreOffice where that is installed; ``reader`` says which way was taken.
"""

from __future__ import annotations

import struct
from dataclasses import replace
from pathlib import Path

from extract.model import Document
from extract.package import FETCH_AGAIN
from extract.problem import Problem, ToolMissingError, UnreadableError
from extract.readers import docx, office
from extract.readers.doc_body import BodyWriter, UnclearError
from extract.readers.doc_file import OlderWordError, WordFile
from extract.readers.doc_styles import numbering, styles

_FAULTS = (struct.error, IndexError, ValueError, OverflowError, RecursionError)


def read(path: Path, converted: str | None = None) -> Document:
    """The Word file as a Document of one page. Raises UnreadableError where it is damaged or protected, ToolMissingError
    where it is of a Word older than 97 and LibreOffice is not here; ``converted`` as in ``office``."""
    try:
        return _read(path)
    except (UnclearError, OlderWordError) as error:
        return _second_way(path, converted, error)


def _read(path: Path) -> Document:
    try:
        word = WordFile(path.read_bytes(), path.name)
        writer = BodyWriter(word, path.name)
        body = writer.body()
        beside = {kind: [writer.part(part)] for kind, part in (("header", "headers"), ("footnotes", "footnotes"), ("endnotes", "endnotes"))}
        parts = docx.Parts(body, styles(word), numbering(word), beside)
    except _FAULTS as error:
        raise UnreadableError(f"{path.name} is damaged or cut short: a part of it points to what is not there.", FETCH_AGAIN) from error
    return docx.document(path.name, "doc", parts)


def _second_way(path: Path, converted: str | None, reason: UnreadableError) -> Document:
    try:
        document = office.read(path, converted)
    except ToolMissingError as error:
        raise ToolMissingError(f"{reason.message} Reading such a file needs LibreOffice, which is not here.", error.remedy) from reason
    return replace(document).with_problems(Problem("second-way", "info", f"{reason.message} It was read through LibreOffice"))
