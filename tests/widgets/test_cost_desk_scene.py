"""What the cost desk shows is the library's, and each control sets its own input."""

from dataclasses import fields, replace

import pytest

from mlp_teach.active_learning.cost_inputs import (
    Inputs,
    cost_of_a,
    cost_of_b,
    days,
    dollars,
    sensitivities,
)
from mlp_teach.widgets.cost_desk_scene import (
    CHOICES,
    SLIDERS,
    DeskState,
    desk_numbers,
    desk_update,
)
from mlp_teach.widgets.drawing import Changed

STATE = DeskState()


def test_it_starts_with_the_chapters_figures_as_corrected():
    numbers = desk_numbers(STATE)
    assert numbers.a.cost.days == pytest.approx(26.0)
    assert numbers.b.cost.days == pytest.approx(14.17, abs=0.01)
    assert numbers.saved["days"] == pytest.approx(45.5, abs=0.05)
    assert (numbers.a.dollars, numbers.b.dollars) == (pytest.approx(16_587.6), 2_072)
    assert numbers.saved["money"] == pytest.approx(87.5, abs=0.05)


@pytest.mark.parametrize("measure", ["days", "money"])
def test_elasticities_are_the_librarys_and_the_largest_stands_first(measure):
    found = desk_numbers(replace(STATE, measure=measure)).elasticities
    of = {"days": days, "money": dollars}[measure]
    a, b = (sensitivities(STATE.inputs, one, of) for one in (cost_of_a, cost_of_b))
    assert found == {name: (a[name], b[name]) for name in a}
    sizes = [max(map(abs, both)) for both in found.values()]
    assert sizes == sorted(sizes, reverse=True)


def test_every_input_has_its_control():
    assert {field.name for field in fields(Inputs)} == {*SLIDERS, *CHOICES}


@pytest.mark.parametrize("name", SLIDERS)
def test_each_slider_sets_its_input_and_both_ends_can_be_computed(name):
    before = getattr(STATE.inputs, name)
    for value in SLIDERS[name][:2]:
        state = desk_update(STATE, Changed(name, value))
        assert getattr(state.inputs, name) == value
        assert replace(state.inputs, **{name: before}) == STATE.inputs
        assert desk_numbers(state).b.cost.days > 0
    assert isinstance(desk_update(STATE, Changed("rounds", 3.0)).inputs.rounds, int)


def test_the_choices_and_the_way_back():
    state = desk_update(STATE, Changed("labels_while_planning", "yes"))
    state = desk_update(state, Changed("chapter_days", "no"))
    assert (state.inputs.labels_while_planning, state.inputs.chapter_days) == (True, False)
    state = desk_update(state, Changed("measure", "money"))
    assert desk_update(state, Changed("chapter", True)) == DeskState(measure="money")


def test_where_one_plan_wins_throughout_there_is_no_break_even():
    slow = desk_numbers(DeskState(Inputs(models=8, rounds=8)))
    assert slow.b.cost.days > slow.a.cost.days + 30 - 14  # even with 30 days of planning
    assert slow.planning_days is None
    assert slow.saved["days"] < 0
    assert slow.most_rounds["days"] < 8


def test_what_costs_nothing_is_not_divided_by():
    free = desk_numbers(DeskState(Inputs(node_price=0, gpu_price=0), "money"))
    assert free.saved["money"] == 0
    assert set(free.elasticities.values()) == {(0.0, 0.0)}
