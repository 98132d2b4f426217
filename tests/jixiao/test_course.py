"""The course of a run: a scan's pages come before other sources, its conversion after the last of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from jixiao.course import Converted, Course, PageDone, PagesFound
from jixiao.outcome import Outcome
from jixiao.plan import Job
from jixiao.tasks import Conversion, Recognised, Recognition, Wanted

SCAN, LETTER = (Job(name * 64, Path(name), f"f/{name}", None) for name in "ab")


def test_pages_come_first_and_their_conversion_after_the_last(make_outcome: Callable[..., Outcome]) -> None:
    course = Course([SCAN, LETTER])
    course.close()
    look = course.take()
    assert look == Conversion(SCAN)
    assert course.answered(look, Wanted((2, 5))) == PagesFound(SCAN, 2)
    first, second = course.take(), course.take()
    assert (first, second) == (Recognition(SCAN, 2), Recognition(SCAN, 5))
    assert first and second
    assert course.answered(second, Recognised()) == PageDone(SCAN)
    letter = course.take()
    assert letter == Conversion(LETTER) and course.take() is None  # the other page is at work
    assert course.answered(first, Recognised()) == PageDone(SCAN)
    last = course.take()
    assert last == Conversion(SCAN, defer=False)
    for task in (letter, last):
        assert not course.finished
        outcome = make_outcome(task.job.source_path)
        assert course.answered(task, outcome) == Converted(task.job, outcome)
    assert course.finished and course.take() is None
