"""What an OFD keeps beside its pages and prints no table with: notes, stamps, seals, attached files. Left out and told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lxml import etree

from extract.package import Package
from extract.problem import Problem, Severity
from extract.readers.ofd_parts import located
from extract.readers.ofd_values import child, children, content, printed, tag, truth

Pages = Mapping[tuple[str, str], int]
"""Numbers of pages by the root part of their document and their identity in it."""

_DECORATION = frozenset(("Watermark", "Stamp", "Highlight", "Link"))


def left_out(package: Package, pages: Pages) -> list[Problem]:
    """One Problem for each note with text, each seal and each list of attached files."""
    found: list[Problem] = []
    for part in dict.fromkeys(document for document, _ in pages):
        root = package.xml(part)
        found += _notes(package, part, content(child(root, "Annotations")), pages)
        found += _attached(package, part, content(child(root, "Attachments")))
    for body in children(package.xml("OFD.xml"), "DocBody"):
        document = located(package, "OFD.xml", content(child(body, "DocRoot")))
        found += _seals(package, document, content(child(body, "Signatures")), pages)
    return found


def _opened(package: Package, base: str, location: str) -> tuple[str, etree._Element] | None:
    part = located(package, base, location) if location else ""
    return (part, package.xml(part)) if part and package.has(part) else None


def _notes(package: Package, base: str, location: str, pages: Pages) -> Iterator[Problem]:
    listed = _opened(package, base, location)
    for page in children(listed[1], "Page") if listed else ():
        file = _opened(package, listed[0], content(child(page, "FileLoc"))) if listed else None
        for note in children(file[1], "Annot") if file else ():
            text = _text(child(note, "Appearance"))
            kind = note.get("Type") or "unknown"
            if text and truth(note.get("Visible"), True):
                shown = text if len(text) <= 60 else f"{text[:60]}… ({len(text)} characters)"
                severity: Severity = "info" if kind in _DECORATION else "warning"
                message = f"text of a note ({kind}) was left out: {shown}"
                yield Problem("note-left-out", severity, message, pages.get((base, page.get("PageID") or "")))


def _text(element: etree._Element | None) -> str:
    if element is None:
        return ""
    codes = (e for e in element.iter() if tag(e) == "TextCode")
    return "".join(printed("".join(str(part) for part in code.itertext()), 0) for code in codes).strip()


def _seals(package: Package, document: str, location: str, pages: Pages) -> Iterator[Problem]:
    listed = _opened(package, "OFD.xml", location)
    for item in children(listed[1], "Signature") if listed else ():
        file = _opened(package, listed[0], item.get("BaseLoc") or "") if listed else None
        for stamp in (e for e in file[1].iter() if tag(e) == "StampAnnot") if file else ():
            page = pages.get((document, stamp.get("PageRef") or ""))
            yield Problem("seal-left-out", "info", "The page bears a seal, which was not read.", page)


def _attached(package: Package, base: str, location: str) -> Iterator[Problem]:
    listed = _opened(package, base, location)
    names = [item.get("Name") or content(child(item, "FileLoc")) for item in children(listed[1], "Attachment")] if listed else []
    if names:
        yield Problem("attachments-left-out", "info", f"Attached files were not read: {', '.join(names)[:200]}")
