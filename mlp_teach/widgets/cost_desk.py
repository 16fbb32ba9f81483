"""The cost desk: turn the inputs of two plans, and see their calendars, bills and weak points.

Left both calendars, one lane a worker: filled tasks decide when all is done, hollow ones have time
to spare. Right by how many % each plan takes longer, or costs more, for 1 % more of each input.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from mlp_teach.active_learning.cost_inputs import Inputs
from mlp_teach.active_learning.timetable import WORKERS, Slot
from mlp_teach.widgets.cost_desk_scene import (
    CHOICES,
    SLIDERS,
    DeskNumbers,
    DeskState,
    Plan,
    desk_numbers,
    desk_update,
)
from mlp_teach.widgets.cost_desk_table import amount, at_most, desk_table
from mlp_teach.widgets.cost_desk_words import WORDS
from mlp_teach.widgets.drawing import (
    Area,
    Button,
    Choice,
    Control,
    Drawing,
    Line,
    Narrow,
    Panel,
    Slider,
    Text,
    number,
)
from mlp_teach.widgets.frame import ticks

COLORS = {"a": "blue", "b": "orange"}
HEIGHT = 350.0  # pixels
NARROW = 640.0  # pixels of a page on which the sensitivities would find no room for their words
NAMED = 0.085  # a task at least this part of the calendar's width bears its name
BAR = 0.24  # half the height of a task, in lanes


def cost_desk(lang: str = "en", inputs: Inputs | None = None):
    """The widget, at first for the chapter's inputs or for these.

    Raises ValueError for an input beyond its slider.
    """
    from mlp_teach.widgets.canvas import Canvas

    state = DeskState(inputs or Inputs())
    for name, (low, high, _) in SLIDERS.items():
        if not low <= (value := getattr(state.inputs, name)) <= high:
            raise ValueError(
                f"{name} is {value}; the desk has it from {low:g} to {high:g}. For others: "
                "cost_of_a and cost_of_b of active_learning/cost_inputs.py."
            )
    return Canvas(state, lambda state: desk_picture(state, lang), desk_update, lang, "cost_desk")


def desk_picture(state: DeskState, lang: str = "en") -> Drawing:
    """Calendars, sensitivities and all numbers for one state."""
    words, numbers = WORDS[lang], desk_numbers(state)
    panels = (_calendar(numbers, words), _sensitivities(state, numbers, words))
    return Drawing(
        panels=panels,
        narrow=Narrow(NARROW, panels, (HEIGHT, HEIGHT)),
        table=desk_table(state.inputs, numbers, words),
        description=words["description"],
        summary=_summary(state, numbers, words),
        controls=_controls(state, words),
        height=HEIGHT,
    )


def _controls(state: DeskState, words: dict) -> tuple[Control, ...]:
    def slider(name: str) -> Slider:
        value, label = getattr(state.inputs, name), words[name]
        return Slider(name, label, float(value), *SLIDERS[name], f"{label}: {amount(name, value)}")

    def choice(name: str) -> Choice:
        value = "yes" if getattr(state.inputs, name) else "no"
        return Choice(name, words[name], value, [(v, words[f"{name} {v}"]) for v in ("yes", "no")])

    measures = [("days", words["days"]), ("money", words["money"])]
    return (
        *(slider(name) for name in SLIDERS),
        *(choice(name) for name in CHOICES),
        Choice("measure", words["measure"], state.measure, measures),
        Button("chapter", words["chapter"]),
    )


def _calendar(numbers: DeskNumbers, words: dict) -> Panel:
    """Four rows a plan: its name, then a lane for each worker, from the top down."""
    end = max(slots[-1].finish for slots in (numbers.a.slots, numbers.b.slots))
    end = max(end, numbers.a.cost.days, numbers.b.cost.days)
    left, right = -0.3 * end, 1.03 * end
    marks: list = []
    for value in ticks(0.0, float(end)):
        marks += [
            Line((value, value), (-8.4, 0.2), "grid", 1.0),
            Text(value, -8.4, f"{value:g}", "muted", dy=14.0),
        ]
    for name, plan, top in (("a", numbers.a, 0.0), ("b", numbers.b, -4.2)):
        marks.append(Text(left, top, _heading(name, plan, words), "ink", "start", 4.0))
        marks += [
            Text(left, top - 1.15 - lane, words[who], "muted", "start", 4.0)
            for lane, who in enumerate(WORKERS)
        ]
        marks += _lanes(plan.slots, top, COLORS[name], NAMED * (right - left), words)
    return Panel(
        (left, right),
        (-9.0, 0.6),
        marks,
        title=words["calendar"],
        x_label=words["day"],
        bare=True,
        share=1.5,
    )


def _heading(name: str, plan: Plan, words: dict) -> str:
    planned = number(plan.slots[-1].finish, 2)
    return words[f"plan {name}"].format(planned=planned, days=number(float(plan.cost.days), 2))


def _lanes(slots: tuple[Slot, ...], top: float, color: str, wide: float, words: dict) -> list:
    """The tasks as bars, and a thin line that leads along the critical path."""
    marks: list = []
    path = [slot for slot in slots if slot.critical]
    heights = {slot.task.name: top - 1.15 - WORKERS.index(slot.who) for slot in slots}
    for one, other in pairwise(path):
        ends = (heights[one.task.name], heights[other.task.name])
        marks.append(Line((one.finish, other.start), ends, "ink", 1.0))
    for slot in slots:
        y = heights[slot.task.name]
        low, high = y - BAR, y + BAR
        box = [(slot.start, low), (slot.finish, low), (slot.finish, high), (slot.start, high)]
        marks.append(Area([np.array(box, dtype=float)], color, 0.85 if slot.critical else 0.1))
        rim, width = ("paper", 1.0) if slot.critical else (color, 1.5)
        marks.append(Line(*zip(*box, box[0], strict=True), rim, width, not slot.critical))
        if slot.finish - slot.start >= wide:
            middle, last = (slot.start + slot.finish) / 2, slot.who == WORKERS[-1]
            at, dy = (low, 12.0) if last else (high, -3.0)  # the path leaves the last lane upwards
            marks.append(Text(middle, at, _task_name(slot, words), "ink", dy=dy))
    return marks


def _task_name(slot: Slot, words: dict) -> str:
    """The library's name of a task in the learner's language; its number stays."""
    kind, _, rest = slot.task.name.partition(" ")
    return f"{words['tasks'][kind]} {rest}".strip() if rest.isdigit() else words["tasks"][kind]


def _sensitivities(state: DeskState, numbers: DeskNumbers, words: dict) -> Panel:
    """Two bars an input, the most important input on top."""
    sizes = [abs(s) for both in numbers.elasticities.values() for s in both]
    longest = max(1.0, *sizes)
    bottom = -float(len(numbers.elasticities))
    marks: list = [Line((0.0, 0.0), (bottom + 0.4, 0.5), "muted", 1.0)]
    for row, (name, both) in enumerate(numbers.elasticities.items()):
        marks.append(Text(-2.2 * longest, -float(row), words[name], "ink", "start", 4.0))
        for plan, shift, value in zip("ab", (0.16, -0.16), both, strict=True):
            label = words["a"] if plan == "a" else words["b"]
            x, y = (0.0, value), (shift - row, shift - row)
            marks.append(Line(x, y, COLORS[plan], 6.0, label="" if row else label))
    return Panel(
        (-2.25 * longest, 1.1 * longest),
        (bottom, 0.8),
        marks,
        title=words[f"sensitivity {state.measure}"],
        bare=True,
    )


def _summary(state: DeskState, numbers: DeskNumbers, words: dict) -> str:
    first, (a, b) = next(iter(numbers.elasticities.items()))
    return words["summary"].format(
        days_a=number(float(numbers.a.cost.days), 2),
        days_b=number(float(numbers.b.cost.days), 2),
        money_a=f"{numbers.a.dollars:,.0f}",
        money_b=f"{numbers.b.dollars:,.0f}",
        saved_days=number(numbers.saved["days"], 1),
        saved_money=number(numbers.saved["money"], 1),
        rounds_days=at_most(numbers.most_rounds["days"]),
        rounds_money=at_most(numbers.most_rounds["money"]),
        first=words[first],
        result=words[state.measure],
        a=number(a, 2),
        b=number(b, 2),
    )
