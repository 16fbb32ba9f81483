"""The library's side of the cost desk: a dozen inputs in, what two plans cost out.

All arithmetic is that of `mlp_teach.active_learning`; here it is only asked for.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from mlp_teach.active_learning.cost import Cost
from mlp_teach.active_learning.cost_inputs import (
    AMOUNTS,
    Inputs,
    Measure,
    break_even_in,
    cost_of_a,
    cost_of_b,
    days,
    dollars,
    most_rounds,
    one_more,
    project_a,
    project_b,
    sensitivities,
)
from mlp_teach.active_learning.timetable import Slot, timetable
from mlp_teach.widgets.drawing import Event

MEASURES: dict[str, Measure] = {"days": days, "money": dollars}
SLIDERS = {  # lowest, highest, step
    "node_hours_per_label": (0.1, 10.0, 0.1),
    "node_price": (0.0, 5.0, 0.1),
    "gpu_price": (0.0, 5.0, 0.1),
    "nodes": (10.0, 500.0, 10.0),
    "planning_days": (0.0, 30.0, 1.0),
    "first_labels": (500.0, 30_000.0, 500.0),
    "failure_a": (0.0, 0.9, 0.05),
    "failure_b": (0.0, 0.9, 0.05),
    "rounds": (1.0, 8.0, 1.0),
    "labels_per_round": (100.0, 10_000.0, 100.0),
    "models": (1.0, 8.0, 1.0),
    "production_gpu_days": (1.0, 100.0, 1.0),
}
WHOLE = ("rounds", "models")
CHOICES = ("chapter_days", "labels_while_planning")  # "yes" or "no"


@dataclass(frozen=True)
class DeskState:
    """What is put in, and what the right picture tells of: days or money."""

    inputs: Inputs = field(default_factory=Inputs)
    measure: str = "days"


@dataclass(frozen=True)
class Plan:
    """What one scenario costs on average, and its calendar if nothing fails."""

    cost: Cost
    dollars: float | int
    slots: tuple[Slot, ...]


@dataclass(frozen=True)
class DeskNumbers:
    """What the library says of one state; `None`: A or B is the cheaper one whatever the input."""

    a: Plan
    b: Plan
    saved: dict[str, float]  # by B, %, by measure; 0 where A costs nothing
    elasticities: dict[str, tuple[float, float]]  # of A and B, in the order of their size
    most_rounds: dict[str, int]  # with which B costs no more than A, by measure
    another_round: dict[str, float | int]
    another_model: dict[str, float | int]
    node_price: float | None  # $ per node-hour, from which B costs less money
    first_labels: float | None  # of A, from which B costs less money
    planning_days: float | None  # of A, from which B is faster


def desk_update(state: DeskState, event: Event) -> DeskState:
    """What a new value of a control means."""
    if event.name == "measure":
        return replace(state, measure=event.value)
    if event.name == "chapter":
        return DeskState(measure=state.measure)
    value = event.value
    if event.name in CHOICES:
        value = event.value == "yes"
    elif event.name in WHOLE:
        value = int(event.value)
    return replace(state, inputs=replace(state.inputs, **{event.name: value}))


def desk_numbers(state: DeskState) -> DeskNumbers:
    """Both plans with all that follows from them."""
    inputs = state.inputs
    a = Plan(cost_of_a(inputs), dollars(cost_of_a(inputs), inputs), timetable(project_a(inputs)))
    b = Plan(cost_of_b(inputs), dollars(cost_of_b(inputs), inputs), timetable(project_b(inputs)))
    return DeskNumbers(
        a=a,
        b=b,
        saved={"days": _saved(a.cost.days, b.cost.days), "money": _saved(a.dollars, b.dollars)},
        elasticities=_elasticities(state),
        most_rounds={name: most_rounds(inputs, of) for name, of in MEASURES.items()},
        another_round={name: one_more(inputs, "rounds", of) for name, of in MEASURES.items()},
        another_model={name: one_more(inputs, "models", of) for name, of in MEASURES.items()},
        node_price=break_even_in(inputs, "node_price", 0.0, 5.0, dollars),
        first_labels=break_even_in(inputs, "first_labels", 0.0, 30_000.0, dollars),
        planning_days=break_even_in(inputs, "planning_days", 0.0, 30.0, days),
    )


def _saved(a: float | int, b: float | int) -> float:
    return 100 * (1 - b / a) if a else 0.0


def _elasticities(state: DeskState) -> dict[str, tuple[float, float]]:
    measure = MEASURES[state.measure]
    a, b = (sensitivities(state.inputs, one, measure) for one in (cost_of_a, cost_of_b))
    both = {name: (a[name], b[name]) for name in AMOUNTS}
    return dict(sorted(both.items(), key=lambda item: -max(abs(s) for s in item[1])))
