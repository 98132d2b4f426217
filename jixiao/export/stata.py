"""Tables as files of Stata: format 118 (Stata 14 and newer), written row by row.

Codes of closed vocabularies become labelled integers, dates days since 1960, long texts strL. The same rows give the same bytes."""

from __future__ import annotations

import re
import shutil
import struct
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any, BinaryIO

from jixiao.export.tables import ORDER, Tables
from normalize.record import TABLES, Column, Record

LONGEST_STR = 244
"""Bytes of a text of fixed width; longer columns are strL."""

_STRL, _DOUBLE, _LONG, _BYTE = 32768, 65526, 65528, 65530
_DAY_0 = date(1960, 1, 1)
_MISSING_BYTE, _MISSING_LONG = 101, 2147483621
_MISSING_DOUBLE = struct.pack("<Q", 0x7FE0000000000000)
_MOST_DOUBLE = 8.988e307
_TEXT = 130
_NO_TIME = b"</label><timestamp>\0</timestamp></header>"
_NAME_BYTES, _LABEL_BYTES, _FORMAT_BYTES = 129, 321, 57
_LONGEST_NAME, _LONGEST_LABEL = 32, 80
_RESERVED = frozenset(
    [
        "_all",
        "_b",
        "_coef",
        "_cons",
        "_n",
        "_N",
        "_pi",
        "_pred",
        "_rc",
        "_skip",
        "byte",
        "double",
        "float",
        "if",
        "in",
        "int",
        "long",
        "strL",
        "using",
        "with",
    ]
)
_MARKS = [
    "stata_data",
    "map",
    "variable_types",
    "varnames",
    "sortlist",
    "formats",
    "value_label_names",
    "variable_labels",
    "characteristics",
    "data",
    "strls",
    "value_labels",
]


@dataclass(frozen=True, slots=True)
class Variable:
    """A column as Stata has it: its legal name, type, format, and the codes whose labels its integers have."""

    column: Column
    name: str
    type: int
    format: str
    codes: tuple[str, ...] = ()

    @property
    def width(self) -> int:
        """Bytes that a value takes in a row."""
        return {_STRL: 8, _DOUBLE: 8, _LONG: 4, _BYTE: 1}.get(self.type, self.type)


def write_dta(tables: Tables, folder: Path) -> None:
    """A file a table."""
    for table in ORDER:
        longest = tables.longest(table)
        variables = variables_of(TABLES[table], longest)
        with (folder / f"{table}.dta").open("wb") as file:
            _write(file, table, variables, tables.count(table), tables.records(table))


def variables_of(columns: Sequence[Column], longest: dict[str, int]) -> list[Variable]:
    """The columns as variables; ``longest`` says how many bytes the texts take."""
    names = legal_names([column.name for column in columns])
    return [_variable(column, name, longest.get(column.name, 0)) for column, name in zip(columns, names, strict=True)]


def legal_names(names: Sequence[str]) -> list[str]:
    """Names as Stata allows them: letters, digits and underscores, at most 32, no reserved word, no two alike."""
    made: list[str] = []
    for name in names:
        legal = re.sub(r"[^A-Za-z0-9_]", "_", name)[:_LONGEST_NAME] or "_v"
        if legal[0].isdigit() or legal in _RESERVED or re.fullmatch(r"str\d+", legal):
            legal = f"_{legal}"[:_LONGEST_NAME]
        number = 1
        unique = legal
        while unique in made:
            number += 1
            unique = f"{legal[: _LONGEST_NAME - len(str(number)) - 1]}_{number}"
        made.append(unique)
    return made


def _variable(column: Column, name: str, longest: int) -> Variable:
    if column.values:
        return Variable(column, name, _BYTE, "%10.0g", column.values)
    if column.type == "string":
        width = max(longest, 1)
        return Variable(column, name, _STRL, "%9s") if longest > LONGEST_STR else Variable(column, name, width, f"%-{width}s")
    return _PLAIN[column.type](column, name)


_PLAIN: dict[str, Callable[[Column, str], Variable]] = {
    "bool": lambda column, name: Variable(column, name, _BYTE, "%8.0g", ("no", "yes")),
    "date": lambda column, name: Variable(column, name, _LONG, "%tdCCYY-NN-DD"),
    "int32": lambda column, name: Variable(column, name, _LONG, "%12.0g"),
    "int64": lambda column, name: Variable(column, name, _DOUBLE, "%14.0g"),
    "float64": lambda column, name: Variable(column, name, _DOUBLE, "%14.0g"),
}


