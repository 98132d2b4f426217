"""A Word paragraph -> the text that is printed for it, with what hangs on it (text boxes, hidden words)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from lxml import etree

from extract.readers.docx_styles import Styles, flag
from extract.readers.docx_symbols import is_symbol_font, symbol_text
from extract.readers.numbers import whole

Element: TypeAlias = etree._Element

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
SYMBOLS = "{http://schemas.microsoft.com/office/word/2015/wordml/symex}"
MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"

TICKED, UNTICKED = "☑", "☐"

# Elements whose content is printed in place: links, tags, insertions, moves to here, content controls.
_TRANSPARENT = frozenset(
    [W + t for t in ("hyperlink", "smartTag", "ins", "moveTo", "fldSimple", "sdtContent", "dir", "bdo", "customXml", "ruby", "rubyBase")]
    + [MATH + t for t in ("oMath", "oMathPara", "r", "f", "num", "den", "sSup", "sSub", "e", "sup", "sub", "d")]
)
_LITERAL = {
    W + "tab": "\t",
    W + "ptab": "\t",
    W + "cr": "\n",
    W + "noBreakHyphen": "-",
}
_DRAWN = frozenset((W + "drawing", W + "pict", W + "object", MC + "AlternateContent"))


@dataclass(slots=True)
class Field:
    """A field that is open: its instruction is not printed, its result is."""

    in_result: bool = False


@dataclass(slots=True)
class Story:
    """What is gathered over the walk of one part: open fields outlive paragraphs."""

    styles: Styles
    fields: list[Field] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)
    prompts: list[str] = field(default_factory=list)
    unknown_symbols: list[str] = field(default_factory=list)
    embedded: int = 0
    pictures: int = 0


@dataclass(slots=True)
class Paragraph:
    """A paragraph as printed. ``joins_next``: its mark is deleted, so that the next one goes on in its line."""

    text: str = ""
    size: float = 0.0
    boxes: list[Element] = field(default_factory=list)
    joins_next: bool = False


def read_paragraph(element: Element, story: Story) -> Paragraph:
    """The printed text of a ``w:p``, its prevailing font size, and the text boxes that are anchored in it."""
    properties = element.find(W + "pPr")
    paragraph = Paragraph(joins_next=_mark_deleted(properties))
    pieces = list(_inline(element, story, _paragraph_style(properties), paragraph))
    # A field whose end was deleted or lost must not swallow what follows; only results go on over paragraphs.
    story.fields = [opened for opened in story.fields if opened.in_result]
    paragraph.text = "".join(text for text, _ in pieces)
    paragraph.size = _prevailing(pieces)
    return paragraph


def _prevailing(pieces: list[tuple[str, float]]) -> float:
    """The font size of most of the characters."""
    if len({size for _, size in pieces}) == 1:
        return pieces[0][1]
    sizes: Counter[float] = Counter()
    for text, size in pieces:
        sizes[size] += len(text.strip())
    return max(sizes, key=lambda size: (sizes[size], size), default=0.0)


def _paragraph_style(properties: Element | None) -> str | None:
    style = properties.find(W + "pStyle") if properties is not None else None
    return None if style is None else style.get(W + "val")


def _mark_deleted(properties: Element | None) -> bool:
    mark = properties.find(W + "rPr") if properties is not None else None
    return mark is not None and (mark.find(W + "del") is not None or mark.find(W + "moveFrom") is not None)


def _inline(element: Element, story: Story, style: str | None, paragraph: Paragraph) -> Iterator[tuple[str, float]]:
    for child in element:
        tag = child.tag
        if tag == W + "r":
            yield from _run(child, story, style, paragraph)
        elif tag in _TRANSPARENT:
            yield from _inline(child, story, style, paragraph)
        elif tag == W + "sdt":
            yield from _control(child, story, style, paragraph)
        elif tag == MATH + "t":
            yield child.text or "", 0.0
        elif tag in _DRAWN:
            yield from _drawn_in_line(child, story, style, paragraph)


def _drawn_in_line(element: Element, story: Story, style: str | None, paragraph: Paragraph) -> Iterator[tuple[str, float]]:
    """The runs of what is written in two ways within a paragraph; text boxes go to the paragraph."""
    for way in element if element.tag == MC + "AlternateContent" else ():
        found = list(_inline(way, story, style, paragraph))
        if found:
            yield from found
            return
    paragraph.boxes.extend(_drawn(element, story))


def _control(sdt: Element, story: Story, style: str | None, paragraph: Paragraph) -> Iterator[tuple[str, float]]:
    content = entry(sdt, story)
    if content is not None:
        yield from _inline(content, story, style, paragraph)


def entry(sdt: Element, story: Story) -> Element | None:
    """What was entered in a content control; None where it shows its prompt, which is no entry."""
    content = sdt.find(W + "sdtContent")
    showing = sdt.find(f"{W}sdtPr/{W}showingPlcHdr")
    if content is None or showing is None or not flag(showing):
        return content
    story.prompts.append("".join(t.text or "" for t in content.iter(W + "t")))
    return None


def _run(run: Element, story: Story, style: str | None, paragraph: Paragraph) -> Iterator[tuple[str, float]]:
    properties = run.find(W + "rPr")
    size, hidden = story.styles.look(properties, style)
    if hidden:
        unseen = Paragraph()
        story.hidden.extend(piece.strip() for piece in _run_content(run, story, unseen) if piece.strip())
        story.hidden.extend("".join(t.text or "" for t in box.iter(W + "t")) for box in unseen.boxes)
        return
    font = _symbol_font(properties)
    for piece in _run_content(run, story, paragraph):
        yield _as_drawn(piece, font, story) if font else piece, size


def _run_content(run: Element, story: Story, paragraph: Paragraph) -> Iterator[str]:
    for child in run:
        tag = child.tag
        if tag == W + "fldChar":
            yield from _field_char(child, story)
        elif story.fields and not all(f.in_result for f in story.fields):
            continue
        elif tag == W + "t":
            yield _in_one_line(child.text or "")
        elif tag in _LITERAL:
            yield _LITERAL[tag]
        elif tag == W + "br":
            yield "\n" if child.get(W + "type", "textWrapping") == "textWrapping" else ""
        elif tag == W + "sym" or tag == SYMBOLS + "symEx":
            yield _symbol(child, story)
        elif tag in _DRAWN:
            yield from _drawn_in_run(child, story, paragraph)
        elif tag == W + "ruby":
            yield from (piece for piece, _ in _inline(child, story, None, paragraph))


def _in_one_line(text: str) -> str:
    """Text without the line ends of the file that it stands in: Word shows these as blanks."""
    return text.replace("\r", "").replace("\n", " ") if "\n" in text or "\r" in text else text


def _drawn_in_run(element: Element, story: Story, paragraph: Paragraph) -> Iterator[str]:
    """The text of what is written in two ways within a run (a sign of a newer font); text boxes go to the paragraph."""
    for way in element if element.tag == MC + "AlternateContent" else ():
        text = "".join(_run_content(way, story, Paragraph()))
        if text:
            yield text
            return
    paragraph.boxes.extend(_drawn(element, story))


def _field_char(char: Element, story: Story) -> Iterator[str]:
    kind = char.get(W + "fldCharType")
    if kind == "begin":
        story.fields.append(Field())
        box = char.find(f"{W}ffData/{W}checkBox")
        if box is not None:
            state = box.find(W + "checked")
            state = box.find(W + "default") if state is None else state
            yield TICKED if state is not None and flag(state) else UNTICKED
        yield from _chosen(char.find(f"{W}ffData/{W}ddList"))
    elif kind == "separate" and story.fields:
        story.fields[-1].in_result = True
    elif kind == "end" and story.fields:
        story.fields.pop()


def _chosen(choices: Element | None) -> Iterator[str]:
    """The entry that a drop-down field shows; such a field writes no result."""
    if choices is None:
        return
    entries = [entry.get(W + "val", "") for entry in choices.iterchildren(W + "listEntry")]
    for name in ("result", "default"):
        state = choices.find(W + name)
        if state is not None:
            break
    index = whole(state.get(W + "val", "0"), len(entries)) if state is not None else 0
    yield from entries[index : index + 1]


def _symbol(element: Element, story: Story) -> str:
    """The character that a symbol font draws for a code; the code point itself where it is an ordinary character."""
    try:
        code = int(element.get(W + "char") or element.get(SYMBOLS + "char") or "", 16)
    except ValueError:
        return ""
    if not 0 < code < 0x110000 or 0xD800 <= code < 0xE000:
        return ""
    font = element.get(W + "font") or element.get(SYMBOLS + "font") or ""
    return symbol_text(code, font) or _unknown_symbol(code, font, story)


def _symbol_font(properties: Element | None) -> str | None:
    """The symbol font that a run sets its narrow characters in, None where it is an ordinary one."""
    fonts = properties.find(W + "rFonts") if properties is not None else None
    if fonts is None:
        return None
    name = fonts.get(W + "ascii") or fonts.get(W + "hAnsi") or ""
    return name if is_symbol_font(name) else None


def _as_drawn(text: str, font: str, story: Story) -> str:
    """Text in a symbol font as it looks; wide characters are never set in such a font."""
    return "".join((symbol_text(ord(c), font) or _unknown_symbol(ord(c), font, story)) if _narrow(c) else c for c in text)


def _narrow(character: str) -> bool:
    return " " < character < "\u0100" or "\uf000" <= character <= "\uf0ff"


def _unknown_symbol(code: int, font: str, story: Story) -> str:
    story.unknown_symbols.append(f"{font} {code:04X}")
    return "\ufffd"


def _drawn(element: Element, story: Story) -> Iterator[Element]:
    """The contents of the text boxes in a drawing, once each though a drawing is written in two ways."""
    if element.tag == MC + "AlternateContent":
        ways = [child for child in element if child.tag in (MC + "Choice", MC + "Fallback")]
        found = next((boxes for way in ways if (boxes := _boxes_of(way, story))), [])
        yield from found
    elif element.tag == W + "txbxContent":
        yield element
    else:
        name = etree.QName(element).localname if isinstance(element.tag, str) else ""
        story.pictures += name in ("blip", "imagedata")
        story.embedded += name == "OLEObject"
        for child in element:
            yield from _drawn(child, story)


def _boxes_of(way: Element, story: Story) -> list[Element]:
    return [box for child in way for box in _drawn(child, story)]
