"""Plans A and B of problem 3 for numbers that are drawn anew, by the library's own sums."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from mlp_teach.active_learning.cost import Cost, cost, expectation, tries
from mlp_teach.active_learning.cost_scenarios import (
    ActiveLearning,
    Batch,
    FixedSet,
    Round,
    active_learning_cost,
    batch_on,
    fixed_set_project,
    start_at_once,
)


@dataclass(frozen=True)
class Given:
    """What the function gets, in this order."""

    nodes: int
    hours_per_label: float
    failure: float
    planning_days: float
    round_labels: list[int]
    node_price: float
    gpu_price: float
    at_once: bool

    def values(self) -> tuple:
        return tuple(getattr(self, field.name) for field in fields(self))


def given_by(chance: np.random.Generator, at_once: bool = False, nodes: int = 0) -> Given:
    return Given(
        nodes=nodes or int(chance.integers(30, 200)),
        hours_per_label=round(float(chance.uniform(0.5, 3.0)), 2),
        failure=round(float(chance.uniform(0.15, 0.45)), 2),
        planning_days=round(float(chance.uniform(6, 16)), 1),
        round_labels=[100 * int(n) for n in chance.integers(3, 12, chance.integers(1, 5))],
        node_price=round(float(chance.uniform(0.2, 2.0)), 2),
        gpu_price=round(float(chance.uniform(1.0, 3.0)), 2),
        at_once=at_once,
    )


def batch(given: Given, labels: int) -> Batch:
    return batch_on(labels, given.nodes, given.hours_per_label)


def fixed_set(given: Given) -> FixedSet:
    return FixedSet(
        planning_days=given.planning_days,
        first=batch(given, 15_000),
        failure=given.failure,
        more=batch(given, 5_000),
        node_hours_per_label=given.hours_per_label,
    )


def outcomes_of_a(given: Given) -> list[Cost]:
    """Plan A if its model passes, and if it does not."""
    projects = [fixed_set_project(fixed_set(given), retries) for retries in (0, 1)]
    if given.at_once:
        projects = [start_at_once(project, "labels") for project in projects]
    return [cost(project) for project in projects]


def cost_of_a(given: Given) -> Cost:
    return expectation(tries(given.failure, 2), outcomes_of_a(given))


def cost_of_b(given: Given) -> Cost:
    count = len(given.round_labels)
    plan = ActiveLearning(
        first=batch(given, 500),
        rounds=tuple(
            Round(2 + 2 * k, batch(given, n)) for k, n in enumerate(given.round_labels, 1)
        ),
        passing_gpu_hours=2 + 2 * (count + 1),
        final_gpu_hours=2 + 2 * (count + 2),
        node_hours_per_label=given.hours_per_label,
    )
    return active_learning_cost(plan)