def _write(file: BinaryIO, table: str, variables: Sequence[Variable], count: int, rows: Iterator[Record]) -> None:
    """The parts of the file one after the other; the map of where they begin is filled in at the end."""
    begins = {"stata_data": 0}

    def part(mark: str, write: Callable[[], object]) -> None:
        begins[mark] = file.tell()
        file.write(f"<{mark}>".encode())
        write()
        file.write(f"</{mark}>".encode())

    file.write(b"<stata_dta>" + _header(table, len(variables), count))
    part("map", lambda: file.write(bytes(14 * 8)))
    for mark, content in _descriptions(variables):
        part(mark, partial(file.write, content))
    with TemporaryFile() as texts:
        part("data", lambda: _write_rows(file, texts, variables, rows))
        texts.seek(0)
        part("strls", lambda: shutil.copyfileobj(texts, file))
    part("value_labels", lambda: file.write(b"".join(_label_table(v) for v in variables if v.codes)))
    end = file.tell()
    file.write(b"</stata_dta>")
    whole = file.tell()
    file.seek(begins["map"] + len(b"<map>"))
    file.write(struct.pack("<14Q", *(begins[mark] for mark in _MARKS), end, whole))


def _header(table: str, variables: int, count: int) -> bytes:
    """Without a time stamp, which would be another one each time."""
    label = f"jixiao: {table}".encode()
    parts = (b"<header><release>118</release><byteorder>LSF</byteorder><K>", struct.pack("<H", variables), b"</K><N>")
    return b"".join((*parts, struct.pack("<Q", count), b"</N><label>", struct.pack("<H", len(label)), label, _NO_TIME))


def _descriptions(variables: Sequence[Variable]) -> Iterator[tuple[str, bytes]]:
    """The parts that describe the variables, by their marks."""
    yield "variable_types", b"".join(struct.pack("<H", v.type) for v in variables)
    yield "varnames", b"".join(_padded(v.name, _NAME_BYTES) for v in variables)
    yield "sortlist", bytes(2 * (len(variables) + 1))
    yield "formats", b"".join(_padded(v.format, _FORMAT_BYTES) for v in variables)
    yield "value_label_names", b"".join(_padded(v.name if v.codes else "", _NAME_BYTES) for v in variables)
    yield "variable_labels", b"".join(_padded(_label(v.column.description), _LABEL_BYTES) for v in variables)
    yield "characteristics", b""


def _label(text: str) -> str:
    return text if len(text) <= _LONGEST_LABEL else text[: _LONGEST_LABEL - 1] + "…"


def _padded(text: str, width: int) -> bytes:
    return text.encode().ljust(width, b"\0")


def _write_rows(file: BinaryIO, texts: IO[bytes], variables: Sequence[Variable], rows: Iterator[Record]) -> None:
    """The rows to ``file``; the long texts that they point to, to ``texts``."""
    for number, row in enumerate(rows, 1):
        for place, variable in enumerate(variables, 1):
            value = row[variable.column.name]
            if variable.type != _STRL:
                file.write(_packed(variable, value))
            elif not value:
                file.write(bytes(8))
            else:
                file.write(struct.pack("<H", place) + struct.pack("<Q", number)[:6])
                text = value.encode() + b"\0"
                texts.write(b"GSO" + struct.pack("<IQBI", place, number, _TEXT, len(text)) + text)


def _packed(variable: Variable, value: Any) -> bytes:
    """A value in the bytes of its type; the missing value for None."""
    match variable.type:
        case _ if variable.type <= LONGEST_STR:
            return (value or "").encode().ljust(variable.width, b"\0")
        case _ if variable.type == _BYTE:
            code = value if not isinstance(value, str) else variable.codes.index(value) + 1
            return struct.pack("<b", _MISSING_BYTE if code is None else code)
        case _ if variable.type == _LONG:
            day = (value - _DAY_0).days if isinstance(value, date) else value
            return struct.pack("<i", _MISSING_LONG if day is None else day)
    return _MISSING_DOUBLE if value is None or not abs(value) < _MOST_DOUBLE else struct.pack("<d", value)


def _label_table(variable: Variable) -> bytes:
    """The labels of a variable's integers: 0 and 1 for truth, from 1 for codes."""
    first = 0 if variable.column.type == "bool" else 1
    texts = [code.encode() + b"\0" for code in variable.codes]
    starts = [sum(map(len, texts[:n])) for n in range(len(texts))]
    numbers = range(first, first + len(texts))
    table = struct.pack(f"<II{len(texts)}I{len(texts)}i", len(texts), sum(map(len, texts)), *starts, *numbers) + b"".join(texts)
    return b"<lbl>" + struct.pack("<I", len(table)) + _padded(variable.name, _NAME_BYTES) + bytes(3) + table + b"</lbl>"
