"""Inputs of both plans: they begin as the chapter, and each changes what it should."""

from dataclasses import replace

import pytest

from mlp_teach.active_learning.cost import critical_path
from mlp_teach.active_learning.cost_inputs import (
    AMOUNTS,
    Inputs,
    break_even_in,
    cost_of_a,
    cost_of_b,
    days,
    dollars,
    most_rounds,
    one_more,
    project_a,
    sensitivities,
)
from mlp_teach.active_learning.cost_scenarios import (
    ActiveLearning,
    FixedSet,
    active_learning_cost,
    fixed_set_cost,
)

CHAPTER = Inputs()


def saved(inputs):
    return 1 - cost_of_b(inputs).days / cost_of_a(inputs).days


def test_the_defaults_are_the_chapters_scenarios():
    a, b = fixed_set_cost(FixedSet()), active_learning_cost(ActiveLearning())
    for mine, theirs in ((cost_of_a(CHAPTER), a), (cost_of_b(CHAPTER), b)):
        for what in ("days", "node_hours", "gpu_hours", "labels"):
            assert getattr(mine, what) == pytest.approx(getattr(theirs, what))
    assert cost_of_a(CHAPTER).days == pytest.approx(26.0)
    assert cost_of_b(CHAPTER).days == pytest.approx(14 + 1 / 6)
    assert saved(CHAPTER) == pytest.approx(0.455, abs=5e-4)


def test_five_models_a_round_by_hand():
    five = replace(CHAPTER, models=5)
    assert cost_of_b(five).days == pytest.approx(14 + 1 / 6 + 4 * 28 / 24)
    assert saved(five) == pytest.approx(1 - (18 + 5 / 6) / 26)
    assert cost_of_b(five).labels == 1_900
    assert cost_of_a(five) == cost_of_a(CHAPTER)


def test_one_more_round_by_hand():
    """Its training takes 8 hours and the two behind it 2 hours more each: 12 hours in all."""
    assert one_more(CHAPTER, "rounds", days) == pytest.approx(12 / 24 + 1 + 0.5 + 1)
    assert one_more(CHAPTER, "rounds", dollars) == pytest.approx(700 + 12 + 24)


def test_labels_take_the_chapters_days_or_those_of_the_nodes():
    by_nodes = replace(CHAPTER, chapter_days=False)
    slower = cost_of_b(CHAPTER).days - cost_of_b(by_nodes).days
    assert slower == pytest.approx(2.5 - 1_900 / 100 / 24)
    more = 5_000 / 100 / 24 - 2  # the chapter cuts A's second batch short
    assert cost_of_a(by_nodes).days - cost_of_a(CHAPTER).days == pytest.approx(0.3 * more)
    for inputs in (CHAPTER, by_nodes):
        half = replace(inputs, nodes=50)
        labelling = cost_of_b(half).days - cost_of_b(inputs).days
        assert labelling == pytest.approx(2.5 if inputs.chapter_days else 1_900 / 100 / 24)
        assert cost_of_b(half).node_hours == 1_900


def test_labels_made_while_sampling_is_planned_leave_the_critical_path():
    both = replace(CHAPTER, labels_while_planning=True)
    assert "labels" not in critical_path(project_a(both)).path
    assert cost_of_a(both).days == pytest.approx(26.0 - 6.25)
    assert cost_of_a(both).node_hours == 16_500


def test_what_time_and_money_hang_on_by_hand():
    time = sensitivities(CHAPTER, cost_of_a, days)
    assert tuple(time) == AMOUNTS
    assert time["planning_days"] == pytest.approx(14 / 26)
    assert time["first_labels"] == pytest.approx(6.25 / 26)
    assert time["failure_a"] == pytest.approx(0.3 * 2.5 / 26)
    assert time["nodes"] == pytest.approx(-(6.25 + 0.3 * 2) / 26, rel=1e-5)
    assert time["node_price"] == time["labels_per_round"] == 0
    bill = sensitivities(CHAPTER, cost_of_b, dollars)
    assert bill["labels_per_round"] == pytest.approx(1_400 / 2_072)
    assert bill["node_price"] + bill["gpu_price"] == pytest.approx(1)
    assert bill["failure_b"] == 0  # of no failure there is no 1 %


def test_where_nothing_is_paid_nothing_hangs_on_anything():
    free = replace(CHAPTER, node_price=0, gpu_price=0)
    assert set(sensitivities(free, cost_of_a, dollars).values()) == {0.0}


@pytest.mark.parametrize(
    ("name", "low", "high", "measure", "expected"),
    [
        ("planning_days", 0, 30, days, 14 - (26 - 14 - 1 / 6)),
        ("node_price", 0, 5, dollars, (172 - 87.6) / (16_500 - 1_900)),
        ("first_labels", 0, 30_000, dollars, 2_072 - 1_500 - 87.6),
    ],
)
def test_break_evens_by_hand(name, low, high, measure, expected):
    found = break_even_in(CHAPTER, name, low, high, measure)
    assert found == pytest.approx(expected)
    there = replace(CHAPTER, **{name: found})
    assert measure(cost_of_a(there), there) == pytest.approx(measure(cost_of_b(there), there))


def test_there_is_no_break_even_where_b_is_faster_whatever_the_labels():
    assert break_even_in(CHAPTER, "first_labels", 0, 30_000, days) is None


def test_fewer_than_no_rounds_are_refused():
    with pytest.raises(ValueError, match="rounds is -1; it must be 0 or more"):
        cost_of_b(replace(CHAPTER, rounds=-1))


def test_the_most_rounds_are_the_last_with_which_b_keeps_up():
    for measure, expected in ((days, 5), (dollars, 21)):
        most = most_rounds(CHAPTER, measure)
        assert most == expected
        a = measure(cost_of_a(CHAPTER), CHAPTER)
        for rounds, keeps_up in ((most, True), (most + 1, False)):
            b = cost_of_b(replace(CHAPTER, rounds=rounds))
            assert (measure(b, CHAPTER) <= a) == keeps_up
    hopeless = replace(CHAPTER, first_labels=0, planning_days=0, failure_a=0)
    assert most_rounds(hopeless, days) == 0
    assert most_rounds(replace(CHAPTER, node_price=0, gpu_price=0), dollars) == 50
