"""What a project costs: time by the critical path, resources by adding, risk by expectation.

J. E. Kelley and M. R. Walker, Proc. Eastern Joint Computer Conference (1959), 160 (the critical
path method). Equation numbers are ours.

A project is a set of tasks; a task starts when all tasks that it waits for have finished. Two tasks
that do not wait for each other run side by side, so time is no sum, but the longest path through
the graph of tasks; what is paid for is a sum whatever the order.

    finish_k = d_k + max_j finish_j      j: the tasks that k waits for; 0 if there is none       (1)
    T = max_k finish_k                   the tasks that set T are the critical path              (2)
    N = Σ_k N_k,  G = Σ_k G_k,  L = Σ_k L_k                                                      (3)
    money = price_N N + price_G G                                                                (4)
    P_k = (1 - q) q^(k-1) for k < n,  P_n = q^(n-1)      the k-th try is the last of at most n   (5)
    E[c] = Σ_o P_o c_o                   over the outcomes o                                     (6)
    c_A(x*) = c_B(x*)                    x*: the break-even                                      (7)
    S = (x / c) dc/dx                    the elasticity: % of c for each % of x                  (8)

The expected time is the mean of the outcomes' longest paths, and never less than the longest path
through mean durations: the larger of two uncertain times is larger than either on average.

    symbol   | code         | unit
    d, T     | days         | day
    N        | node_hours   | node-hour (one computer of a cluster for one hour)
    G        | gpu_hours    | GPU-hour
    L        | labels       | structures with reference energy and forces
    q        | failure      | probability that a try fails
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from graphlib import CycleError, TopologicalSorter

from scipy.optimize import brentq

HOURS_PER_DAY = 24
RESOURCES = ("node_hours", "gpu_hours", "labels")  # they add up, whatever the order
Number = float | int


@dataclass(frozen=True)
class Task:
    """One step: its days, what it uses up, and the names of the tasks that it waits for.

    Raises ValueError for an amount that is negative or not finite.
    """

    name: str
    days: Number
    node_hours: Number = 0
    gpu_hours: Number = 0
    labels: Number = 0
    after: tuple[str, ...] = ()

    def __post_init__(self):
        for what in ("days", *RESOURCES):
            amount = getattr(self, what)
            if not 0 <= amount < math.inf:
                raise ValueError(f"{what} of task {self.name!r} is {amount}; it must be 0 or more.")


@dataclass(frozen=True)
class Project:
    """Tasks in any order.

    Raises ValueError if there is none, if two share a name, if one waits for a task that is not
    there, or if tasks wait for each other in a circle.
    """

    tasks: tuple[Task, ...]

    def __post_init__(self):
        counts = Counter(task.name for task in self.tasks)
        if not counts:
            raise ValueError("A project needs at least one task.")
        name, count = counts.most_common(1)[0]
        if count > 1:
            raise ValueError(f"{count} tasks are called {name!r}; give each its own name.")
        for task in self.tasks:
            for name in task.after:
                if name not in counts:
                    raise ValueError(f"{task.name!r} waits for {name!r}, which is no task here.")
        ordered(self)


@dataclass(frozen=True)
class Schedule:
    """When a project ends (days), and the names of the tasks that decide it, first to last."""

    days: Number
    path: tuple[str, ...]


@dataclass(frozen=True)
class Cost:
    """What a project takes, or what it takes on average."""

    days: Number
    node_hours: Number
    gpu_hours: Number
    labels: Number


@dataclass(frozen=True)
class Prices:
    """Money for one node-hour and one GPU-hour, in any one currency."""

    node_hour: Number
    gpu_hour: Number


def ordered(project: Project) -> list[Task]:
    """Each task behind all that it waits for. Raises ValueError for a circle."""
    by_name = {task.name: task for task in project.tasks}
    try:
        names = list(TopologicalSorter({t.name: t.after for t in project.tasks}).static_order())
    except CycleError as error:
        circle = " -> ".join(error.args[1])
        raise ValueError(f"Tasks wait for each other in a circle: {circle}.") from error
    return [by_name[name] for name in names]


def critical_path(project: Project) -> Schedule:
    """The longest path through the tasks; of paths of equal length, one."""
    finish, path = {}, {}
    for task in ordered(project):
        last = max(task.after, key=finish.__getitem__, default=None)
        finish[task.name] = task.days + finish.get(last, 0)  # (1)
        path[task.name] = (*path.get(last, ()), task.name)
    end = max(finish, key=finish.__getitem__)
    return Schedule(finish[end], path[end])  # (2)


def cost(project: Project) -> Cost:
    """Calendar time and all that is used up, if every task goes as planned."""
    sums = {what: sum(getattr(task, what) for task in project.tasks) for what in RESOURCES}  # (3)
    return Cost(days=critical_path(project).days, **sums)


def money(used: Cost, prices: Prices) -> Number:
    """The price of what was used, in the currency of the prices."""
    return prices.node_hour * used.node_hours + prices.gpu_hour * used.gpu_hours  # (4)


def tries(failure: Number, most: int) -> tuple[Number, ...]:
    """Probability that the first, second, ... try is the last; after `most` there is no other.

    Raises ValueError for a probability outside 0 to 1 or fewer than one try.
    """
    if not 0 <= failure <= 1:
        raise ValueError(f"failure is {failure}; a probability lies between 0 and 1.")
    if most < 1:
        raise ValueError(f"most is {most}; there is at least one try.")
    return (*((1 - failure) * failure**k for k in range(most - 1)), failure ** (most - 1))  # (5)


def expectation(probabilities: Sequence[Number], outcomes: Sequence[Cost]) -> Cost:
    """The mean cost over what may happen.

    Raises ValueError if the probabilities are not as many as the outcomes, lie outside 0 to 1 or do
    not add up to 1.
    """
    if len(probabilities) != len(outcomes):
        raise ValueError(f"{len(probabilities)} probabilities for {len(outcomes)} outcomes.")
    if not all(0 <= p <= 1 for p in probabilities) or abs(sum(probabilities) - 1) > 1e-9:
        raise ValueError(
            f"Probabilities {list(probabilities)} add up to {sum(probabilities):.6g}; each must lie"
            " between 0 and 1, and together they must make 1."
        )
    pairs = list(zip(probabilities, outcomes, strict=True))
    means = (sum(p * getattr(o, field.name) for p, o in pairs) for field in fields(Cost))  # (6)
    return Cost(*means)


def break_even(
    cost_a: Callable[[float], Number], cost_b: Callable[[float], Number], low: Number, high: Number
) -> float:
    """The x between low and high at which A and B cost the same.

    Raises ValueError if one of them is the cheaper at both ends: it may be so everywhere between.
    """

    def difference(x: Number) -> Number:
        return cost_a(x) - cost_b(x)

    at_low, at_high = difference(low), difference(high)
    if at_low * at_high > 0:
        cheaper = "B" if at_low > 0 else "A"
        raise ValueError(
            f"A minus B is {at_low:.4g} at {low} and {at_high:.4g} at {high}: {cheaper} is cheaper"
            " at both ends. There is no break-even to find; try a wider range."
        )
    return brentq(difference, low, high)  # (7)


def elasticity(cost_of: Callable[[float], Number], x: Number, step: Number = 1e-3) -> float:
    """By how many % the cost grows when x grows by 1 %, from x (1 ± step).

    Exact where the cost is linear in x; at a kink, where the critical path changes, the mean of
    both sides. Raises ValueError where x or the cost is 0: there % mean nothing.
    """
    here = cost_of(x)
    if x == 0 or here == 0:
        raise ValueError(f"x is {x} and the cost {here}; % of 0 mean nothing.")
    return (cost_of(x * (1 + step)) - cost_of(x * (1 - step))) / (2 * step * here)  # (8)
