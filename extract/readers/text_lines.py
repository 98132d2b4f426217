"""Text -> lines with number and page, and what is left of HTML taken out of them."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, replace

LINE_END = re.compile(r"\r\n|\r|\n|\x85|\u2028|\u2029")
# Only names that HTML has, so that `<某某>` and `<5` stay what they are.
TAG = re.compile(
    r"</?(p|br|div|span|table|tbody|thead|tr|td|th|b|i|u|strong|em|font|sub|sup|a|li|ul|ol|h[1-6]|o:p)(?:\s[^<>]{0,500})?/?>",
    re.IGNORECASE,
)
BREAKING = frozenset(("p", "br", "div", "li", "tr", "table", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6"))
ENTITY = re.compile(r"&(?:nbsp|lt|gt|amp|quot|ge|le|times|middot|ldquo|rdquo|hellip|mdash|#\d{1,6}|#x[0-9a-fA-F]{1,5});")

_BAR_RULE = re.compile(r"^[|\s:+-]*-{3,}[|\s:+-]*$")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the source; ``number`` counts from 1, ``page`` from 1 by form feeds."""

    number: int
    text: str
    page: int = 1

    @property
    def blank(self) -> bool:
        return not self.text.strip()

    @property
    def tabbed(self) -> bool:
        return "\t" in self.text

    @property
    def tidy(self) -> str:
        return self.text.strip()


def split_lines(text: str) -> tuple[list[Line], bool]:
    """The lines, each with its page, and whether there are page breaks at all."""
    lines: list[Line] = []
    page = 1
    for number, raw in enumerate(LINE_END.split(text.rstrip("\x1a")), start=1):
        parts = raw.split("\f")
        for i, part in enumerate(parts):
            page += i > 0
            if i == 0 or part or i < len(parts) - 1:
                lines.append(Line(number, part, page))
    return lines, page > 1


def without_pipes(lines: list[Line]) -> list[Line]:
    """The lines with tabs in place of the bars of tables drawn with ``|``; rules of dashes between rows left out."""
    barred = [line.text.strip() for line in lines]
    table = [text.startswith("|") and text.endswith("|") and text.count("|") > 2 for text in barred]
    kept: list[Line] = []
    for i, line in enumerate(lines):
        if not table[i] or not any(table[max(0, i - 1) : i] + table[i + 1 : i + 2]):
            kept.append(line)
        elif not _BAR_RULE.match(barred[i]):
            cells = [cell.strip().replace("\t", " ") for cell in barred[i][1:-1].split("|")]
            kept.append(replace(line, text="\t".join(cells)))
    return kept


def strip_tags(text: str) -> tuple[str, int]:
    """The text without HTML tags and entities (a paragraph becomes a line break), and how many there were."""
    if "<" not in text and "&" not in text:
        return text, 0
    plain, tags = TAG.subn(lambda match: "\n" if match.group(1).lower() in BREAKING else "", text)
    plain, entities = ENTITY.subn(lambda match: html.unescape(match.group()), plain)
    if tags:
        plain = re.sub(r"[ \u00a0]*\n\s*", "\n", plain).strip()
    return plain, tags + entities
