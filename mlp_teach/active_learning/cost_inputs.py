"""Both scenarios from a dozen numbers that one can turn, and what the result hangs on.

The chapter times labels twice: A's first 15,000 by its 100 nodes, all other batches by hand (A's
next 5,000 in 2 days, B's in 0.5, 1 and 1). The second pace is slower for B than 100 nodes would be.
`chapter_days` keeps it: such a batch takes the chapter's days, in proportion to what there is to
compute and to how many nodes compute it. Otherwise all labels are timed by the nodes.

The chapter's rounds label 800 and 600 structures; here all rounds label as many, 700 each to begin
with, which leaves its sums as they are. Its k-th training takes 2 + 2 k GPU-hours.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache

from mlp_teach.active_learning.cost import (
    Cost,
    Number,
    Prices,
    Project,
    break_even,
    cost,
    elasticity,
    expectation,
    money,
    tries,
)
from mlp_teach.active_learning.cost_scenarios import (
    ActiveLearning,
    Batch,
    FixedSet,
    Round,
    active_learning_project,
    batch_on,
    fixed_set_project,
    start_at_once,
)

CHAPTER_NODES = 100
MOST_TRIES = 2  # the chapter counts one failure and no second one
AMOUNTS = (  # the inputs of which one can take 1 % more
    "node_hours_per_label",
    "node_price",
    "gpu_price",
    "nodes",
    "planning_days",
    "first_labels",
    "failure_a",
    "failure_b",
    "labels_per_round",
    "production_gpu_days",
)


@dataclass(frozen=True)
class Inputs:
    """What is put in; with these defaults the results are the chapter's as corrected."""

    node_hours_per_label: Number = 1
    node_price: Number = 1  # $ per node-hour
    gpu_price: Number = 1  # $ per GPU-hour
    nodes: Number = CHAPTER_NODES
    planning_days: Number = 14  # of A
    first_labels: Number = 15_000  # of A
    failure_a: Number = 0.3
    failure_b: Number = 0
    rounds: int = 2  # of B, with labels; one training and exploration more passes
    labels_per_round: Number = 700
    models: int = 1  # trained in each round of B, one after the other
    production_gpu_days: Number = 3
    chapter_days: bool = True
    labels_while_planning: bool = False  # A's first


Measure = Callable[[Cost, Inputs], Number]
CostOf = Callable[[Inputs], Cost]


def days(used: Cost, inputs: Inputs) -> Number:
    """Calendar time."""
    return used.days


def dollars(used: Cost, inputs: Inputs) -> Number:
    """Money for both computers at the prices put in."""
    return money(used, Prices(inputs.node_price, inputs.gpu_price))


def batch_like(inputs: Inputs, labels: Number, chapter: Batch) -> Batch:
    """Labels at the pace of one of the chapter's batches, or as fast as the nodes compute."""
    by_nodes = batch_on(labels, inputs.nodes, inputs.node_hours_per_label)
    if not inputs.chapter_days:
        return by_nodes
    pace = chapter.days / batch_on(chapter.labels, CHAPTER_NODES).days
    return Batch(labels, by_nodes.days * pace)


def fixed_set(inputs: Inputs) -> FixedSet:
    """Scenario A as the inputs have it."""
    return FixedSet(
        planning_days=inputs.planning_days,
        first=batch_on(inputs.first_labels, inputs.nodes, inputs.node_hours_per_label),
        failure=inputs.failure_a,
        more=batch_like(inputs, FixedSet().more.labels, FixedSet().more),
        production_gpu_days=inputs.production_gpu_days,
        node_hours_per_label=inputs.node_hours_per_label,
    )


def active_learning(inputs: Inputs) -> ActiveLearning:
    """Scenario B as the inputs have it. Raises ValueError for fewer than no rounds."""
    if inputs.rounds < 0:
        raise ValueError(f"rounds is {inputs.rounds}; it must be 0 or more.")
    hours = [2 + 2 * k for k in range(1, inputs.rounds + 3)]  # of the k-th training
    chapter_round = Batch(700, 1)  # the mean of 800 and 600
    one = batch_like(inputs, inputs.labels_per_round, chapter_round)
    first = ActiveLearning().first
    return ActiveLearning(
        first=batch_like(inputs, first.labels, first),
        rounds=tuple(Round(h, one) for h in hours[:-2]),
        passing_gpu_hours=hours[-2],
        final_gpu_hours=hours[-1],
        ensemble=inputs.models,
        failure=inputs.failure_b,
        production_gpu_days=inputs.production_gpu_days,
        node_hours_per_label=inputs.node_hours_per_label,
    )


def project_a(inputs: Inputs, retries: int = 0) -> Project:
    """Scenario A as tasks, if that many more batches are needed."""
    project = fixed_set_project(fixed_set(inputs), retries)
    return start_at_once(project, "labels") if inputs.labels_while_planning else project


def project_b(inputs: Inputs, retries: int = 0) -> Project:
    """Scenario B as tasks, if that many more rounds are needed."""
    return active_learning_project(active_learning(inputs), retries)


@lru_cache(maxsize=1024)  # both measures ask for the same costs
def cost_of_a(inputs: Inputs) -> Cost:
    """Expected cost of scenario A."""
    outcomes = [cost(project_a(inputs, k)) for k in range(MOST_TRIES)]
    return expectation(tries(inputs.failure_a, MOST_TRIES), outcomes)


@lru_cache(maxsize=1024)
def cost_of_b(inputs: Inputs) -> Cost:
    """Expected cost of scenario B."""
    outcomes = [cost(project_b(inputs, k)) for k in range(MOST_TRIES)]
    return expectation(tries(inputs.failure_b, MOST_TRIES), outcomes)


def result_with(
    inputs: Inputs, name: str, cost_of: CostOf, measure: Measure
) -> Callable[[Number], Number]:
    """The result as a function of one input, with all others as they are."""

    def result(x: Number) -> Number:
        changed = replace(inputs, **{name: x})
        return measure(cost_of(changed), changed)

    return result


def sensitivities(inputs: Inputs, cost_of: CostOf, measure: Measure) -> dict[str, float]:
    """For each amount, by how many % the result grows if there is 1 % more of it.

    An amount of which there is none, or a result that is 0, leaves nothing to take % of: 0.
    """

    def elasticity_in(name: str) -> float:
        here, result = getattr(inputs, name), result_with(inputs, name, cost_of, measure)
        return elasticity(result, here) if here and result(here) else 0.0

    return {name: elasticity_in(name) for name in AMOUNTS}


def one_more(inputs: Inputs, name: str, measure: Measure) -> Number:
    """What one more round, or one more model in each, adds to the result of B."""
    result, count = result_with(inputs, name, cost_of_b, measure), getattr(inputs, name)
    return result(count + 1) - result(count)


def break_even_in(
    inputs: Inputs, name: str, low: Number, high: Number, measure: Measure
) -> float | None:
    """The value of an amount at which A and B cost the same; None if one is cheaper throughout."""
    a, b = (result_with(inputs, name, one, measure) for one in (cost_of_a, cost_of_b))
    if (a(low) - b(low)) * (a(high) - b(high)) > 0:
        return None
    return break_even(a, b, low, high)


def most_rounds(inputs: Inputs, measure: Measure) -> int:
    """With how many rounds B still costs no more than A: 0 if one is too many, at most 50."""
    b = result_with(inputs, "rounds", cost_of_b, measure)
    return bisect_right(range(1, 51), measure(cost_of_a(inputs), inputs), key=b)
