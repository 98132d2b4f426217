"""The pieces of work that a run is made of, and how one is done."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from extract.ocr.wanted import PagesWanted
from jixiao.outcome import Options, Outcome
from jixiao.pipeline import convert, read_options
from jixiao.plan import Job
from mappings.loader import Mappings


@dataclass(frozen=True, slots=True)
class Conversion:
    """A source to convert; with ``defer`` the pages that need recognition are told instead, so that others can help with them."""

    job: Job
    defer: bool = True


@dataclass(frozen=True, slots=True)
class Recognition:
    """A page of a source to recognise into the store of recognised pages."""

    job: Job
    page: int


@dataclass(frozen=True, slots=True)
class Preparation:
    """Old office files to convert ahead, by few calls of LibreOffice, into the folder in which their conversions look."""

    jobs: tuple[Job, ...]


@dataclass(frozen=True, slots=True)
class Wanted:
    """The pages of a source that have to be recognised before it can be converted."""

    pages: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Recognised:
    """A page is done. What could not be recognised is told by the conversion that follows, which meets it again."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """Office files are converted ahead, as far as that could be done: each conversion does for itself what is not there."""


Task: TypeAlias = Conversion | Recognition | Preparation
Answer: TypeAlias = Outcome | Wanted | Recognised | Prepared
Work: TypeAlias = Callable[[Task, Mappings, Options], Answer]


@dataclass(frozen=True, slots=True)
class Setup:
    """What each worker of a run is given first: the knowledge, the options, and the function that does its work."""

    mappings: Mappings
    options: Options
    work: Work


def perform(task: Task, mappings: Mappings, options: Options) -> Answer:
    """The answer to one task. Never raises for what a file can do."""
    if isinstance(task, Recognition):
        return _recognise(task, options)
    if isinstance(task, Preparation):
        return _prepare(task, options)
    job = task.job
    try:
        return convert(
            job.path, mappings=mappings, options=options, source_path=job.source_path, document_id=job.document_id, defer=task.defer
        )
    except PagesWanted as wanted:
        return Wanted(wanted.pages)


def _recognise(task: Recognition, options: Options) -> Recognised:
    from extract import read

    with suppress(Exception):  # the conversion that follows meets the same and tells it
        read(task.job.path, read_options(options, pages=(task.page,)))
    return Recognised()


def _prepare(task: Preparation, options: Options) -> Prepared:
    from extract.readers.office import prepare

    if options.office_folder is not None:
        with suppress(Exception):  # the conversions that follow meet the same and tell it
            prepare([job.path for job in task.jobs], Path(options.office_folder))
    return Prepared()
