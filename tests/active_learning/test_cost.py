"""Cost of a project: paths by hand and by enumeration, expectation by simulation, refusals."""

import math
import random
from dataclasses import replace
from itertools import pairwise

import pytest

from mlp_teach.active_learning.cost import (
    Cost,
    Prices,
    Project,
    Task,
    break_even,
    cost,
    critical_path,
    elasticity,
    expectation,
    money,
    tries,
)


def random_project(seed: int) -> Project:
    """Up to eight tasks in mixed order, with random waits and amounts."""
    draw = random.Random(seed)
    names = [f"task {k}" for k in range(draw.randint(1, 8))]
    tasks = []
    for k, name in enumerate(names):
        after = tuple(other for other in names[:k] if draw.random() < 0.4)
        amounts = [draw.uniform(0, 5) for _ in range(4)]
        tasks.append(Task(name, *amounts, after=after))
    draw.shuffle(tasks)
    return Project(tuple(tasks))


def all_paths(project: Project) -> list[tuple[str, ...]]:
    """Every chain of tasks each of which waits for the one before it."""
    found, grown = [], [(task.name,) for task in project.tasks]
    while grown:
        found += grown
        grown = [(*p, t.name) for p in grown for t in project.tasks if p[-1] in t.after]
    return found


def test_two_branches_take_as_long_as_the_longer_one():
    project = Project(
        (
            Task("write", 1, after=("measure", "read")),
            Task("read", 2),
            Task("build", 4, node_hours=10, labels=3),
            Task("measure", 3, gpu_hours=72, after=("build",)),
        )
    )
    schedule = critical_path(project)
    assert schedule.days == 4 + 3 + 1
    assert schedule.path == ("build", "measure", "write")
    assert cost(project) == Cost(days=8, node_hours=10, gpu_hours=72, labels=3)
    assert money(cost(project), Prices(node_hour=2, gpu_hour=0.5)) == 20 + 36


@pytest.mark.parametrize("seed", range(30))
def test_the_critical_path_is_the_longest_of_all_paths(seed):
    project = random_project(seed)
    days = {task.name: task.days for task in project.tasks}
    longest = max(sum(days[name] for name in path) for path in all_paths(project))
    schedule = critical_path(project)
    assert schedule.days == pytest.approx(longest, rel=1e-12)
    assert sum(days[name] for name in schedule.path) == pytest.approx(longest, rel=1e-12)
    after = {task.name: task.after for task in project.tasks}
    assert after[schedule.path[0]] == ()
    assert all(first in after[second] for first, second in pairwise(schedule.path))


@pytest.mark.parametrize("seed", range(10))
def test_resources_add_up_whatever_the_order(seed):
    project = random_project(seed)
    alone = Project(tuple(replace(task, after=()) for task in project.tasks))
    assert replace(cost(project), days=0) == replace(cost(alone), days=0)
    assert cost(alone).days == max(task.days for task in project.tasks)
    assert cost(project).node_hours == sum(task.node_hours for task in project.tasks)


@pytest.mark.parametrize("seed", range(10))
def test_only_a_task_on_the_critical_path_delays_the_end(seed):
    project = random_project(seed)
    before = critical_path(project)
    for task in project.tasks:
        slower = replace(task, days=task.days + 0.5)
        later = critical_path(Project(tuple(slower if t is task else t for t in project.tasks)))
        delay = later.days - before.days
        assert -1e-12 <= delay <= 0.5 + 1e-12
        if task.name in before.path:
            assert delay == pytest.approx(0.5)
        else:
            others = [p for p in all_paths(project) if task.name in p]
            days = {t.name: t.days for t in project.tasks}
            slack = before.days - max(sum(days[name] for name in p) for p in others)
            assert delay == pytest.approx(max(0.0, 0.5 - slack), abs=1e-12)


def test_tries_stop_at_the_first_success_or_at_the_last_one():
    assert tries(0.3, 1) == (1,)
    assert tries(0.3, 2) == pytest.approx((0.7, 0.3))
    assert tries(0.5, 4) == (0.5, 0.25, 0.125, 0.125)
    assert tries(0, 3) == (1, 0, 0)
    assert tries(1, 3) == (0, 0, 1)
    mean = sum(k * p for k, p in enumerate(tries(0.4, 200)))
    assert mean == pytest.approx(0.4 / 0.6, rel=1e-12)  # failures before a success: q/(1-q)


