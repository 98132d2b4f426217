"""Tells web pages, saved pages and the XML formats of old office programs apart by the first bytes of a file."""

from __future__ import annotations

import re

_FILLING = re.compile(r"(?:\s|<!--.*?-->|<\?.*?\?>|<%.*?%>|<!\[.*?\]>)+", re.S)
_PAGE = re.compile(r"<(?:!doctype\s+html|html|head|body|meta|title|table|frameset|div|style|center|p|form|font)[\s>:/]")
_INSIDE = re.compile(r"<(?:html|body|frameset)[\s>]")
_ROWS = re.compile(r"<table[\s>].*<t[rdh][\s>]", re.S)
_HEADER = re.compile(r"(?:[a-z][a-z0-9-]*:[^\n]*\n(?:[ \t][^\n]*\n)*)+(?:\r?\n|\Z)")
_XML_KINDS = (("word.document", "wordml"), ("schemas.microsoft.com/office/word/2003/wordml", "wordml"),
              ("urn:schemas-microsoft-com:office:spreadsheet", "sheetml"))  # fmt: skip


def markup_format(head: bytes) -> str | None:
    """html, mhtml, wordml or sheetml; None for what begins like none of them.

    Only ASCII is looked at, so that the encoding of the rest does not matter; UTF-16 is seen through its NULs."""
    text = head.replace(b"\0", b"").decode("latin-1").lstrip("\xef\xbb\xbf\xfe\xff").casefold()
    if _is_saved_page(text):
        return "mhtml"
    filling = _FILLING.match(text)
    start = text[filling.end() :] if filling else text
    if text.lstrip().startswith("<?xml"):
        kind = next((name for mark, name in _XML_KINDS if mark in text[:4096]), None)
        if kind:
            return kind
    if _PAGE.match(start) and ("<html" in start[:200] or start.startswith("<!doctype") or _INSIDE.search(start) or _ROWS.search(start)):
        return "html"
    return "html" if _INSIDE.search(start) and "</" in start else None


def _is_saved_page(text: str) -> bool:
    header = _HEADER.match(text.lstrip())
    lines = header[0] if header else ""
    if "content-type:" not in lines:
        return False
    return "multipart/related" in lines or "multipart/mixed" in lines or ("mime-version:" in lines and "text/html" in lines)
