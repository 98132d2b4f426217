"""Word XML of 2003, and a .docx written as one XML file -> Document, by the walk over .docx.

Many government systems write their forms in these, filled into a template, under the suffix .doc. The markup of 2003 is that of
.docx but for names, which are brought to those of today.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TypeAlias

from lxml import etree

from extract.model import Document
from extract.package import FETCH_AGAIN, MAX_TREE, STRICT_NAMESPACES
from extract.problem import UnreadableError
from extract.readers import docx
from extract.readers.doc_styles import FORMS
from extract.readers.docx_text import W
from extract.readers.numbers import whole

Element: TypeAlias = etree._Element

_OLD = "{http://schemas.microsoft.com/office/word/2003/wordml}"
_HINT = "{http://schemas.microsoft.com/office/word/2003/auxHint}"
_NOTED = "{http://schemas.microsoft.com/aml/2001/core}"
_PACKAGE = "{http://schemas.microsoft.com/office/2006/xmlPackage}"
_NAMES = {
    "vmerge": "vMerge", "hmerge": "hMerge", "hlink": "hyperlink", "listPr": "numPr", "ilfo": "numId", "list": "num",
    "ilst": "abstractNumId", "listDef": "abstractNum", "listDefId": "abstractNumId", "nfc": "numFmt", "listStyleLink": "numStyleLink",
}  # fmt: skip
_VALUES = {"text-wrapping": "textWrapping", "Nothing": "nothing", "Space": "space", "Tab": "tab", "on": "1"}
_CHANGES = {"Word.Insertion": "ins", "Word.Deletion": "del"}


def read(path: Path) -> Document:
    """The Word file as a Document of one page. Raises UnreadableError where it is damaged or no Word document."""
    root = parsed(path)
    parts = _package_parts(root) if root.tag == _PACKAGE + "package" else _parts_of_2003(root)
    if parts.body is None:
        raise UnreadableError(f"{path.name} is an XML file of Word without a body.", FETCH_AGAIN)
    return docx.document(path.name, "wordml", parts)


def parsed(path: Path) -> Element:
    """The root of an XML file of an office program. Raises UnreadableError where it is damaged, too large or has a DTD."""
    data = path.read_bytes()
    if len(data) > MAX_TREE:
        raise UnreadableError(f"{path.name} is larger than {MAX_TREE >> 20} MB.", "Save only the forms into a new file.")
    for strict, common in STRICT_NAMESPACES.items():
        data = data.replace(strict, common)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(data.lstrip(), parser)
    except etree.XMLSyntaxError as error:
        raise UnreadableError(f"{path.name} is damaged or cut short: it is not well-formed XML ({error}).", FETCH_AGAIN) from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise UnreadableError(f"{path.name} declares a document type, which office programs never write.", "Do not trust this file.")
    return root


def _package_parts(root: Element) -> docx.Parts:
    """The parts of a package that is written as one file."""
    contents = {part.get(_PACKAGE + "name", ""): part.find(f"{_PACKAGE}xmlData/*") for part in root.iterchildren(_PACKAGE + "part")}
    found = {element.tag: element for element in contents.values() if element is not None}
    main = found.get(W + "document")
    beside = {
        "header": [e for e in contents.values() if e is not None and e.tag in (W + "hdr", W + "ftr")],
        "footnotes": [note for name in ("footnotes", "endnotes") if W + name in found for note in found[W + name]],
    }
    return docx.Parts(main.find(W + "body") if main is not None else None, found.get(W + "styles"), found.get(W + "numbering"), beside)


def _parts_of_2003(root: Element) -> docx.Parts:
    for element in list(root.iter(etree.Element)):
        _renamed(element)
    body = root.find(W + "body")
    beside = {
        "header": list(_all(body, "hdr", "ftr")),
        "footnotes": list(_all(body, "footnote", "endnote")),
    }
    return docx.Parts(body, root.find(W + "styles"), root.find(W + "lists"), beside)


def _all(body: Element | None, *names: str) -> Iterator[Element]:
    return iter(()) if body is None else body.iter(*(W + name for name in names))


def _renamed(element: Element) -> None:
    """Brings an element of 2003 to the names of today."""
    tag = str(element.tag)
    for key, value in list(element.attrib.items()):
        if str(key).startswith(_OLD):
            del element.attrib[key]
            name = str(key).removeprefix(_OLD)
            # The number that a list goes by is an element in a paragraph, an attribute in the list.
            element.set(W + _NAMES.get(name, name), _VALUES.get(str(value), str(value)))
    if tag == _NOTED + "annotation":
        element.tag = W + _CHANGES.get(element.get(W + "type", ""), "annotation")
    elif tag == _NOTED + "content" or tag.startswith(_HINT):
        element.tag = W + "customXml"
    elif tag.startswith(_OLD):
        name = tag.removeprefix(_OLD)
        element.tag = W + _NAMES.get(name, name)
        if name == "nfc":
            number = whole(element.get(W + "val"), len(FORMS))
            element.set(W + "val", FORMS[number] if number < len(FORMS) else "none")
