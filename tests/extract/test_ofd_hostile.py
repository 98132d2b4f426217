from __future__ import annotations

import re
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extract.problem import UnreadableError
from extract.readers import ofd
from tests.extract.ofd_files import element, members, package, page, rules, text, words


def cyclic_composite() -> dict[str, str]:
    item = '<ofd:CompositeObject Boundary="0 0 9 9" ResourceID="7"/>'
    unit = f'<ofd:CompositeGraphicUnit ID="7"><ofd:Content>{item}{item}</ofd:Content></ofd:CompositeGraphicUnit>'
    unit = f"<ofd:CompositeGraphicUnits>{unit}</ofd:CompositeGraphicUnits>"
    return members(page(item), common="<ofd:DocumentRes>R.xml</ofd:DocumentRes>", Doc_0__R_xml=element("Res", unit))


def cyclic_template() -> dict[str, str]:
    use = '<ofd:Template TemplateID="4"/>'
    return members(page("", use), common='<ofd:TemplatePage ID="4" BaseLoc="T.xml"/>', Doc_0__T_xml=page("", use))


def with_location(location: str) -> dict[str, str]:
    return {n: c.replace("Pages/Page_0/Content.xml", location) for n, c in members(page(text("甲", 10, 10))).items()}


def with_entity() -> dict[str, str]:
    parts = members(page(text("&secret;", 10, 10)))
    name = "Doc_0/Pages/Page_0/Content.xml"
    parts[name] = parts[name].replace("?>", '?><!DOCTYPE d [<!ENTITY secret SYSTEM "file:///etc/passwd">]>', 1)
    return parts


def broken_page() -> dict[str, str]:
    return {**members(page("")), "Doc_0/Pages/Page_0/Content.xml": "<ofd:Page"}


def without_pages() -> dict[str, str]:
    return members()


def encrypted() -> dict[str, str]:
    return {**members(page("")), "Encryptions.xml": element("Encryptions", "")}


@pytest.mark.parametrize(
    ("parts", "reason"),
    [
        pytest.param(lambda: with_location("../../etc/passwd"), "lies outside of the file", id="outside-path"),
        pytest.param(lambda: with_location("Pages/../../../x.xml"), "lies outside of the file", id="outside-path-in-the-middle"),
        pytest.param(lambda: with_location("file:///etc/passwd"), "lies outside of the file", id="address-of-a-file"),
        pytest.param(lambda: with_location("C:\\Windows\\win.ini"), "lies outside of the file", id="drive"),
        pytest.param(lambda: with_location("/etc/passwd"), "has no pages", id="path-from-the-root"),
        pytest.param(with_entity, "declares a document type", id="outside-entity"),
        pytest.param(cyclic_composite, "contains itself", id="cyclic-composite"),
        pytest.param(cyclic_template, "contains itself", id="cyclic-template"),
        pytest.param(broken_page, "not well-formed", id="broken-page"),
        pytest.param(without_pages, "has no pages", id="without-pages"),
        pytest.param(encrypted, "is encrypted", id="encrypted"),
        pytest.param(lambda: {"OFD.xml": element("OFD", "")}, "has no pages", id="without-documents"),
        pytest.param(lambda: {**members(page("")), "bomb": "0" * (8 << 20)}, "looks like a zip bomb", id="bomb"),
    ],
)
def test_hostile_packages_are_refused_in_one_sentence(tmp_path: Path, parts: Callable[[], dict[str, str]], reason: str) -> None:
    with pytest.raises(UnreadableError, match=reason) as caught:
        ofd.read(package(tmp_path, parts()))
    assert caught.value.message.startswith("a.ofd ") and caught.value.remedy


NONSENSE = (
    "",
    "nan",
    "-1e999",
    "1e308",
    "0 0",
    "g",
    "g g g",
    "g -3 4",
    "#ZZ",
    "M",
    "9" * 30,
    "\\D83D",
    "../x",
    "a b c d",
    "0 0 0 0 0 0",
    "-5 -5 -5 -5",
)
VALUE = re.compile(r'(?<=[A-Za-z]=")[^"]*(?=")|(?<=Data>)[^<]+|(?<=Box>)[^<]+|(?<=Root>)[^<]+|(?<=>)[^<]+(?=</ofd:TextCode)')


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_whatever_the_values_say_reading_ends_in_a_document_or_one_sentence(data: st.DataObject) -> None:
    parts = members(page(rules() + words()))
    for name in data.draw(st.lists(st.sampled_from(sorted(parts)), min_size=1, max_size=3, unique=True)):
        found = [m for m in VALUE.finditer(parts[name]) if m.start() > len(element("Page", "")) - 20]
        at = data.draw(st.sampled_from(found))
        parts[name] = parts[name][: at.start()] + data.draw(st.sampled_from(NONSENSE)) + parts[name][at.end() :]
    with tempfile.TemporaryDirectory() as folder:
        try:
            document = ofd.read(package(Path(folder), parts), ocr="never")
        except UnreadableError as error:
            assert error.remedy
        else:
            assert document.pages
