"""Provinces and prefecture-level cities with their GB/T 2260 codes, and the forms of their names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from mappings.endings import sizes_by_start
from mappings.loader import MappingError, read_rows

KINDS = ("province", "municipality", "city", "prefecture", "league", "region", "direct")


@dataclass(frozen=True, slots=True)
class City:
    """A province, municipality or prefecture-level place. ``forms`` name it without doubt wherever they stand;
    ``alone`` is its bare name, null where that may mean something else."""

    code: str
    name: str
    kind: str
    province: str
    province_code: str
    forms: tuple[str, ...]
    alone: str | None

    @property
    def is_province(self) -> bool:
        return self.kind == "province"


@dataclass(frozen=True)
class PlaceTable:
    """All places by code, with what finds their names."""

    by_code: Mapping[str, City]

    @cached_property
    def marked(self) -> Mapping[str, City]:
        """Names that carry their rank (西安市, 恩施州, 兴安盟), and provinces also without it."""
        found: dict[str, City] = {}
        for city in self.by_code.values():
            for form in _marked_forms(city):
                if form in found:
                    raise MappingError(f"{form} names {found[form].name} and {city.name}")
                found[form] = city
        return found

    @cached_property
    def alone(self) -> Mapping[str, City]:
        """Bare names that may begin the name of an organization."""
        return {c.alone: c for c in self.by_code.values() if c.alone and not c.is_province}

    def marked_in(self, text: str) -> Iterator[tuple[City, int, int]]:
        """The places that are named with their rank, each with where its name begins and ends; of names at one place the longest."""
        end = 0
        for start in range(len(text)):
            if start >= end and (name := _name_at(text, start, self.marked, self._marked_sizes)):
                end = start + len(name)
                yield self.marked[name], start, end

    def alone_at(self, text: str, start: int) -> str | None:
        """The longest bare name that stands there."""
        return _name_at(text, start, self.alone, self._alone_sizes)

    @cached_property
    def _marked_sizes(self) -> Mapping[str, tuple[int, ...]]:
        return sizes_by_start(self.marked)

    @cached_property
    def _alone_sizes(self) -> Mapping[str, tuple[int, ...]]:
        return sizes_by_start(self.alone)


def _marked_forms(city: City) -> Iterator[str]:
    yield city.name
    yield from city.forms
    if city.is_province and city.alone:
        yield city.alone


def _name_at(text: str, start: int, names: Mapping[str, City], sizes: Mapping[str, tuple[int, ...]]) -> str | None:
    parts = (text[start : start + size] for size in sizes.get(text[start : start + 1], ()))
    return next((part for part in parts if part in names), None)


def load_places(path: Path) -> PlaceTable:
    """The places of the file. Raises MappingError where a code does not lie in its province."""
    columns = ("code", "name", "kind", "province", "province_code", "forms", "alone")
    cities: dict[str, City] = {}
    for row in read_rows(path, columns, key=("code",), optional=("forms", "alone")):
        city = City(
            row["code"],
            row["name"],
            row["kind"],
            row["province"],
            row["province_code"],
            tuple(form for form in row["forms"].split("|") if form),
            row["alone"] or None,
        )
        _check(city, path.name)
        cities[city.code] = city
    return PlaceTable(cities)


def _check(city: City, file: str) -> None:
    where = f"{file}: {city.code} {city.name}"
    if re.fullmatch(r"\d{6}", city.code) is None or city.code[:2] + "0000" != city.province_code:
        raise MappingError(f"{where}: six digits that begin with those of {city.province_code}")
    if city.kind not in KINDS:
        raise MappingError(f"{where}: kind is one of {', '.join(KINDS)}")
    if (city.name == city.province) != (city.code == city.province_code):
        raise MappingError(f"{where}: a place that is its own province has the province's code")
