"""What is compared, and what comes out: values that the ways of output share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import pyarrow as pa
import pyarrow.compute as pc

from normalize.record import Record

if TYPE_CHECKING:
    import pandas

Kind = Literal["text", "count", "number", "quantity", "share"]
"""How a column is written: ``quantity`` in the base unit of its row, ``share`` a ratio that is shown in per cent."""

KEYS: dict[str, tuple[str, ...]] = {
    "city": ("city",),
    "province": ("province",),
    "year": ("year",),
    "organization": ("organization",),
    "form": ("form",),
    "subject": ("subject",),
    "source": ("source_name",),
    "horizon": ("horizon",),
    "level1": ("level1_code", "level1_name"),
    "level2": ("level2_code", "level2_name"),
    "concept": ("indicator_code", "indicator_name"),
    "name": ("level3",),
    "unit": ("unit",),
}
"""What figures may be grouped by, and the columns that each stands for."""

OF_DECLARATIONS = ("city", "province", "year", "organization", "form", "subject", "source")
"""The keys that a whole declaration has; the others differ from row to row."""


@dataclass(frozen=True, slots=True)
class Selection:
    """Which rows are compared. Of each kind of filter one value must hold; of different kinds all.

    ``indicators`` are codes of concepts, of levels, or Chinese names; ``where`` is an expression of SQL over the columns of
    indicators and declarations; ``pooled`` puts floors, ceilings and the rest into one statistic."""

    indicators: tuple[str, ...] = ()
    cities: tuple[str, ...] = ()
    years: tuple[int, ...] = ()
    organizations: tuple[str, ...] = ()
    forms: tuple[str, ...] = ()
    where: str | None = None
    with_doubtful: bool = False
    pooled: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """A column of figures: its name, what it says, how it is written."""

    name: str
    description: str
    kind: Kind = "text"


@dataclass(frozen=True, slots=True)
class Tally:
    """How many rows there were at each step; ``doubtful`` and ``unmapped`` are those left out, or taken in if ``with_doubtful``."""

    chosen: int
    doubtful: int
    unmapped: int
    unfit: int
    compared: int
    with_doubtful: bool
    repeated_declarations: int = 0
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as the bytes of a PNG."""

    png: bytes = field(repr=False)

    def _repr_png_(self) -> bytes:
        return self.png


@dataclass(frozen=True, slots=True)
class Comparison:
    """The figures of a view. Each has a number, ``figure``, by which ``rows`` says what it was made from."""

    view: str
    question: str
    by: tuple[str, ...]
    columns: tuple[Column, ...]
    figures: pa.Table = field(repr=False)
    rows: pa.Table | None = field(repr=False)
    tally: Tally
    unit_names: Mapping[str, str] = field(default_factory=dict, repr=False)

    def frame(self) -> pandas.DataFrame:
        """The figures as a pandas DataFrame."""
        made: pandas.DataFrame = self.figures.to_pandas()
        return made

    def chart(self) -> Picture:
        """The figures as a picture, which a notebook shows. Raises ToolMissingError without matplotlib."""
        from jixiao.compare.charts import draw

        return Picture(draw(self, "png"))

    def _repr_html_(self) -> str:
        """The figures as a table, for a notebook."""
        from jixiao.compare.page import plain_table

        return plain_table(self)

    def rows_of(self, figure: int) -> list[Record]:
        """The rows that a figure was made from; none where they were not asked for."""
        if self.rows is None:
            return []
        return list(self.rows.filter(pc.equal(self.rows["figure"], figure)).to_pylist())


ROW_COLUMNS = (
    Column("figure", "Number of the figure that the row is part of", "count"),
    Column("indicator_id", "Identity of the row in the table indicators"),
    Column("city", "City"),
    Column("year", "Budget year"),
    Column("organization", "Unit that declares"),
    Column("subject", "Project"),
    Column("level3", "Printed name"),
    Column("target_text", "Printed target"),
    Column("quantity", "Target in the base unit", "number"),
    Column("base_unit", "Base unit"),
    Column("weight", "Printed weight", "number"),
    Column("needs_review", "True where a person should look at the row"),
    Column("source_name", "File name of the source"),
    Column("page", "Page the row begins on"),
    Column("sheet", "Sheet of a workbook"),
    Column("cell", "Cell of a native table"),
)
"""The columns of the rows behind the figures."""
