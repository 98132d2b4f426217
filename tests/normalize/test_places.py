from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from mappings import default_mappings
from mappings.places import City
from normalize.places import CityFinding, find_city

CASES: dict[str, dict[str, Any]] = yaml.safe_load((Path(__file__).parents[1] / "cases" / "cities.yml").read_text(encoding="utf-8"))
PLACES = default_mappings().places
CITIES = [city for city in PLACES.by_code.values() if not city.is_province]


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_city(case: dict[str, Any]) -> None:
    finding = find_city([case.get("unit")], [case.get("title")], PLACES)
    assert (finding.name, finding.code) == (case["city"], case.get("code"))
    if "province" in case:
        assert finding.province == case["province"]
    assert doubt(finding) == case.get("doubt")


def doubt(finding: CityFinding) -> str | None:
    if finding.problem is None:
        return None
    return finding.problem.code + ("-info" if finding.problem.severity == "info" else "")


def test_the_first_organization_that_names_a_city_decides() -> None:
    finding = find_city(["交通警察支队", "福州市公安局"], ["西安市2026年部门预算"], PLACES)
    assert finding.name == "福州市"


@given(st.sampled_from(CITIES), st.sampled_from(["财政局", "第三中学", "人民政府办公室", "市场监督管理局", ""]))
def test_every_city_is_found_by_its_official_name(city: City, organ: str) -> None:
    finding = find_city([city.name + organ], [], PLACES)
    assert (finding.name, finding.code, finding.province) == (city.name, city.code, city.province)


@given(st.sampled_from(CITIES), st.sampled_from(["财政局", "档案馆"]))
def test_the_province_before_a_city_changes_nothing(city: City, organ: str) -> None:
    assert find_city([city.province + city.name + organ], [], PLACES).code == city.code


@given(st.text(max_size=30))
def test_any_text_gives_a_city_or_the_reason_why_not(text: str) -> None:
    finding = find_city([text], [text], PLACES)
    assert (finding.name is None) == (finding.code is None) == (finding.problem is not None)
