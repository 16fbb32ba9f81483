"""The explorer of G2 and G4: what is drawn and written is what was computed."""

import math
from dataclasses import replace

import pytest

from mlp_teach.widgets.drawing import Changed, Dot, Handle, Slider
from mlp_teach.widgets.symmetry_explorer import WORDS, symmetry_explorer, symmetry_picture
from mlp_teach.widgets.symmetry_scene import (
    ETA_STEPS,
    SymmetryState,
    symmetry_numbers,
    symmetry_update,
)

STATE = SymmetryState(g2_eta=0.5, r_s=2.0, g4_eta=0.02, zeta=4.0, lambda_=-1.0)


def test_a_slider_of_eta_stands_where_its_value_is():
    state = symmetry_update(STATE, Changed("g2_eta", 17.0))
    sliders = {c.name: c for c in symmetry_picture(state).controls if isinstance(c, Slider)}
    assert sliders["g2_eta"].value == 17.0
    assert f"{ETA_STEPS[17]:g}" in sliders["g2_eta"].text


def test_dots_and_handles_stand_where_the_neighbours_are():
    drawing = symmetry_picture(STATE)
    atoms, radial, angular = drawing.panels
    handles = [m for m in atoms.marks if isinstance(m, Handle)]
    assert [(h.x, h.y) for h in handles] == list(STATE.neighbors)
    dots = [m for m in radial.marks if isinstance(m, Dot)]
    assert [d.x for d in dots] == pytest.approx([math.hypot(x, y) for x, y in STATE.neighbors])
    assert [d.y for d in dots] == list(symmetry_numbers(STATE).g2_shares)
    assert len([m for m in angular.marks if isinstance(m, Dot)]) == 6


def test_the_table_names_every_angle():
    square = replace(STATE, neighbors=((2.0, 0.0), (0.0, 2.0), (-2.0, 0.0)))
    rows = {row[0]: row for row in symmetry_picture(square).table.rows}
    assert [rows[pair][2] for pair in ("1-2", "1-3", "2-3")] == ["90.0", "180.0", "90.0"]
    assert rows["1"][1] == "2.00"


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_the_widget_speaks_the_lessons_language(lang):
    widget = symmetry_explorer([(2.0, 0.0), (0.0, 3.0)], lang=lang)
    assert widget.picture["controls"][0]["label"] == WORDS[lang]["g2_eta"]
    assert WORDS["en"].keys() == WORDS["ja"].keys()
    assert len(widget.state.neighbors) == 2
