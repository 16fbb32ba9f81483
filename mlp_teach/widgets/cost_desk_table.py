"""The cost desk in numbers: one row an input, and one a result that follows from them."""

from __future__ import annotations

from mlp_teach.active_learning.cost_inputs import Inputs
from mlp_teach.active_learning.timetable import WORKERS, days_at_work
from mlp_teach.widgets.cost_desk_scene import SLIDERS, DeskNumbers
from mlp_teach.widgets.drawing import Table, number

DECIMALS = {"node_hours_per_label": 1, "node_price": 1, "gpu_price": 1}


def amount(name: str, value: float | int) -> str:
    """An input as a reader wants it: 30 %, 15,000 or 1.5."""
    if name.startswith("failure"):
        return f"{100 * value:.0f} %"
    return f"{value:,.{DECIMALS.get(name, 0)}f}"


def at_most(most: int) -> str:
    """A number of rounds; the library counts no further than 50."""
    return "50+" if most == 50 else str(most)


def desk_table(inputs: Inputs, numbers: DeskNumbers, words: dict) -> Table:
    """Inputs first, then what follows from them, each row with what it is."""
    rows = [*_input_rows(inputs, words), *_result_rows(numbers, words)]
    rows += _break_even_rows(numbers, words)
    rows += [
        (words["elasticity"].format(name=words[name]), number(a, 2), number(b, 2), words["derived"])
        for name, (a, b) in numbers.elasticities.items()
    ]
    return Table(words["header"], rows)


def _input_rows(inputs: Inputs, words: dict) -> list[tuple[str, ...]]:
    of_a = ("planning_days", "first_labels", "failure_a")
    of_b = ("failure_b", "rounds", "labels_per_round", "models")
    rows = []
    for name in SLIDERS:
        text = amount(name, getattr(inputs, name))
        a, b = "" if name in of_b else text, "" if name in of_a else text
        rows.append((words[name], a, b, words["input"]))
    return rows


def _result_rows(numbers: DeskNumbers, words: dict) -> list[tuple[str, ...]]:
    both = (numbers.a, numbers.b)
    shown = {
        "labels": [f"{plan.cost.labels:,.0f}" for plan in both],
        "node_hours": [f"{plan.cost.node_hours:,.0f}" for plan in both],
        "gpu_hours": [f"{plan.cost.gpu_hours:,.1f}" for plan in both],
        "dollars": [f"{plan.dollars:,.0f}" for plan in both],
        "expected days": [number(float(plan.cost.days), 2) for plan in both],
    }
    for who in WORKERS:
        busy = [number(float(days_at_work(plan.slots, who)), 2) for plan in both]
        shown[f"days of {who}"] = busy
    shown["saved days"] = ["", number(numbers.saved["days"], 1)]
    shown["saved money"] = ["", number(numbers.saved["money"], 1)]
    return [(words[name], a, b, words["derived"]) for name, (a, b) in shown.items()]


def _break_even_rows(numbers: DeskNumbers, words: dict) -> list[tuple[str, ...]]:
    def value(x: float | None, digits: int) -> str:
        return words["none"] if x is None else f"{x:,.{digits}f}"

    more, model = numbers.another_round, numbers.another_model
    shown = {
        "most_rounds days": ("", at_most(numbers.most_rounds["days"])),
        "most_rounds money": ("", at_most(numbers.most_rounds["money"])),
        "even node_price": ("", value(numbers.node_price, 4)),
        "even first_labels": (value(numbers.first_labels, 0), ""),
        "even planning_days": (value(numbers.planning_days, 2), ""),
        "another round": ("", f"{more['days']:.2f} / {more['money']:,.0f}"),
        "another model": ("", f"{model['days']:.2f} / {model['money']:,.0f}"),
    }
    return [(words[name], a, b, words["derived"]) for name, (a, b) in shown.items()]
