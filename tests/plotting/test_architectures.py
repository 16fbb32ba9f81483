"""Architectures side by side: what is drawn, what is said, both languages."""

import pytest

from mlp_teach.plotting.architectures import (
    FAMILIES,
    accuracy_and_cost,
    accuracy_and_cost_text,
    family_curves,
    family_curves_text,
    front,
    known_models,
)
from mlp_teach.training.recorded_curves import line_of, range_of, recorded

COSTS = {"BehlerParrinello": 20.0, "GAP": 90.0, "SchNet": 40.0, "MACE": 200.0}
ERRORS = {"BehlerParrinello": 49.0, "GAP": 17.0, "SchNet": 60.0, "MACE": 30.0}


@pytest.fixture(scope="module")
def curves():
    return recorded()


@pytest.mark.parametrize("lang", ["en", "ja"])
@pytest.mark.parametrize("quantity", ["forces", "energy"])
def test_it_draws_without_a_missing_glyph_and_says_its_numbers(curves, lang, quantity):
    picture = family_curves(curves, quantity, own={"GAP": [(50, 71.5)]}, lang=lang)
    picture.draw_without_rendering()
    words = family_curves_text(curves, quantity, own={"GAP": [(50, 71.5)]}, lang=lang)
    assert picture.in_words.strip() == words
    assert f"{line_of(curves, 'GAP', quantity)[1][-1]:.3g}" in words
    assert "71.5" in words


def test_every_model_has_a_line_in_its_family_and_is_grey_in_the_others(curves):
    models, panels = known_models(curves), family_curves(curves).axes
    assert len(panels) == len(FAMILIES)
    for ax, names in zip(panels, FAMILIES.values(), strict=True):
        mine = [name for name in models if name in names]
        looks = {(x.get_color(), x.get_linestyle(), x.get_marker()) for x in ax.lines}
        assert len(ax.lines) == len(models)
        assert len(ax.get_legend().get_texts()) == len(mine)
        assert len(looks) == len(mine) + 1


def test_the_seeds_of_a_model_are_joined_by_bars_and_told(curves):
    ranges = range_of(curves, "BehlerParrinello")
    assert set(ranges) == {50, 100, 200, 500, 950}
    bars = family_curves([one for one in curves if one.name == "BehlerParrinello"]).axes[0]
    drawn = [segment for bar in bars.collections for segment in bar.get_segments()]
    assert {int(ends[0][0]): (ends[0][1], ends[1][1]) for ends in drawn} == ranges
    low, high = ranges[50]
    assert f"3 seeds, 50: {low:.3g}–{high:.3g}" in family_curves_text(curves)
    assert f"乱数の種 3 通り：50: {low:.3g}–{high:.3g}" in family_curves_text(curves, lang="ja")


def test_sizes_at_the_axis_do_not_crowd(curves):
    for ax in family_curves(curves).axes:
        assert [text.get_text() for text in ax.get_xticklabels()] == [
            "50",
            "100",
            "200",
            "500",
            "950",
        ]


def test_no_model_of_the_record_is_left_out(curves):
    assert {curve.name for curve in curves} == set(known_models(curves))


def test_own_points_stand_in_the_panel_of_their_model_alone(curves):
    without = [len(ax.lines) for ax in family_curves(curves).axes]
    with_one = [len(ax.lines) for ax in family_curves(curves, own={"GAP": [(50, 70)]}).axes]
    assert with_one == [without[0] + 1, *without[1:]]


def test_the_front_has_what_nothing_beats_in_both():
    assert front(COSTS, ERRORS) == ["BehlerParrinello", "GAP"]  # SchNet: dearer, less accurate
    assert front({"a": 1.0, "b": 1.0}, {"a": 3.0, "b": 2.0}) == ["b"]


def test_names_that_differ_are_refused():
    with pytest.raises(ValueError, match="give both for each model"):
        front(COSTS, {"GAP": 1.0})


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_accuracy_and_cost_names_every_model(lang):
    ax = accuracy_and_cost(COSTS, ERRORS, lang=lang)
    ax.figure.draw_without_rendering()
    assert {text.get_text() for text in ax.texts} == {"Behler-Parrinello", "GAP", "SchNet", "MACE"}
    assert ax.figure.in_words == accuracy_and_cost_text(COSTS, ERRORS, lang=lang)
    assert "GAP 90 µs, 17 meV/Å" in ax.figure.in_words
