"""A fixed data set or active learning: two plans for one project, with what they cost.

The course's chapter, exercise 3: CO2 reduced on copper, from the first label to 1 µs of dynamics.
Its inputs are the defaults below; all else is computed with `cost.py`, the chapter's own sums too.

    A  planning -> labels -> preparation -> training -> validation
       [-> labels -> training] if that fails -> dynamics
    B  sampling -> labels -> preparation
       -> training -> exploration -> judgement -> labels                    in each round
       -> training -> exploration -> validation -> training -> dynamics

How many labels each plan needs is put in, not found out: the saving in labels is an assumption of
the exercise. What can be learnt is what follows from it, and which inputs matter.

Left as the chapter has it: A's second training is not validated again, B's validation takes no
time, and B's last training repeats the one before on the same labels.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from mlp_teach.active_learning.cost import (
    HOURS_PER_DAY,
    Cost,
    Number,
    Prices,
    Project,
    Task,
    break_even,
    cost,
    expectation,
    money,
    tries,
)

CHAPTER_PRICES = Prices(node_hour=1, gpu_hour=1)  # $


@dataclass(frozen=True)
class Batch:
    """Structures labelled together, and the days that takes.

    The days stay as given when labels get dearer; `batch_on` counts them anew.
    """

    labels: Number
    days: Number


def batch_on(labels: Number, nodes: Number, node_hours_per_label: Number = 1) -> Batch:
    """A batch on that many nodes at once, without queues. Raises ValueError for no nodes."""
    if nodes <= 0:
        raise ValueError(f"nodes is {nodes}; labels need at least a part of one.")
    return Batch(labels, labels * node_hours_per_label / nodes / HOURS_PER_DAY)


FIRST = batch_on(15_000, nodes=100)


@dataclass(frozen=True)
class FixedSet:
    """Scenario A: all labels first; with probability `failure` another batch and training."""

    planning_days: Number = 14
    first: Batch = FIRST
    preparation_days: Number = 1
    training_gpu_hours: Number = 12
    validation_days: Number = 0.5
    failure: Number = 0.3
    more: Batch = Batch(5_000, 2)
    production_gpu_days: Number = 3
    node_hours_per_label: Number = 1


@dataclass(frozen=True)
class Round:
    """Training, exploration and judgement, then a batch of labels where the models disagree."""

    training_gpu_hours: Number
    batch: Batch


@dataclass(frozen=True)
class ActiveLearning:
    """Scenario B: few labels, then rounds; with probability `failure` one more like the last.

    `ensemble` models are trained one after another on one GPU. The chapter counts one, although its
    section 2.8 judges by the spread of five.
    """

    sampling_days: Number = 3
    first: Batch = Batch(500, 0.5)
    preparation_days: Number = 0.5
    rounds: tuple[Round, ...] = (Round(4, Batch(800, 1)), Round(6, Batch(600, 1)))
    passing_gpu_hours: Number = 8
    final_gpu_hours: Number = 10
    exploration_gpu_days: Number = 1
    judgement_days: Number = 0.5
    ensemble: int = 1
    failure: Number = 0
    production_gpu_days: Number = 3
    node_hours_per_label: Number = 1


def chain(*tasks: Task) -> Project:
    """Each task waits for the one before it, and for those that it names itself."""
    waits = [()] + [(before.name,) for before in tasks[:-1]]
    linked = (replace(t, after=(*t.after, *w)) for t, w in zip(tasks, waits, strict=True))
    return Project(tuple(linked))


def on_gpu(name: str, hours: Number) -> Task:
    """Work for one GPU."""
    return Task(name, days=hours / HOURS_PER_DAY, gpu_hours=hours)


def labelling(name: str, batch: Batch, node_hours_per_label: Number) -> Task:
    """Work for the supercomputer."""
    used = batch.labels * node_hours_per_label
    return Task(name, days=batch.days, node_hours=used, labels=batch.labels)


def check_retries(retries: int) -> None:
    if retries < 0:
        raise ValueError(f"retries is {retries}; it must be 0 or more.")


def fixed_set_project(plan: FixedSet, retries: int = 0) -> Project:
    """Scenario A as tasks, if that many more batches are needed. Raises ValueError for -1."""
    check_retries(retries)
    again = []
    for k in range(1, retries + 1):
        again.append(labelling(f"labels, retry {k}", plan.more, plan.node_hours_per_label))
        again.append(on_gpu(f"training, retry {k}", plan.training_gpu_hours))
    return chain(
        Task("planning", plan.planning_days),
        labelling("labels", plan.first, plan.node_hours_per_label),
        replace(Task("preparation", plan.preparation_days), after=("planning",)),
        on_gpu("training", plan.training_gpu_hours),
        Task("validation", plan.validation_days),
        *again,
        on_gpu("dynamics", plan.production_gpu_days * HOURS_PER_DAY),
    )


def active_learning_project(plan: ActiveLearning, retries: int = 0) -> Project:
    """Scenario B as tasks, if that many rounds like the last are added.

    Raises ValueError for -1, for no model to train and for no round that could be repeated.
    """
    check_retries(retries)
    if plan.ensemble < 1:
        raise ValueError(f"ensemble is {plan.ensemble}; at least one model is trained.")
    if retries and not plan.rounds:
        raise ValueError("This plan has no rounds, so there is no last one to repeat.")

    def training(name: str, hours: Number) -> Task:
        return on_gpu(f"training {name}", hours * plan.ensemble)

    def exploration(name: str) -> Task:
        return on_gpu(f"exploration {name}", plan.exploration_gpu_days * HOURS_PER_DAY)

    tasks = [
        Task("sampling", plan.sampling_days),
        labelling("labels 0", plan.first, plan.node_hours_per_label),
        Task("preparation", plan.preparation_days),
    ]
    for k, turn in enumerate(plan.rounds + plan.rounds[-1:] * retries, start=1):
        tasks += [training(f"{k}", turn.training_gpu_hours), exploration(f"{k}")]
        tasks += [Task(f"judgement {k}", plan.judgement_days)]
        tasks += [labelling(f"labels {k}", turn.batch, plan.node_hours_per_label)]
    tasks += [training("that passes", plan.passing_gpu_hours), exploration("that passes")]
    tasks += [training("for production", plan.final_gpu_hours)]
    return chain(*tasks, on_gpu("dynamics", plan.production_gpu_days * HOURS_PER_DAY))


def start_at_once(project: Project, name: str) -> Project:
    """The same project, with one task that waits for nothing. Raises ValueError if it is absent."""
    if name not in (task.name for task in project.tasks):
        raise ValueError(f"No task is called {name!r}.")
    return Project(tuple(replace(t, after=()) if t.name == name else t for t in project.tasks))


def fixed_set_cost(plan: FixedSet, most: int = 2) -> Cost:
    """Expected cost of scenario A with at most that many trainings; the chapter stops at two."""
    outcomes = [cost(fixed_set_project(plan, retries)) for retries in range(most)]
    return expectation(tries(plan.failure, most), outcomes)


def active_learning_cost(plan: ActiveLearning, most: int = 2) -> Cost:
    """Expected cost of scenario B with at most `most` - 1 rounds more than planned."""
    outcomes = [cost(active_learning_project(plan, retries)) for retries in range(most)]
    return expectation(tries(plan.failure, most), outcomes)


def break_even_label_price(a: Cost, b: Cost, gpu_hour: Number, highest: Number) -> float:
    """The price of a node-hour from which b is cheaper than a, for one price of a GPU-hour."""
    return break_even(
        lambda price: money(a, Prices(price, gpu_hour)),
        lambda price: money(b, Prices(price, gpu_hour)),
        0,
        highest,
    )


def break_even_labels(
    plan: FixedSet, b: Cost, measure: Callable[[Cost], Number], nodes: Number = 100
) -> float:
    """The number of A's first labels above which B's cost b is the smaller one.

    `measure` says what is compared: days, money. Raises ValueError if B is cheaper even with none.
    """

    def with_labels(labels: Number) -> Number:
        first = batch_on(labels, nodes, plan.node_hours_per_label)
        return measure(fixed_set_cost(replace(plan, first=first)))

    return break_even(with_labels, lambda _: measure(b), 0, plan.first.labels)


def break_even_rounds(a: Cost, plan: ActiveLearning, measure: Callable[[Cost], Number]) -> float:
    """How many rounds more than planned scenario B can need, on average, until A's cost a is equal.

    If each round fails with probability q and rounds go on until one passes, that mean is q/(1-q).
    """
    none, one = (measure(cost(active_learning_project(plan, k))) for k in (0, 1))
    return break_even(lambda _: measure(a), lambda x: none + x * (one - none), 0, 1_000)
