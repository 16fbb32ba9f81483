"""Two plans for exercise 3: sums by hand, what they rest on, where one overtakes the other."""

import random
from dataclasses import replace

import pytest

from mlp_teach.active_learning.cost import Prices, cost, critical_path, elasticity, money
from mlp_teach.active_learning.cost_scenarios import (
    CHAPTER_PRICES,
    ActiveLearning,
    Batch,
    FixedSet,
    Round,
    active_learning_cost,
    active_learning_project,
    batch_on,
    break_even_label_price,
    break_even_labels,
    break_even_rounds,
    fixed_set_cost,
    fixed_set_project,
    start_at_once,
)

A, B = FixedSet(), ActiveLearning()


def days(used):
    return used.days


def dollars(used):
    return money(used, CHAPTER_PRICES)


def test_scenario_a_by_hand():
    passed, failed = (cost(fixed_set_project(A, k)) for k in (0, 1))
    assert passed.days == pytest.approx(14 + 15_000 / 100 / 24 + 1 + 0.5 + 0.5 + 3)
    assert passed.days == pytest.approx(25.25)
    assert failed.days == pytest.approx(25.25 + 2 + 0.5)
    assert fixed_set_cost(A).days == pytest.approx(0.7 * 25.25 + 0.3 * 27.75)
    assert (passed.node_hours, failed.node_hours) == (15_000, 20_000)
    assert (passed.gpu_hours, failed.gpu_hours) == (12 + 72, 24 + 72)


def test_scenario_b_by_hand():
    used = cost(active_learning_project(B))
    rounds = (4 / 24 + 1 + 0.5 + 1) + (6 / 24 + 1 + 0.5 + 1) + (8 / 24 + 1)
    assert used.days == pytest.approx(3 + 0.5 + 0.5 + rounds + 10 / 24 + 3)
    assert used.labels == used.node_hours == 500 + 800 + 600
    assert used.gpu_hours == 4 + 24 + 6 + 24 + 8 + 24 + 10 + 72


def test_every_step_of_both_lies_on_the_critical_path():
    for project in (fixed_set_project(A, 1), active_learning_project(B, 1)):
        assert critical_path(project).path == tuple(task.name for task in project.tasks)


def test_no_overlap_brings_scenario_a_to_two_weeks():
    """Labels while sampling is still being planned: they cost no day, and yet 19 remain."""
    project = start_at_once(fixed_set_project(A), "labels")
    assert critical_path(project).days == pytest.approx(14 + 1 + 0.5 + 0.5 + 3)
    assert "labels" not in critical_path(project).path


def test_scenario_b_on_the_nodes_of_a_is_faster_still():
    first, *more = (batch_on(labels, 100) for labels in (500, 800, 600))
    rounds = tuple(replace(turn, batch=batch) for turn, batch in zip(B.rounds, more, strict=True))
    quick = active_learning_cost(replace(B, first=first, rounds=rounds))
    slow = active_learning_cost(B)
    assert slow.days - quick.days == pytest.approx(2.5 - 19 / 24)  # 19 hours for 1,900 labels
    assert slow.labels == quick.labels


def test_an_ensemble_multiplies_training_alone():
    one, five = active_learning_cost(B), active_learning_cost(replace(B, ensemble=5))
    assert five.gpu_hours - one.gpu_hours == 4 * (4 + 6 + 8 + 10)
    assert five.days - one.days == pytest.approx(4 * 28 / 24)
    assert five.labels == one.labels


def test_dearer_labels_take_more_of_the_supercomputer():
    assert cost(fixed_set_project(replace(A, node_hours_per_label=3), 1)).node_hours == 60_000
    assert active_learning_cost(replace(B, node_hours_per_label=3)).node_hours == 5_700
    assert batch_on(2_400, nodes=50, node_hours_per_label=3) == Batch(2_400, 6)


def test_another_round_of_b_by_hand():
    none, one = (cost(active_learning_project(B, k)) for k in (0, 1))
    assert one.days - none.days == pytest.approx(6 / 24 + 1 + 0.5 + 1)
    assert one.labels - none.labels == 600
    mean = active_learning_cost(replace(B, failure=0.05))
    assert mean.labels == pytest.approx(1_900 + 0.05 * 600)
    assert mean.days == pytest.approx(none.days + 0.05 * 2.75)


def test_expected_cost_of_a_is_what_simulated_projects_cost():
    draw, count = random.Random(3), 4_000
    failures = [draw.random() < A.failure for _ in range(count)]
    prices = [dollars(cost(fixed_set_project(A, k))) for k in (0, 1)]
    mean = sum(prices[failed] for failed in failures) / count
    error = (prices[1] - prices[0]) * (0.3 * 0.7 / count) ** 0.5
    assert abs(mean - dollars(fixed_set_cost(A))) < 4 * error


