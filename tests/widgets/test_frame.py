"""Axes: data lands where it belongs, scales are equal where they must be, ticks are round."""

import pytest

from mlp_teach.widgets.drawing import Line, Panel
from mlp_teach.widgets.frame import (
    LEGEND_GAP,
    Frame,
    frame,
    legend_rows,
    legend_width,
    log_ticks,
    ticks,
)


def test_the_corners_of_the_ranges_are_the_corners_of_the_frame():
    place = Frame(10.0, 20.0, 300.0, 200.0, (1.0, 4.0), (-1.0, 1.0))
    assert (place.x(1.0), place.x(4.0)) == (0.0, 300.0)
    assert (place.y(-1.0), place.y(1.0)) == (200.0, 0.0)  # pixels count downwards


def test_a_logarithmic_axis_gives_each_factor_of_ten_the_same_length():
    place = Frame(0.0, 0.0, 100.0, 300.0, (0.0, 1.0), (0.01, 10.0), log=True)
    assert place.y([10.0, 1.0, 0.1, 0.01]) == pytest.approx([0.0, 100.0, 200.0, 300.0])


@pytest.mark.parametrize("size", [(400.0, 300.0), (300.0, 700.0)])
def test_equal_axes_have_one_scale_and_stay_on_the_page(size):
    place = frame(Panel((-2.0, 6.0), (0.0, 5.0), (), equal=True, bare=True), 0.0, 0.0, *size)
    assert place.width / 8 == pytest.approx(place.height / 5)
    assert place.left + place.width < size[0]
    assert place.top + place.height < size[1]


def test_words_around_the_axes_take_room_from_them():
    bare = frame(Panel((0.0, 1.0), (0.0, 1.0), (), bare=True), 0.0, 0.0, 300.0, 300.0)
    named = Panel(
        (0.0, 1.0), (0.0, 1.0), (Line((0.0,), (0.0,), label="a"),), "title", "x / Å", "y / eV"
    )
    full = frame(named, 0.0, 0.0, 300.0, 300.0)
    assert full.left > bare.left
    assert full.top > bare.top
    assert full.top + full.height < bare.top + bare.height


def test_a_long_legend_goes_on_in_the_next_line_and_takes_its_room():
    marks = [Line((0.0,), (0.0,), label=f"a long name {n}") for n in range(4)]
    panel = Panel((0.0, 1.0), (0.0, 1.0), marks)
    rows = legend_rows(panel, 260.0)
    assert [mark for row in rows for mark in row] == marks
    assert [len(row) for row in rows] == [2, 2]
    for row in rows:
        assert sum(map(legend_width, row)) - LEGEND_GAP <= 260.0
    assert legend_rows(panel, 10.0) == [[mark] for mark in marks]
    wide, narrow = (frame(panel, 0.0, 0.0, width, 300.0) for width in (900.0, 260.0 + 56.0))
    assert narrow.top - wide.top == 18.0


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (0.0, 10.0, [0, 2, 4, 6, 8, 10]),
        (-0.26, 0.31, [-0.2, -0.1, 0.0, 0.1, 0.2, 0.3]),
        (3.0, 3.004, [3.0, 3.001, 3.002, 3.003, 3.004]),
    ],
)
def test_ticks_are_the_round_numbers_between_the_ends(low, high, expected):
    assert ticks(low, high) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (1e-4, 1e2, [1e-4, 1e-3, 1e-2, 0.1, 1, 10, 100]),
        (0.3, 30.0, [0.5, 1, 2, 5, 10, 20]),
        (0.61, 0.69, [0.62, 0.64, 0.66, 0.68]),
    ],
)
def test_logarithmic_ticks_are_powers_of_ten_or_what_there_is(low, high, expected):
    assert log_ticks(low, high) == pytest.approx(expected)
