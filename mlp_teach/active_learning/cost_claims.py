"""The chapter's figures for exercise 3 beside the derived ones.

Each derived figure is computed from the inputs in `cost_scenarios.py`; none is typed in. A figure
is judged by the step to which the chapter writes it: weeks to a half, per cent to one.
"""

from __future__ import annotations

from dataclasses import dataclass

from mlp_teach.active_learning.cost import HOURS_PER_DAY, Cost, Number, cost, money
from mlp_teach.active_learning.cost_scenarios import (
    CHAPTER_PRICES,
    ActiveLearning,
    FixedSet,
    active_learning_cost,
    batch_on,
    fixed_set_cost,
    fixed_set_project,
)

NS_PER_US = 1_000
DAYS_PER_NS = 1  # section 2.5, 1,000 atoms on one GPU: 1 to 3


@dataclass(frozen=True)
class Claim:
    """A figure of the chapter, the derived one, and the step to which the chapter's is written."""

    what: str
    chapter: Number
    derived: Number
    unit: str
    step: Number

    @property
    def verdict(self) -> str:
        """'right' within half a step, 'cut off, not rounded' within one below, or 'wrong'."""
        over = self.derived - self.chapter
        if abs(over) <= self.step / 2 * (1 + 1e-9):
            return "right"
        return "cut off, not rounded" if 0 < over < self.step else "wrong"


def chapter_claims() -> list[Claim]:
    """Exercise 3's figures beside those that follow from its own inputs."""
    a, b = fixed_set_cost(FixedSet()), active_learning_cost(ActiveLearning())
    return [*claims_on_a(a), *claims_on_b(b), *claims_on_both(a, b)]


def claims_on_a(a: Cost) -> list[Claim]:
    passed, failed = (cost(fixed_set_project(FixedSet(), k)) for k in (0, 1))
    return [
        Claim("A: first labels on 100 nodes", 6, FixedSet().first.days, "days", 1),
        Claim("A: more labels on 100 nodes", 2, batch_on(5_000, 100).days, "days", 1),
        Claim("A: time, passed", 2, passed.days / 7, "weeks", 0.5),
        Claim("A: time, failed", 3, failed.days / 7, "weeks", 0.5),
        Claim("A: time, expected", 2.5, a.days / 7, "weeks", 0.5),
        Claim("A: supercomputer, expected", 16_500, a.node_hours, "node-hours", 1),
        Claim("A: GPU, passed", 3.5, passed.gpu_hours / HOURS_PER_DAY, "days", 0.1),
        Claim("A: GPU, failed", 4, failed.gpu_hours / HOURS_PER_DAY, "days", 0.1),
        Claim("A: GPU, expected", 3.65, a.gpu_hours / HOURS_PER_DAY, "days", 0.01),
        Claim("A: labels, beside expected costs", 15_000, a.labels, "labels", 1),
        Claim("A: supercomputer, price", 16_500, a.node_hours * CHAPTER_PRICES.node_hour, "$", 1),
        Claim("A: GPU, price", 88, a.gpu_hours * CHAPTER_PRICES.gpu_hour, "$", 1),
        Claim("A: price", 16_588, money(a, CHAPTER_PRICES), "$", 1),
    ]


def claims_on_b(b: Cost) -> list[Claim]:
    return [
        Claim("B: time", 2, b.days / 7, "weeks", 0.5),
        Claim("B: supercomputer", 1_900, b.node_hours, "node-hours", 1),
        Claim("B: GPU", 7.17, b.gpu_hours / HOURS_PER_DAY, "days", 0.01),
        Claim("B: labels", 2_000, b.labels, "labels", 1),
        Claim("B: GPU, price", 172, b.gpu_hours * CHAPTER_PRICES.gpu_hour, "$", 1),
        Claim("B: price", 2_072, money(b, CHAPTER_PRICES), "$", 1),
    ]


def saved(a: Number, b: Number) -> Number:
    """How much less b is than a, %."""
    return 100 * (1 - b / a)


def claims_on_both(a: Cost, b: Cost) -> list[Claim]:
    price_a, price_b = money(a, CHAPTER_PRICES), money(b, CHAPTER_PRICES)
    return [
        Claim("B saves: time", 20, saved(a.days, b.days), "%", 1),
        Claim("B saves: supercomputer", 88, saved(a.node_hours, b.node_hours), "%", 1),
        Claim("B saves: GPU", -96, saved(a.gpu_hours, b.gpu_hours), "%", 1),
        Claim("B saves: labels", 87, saved(a.labels, b.labels), "%", 1),
        Claim("B saves: labels, as a ratio", 7.5, a.labels / b.labels, "times", 0.1),
        Claim("B saves: money", 14_516, price_a - price_b, "$", 1),
        Claim("B saves: money, in %", 87, saved(price_a, price_b), "%", 1),
    ]


@dataclass(frozen=True)
class Contradiction:
    """One quantity that two places of the chapter give differently."""

    what: str
    one: Number
    other: Number
    unit: str


def chapter_contradictions() -> list[Contradiction]:
    """Where other sections and exercise 3, or two sections, do not agree."""
    a, b = fixed_set_cost(FixedSet()), active_learning_cost(ActiveLearning())
    labels = saved(a.labels, b.labels)
    dynamics = DAYS_PER_NS * NS_PER_US
    return [
        Contradiction("CO2 on copper, labels saved: 2.8, exercise 3", 60, labels, "%"),
        Contradiction("least saving: 2.9, from 2.8's 3 times", 50, saved(3, 1), "%"),
        Contradiction("largest saving: 2.9, from 2.8's 5 times", 70, saved(5, 1), "%"),
        Contradiction("1 µs of dynamics: exercise 3, 2.5", 3, dynamics, "GPU days"),
    ]
