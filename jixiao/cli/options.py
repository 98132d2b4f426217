"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from jixiao.cache import VARIABLE, default_cache
from jixiao.urls import is_url, plain

if TYPE_CHECKING:
    from jixiao.limits import Limits
    from jixiao.outcome import Options
    from mappings.loader import Mappings

F = TypeVar("F", bound=Callable[..., Any])

if TYPE_CHECKING:
    PlaceBase = click.ParamType[str | Path]
else:
    PlaceBase = click.ParamType  # before click 8.4 it takes no subscript

PDF_ENGINES = ("pdfium", "pdfplumber")
OCR_MODES = ("auto", "never", "always")


class PlaceType(PlaceBase):
    """The path of a dataset, or its URL."""

    name = "path"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str | Path:
        return value if is_url(value) else Path(plain(value))


PLACE = PlaceType()


class FolderType(click.Path):
    """The path of a dataset on this machine, for a command that writes beside it or to it; a URL is refused with a way out."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if is_url(value):
            self.fail(f"{value} is a URL, and this command works on a folder of this machine. Copy the dataset into one first.", param, ctx)
        return super().convert(plain(value), param, ctx)


FOLDER = FolderType(path_type=Path)

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

wait_option = click.option("--wait", is_flag=True, help="Wait where another process is writing to the dataset, and do not end with 6.")


def limit_options(command: F) -> F:
    """Adds --timeout and --memory, by which the work on one file is limited."""
    for option in (
        click.option(
            "--memory",
            metavar="SIZE",
            help="End what takes more memory for one file, like 800M or 2G.  [default: 4G, or the share of a process of less]",
        ),
        click.option(
            "--timeout",
            type=click.FloatRange(min=0, min_open=True),
            default=600,
            show_default=True,
            metavar="SECONDS",
            help="End what takes longer for one file (a page, where pages are recognised; more for files of over 50 MB).",
        ),
    ):
        command = option(command)
    return command


def limits_of(timeout: float, memory: str | None) -> Limits:
    """The limits that are given. Raises UsageError."""
    from jixiao.limits import Limits, parse_size

    return Limits(timeout=timeout, memory=parse_size(memory) if memory else None)


def reading_options(command: F) -> F:
    """Adds --ocr, --ocr-cache, --pdf-engine, --keep-contacts and --mappings, by which a reading is told what to do."""
    for option in (
        mappings_option,
        click.option("--no-ocr-cache", is_flag=True, help="Keep no recognised pages, and use none that were kept."),
        click.option(
            "--ocr-cache",
            type=click.Path(file_okay=False, path_type=Path),
            envvar=VARIABLE,
            metavar="DIR",
            help="Folder that keeps recognised pages.  [default: JIXIAO_CACHE, else a folder of the user]",
        ),
        click.option(
            "--ocr",
            type=click.Choice(OCR_MODES),
            default="auto",
            show_default=True,
            help="Which pages are recognised from their picture: those without usable text, all, or none.",
        ),
        click.option("--pdf-engine", type=click.Choice(PDF_ENGINES), default="pdfium", show_default=True, help="What reads PDF."),
        click.option("--keep-contacts", is_flag=True, help="Keep names and telephone numbers of contact persons."),
    ):
        command = option(command)
    return command


def reading(*, keep_contacts: bool, pdf_engine: str, ocr: str, ocr_cache: Path | None, no_ocr_cache: bool) -> Options:
    """The options of the reading, as the pipeline takes them."""
    from jixiao.outcome import Options

    folder = None if no_ocr_cache else str(ocr_cache or default_cache())
    return Options(pdf_engine=pdf_engine, keep_contacts=keep_contacts, ocr=ocr, ocr_cache=folder)


def knowledge(folder: Path | None) -> Mappings:
    """The knowledge tables, those of the folder first. Raises MappingError where one is not in order."""
    from mappings.loader import Mappings, default_mappings

    return Mappings(folder) if folder else default_mappings()
