"""``jixiao audit``: what does not add up in a dataset, or in files."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from extract.problem import EXIT_DONE, EXIT_FINDINGS, NotWritableError, UsageError
from jixiao.cli.errors import SourceFailed
from jixiao.cli.options import PLACE, knowledge, limit_options, reading, reading_options

if TYPE_CHECKING:
    from jixiao.audit.gather import Selection
    from jixiao.audit.model import Report
    from mappings.loader import Mappings

_SUFFIXES = (".csv", ".xlsx", ".html")
_OF_FILES = frozenset({"timeout", "memory", "ocr", "ocr_cache", "no_ocr_cache", "pdf_engine", "keep_contacts"})


@click.command("audit")
@click.argument("what", nargs=-1, type=PLACE, metavar="DATASET|FILE...")
@click.option("-o", "--output", "outputs", multiple=True, type=click.Path(path_type=Path), help="File to write: .csv, .xlsx or .html.")
@click.option("--rule", "rules", multiple=True, metavar="CODE", help="Only this rule; may be given several times.")
@click.option(
    "--severity", type=click.Choice(("error", "warning", "info")), default="info", show_default=True, help="The least to be told."
)
@click.option("--city", "cities", multiple=True, help="Only the forms of this city.")
@click.option("--year", "years", multiple=True, type=int, help="Only the forms of this fiscal year.")
@click.option("--waive", "to_waive", multiple=True, metavar="FINDING", help="Waive this finding; it opens again if its figures change.")
@click.option("--reason", default="", help="Why it is waived.")
@click.option("--waivers", type=click.Path(dir_okay=False, path_type=Path), help="File of waivers.  [default: waivers.csv in the dataset]")
@click.option(
    "--sources", type=click.Path(exists=True, file_okay=False, path_type=Path), help="Folder of the sources, for the pictures in .html."
)
@click.option("--not-checked", is_flag=True, help="List what could not be checked.")
@click.option("--list-rules", is_flag=True, help="List the rules and end.")
@click.option("--jobs", type=click.IntRange(min=1), help="Number of processes.  [default: one a processor]")
@limit_options
@reading_options
def command(what: tuple[str | Path, ...], mappings_folder: Path | None, **options: Any) -> int:
    """Look for what does not add up: sums, costs against budgets, weights, units, texts that contradict each other.

    A DATASET keeps the findings in its table findings. The exit code is 1 where anything but notes was found that is not waived.
    """
    from jixiao.copied import folder_of

    mappings = knowledge(mappings_folder)
    if options["list_rules"]:
        return _list_rules(mappings)
    urls = [place for place in what if isinstance(place, str)]
    if not urls:
        return _command(tuple(map(Path, what)), mappings, options, None)
    _check_url(what, options)
    with folder_of(urls[0]) as folder:
        return _command((folder,), mappings, options, urls[0])


def _check_url(what: tuple[str | Path, ...], options: dict[str, Any]) -> None:
    if len(what) > 1:
        raise UsageError("One dataset is audited at a time, and not together with files.", "Give one DATASET, or files.")
    _check_reading()
    if options["to_waive"] and options["waivers"] is None:
        raise UsageError("Where the dataset is at a URL, a waiver needs a file of this machine.", "Name it with: --waivers FILE")


def _command(what: tuple[Path, ...], mappings: Mappings, options: dict[str, Any], url: str | None) -> int:
    """The exit code of an audit of files, or of a dataset, which has its findings kept at the ``url`` that it was copied from."""
    from jixiao.audit.waivers import add_waivers, read_waivers, waived
    from jixiao.cli.console import make_console
    from jixiao.cli.findings import show_report

    _check_usage(what, options)
    report = _audit(what, mappings, options)
    waivers = _waivers(what, options)
    if options["to_waive"] and waivers is not None:
        add_waivers(waivers, report, options["to_waive"], options["reason"])
    waived(report, read_waivers(waivers) if waivers is not None else {})
    console = make_console()
    _keep(url or _dataset(what), report, options)
    _at_least(report, options["severity"])
    for output in options["outputs"]:
        _write(report, output, what, options)
    show_report(console, report, not_checked=options["not_checked"])
    for output in options["outputs"]:
        console.print(f"Written to {output}", markup=False, soft_wrap=True)
    return EXIT_FINDINGS if any(finding.severity != "info" for finding in report.open_findings) else EXIT_DONE


def _check_usage(what: tuple[Path, ...], options: dict[str, Any]) -> None:
    if not what:
        raise click.UsageError("Missing argument 'DATASET|FILE...'.")
    for output in options["outputs"]:
        if output.suffix.lower() not in _SUFFIXES:
            raise UsageError(f"{output} ends with none of {', '.join(_SUFFIXES)}.", "The end of the name says what is written.")
    if options["to_waive"] and _dataset(what) is None and options["waivers"] is None:
        raise UsageError("Where no dataset is audited, a waiver needs a file.", "Name it with: --waivers FILE")
    if len(what) > 1 and any(_is_dataset(path) for path in what):
        raise UsageError("One dataset is audited at a time, and not together with files.", "Give one DATASET, or files.")
    if _dataset(what) is not None:
        _check_reading()


def _check_reading() -> None:
    """Raises UsageError where it is said how files are to be read: those of a dataset are read already."""
    context = click.get_current_context()
    told = (param for param in context.command.params if param.name in _OF_FILES)
    given = [param.opts[0] for param in told if context.get_parameter_source(param.name or "") is ParameterSource.COMMANDLINE]
    if given:
        them = "it" if len(given) == 1 else "them"
        raise UsageError(
            f"{', '.join(given)}: the files of a dataset have been read already.", f"Leave {them} out, or give {them} to: jixiao ingest"
        )


def _is_dataset(path: Path) -> bool:
    return path.is_dir() and (path / "documents").is_dir()


def _dataset(what: tuple[Path, ...]) -> Path | None:
    return what[0] if len(what) == 1 and _is_dataset(what[0]) else None


def _waivers(what: tuple[Path, ...], options: dict[str, Any]) -> Path | None:
    from jixiao.audit.waivers import NAME

    dataset = _dataset(what)
    named: Path | None = options["waivers"]
    return named or (dataset / NAME if dataset else None)


def _list_rules(mappings: Mappings) -> int:
    from jixiao.audit.rules import RULES
    from jixiao.cli.console import make_console
    from jixiao.cli.findings import show_rules

    settings = mappings.rules
    show_rules(make_console(), [(rule, settings[rule.code].on, settings[rule.code].severity) for rule in RULES])
    return EXIT_DONE


def _selection(options: dict[str, Any]) -> Selection:
    from jixiao.audit.gather import Selection

    return Selection(options["cities"], options["years"])


def _audit(what: tuple[Path, ...], mappings: Mappings, options: dict[str, Any]) -> Report:
    from jixiao.audit.gather import audit_dataset
    from jixiao.audit.rules import RULES

    unknown = set(options["rules"]) - {rule.code for rule in RULES}
    if unknown:
        raise UsageError(f"There is no rule {', '.join(sorted(unknown))}.", "See all with: jixiao audit --list-rules")
    dataset = _dataset(what)
    if dataset is None:
        return _audit_files(what, mappings, options)
    jobs = options["jobs"] or os.cpu_count() or 1
    return audit_dataset(dataset, mappings, options["rules"], _selection(options), jobs)


def _audit_files(what: tuple[Path, ...], mappings: Mappings, options: dict[str, Any]) -> Report:
    from jixiao.archived import single_file
    from jixiao.audit.gather import audit_outcomes
    from jixiao.audit.run import settings_of
    from jixiao.cli.console import make_console
    from jixiao.cli.progress import PageProgress
    from jixiao.cli.watched import watched
    from jixiao.engine import convert_one

    how = reading(**{name: options[name] for name in ("keep_contacts", "pdf_engine", "ocr", "ocr_cache", "no_ocr_cache")})
    for path in what:
        if path.is_dir():
            raise UsageError(f"{path} is a folder, and no dataset.", f"Take it in first: jixiao ingest {path} --into DATASET")
    watch, limits = watched(what[0], options["timeout"], options["memory"])
    how_read = partial(convert_one, workers=options["jobs"], mappings=mappings, options=how, limits=limits)
    outcomes = []
    for path in what:
        with single_file(path) as document, PageProgress(make_console(stderr=True)) as shown:
            outcome = how_read(document, watcher=watch.at(document, shown))
        if outcome.failure is not None:
            raise SourceFailed(outcome.failure)
        outcomes.append(outcome)
    report = audit_outcomes(outcomes, settings_of(mappings.rules, options["rules"]), _selection(options))
    watch.done()
    return report


def _keep(dataset: str | Path | None, report: Report, options: dict[str, Any]) -> None:
    """Keeps the findings of a whole audit in the dataset; one of a selection would be taken for the whole."""
    from jixiao.audit.output import keep_findings

    if dataset is None or options["rules"] or options["cities"] or options["years"]:
        return
    try:
        keep_findings(dataset, report)
    except NotWritableError as error:
        click.secho(f"The findings are not kept: {error}", fg="yellow", err=True)


def _at_least(report: Report, severity: str) -> None:
    from jixiao.audit.model import SEVERITIES

    told = SEVERITIES[: [str(one) for one in SEVERITIES].index(severity) + 1]
    report.findings = [finding for finding in report.findings if finding.severity in told]


def _write(report: Report, output: Path, what: tuple[Path, ...], options: dict[str, Any]) -> None:
    from jixiao.audit.output import write_csv
    from jixiao.lock import not_writable

    try:
        match output.suffix.lower():
            case ".csv":
                write_csv(report, output)
            case ".xlsx":
                from jixiao.audit.book import write_xlsx

                write_xlsx(report, output)
            case _:
                _write_html(report, output, what, options)
    except OSError as error:
        raise not_writable(output, error) from error


def _write_html(report: Report, output: Path, what: tuple[Path, ...], options: dict[str, Any]) -> None:
    from jixiao.audit.html import write_html
    from jixiao.audit.pictures import sources_in, sources_of

    dataset = _dataset(what)
    found = sources_of(what) if dataset is None else sources_in(dataset, options["sources"])
    write_html(report, output, found)
