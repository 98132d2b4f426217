"""OLE2 files: streams by name, what is embedded left out, chains that never end."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from extract.compound import Compound
from extract.formats import read, sniff
from extract.problem import UnreadableError
from tests.extract.word_files import Extras, compound, line, word


def test_streams_come_whole() -> None:
    data = bytes(range(256)) * 40
    found = Compound(compound({"Workbook": data, "Data": b"x"}), "a.xls")
    assert set(found.names) == {"Workbook", "Data"}
    assert found.stream("Workbook") == data
    assert found.stream("Data").rstrip(b"\0") == b"x"
    with pytest.raises(UnreadableError, match=r"a\.xls.*1Table is missing"):
        found.stream("1Table")


def test_embedded_document_is_not_the_file(tmp_path: Path) -> None:
    path = tmp_path / "a.xls"
    path.write_bytes(compound({"Workbook": b"own"}, embedded={"WordDocument": b"other", "Workbook": b"other"}))
    assert sniff(path).name == "xls"
    assert Compound(path.read_bytes(), "a.xls").stream("Workbook").rstrip(b"\0") == b"own"


def test_document_with_another_in_it(tmp_path: Path) -> None:
    outer, inner = (Compound(word([line(text)], Extras()), "a") for text in ("外", "内"))
    parts = [{name: found.stream(name) for name in found.names} for found in (outer, inner)]
    path = tmp_path / "a.doc"
    path.write_bytes(compound(parts[0], embedded=parts[1]))
    assert [one.text for one in read(path).pages[0].lines] == ["外"]


def test_chain_that_runs_in_a_circle_ends() -> None:
    data = bytearray(compound({"Workbook": bytes(5000)}))
    table = struct.unpack_from("<I", data, 76)[0]
    struct.pack_into("<I", data, (table + 1) * 512 + 4, 0)
    assert len(Compound(bytes(data), "a.xls").stream("Workbook")) == 5000


@pytest.mark.parametrize("size", [0, 100, 511, 600])
def test_cut_short(size: int) -> None:
    with pytest.raises(UnreadableError, match=r"a\.doc is damaged"):
        Compound(compound({"WordDocument": bytes(9000)})[:size], "a.doc")
