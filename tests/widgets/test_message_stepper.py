"""The message stepper: what is drawn and written is what was computed, in both languages."""

from dataclasses import replace

import numpy as np
import pytest

from mlp_teach.colors import PALETTE
from mlp_teach.widgets import message_scene, svg
from mlp_teach.widgets.drawing import Area, Ball, Changed, Dot, Line, Ring, Slider, Text
from mlp_teach.widgets.frame import frame
from mlp_teach.widgets.message_scene import EQUATIONS, MOLECULES, MessageState, message_numbers
from mlp_teach.widgets.message_stepper import (
    KNOWN,
    NARROW,
    UNKNOWN,
    WIDEST,
    WORDS,
    message_picture,
    message_stepper,
)

STATE = MessageState()  # methanol, bonds alone, seen from the hydrogen of the hydroxyl group


def marks(state, kind, panel=0):
    return [mark for mark in message_picture(state).panels[panel].marks if isinstance(mark, kind)]


@pytest.mark.parametrize(
    ("layer", "known"), [(1, "O1"), (2, "C0 O1"), (3, "C0 O1 H2 H4 H5")], ids=str
)
def test_layer_by_layer_more_atoms_get_a_colour(layer, known):
    balls = marks(replace(STATE, layer=layer), Ball)
    coloured = {ball.label: ball.color for ball in balls if ball.color != UNKNOWN}
    assert coloured.pop("H3") == KNOWN[0]
    assert sorted(coloured) == sorted(known.split())
    assert coloured["O1"] == KNOWN[1]
    assert all(color in PALETTE for color in KNOWN)


def test_every_message_is_an_arrow_as_wide_as_it_is_large():
    state = replace(STATE, atom=0, cutoff=3.0)
    numbers = message_numbers(state)
    arrows = marks(state, Area)
    assert len(arrows) == 5
    widths = [np.linalg.norm(a.outlines[0][0] - a.outlines[0][-1]) for a in arrows]
    sizes = numbers.sizes[numbers.sizes > 0]
    np.testing.assert_allclose(widths, 0.03 + (WIDEST - 0.03) * sizes / numbers.largest)
    assert max(widths) <= WIDEST + 1e-9
    for arrow, sender in zip(arrows, np.flatnonzero(numbers.sizes), strict=True):
        tip = arrow.outlines[0][3]
        there, here = numbers.places[0], numbers.places[sender]
        assert np.linalg.norm(tip - there) < np.linalg.norm(tip - here)


@pytest.mark.parametrize("equation", ["3", "4"])
def test_where_nothing_is_sent_the_atom_is_ringed(equation):
    state = replace(STATE, equation=equation)
    assert marks(state, Area) == []
    (ring,) = marks(state, Ring)
    assert (ring.x, ring.y) == tuple(message_numbers(state).places[state.atom])


@pytest.mark.parametrize("equation", EQUATIONS)
def test_the_line_that_was_run_stands_beneath_the_molecule(equation):
    state = replace(STATE, equation=equation)
    step, drawing = message_numbers(state).step, message_picture(state)
    graph = drawing.panels[0]
    assert graph.x_label == step.text.partition("  #")[0]
    assert graph.title.startswith(f"({equation})  ")
    where = f"schnet.py, line {step.line}"
    assert where in [text.text for text in marks(state, Text)]
    assert f"{where}: {graph.x_label}" in drawing.summary


def test_dots_stand_at_the_numbers_of_the_step():
    numbers, dots = message_numbers(STATE), marks(STATE, Dot, panel=1)
    drawn = [dot.y for dot in dots]
    assert drawn == [y for _, values in numbers.curves for y in values]
    lines = marks(STATE, Line, panel=1)
    assert [line.label for line in lines] == ["O1", "Σ"]
    low, high = message_picture(STATE).panels[1].y_range
    assert low < min(drawn) < max(drawn) < high


def test_the_table_says_what_the_picture_shows():
    rows = {row[0]: row for row in message_picture(STATE).table.rows}
    assert rows["H3"][1:4] == ("0.00", "", "0")
    assert rows["O1"][1] == "0.97"
    assert rows["O1"][2] == f"{message_numbers(STATE).sizes[1]:.4f}"
    assert [rows[name][3] for name in ("O1", "C0", "H2")] == ["1", "2", "3"]
    lonely = message_picture(MessageState("H2CO", 1.2, atom=0))
    assert {row[3] for row in lonely.table.rows} == {"0", "never"}
    assert "hears from nobody" in lonely.summary


def test_the_summary_names_the_senders_and_counts_the_known():
    summary = message_picture(replace(STATE, layer=2)).summary
    assert summary.startswith("Layer 2: H3 hears from O1; it then knows of 2 of 5 other atoms.")


def test_sliders_stand_at_the_state_and_say_it_in_words():
    sliders = {c.name: c for c in message_picture(STATE).controls if isinstance(c, Slider)}
    assert sliders["layer"].value == 1.0
    assert sliders["atom"].text == "receiving atom: H3"
    assert sliders["cutoff"].text == "cutoff: 1.6 Å"


@pytest.mark.parametrize("lang", ["en", "ja"])
@pytest.mark.parametrize("molecule", MOLECULES)
def test_every_state_can_be_drawn(molecule, lang):
    for cutoff in (1.2, 1.6, 4.0):
        for equation in EQUATIONS:
            for layer in (1, 3):
                state = MessageState(molecule, cutoff, layer, 1, equation)
                assert svg.render(message_picture(state, lang)).startswith("<svg")


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_the_widget_speaks_the_lessons_language(lang):
    widget = message_stepper(lang=lang)
    assert widget.picture["controls"][0]["label"] == WORDS[lang]["molecule"]
    assert WORDS["en"].keys() == WORDS["ja"].keys()
    before = widget.picture["summary"]
    widget.apply(Changed("layer", 2.0))
    assert widget.state.layer == 2
    assert widget.picture["summary"] != before


def test_it_starts_where_it_is_told_to_and_refuses_what_it_does_not_know():
    assert message_stepper(molecule="H2O", cutoff=2.0).state == MessageState("H2O", 2.0, atom=0)
    with pytest.raises(ValueError, match="molecule is 'C60'; the stepper knows H2O, H2CO, CH3OH"):
        message_stepper(molecule="C60")
    with pytest.raises(ValueError, match=r"cutoff is 9\.0 Å; choose one from 1\.2 to 4\.0"):
        message_stepper(cutoff=9.0)


def test_another_molecule_is_there_at_once(monkeypatch):
    widget = message_stepper(cutoff=2.7)
    monkeypatch.setattr(message_scene, "trace", None)  # nothing is left to be traced
    for name in MOLECULES:
        widget.apply(Changed("molecule", name))
    with pytest.raises(TypeError):
        widget.apply(Changed("cutoff", 2.8))


@pytest.mark.parametrize("equation", EQUATIONS)
@pytest.mark.parametrize("width", [430.0, NARROW - 1.0, NARROW])
def test_the_line_of_source_lies_whole_under_the_molecule(equation, width):
    drawing = message_picture(replace(STATE, equation=equation))
    stacked = width < drawing.narrow.below
    panel = (drawing.narrow.panels if stacked else drawing.panels)[0]
    wide, height = width if stacked else width / 2, drawing.height
    place = frame(panel, 0.0, 0.0, wide, height)
    middle, half = place.left + place.width / 2, 6.0 * len(panel.x_label) / 2
    assert middle - half > 0
    assert middle + half < wide
    assert place.top + place.height + 12 + 12 / 3 <= height - 4  # the tail of an underscore
