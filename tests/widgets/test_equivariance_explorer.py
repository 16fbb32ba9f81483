"""The equivariance explorer: what is drawn and written is what was computed, in both languages."""

from dataclasses import replace

import numpy as np
import pytest

from mlp_teach.widgets import svg
from mlp_teach.widgets.drawing import Area, Arrow, Ball, Button, Changed, Choice, Line, Slider
from mlp_teach.widgets.equivariance_explorer import (
    ARROW,
    BALL,
    COMPONENTS,
    ELLIPSE,
    WORDS,
    equivariance_explorer,
    equivariance_picture,
)
from mlp_teach.widgets.equivariance_scene import (
    MOLECULES,
    EquivarianceState,
    equivariance_numbers,
    equivariance_update,
)

STATE = EquivarianceState(turn=40.0, tilt=25.0)


def marks(state, kind, panel=0):
    return [mark for mark in equivariance_picture(state).panels[panel].marks if type(mark) is kind]


def test_atoms_arrows_and_ellipses_stand_where_the_numbers_say():
    numbers = equivariance_numbers(STATE)
    balls = {ball.label: (ball.x, ball.y) for ball in marks(STATE, Ball)}
    for name, place in zip(numbers.names, numbers.places, strict=True):
        assert balls[name] == pytest.approx(tuple(place[:2]))
    arrows = [(a.x, a.y, a.dx, a.dy) for a in marks(STATE, Arrow)]
    starts, arrows = np.split(np.array(arrows), 2, axis=1)
    np.testing.assert_allclose(arrows, ARROW * numbers.vectors[:, :2])
    lengths = np.linalg.norm(arrows, axis=1, keepdims=True)
    rims = np.where(lengths > 0, BALL * arrows / lengths.clip(1e-12), 0.0)
    np.testing.assert_allclose(starts, numbers.places[:, :2] + rims, atol=1e-9)
    order = np.argsort(numbers.places[:, 2], kind="stable")
    for area, i in zip(marks(STATE, Area), order, strict=True):
        expected = ELLIPSE * numbers.outlines[i] + numbers.places[i, :2]
        np.testing.assert_allclose(area.outlines[0], expected)


def test_atoms_in_front_are_drawn_last():
    numbers = equivariance_numbers(STATE)
    heights = dict(zip(numbers.names, numbers.places[:, 2], strict=True))
    drawn = [heights[ball.label] for ball in marks(STATE, Ball)]
    assert drawn == sorted(drawn)


def test_bars_are_the_numbers_in_units_of_their_feature():
    numbers = equivariance_numbers(STATE)
    bars = [bar for bar in marks(STATE, Line, panel=1) if bar.color != "muted"]
    before = [bar.y[1] for bar in bars if bar.color == "blue"]
    now = [bar.y[1] for bar in bars if bar.color == "orange"]
    parts = [numbers.plain, *(numbers.features[name] for name in COMPONENTS)]
    scaled = [both / np.linalg.norm(both[0]) for both in parts]
    np.testing.assert_allclose(before, np.concatenate([one for one, _ in scaled]))
    np.testing.assert_allclose(now, np.concatenate([one for _, one in scaled]))
    assert [bar.label for bar in bars if bar.label] == ["before", "now"]


def test_table_and_summary_say_what_the_picture_shows():
    state = replace(STATE, mirrored=True)
    drawing, numbers = equivariance_picture(state), equivariance_numbers(state)
    rows = {row[0]: row[1:] for row in drawing.table.rows}
    assert len(rows) == 3 + 1 + 1 + 3 + 3 + 5 + 1
    for name, values in (("1o x", numbers.features["1o"][:, 2]), ("SchNet 2", numbers.plain[:, 1])):
        assert [float(cell.replace("\u2212", "-")) for cell in rows[name]] == pytest.approx(
            values, abs=1e-4
        )
    odd = abs(np.diff(numbers.features["0o"], axis=0)).max()
    assert drawing.summary.startswith("Now: mirrored, turned 40°, tilted 25°. Largest change")
    assert f"0o {odd:.3f}," in drawing.summary
    assert drawing.summary.endswith(f"differ by at most {numbers.deviation:.0e}")


def test_the_title_names_the_vectors_that_are_drawn():
    other = replace(STATE, vector="1e")
    assert "1e as arrows" in equivariance_picture(other).panels[0].title
    one, two = ([(a.dx, a.dy) for a in marks(state, Arrow)] for state in (STATE, other))
    assert one != two


def test_every_control_is_understood():
    for control in equivariance_picture(STATE).controls:
        match control:
            case Slider():
                values = [control.low, control.high]
            case Choice():
                values = [value for value, _ in control.options]
            case Button():
                values = [True]
        for value in values:
            changed = equivariance_update(STATE, Changed(control.name, value))
            assert equivariance_picture(changed).controls


@pytest.mark.parametrize("lang", ["en", "ja"])
@pytest.mark.parametrize("molecule", MOLECULES)
def test_every_state_can_be_drawn(molecule, lang):
    for vector in ("1o", "1e"):
        state = EquivarianceState(molecule, 30.0, 60.0, mirrored=True, atom=2, vector=vector)
        assert svg.render(equivariance_picture(state, lang)).startswith("<svg")


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_the_widget_speaks_the_lessons_language(lang):
    widget = equivariance_explorer(lang=lang)
    assert widget.picture["controls"][0]["label"] == WORDS[lang]["molecule"]
    assert WORDS["en"].keys() == WORDS["ja"].keys()
    before = widget.picture["summary"]
    widget.apply(Changed("turn", 45.0))
    assert widget.state.turn == 45.0
    assert widget.picture["summary"] != before


def test_it_starts_with_the_molecule_that_it_is_told_and_refuses_another():
    assert equivariance_explorer(molecule="H2O").state.molecule == "H2O"
    with pytest.raises(ValueError, match="molecule is 'C60'; the explorer knows H2O, H2O2, CH3OH"):
        equivariance_explorer(molecule="C60")
