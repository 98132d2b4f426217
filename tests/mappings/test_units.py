from __future__ import annotations

from pathlib import Path

import pytest

from mappings import MappingError
from mappings.units import load_units
from mappings.values import load_value_words

UNIT_HEAD = "# units\nunit,unit_code,dimension,base,factor,reason\n"
WORD_HEAD = "# words\nkind,word,meaning,reason\n"


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ("天,day,duration,day,1;0,\n", "neither a decimal nor a fraction"),
        ("天,day,duration,day,0,\n", "factor is zero"),
        ("天,Day,duration,day,1,\n", "codes are lower-case words"),
        ("天,day,duration,day,1,\n小时,hour,duration,hour,1,\n", "has base day, not hour"),
        ("天,day,duration,day,1,\n天,day,duration,day,1,\n", "double"),
        ("天,day,,day,1,\n", "blank dimension"),
    ],
)
def test_a_bad_unit_table_is_refused(tmp_path: Path, rows: str, message: str) -> None:
    path = tmp_path / "units.csv"
    path.write_text(UNIT_HEAD + rows, encoding="utf-8")
    with pytest.raises(MappingError, match=message):
        load_units(path)


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ("adverb,很,none,\n", "unknown kind 'adverb'"),
        ("bound,以上,none,\n", "bound cannot mean 'none'"),
        ("bound,以上,ge,\nbound,以上,ge,\n", "double"),
    ],
)
def test_a_bad_word_table_is_refused(tmp_path: Path, rows: str, message: str) -> None:
    path = tmp_path / "values.csv"
    path.write_text(WORD_HEAD + rows, encoding="utf-8")
    with pytest.raises(MappingError, match=message):
        load_value_words(path)


def test_letters_of_either_size_where_they_tell_nothing(tmp_path: Path) -> None:
    path = tmp_path / "units.csv"
    rows = ("MW,megawatt,power,kilowatt,1000,", "km,kilometre,length,metre,1000,", "mW,milliwatt,power,kilowatt,0.000001,")
    path.write_text(UNIT_HEAD + "\n".join(rows) + "\n", encoding="utf-8")
    units = load_units(path)
    assert units.get("KM") == units.get("km")
    assert units.get("Mw") is None
    assert units.get("mW") != units.get("MW")