@pytest.mark.parametrize(
    "measure", [days, dollars, lambda used: used.labels], ids=["days", "money", "labels"]
)
def test_more_failure_costs_more(measure):
    for plan, expected in ((A, fixed_set_cost), (B, active_learning_cost)):
        costs = [measure(expected(replace(plan, failure=q), most=4)) for q in (0, 0.2, 0.5, 0.9, 1)]
        assert costs == sorted(set(costs))


def test_more_tries_cost_more_until_they_are_hardly_needed():
    costs = [fixed_set_cost(A, most).days for most in (1, 2, 3, 20)]
    assert costs == sorted(set(costs))
    assert costs[-1] == pytest.approx(25.25 + 0.3 / 0.7 * 2.5, rel=1e-8)


def test_label_price_from_which_b_is_cheaper_by_hand():
    a, b = fixed_set_cost(A), active_learning_cost(B)
    price = break_even_label_price(a, b, gpu_hour=1, highest=1)
    assert price == pytest.approx((172 - 87.6) / (16_500 - 1_900))
    for factor, cheaper in ((0.9, "a"), (1.1, "b")):
        prices = Prices(price * factor, 1)
        assert (money(a, prices) < money(b, prices)) == (cheaper == "a")


def test_labels_from_which_b_is_cheaper_by_hand():
    labels = break_even_labels(A, active_learning_cost(B), dollars)
    assert labels == pytest.approx(2_072 - 0.3 * 5_000 - 87.6)


def test_b_is_faster_however_few_labels_a_makes():
    with pytest.raises(ValueError, match="B is cheaper at both ends"):
        break_even_labels(A, active_learning_cost(B), days)


def test_rounds_until_b_is_as_slow_or_as_dear_as_a_by_hand():
    a = fixed_set_cost(A)
    slow = break_even_rounds(a, B, days)
    assert slow == pytest.approx((a.days - active_learning_cost(B).days) / 2.75)
    dear = break_even_rounds(a, B, dollars)
    assert dear == pytest.approx((16_587.6 - 2_072) / (600 + 6 + 24))
    q = slow / (1 + slow)  # rounds that fail with this probability, until one passes
    assert active_learning_cost(replace(B, failure=q), most=80).days == pytest.approx(a.days)


def test_what_a_result_hangs_on():
    """1 % more planning is 14/26.0 % more time for A; its labels make nearly all of its price."""
    planning = elasticity(lambda x: fixed_set_cost(replace(A, planning_days=x)).days, 14)
    assert planning == pytest.approx(14 / 26)

    def price(labels):
        return dollars(fixed_set_cost(replace(A, first=batch_on(labels, 100))))

    assert elasticity(price, 15_000) == pytest.approx(15_000 / 16_587.6)


def test_impossible_plans_are_refused_in_words():
    with pytest.raises(ValueError, match="nodes is 0"):
        batch_on(100, 0)
    with pytest.raises(ValueError, match="retries is -1"):
        fixed_set_project(A, -1)
    with pytest.raises(ValueError, match="retries is -2"):
        active_learning_project(B, -2)
    with pytest.raises(ValueError, match="ensemble is 0; at least one"):
        active_learning_project(replace(B, ensemble=0))
    with pytest.raises(ValueError, match="no rounds"):
        active_learning_project(replace(B, rounds=()), 1)
    with pytest.raises(ValueError, match="most is 0"):
        fixed_set_cost(A, 0)
    with pytest.raises(ValueError, match=r"failure is 1\.5"):
        active_learning_cost(replace(B, failure=1.5))
    with pytest.raises(ValueError, match="No task is called 'tea'"):
        start_at_once(fixed_set_project(A), "tea")
    with pytest.raises(ValueError, match="days of task 'labels 1' is -1"):
        active_learning_project(replace(B, rounds=(Round(4, Batch(800, -1)),)))


def test_a_plan_without_rounds_is_one_training_that_passes():
    used = cost(active_learning_project(replace(B, rounds=())))
    assert used.labels == 500
    assert used.gpu_hours == 8 + 24 + 10 + 72


def test_dynamics_as_slow_as_elsewhere_in_the_chapter_leaves_little_to_save():
    """1 µs in 1,000 GPU days, section 2.5's fastest: both pay for it, and the rest is small."""
    a = fixed_set_cost(replace(A, production_gpu_days=1_000))
    b = active_learning_cost(replace(B, production_gpu_days=1_000))
    assert a.days - b.days == pytest.approx(26 - (14 + 1 / 6))
    assert 1 - b.days / a.days == pytest.approx((26 - 14 - 1 / 6) / 1_023)
    assert 1 - dollars(b) / dollars(a) == pytest.approx(14_515.6 / (16_587.6 + 997 * 24))
