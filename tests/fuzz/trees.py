"""XML and web pages that are still well-formed, with damage done to their trees."""

from __future__ import annotations

from random import Random

from lxml import etree, html

from tests.fuzz.mutate import BLIND, ODD_NUMBERS, ODD_WORDS, OFTEN

DEEP = (10, 40, 150, 200, 3000)


def tree(data: bytes, chance: Random) -> bytes:
    """An XML part that is still well-formed, with an element or an attribute that is not as it should be."""
    try:
        root = etree.fromstring(data, etree.XMLParser(resolve_entities=False, huge_tree=True))
    except etree.XMLSyntaxError:
        return chance.choice(BLIND)(data, chance)
    _disturb(root, chance)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def web_tree(data: bytes, chance: Random) -> bytes:
    """A web page with an element or an attribute that is not as it should be; its tags stay as the parser understood them."""
    text = data.decode("utf-8", "replace").replace("\0", " ")
    try:
        root = html.document_fromstring(text or "<p>", parser=html.HTMLParser(encoding=None))
        _disturb(root, chance)
    except (ValueError, etree.ParserError):  # an earlier mutation left nothing, or signs that the parser takes and the tree cannot be given
        return chance.choice(BLIND)(data, chance)
    name = chance.choice(("colspan", "rowspan", "width", "style", "align"))
    cells = list(root.iter("td", "th"))
    if cells and chance.random() < 0.4:
        chance.choice(cells).set(name, chance.choice((*ODD_NUMBERS, "100%", "display:none", "width:-5em", "writing-mode:tb-rl")))
    return html.tostring(root, encoding="utf-8")


def _disturb(root: etree._Element, chance: Random) -> None:
    elements = [e for e in root.iter() if isinstance(e.tag, str)]
    one = chance.choice(elements)
    chance.choice((_attribute, _attribute, _attribute, _text, _gone, _again, _moved, _nested, _renamed))(one, elements, chance)


def _attribute(one: etree._Element, elements: list[etree._Element], chance: Random) -> None:
    """One attribute of an element that has any, mostly a number, is odd or gone."""
    with_some = [e for e in elements if e.attrib]
    if not with_some:
        return
    one = chance.choice(with_some)
    name = chance.choice(sorted(one.attrib))
    if chance.random() < 0.15:
        del one.attrib[name]
    else:
        one.set(name, chance.choice(ODD_NUMBERS if chance.random() < 0.7 else ODD_WORDS))


def _text(one: etree._Element, elements: list[etree._Element], chance: Random) -> None:
    one.text = chance.choice((*ODD_WORDS, *ODD_NUMBERS))


def _gone(one: etree._Element, elements: list[etree._Element], chance: Random) -> None:
    parent = one.getparent()
    if parent is not None:
        parent.remove(one)


def _again(one: etree._Element, elements: list[etree._Element], chance: Random) -> None:
    """Equal elements in a row: not so many that reading them is long work for good reason."""
    parent = one.getparent()
    if parent is None:
        return
    size = sum(1 for _ in one.iter())
    times = min(chance.choice(OFTEN), max(2, 6_000 // size))
    text = etree.tostring(one, with_tail=False)
    for _ in range(times):
        one.addnext(etree.fromstring(text, etree.XMLParser(huge_tree=True, recover=True)))


def _moved(one: etree._Element, elements: list[etree._Element], chance: Random) -> None:
    """An element stands inside of another; never of itself or of what it holds."""
    inside = set(one.iter())
    others = [e for e in elements if e not in inside]
    if others:
        home = chance.choice(others)
        home.insert(chance.randrange(len(home) + 1), one)


def _nested(one: etree._Element, elements: list[etree._Element], chance: Random) -> None:
    """An element in an element of the same kind, many deep; the deepest holds what it held."""
    parent = one.getparent()
    if parent is None:
        return
    held = list(one)
    text, one.text = one.text, None
    inner = one
    for _ in range(chance.choice(DEEP)):
        inner = etree.SubElement(inner, one.tag, dict(one.attrib))
    inner.text = text
    for child in held:
        inner.append(child)


def _renamed(one: etree._Element, elements: list[etree._Element], chance: Random) -> None:
    one.tag = chance.choice(elements).tag
