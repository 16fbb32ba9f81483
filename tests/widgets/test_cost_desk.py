"""The cost desk: what is drawn and written is what was computed, in both languages."""

import pytest

from mlp_teach.active_learning.cost_inputs import Inputs, project_b
from mlp_teach.active_learning.timetable import WORKERS
from mlp_teach.widgets import svg
from mlp_teach.widgets.cost_desk import cost_desk, desk_picture
from mlp_teach.widgets.cost_desk_scene import SLIDERS, DeskState, desk_numbers, desk_update
from mlp_teach.widgets.cost_desk_words import WORDS
from mlp_teach.widgets.drawing import Area, Button, Changed, Choice, Line, Slider, Text
from mlp_teach.widgets.frame import frame

STATE = DeskState()
OVERLAP = DeskState(Inputs(labels_while_planning=True, models=5), measure="money")


def marks(state, kind, panel=0):
    return [mark for mark in desk_picture(state).panels[panel].marks if type(mark) is kind]


@pytest.mark.parametrize("state", [STATE, OVERLAP])
def test_every_task_is_a_bar_from_its_start_to_its_end_in_its_workers_lane(state):
    numbers, bars = desk_numbers(state), marks(state, Area)
    slots = [*numbers.a.slots, *numbers.b.slots]
    assert len(bars) == len(slots)
    lanes = {}
    for bar, slot in zip(bars, slots, strict=True):
        (x0, y0), (x1, y1) = bar.outlines[0][0], bar.outlines[0][2]
        assert (x0, x1) == (pytest.approx(slot.start), pytest.approx(slot.finish))
        assert (bar.opacity > 0.5) == slot.critical
        assert bar.color == ("blue" if slot in numbers.a.slots else "orange")
        lanes.setdefault((bar.color, slot.who), set()).add(round((y0 + y1) / 2, 6))
    assert all(len(heights) == 1 for heights in lanes.values())
    assert len(lanes) == 2 * len(WORKERS)
    assert len(set.union(*lanes.values())) == len(lanes)


def test_the_thin_line_joins_the_tasks_of_the_critical_path():
    steps = [line for line in marks(OVERLAP, Line) if line.color == "ink"]
    critical = [sum(slot.critical for slot in plan.slots) for plan in _plans(OVERLAP)]
    assert len(steps) == sum(critical) - 2
    assert all(line.x[0] == pytest.approx(line.x[1]) for line in steps)  # nobody waits on it


def _plans(state):
    numbers = desk_numbers(state)
    return numbers.a, numbers.b


def test_long_tasks_bear_their_names_and_every_task_has_one():
    words = [text.text for text in marks(STATE, Text)]
    assert {"planning", "labels", "dynamics"} <= set(words)
    kinds = {task.name.split()[0] for task in project_b(Inputs()).tasks}
    assert kinds <= WORDS["en"]["tasks"].keys()
    assert WORDS["en"]["tasks"].keys() == WORDS["ja"]["tasks"].keys()


@pytest.mark.parametrize("lang", ["en", "ja"])
@pytest.mark.parametrize("width", [430.0, 540.0])
def test_no_line_of_the_critical_path_crosses_the_name_of_a_task(lang, width):
    panel, names = desk_picture(STATE, lang).panels[0], WORDS[lang]["tasks"].values()
    place = frame(panel, 0.0, 0.0, width, 350.0)
    words = [m for m in panel.marks if type(m) is Text and m.text in names]
    steps = [m for m in panel.marks if type(m) is Line and m.color == "ink"]
    assert words
    assert steps
    for word in words:
        half = 3.2 * sum(2 if ord(letter) > 0x2E80 else 1 for letter in word.text)
        foot = place.y(word.y) + word.dy
        for step in steps:
            beside = abs(place.x(step.x[0]) - place.x(word.x)) > half
            top, bottom = sorted(place.y(step.y))
            assert beside or top >= foot or bottom <= foot - 9


@pytest.mark.parametrize("state", [STATE, OVERLAP])
def test_the_bars_on_the_right_are_the_elasticities(state):
    bars = [line for line in marks(state, Line, panel=1) if line.color != "muted"]
    drawn = [(bar.x[1], other.x[1]) for bar, other in zip(bars[::2], bars[1::2], strict=True)]
    assert drawn == list(desk_numbers(state).elasticities.values())
    low, high = desk_picture(state).panels[1].x_range
    assert all(low < value < high for both in drawn for value in both)
    assert [bar.label for bar in bars if bar.label] == ["A", "B"]


def test_the_summary_says_who_wins_and_what_it_hangs_on():
    summary = desk_picture(STATE).summary
    assert summary.startswith("A 26.00 days and $16,588, B 14.17 days and $2,072: B saves 45.5 %")
    assert "up to 5 rounds" in summary
    assert "hangs most on 'A: days of planning': 1 % more of it adds 0.54 % to A" in summary
    five = desk_picture(DeskState(Inputs(models=5))).summary
    assert "B 18.83 days" in five
    assert "saves 27.6 % of the time" in five


def test_the_table_tells_inputs_from_what_follows_from_them():
    rows = {row[0]: row[1:] for row in desk_picture(STATE).table.rows}
    assert rows["A: chance of failure"] == ("30 %", "", "input")
    assert rows["labels, expected"] == ("16,500", "1,900", "derived")
    assert rows["days of the supercomputer, if nothing fails"][:2] == ("6.25", "2.50")
    assert rows["one more model a round: days / $"][1] == "1.17 / 28"
    inputs = [name for name, row in rows.items() if row[2] == "input"]
    assert len(inputs) == len(SLIDERS)


def test_where_there_is_no_break_even_the_table_says_none():
    dear = DeskState(Inputs(production_gpu_days=1.0, labels_per_round=2_000, first_labels=500))
    rows = {row[0]: row[1:] for row in desk_picture(dear).table.rows}
    assert desk_numbers(dear).node_price is None
    assert rows["break-even: $ a node-hour, equal money"][1] == "none"


def test_every_control_is_understood():
    for control in desk_picture(STATE).controls:
        match control:
            case Slider():
                values = [control.low, control.high]
            case Choice():
                values = [value for value, _ in control.options]
            case Button():
                values = [True]
        for value in values:
            state = desk_update(STATE, Changed(control.name, value))
            assert svg.render(desk_picture(state, "ja")).startswith("<svg")


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_the_widget_speaks_the_lessons_language(lang):
    widget = cost_desk(lang=lang)
    assert widget.picture["controls"][0]["label"] == WORDS[lang]["node_hours_per_label"]
    assert WORDS["en"].keys() == WORDS["ja"].keys()
    before = widget.picture["summary"]
    widget.apply(Changed("models", 5.0))
    assert widget.state.inputs.models == 5
    assert widget.picture["summary"] != before


def test_it_starts_with_the_inputs_that_it_is_given_and_refuses_those_off_its_sliders():
    assert cost_desk(inputs=Inputs(models=5)).state.inputs.models == 5
    with pytest.raises(ValueError, match="nodes is 5000; the desk has it from 10 to 500"):
        cost_desk(inputs=Inputs(nodes=5_000))
