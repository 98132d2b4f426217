"""The parts of an OFD package: what a location names, and the resources that a page may use."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from lxml import etree

from extract.package import Package
from extract.problem import UnreadableError
from extract.readers.ofd_values import child, children, content, tag

_OUTSIDE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")

MOST_DOCUMENTS = 1000
"""Documents of one package that are read."""


@dataclass(frozen=True)
class Resources:
    """What pages refer to by number: fonts by name and file, drawing parameters, pictures, composite units."""

    fonts: Mapping[str, str] = field(default_factory=dict)
    font_files: Mapping[str, str] = field(default_factory=dict)
    parameters: Mapping[str, etree._Element] = field(default_factory=dict)
    media: Mapping[str, str] = field(default_factory=dict)
    composites: Mapping[str, etree._Element] = field(default_factory=dict)

    def with_more(self, other: Resources) -> Resources:
        """These and the others, which come first."""
        return Resources(
            {**self.fonts, **other.fonts},
            {**self.font_files, **other.font_files},
            {**self.parameters, **other.parameters},
            {**self.media, **other.media},
            {**self.composites, **other.composites},
        )


def located(package: Package, base: str, location: str) -> str:
    """The part that a location names, seen from the part ``base``: from the root where it begins with a slash.

    Producers also write locations from the root without the slash, or from the document's folder. The name need not
    exist. Raises UnreadableError where it leads out of the package."""
    location = location.strip().replace("\\", "/")
    if _OUTSIDE.match(location):
        raise _outside(package, location)
    folder = "" if location.startswith("/") else posixpath.dirname(base)
    exact = posixpath.normpath(posixpath.join("/" + folder, location.lstrip("/"))).lstrip("/")
    if _climbs(folder, location.lstrip("/")):
        raise _outside(package, location)
    if package.has(exact):
        return exact
    above = folder
    while above:
        above = posixpath.dirname(above)
        other = posixpath.normpath(posixpath.join("/" + above, location)).lstrip("/")
        if package.has(other):
            return other
    return exact


def _climbs(folder: str, location: str) -> bool:
    depth = len([part for part in folder.split("/") if part])
    for part in location.split("/"):
        depth += {"..": -1, ".": 0, "": 0}.get(part, 1)
        if depth < 0:
            return True
    return False


def _outside(package: Package, location: str) -> UnreadableError:
    return UnreadableError(
        f"{package.name} refers to {location[:80]}, which lies outside of the file.",
        "Do not trust this file; if it is genuine, open it in its own program and save it anew.",
    )


def document_roots(package: Package) -> list[str]:
    """The parts that are the roots of the package's documents, in order; of a document with versions the current one."""
    root = package.xml("OFD.xml")
    found = []
    for body in children(root, "DocBody"):
        name = _current_version(package, body) or content(child(body, "DocRoot"))
        if name:
            found.append(located(package, "OFD.xml", name))
    if not found and package.has("Doc_0/Document.xml"):
        found.append("Doc_0/Document.xml")
    if len(found) > MOST_DOCUMENTS:
        raise UnreadableError(f"{package.name} lists {len(found)} documents, more than {MOST_DOCUMENTS}.", "Do not trust this file.")
    return found


def _current_version(package: Package, body: etree._Element) -> str:
    versions = child(body, "Versions")
    for version in children(versions, "Version") if versions is not None else ():
        if (version.get("Current") or "").lower() == "true":
            part = located(package, "OFD.xml", version.get("BaseLoc") or "")
            if package.has(part):
                name = content(child(package.xml(part), "DocRoot"))
                return "/" + located(package, part, name) if name else ""
    return ""


def resources_of(package: Package, base: str, owner: etree._Element, *kinds: str) -> tuple[Resources, list[str]]:
    """The resources that an element's children of these kinds name (PublicRes, DocumentRes, PageRes), and those missing."""
    result, missing = Resources(), []
    for item in children(owner, *kinds):
        part = located(package, base, content(item))
        if not package.has(part):
            missing.append(content(item))
            continue
        result = result.with_more(_resources(package, part))
    return result, missing


def _resources(package: Package, part: str) -> Resources:
    root = package.xml(part)
    base = posixpath.join(posixpath.dirname(part), (root.get("BaseLoc") or "").strip().replace("\\", "/"), "_")
    if (root.get("BaseLoc") or "").startswith("/"):
        base = posixpath.join((root.get("BaseLoc") or "").strip("/"), "_")
    fonts, files, parameters, media, composites = {}, {}, {}, {}, {}
    for item in _items(root):
        key = item.get("ID") or ""
        kind = tag(item)
        if kind == "Font":
            fonts[key] = item.get("FontName") or item.get("FamilyName") or ""
            if content(child(item, "FontFile")):
                files[key] = located(package, base, content(child(item, "FontFile")))
        elif kind == "DrawParam":
            parameters[key] = item
        elif kind == "MultiMedia" and content(child(item, "MediaFile")):
            media[key] = located(package, base, content(child(item, "MediaFile")))
        elif kind in ("CompositeGraphicUnit", "CompositeGraphicsUnit", "VectorG"):
            composites[key] = item
    return Resources(fonts, files, parameters, media, composites)


def _items(root: etree._Element) -> Iterator[etree._Element]:
    for group in children(root):
        yield from children(group)