def test_expectation_is_what_many_simulated_projects_take_on_average():
    outcomes = [Cost(10 + 3 * k, 100 + 40 * k, 12 * (k + 1), 50 * (k + 1)) for k in range(4)]
    draw, count = random.Random(7), 20_000
    seen = []
    for _ in range(count):
        failed = 0
        while failed < 3 and draw.random() < 0.35:
            failed += 1
        seen.append(outcomes[failed])
    expected = expectation(tries(0.35, 4), outcomes)
    for what in ("days", "node_hours", "gpu_hours", "labels"):
        values = [getattr(one, what) for one in seen]
        mean = sum(values) / count
        spread = math.sqrt(sum((v - mean) ** 2 for v in values) / count)
        assert abs(mean - getattr(expected, what)) < 4 * spread / math.sqrt(count)


def test_expected_time_is_no_path_through_expected_durations():
    def project(first, second):
        return cost(Project((Task("one", first), Task("other", second))))

    outcomes = [project(a, b) for a in (1, 3) for b in (1, 3)]  # each equally likely
    assert expectation([0.25] * 4, outcomes).days == 2.5
    assert project(2, 2).days == 2


def test_break_even_by_hand():
    assert break_even(lambda x: 10 + 2 * x, lambda x: 5 * x, 0, 10) == pytest.approx(10 / 3)
    assert break_even(lambda x: x * x, lambda x: 2, 0, 5) == pytest.approx(math.sqrt(2))
    assert break_even(lambda x: x, lambda x: 0, 0, 5) == 0


def test_elasticity_by_hand():
    assert elasticity(lambda x: 7 * x, 3) == pytest.approx(1)
    assert elasticity(lambda x: 5 + x, 5) == pytest.approx(0.5)
    assert elasticity(lambda x: 4, 5) == 0
    assert elasticity(lambda x: x**3, 2) == pytest.approx(3, rel=1e-5)
    assert elasticity(lambda x: max(x, 1.0), 1) == pytest.approx(0.5)  # a kink: half of both sides


@pytest.mark.parametrize("seed", range(10))
def test_elasticities_of_all_durations_add_up_to_one(seed):
    """All durations 1 % longer, the whole 1 % longer (Euler's theorem)."""
    project = random_project(seed)

    def time_if(name, days):
        tasks = (replace(t, days=days) if t.name == name else t for t in project.tasks)
        return critical_path(Project(tuple(tasks))).days

    parts = [
        elasticity(lambda days, name=task.name: time_if(name, days), task.days, 1e-6)
        for task in project.tasks
    ]
    assert sum(parts) == pytest.approx(1, abs=1e-6)


@pytest.mark.parametrize(
    ("tasks", "message"),
    [
        ((), "at least one task"),
        ((Task("a", 1), Task("a", 2)), "2 tasks are called 'a'"),
        ((Task("a", 1, after=("b",)),), "'a' waits for 'b', which is no task here"),
        ((Task("a", 1, after=("a",)),), "in a circle: a -> a"),
        ((Task("a", 1, after=("b",)), Task("b", 1, after=("a",))), "in a circle"),
    ],
    ids=["none", "twice", "unknown", "itself", "circle"],
)
def test_a_project_that_cannot_be_scheduled_is_refused_in_words(tasks, message):
    with pytest.raises(ValueError, match=message):
        Project(tasks)


def test_impossible_numbers_are_refused_in_words():
    with pytest.raises(ValueError, match="days of task 'a' is -1"):
        Task("a", -1)
    with pytest.raises(ValueError, match="gpu_hours of task 'a' is nan"):
        Task("a", 1, gpu_hours=math.nan)
    with pytest.raises(ValueError, match="node_hours of task 'a' is inf"):
        Task("a", 1, node_hours=math.inf)
    with pytest.raises(ValueError, match=r"failure is 1\.2; a probability"):
        tries(1.2, 2)
    with pytest.raises(ValueError, match="most is 0; there is at least one try"):
        tries(0.2, 0)
    one = Cost(1, 1, 1, 1)
    with pytest.raises(ValueError, match=r"add up to 0\.9; .* must make 1"):
        expectation([0.7, 0.2], [one, one])
    with pytest.raises(ValueError, match=r"\[1\.5, -0\.5\] add up to 1; .* between 0 and 1"):
        expectation([1.5, -0.5], [one, one])
    with pytest.raises(ValueError, match="1 probabilities for 2 outcomes"):
        expectation([1], [one, one])
    with pytest.raises(ValueError, match="A minus B is 1 at 0 and 2 at 1: B is cheaper at both"):
        break_even(lambda x: 1 + x, lambda x: 0, 0, 1)
    with pytest.raises(ValueError, match="A is cheaper at both ends"):
        break_even(lambda x: 0, lambda x: 1 + x, 0, 1)
    with pytest.raises(ValueError, match="% of 0 mean nothing"):
        elasticity(lambda x: 1 + x, 0)
