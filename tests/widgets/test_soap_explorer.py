"""The SOAP explorer: what is drawn and written is what was computed."""

from dataclasses import replace

import pytest

from mlp_teach.widgets.drawing import Button, Changed, Choice, Dot, Handle, Line, Slider
from mlp_teach.widgets.soap_explorer import WORDS, soap_explorer, soap_picture
from mlp_teach.widgets.soap_scene import SoapState, soap_numbers, soap_update

STATE = SoapState(sigma=0.4, n_max=6, l_max=4)


def test_handles_stand_where_the_neighbours_are():
    atoms, _, _ = soap_picture(STATE).panels
    handles = [m for m in atoms.marks if isinstance(m, Handle)]
    assert [(h.x, h.y) for h in handles] == list(STATE.neighbors)
    assert [h.name for h in handles] == ["0", "1", "2"]


def test_bars_are_the_powers_of_the_atoms_and_of_the_reference():
    moved = replace(STATE, reference=((2.0, 0.0), (0.0, 3.0)))
    _, spectrum, _ = soap_picture(moved).panels
    bars = [m for m in spectrum.marks if isinstance(m, Line)]
    numbers = soap_numbers(moved)
    for color, powers in (("blue", numbers.powers), ("orange", numbers.reference_powers)):
        assert [b.y[1] for b in bars if b.color == color] == pytest.approx(list(powers))
    assert spectrum.log
    assert spectrum.y_range[1] == 1.0  # no part of a unit vector is larger


def test_the_bars_of_two_sets_do_not_hide_each_other():
    _, spectrum, _ = soap_picture(STATE).panels
    places = [m.x[0] for m in spectrum.marks if isinstance(m, Line)]
    assert len(set(places)) == len(places) == 2 * (STATE.l_max + 1)


def test_the_dot_stands_on_the_curve_of_the_overlap():
    _, _, overlap = soap_picture(STATE).panels
    (dot,) = (m for m in overlap.marks if isinstance(m, Dot))
    curve = next(m for m in overlap.marks if isinstance(m, Line) and not m.dashed)
    assert dot.y == pytest.approx(curve.y[list(curve.x).index(dot.x)])


def test_summary_table_and_title_say_the_same():
    drawing = soap_picture(replace(STATE, reference=((2.0, 0.0), (0.0, 3.0))))
    numbers = soap_numbers(replace(STATE, reference=((2.0, 0.0), (0.0, 3.0))))
    rows = {row[0]: row for row in drawing.table.rows}
    assert rows["similarity to the reference"][1] == f"{numbers.similarity:.4f}"
    assert rows["overlap with the reference"][1] == f"{numbers.overlap:.4f}"
    assert rows["|p| at l = 2"][1] == f"{numbers.powers[2]:.4f}"
    assert f"{numbers.similarity**4:.4f}" in drawing.summary
    assert f"{numbers.overlap:.4f}" in drawing.panels[2].title


def test_every_control_is_understood():
    for control in soap_picture(STATE).controls:
        match control:
            case Slider():
                values = [control.low, control.high]
            case Choice():
                values = [value for value, _ in control.options]
            case Button():
                values = [True]
        for value in values:
            changed = soap_update(STATE, Changed(control.name, value))
            assert soap_picture(changed).controls
            if isinstance(control, Slider):
                assert getattr(changed, control.name) == value


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_the_widget_speaks_the_lessons_language(lang):
    widget = soap_explorer([(2.0, 0.0), (0.0, 3.0)], lang=lang)
    assert widget.picture["controls"][0]["label"] == WORDS[lang]["angle"]
    assert WORDS["en"].keys() == WORDS["ja"].keys()
    assert len(widget.state.neighbors) == 2
    assert WORDS[lang]["similarity_row"] in widget.picture["table"]
