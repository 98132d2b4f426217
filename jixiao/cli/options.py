"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from jixiao.outcome import Options
    from mappings.loader import Mappings

F = TypeVar("F", bound=Callable[..., Any])

PDF_ENGINES = ("pdfium", "pdfplumber")

mappings_option = click.option(
    "--mappings",
    "mappings_folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder of knowledge tables (.csv) that stand in for the shipped ones of the same name.",
)
decisions_option = click.option(
    "--decisions",
    "decisions_path",
    type=click.Path(dir_okay=False, path_type=Path),
    envvar="JIXIAO_DECISIONS",
    show_envvar=True,
    help="File of persons' decisions.  [default: decisions.csv in the dataset]",
)


def reading_options(command: F) -> F:
    """Adds --keep-contacts, --pdf-engine and --mappings, by which a reading is told what to do."""
    for option in (
        mappings_option,
        click.option("--pdf-engine", type=click.Choice(PDF_ENGINES), default="pdfium", show_default=True, help="What reads PDF."),
        click.option("--keep-contacts", is_flag=True, help="Keep names and telephone numbers of contact persons."),
    ):
        command = option(command)
    return command


def reading(keep_contacts: bool, pdf_engine: str) -> Options:
    """The options of the reading, as the pipeline takes them."""
    from jixiao.outcome import Options

    return Options(pdf_engine=pdf_engine, keep_contacts=keep_contacts)


def knowledge(folder: Path | None) -> Mappings:
    """The knowledge tables, those of the folder first. Raises MappingError where one is not in order."""
    from mappings.loader import Mappings, default_mappings

    return Mappings(folder) if folder else default_mappings()
