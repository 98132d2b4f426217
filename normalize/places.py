"""The prefecture-level city of a declaration, from the names of its units and the titles above it.

Only a name that carries its rank (西安市, 恩施州) counts wherever it stands; a bare name (张家口) counts at the head of an
organization's name and before nothing that makes it a street, district or hill. Two cities in one text are doubt.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from extract.problem import Problem
from mappings.places import City, PlaceTable
from normalize.printed import fold

# What stands before the place in an organization's name: a code, the party, a state office with local branches.
_LEAD = re.compile(
    r"(?:(?:\[\d+\]|\(?\d+\)?)[-_、.:]?)?(?:中国共产党|中共|中国共产主义青年团|共青团|中国民主同盟|国家税务总局|国家统计局|中华人民共和国|国网|国家)?"
)
# What stands before the place in a title or a line of the cover: attachment, year, number, part, label of the unit.
_TITLE_LEAD = re.compile(
    r"(?:附(?:件|表)?\d*(?:-\d+)?[:、.]?"
    r"|[(\[〔]?(?:19|20)\d\d(?:-\d+)?(?:年度?)?[)\]〕]?(?:年度?)?|二[〇○零][〇○零一二三四五六七八九]{2}年度?"
    r"|\d+[、.]|[一二三四五六七八九十]+、|第[一二三四五六七八九十]部分[、:.]?|关于|[\"“《]"
    r"|(?!项目)[^:]{0,6}(?:单位|部门|名称)[^:]{0,4}:)*"
)
_CENTRAL = re.compile(r"国家|中央|全国|国务院|最高人民|中华人民共和国|中华全国")
# 西安市场监督管理局 names no 西安市场, 朝阳市政工程处 no 朝阳市: the rank is part of the next word.
_NOT_RANK = re.compile(r"场|政(?:工程|设施|公用|园林|养护|建设|道路|桥|管理|管网|排水)")
_RANK_WORD = re.compile("市(?:场|政)")
# A bare name before one of these is a street, a district, a hill, a river or a county-level place.
_NOT_PLACE = re.compile(r"[东西南北中大新老]?(?:路|街|道|巷|区|县|镇|乡|村|里|桥|门|山|湖|河|江|海|岛|寺|庙|庄|屯|旗|站前|石|花|茶)")
_ORGAN = re.compile(
    r"(?:局|厅|委|办|部|院|校|处|中心|站|所|队|会|馆|大学|学院|公司|集团|银行|海关|政府|法庭|机关|支队|总队|基地|学校|医院|电视台|报社|台|园|场|厂|社|库|段|组|党校|分局|本级|机构|监狱|管委会|联合会|协会)(?:\(.*\))?$"
)
# 西安市驻北京办事处 is of Xi'an; the second place is where it works or whom it helps.
_AWAY = re.compile(r"[驻赴援]|对口|帮扶|支援|协作")


@dataclass(frozen=True, slots=True)
class CityFinding:
    """The city with its code and province, or null with the Problem that says why."""

    name: str | None = None
    code: str | None = None
    province: str | None = None
    problem: Problem | None = None


def find_city(organizations: Sequence[str | None], titles: Sequence[str | None], places: PlaceTable) -> CityFinding:
    """The city that the first telling text names: organizations in order, then titles, which count only where they
    begin with the place. A central or provincial unit ends the search: its city is none."""
    for organization in organizations:
        finding = _in_organization(fold(organization), places)
        if finding is not None:
            return finding
    for title in titles:
        finding = _in_title(fold(title), places)
        if finding is not None:
            return finding
    named = next((o for o in organizations if o), None)
    return CityFinding(problem=Problem("no-city", "warning", f"no city is named by {named or 'the form'} or by the titles"))


def _in_organization(text: str, places: PlaceTable) -> CityFinding | None:
    if not text:
        return None
    marks = _marked(text, places)
    if any(not city.is_province for city, _, _ in marks):
        return _one_of(text, marks)
    if bare := _bare(text, marks, places):
        return _found(bare)
    provinces = {city.name: city for city, _, _ in marks}
    if len(provinces) == 1 and not re.search("[县区镇乡]", text):
        province = next(iter(provinces.values()))
        return CityFinding(province=province.name, problem=Problem("no-city", "info", f"{text} is a unit of {province.name}, of no city"))
    if _CENTRAL.match(re.sub(r"^(?:\[\d+\]|\d+)", "", text)):
        return CityFinding(problem=Problem("no-city", "info", f"{text} is a central unit, of no city"))
    return None


def _in_title(text: str, places: PlaceTable) -> CityFinding | None:
    lead = _TITLE_LEAD.match(text)
    text = text[lead.end() :] if lead else text
    marks = _marked(text, places)
    if marks and _starts(text, marks[0]) and any(not city.is_province for city, _, _ in marks):
        return _one_of(text, marks)
    return None


def _starts(text: str, mark: _Mark) -> bool:
    lead = _LEAD.match(text)
    return mark.start <= (lead.end() if lead else 0)


class _Mark(NamedTuple):
    """A place that a text names, and where."""

    city: City
    start: int
    end: int


def _marked(text: str, places: PlaceTable) -> list[_Mark]:
    """Places named with their rank, and provinces, in order of their places in the text."""
    found = (_Mark(*mark) for mark in places.marked_in(text))
    return [mark for mark in found if not (text[mark.end - 1] == "市" and _NOT_RANK.match(text, mark.end))]


def _one_of(text: str, marks: Sequence[_Mark]) -> CityFinding:
    """The one city of the text; of several the first, where the words between say that the others are elsewhere."""
    cities = [mark for mark in marks if not mark.city.is_province]
    first = cities[0].city
    others = [mark for mark in cities if mark.city is not first]
    if others and not _AWAY.search(text, cities[0].end, others[0].start):
        names = "、".join(dict.fromkeys(mark.city.name for mark in cities))
        return CityFinding(problem=Problem("ambiguous-city", "warning", f"{text} names more than one city: {names}"))
    return _found(first)


def _bare(text: str, marks: Sequence[_Mark], places: PlaceTable) -> City | None:
    """The city whose bare name begins the name of an organization, after its code, party and province."""
    lead = _LEAD.match(text)
    start = lead.end() if lead else 0
    if marks and marks[0].city.is_province and marks[0].start <= start:
        start = marks[0].end
    name = places.alone_at(text, start)
    if name is None:
        return None
    city, end = places.alone[name], start + len(name)
    if end == len(text) or (city.kind in ("city", "municipality") and _RANK_WORD.match(text, end)):
        return city
    if places.alone_at(text, end):
        return None
    if text[end] == "市" or _NOT_PLACE.match(text, end) or not _ORGAN.search(text):
        return None
    return city


def _found(city: City) -> CityFinding:
    return CityFinding(city.name, city.code, city.province)
