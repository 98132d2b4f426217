"""The questions and the notebook in docs give what is shown."""

from __future__ import annotations

import importlib.util
import re
from copy import deepcopy
from pathlib import Path
from types import ModuleType

import nbformat

DOCS = Path(__file__).parents[2] / "docs"


def module(name: str) -> ModuleType:
    """A program of the folder docs, which is no package."""
    spec = importlib.util.spec_from_file_location(name, DOCS / f"{name}.py")
    assert spec is not None and spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


def test_every_question_has_the_answer_that_is_shown() -> None:
    page = (DOCS / "questions.md").read_text(encoding="utf-8")
    assert len(re.findall(r"<!-- answer -->", page)) >= 8
    assert module("answers").answered(page) == page, "run: python docs/answers.py"


def test_every_view_answers_a_question() -> None:
    from jixiao.compare.run import NAMES

    page = (DOCS / "questions.md").read_text(encoding="utf-8")
    asked = set(re.findall(r"^jixiao compare .*?--view (\w+)", page, re.MULTILINE)) | {"targets"}
    assert asked == set(NAMES)


def test_the_notebook_runs_and_gives_what_is_shown() -> None:
    notebook = nbformat.read(DOCS / "cross-city.ipynb", as_version=4)
    nbformat.validate(notebook)
    shown = [cell.outputs for cell in notebook.cells if cell.cell_type == "code"]
    made = module("notebook").executed(deepcopy(notebook))
    given = [cell.outputs for cell in made.cells if cell.cell_type == "code"]
    assert [texts(cell) for cell in given] == [texts(cell) for cell in shown], "run: python docs/notebook.py"
    pictures = [output for cell in given for output in cell if "image/png" in output.get("data", {})]
    assert len(pictures) == 2


def texts(outputs: list[nbformat.NotebookNode]) -> list[str]:
    """What a cell gives, without pictures, whose bytes depend on the version of the library that draws them."""
    return [output.get("text") or output["data"].get("text/html") or output["data"]["text/plain"] for output in outputs]
