"""Rules become edges: near ones one, pieces joined, and a run of near ones never wider than two steps."""

from __future__ import annotations

import warnings

from extract.grid.edges import Edge, edges_of
from extract.model import Rule


def test_no_rules_draw_no_edges() -> None:
    assert edges_of([]) == ((), ())


def test_pieces_and_both_sides_of_a_line_are_one_edge() -> None:
    pieces = [Rule(10, 50, 40, 50), Rule(43, 50, 80, 50), Rule(10, 52, 80, 52)]
    (edge,) = edges_of(pieces).horizontal
    assert (edge.start, edge.end) == (10, 80) and 50 < edge.position < 52


def test_a_gap_divides_a_line() -> None:
    assert edges_of([Rule(5, 10, 5, 40), Rule(5, 44, 5, 60)]).vertical == (Edge(5, 10, 40), Edge(5, 44, 60))


def test_a_short_piece_within_a_long_one_ends_nothing() -> None:
    assert edges_of([Rule(0, 10, 90, 10), Rule(5, 10, 20, 10), Rule(92, 10, 120, 10)]).horizontal == (Edge(10, 0, 120),)


def test_lines_that_follow_closely_are_divided_where_they_reach_too_far() -> None:
    rules = [Rule(0, y, 100, y) for y in (10, 12, 14, 16, 18, 20)]
    assert [edge.position for edge in edges_of(rules).horizontal] == [13, 19]


def test_dots_draw_a_line_in_the_direction_in_which_they_stand() -> None:
    dots = [Rule(x, 30, x + 1, 31) for x in range(10, 40, 3)]
    assert edges_of(dots) == ((Edge(30.5, 10, 38),), ())


def test_a_line_without_length_weighs_nothing() -> None:
    assert edges_of([Rule(20, 10, 20, 10), Rule(0, 11, 60, 11)]).horizontal == (Edge(11, 0, 60),)


def test_a_line_of_any_length_is_drawn_without_a_warning() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = edges_of([Rule(-1.7e308, 5, 1.7e308, 5), Rule(0, 50, 80, 50)])
    assert found.horizontal[-1] == Edge(50, 0, 80)
