"""The player of a simulation: what it shows of a frame, and that all of it keeps one time."""

import json

import numpy as np
import pytest
from ase.build import bulk
from ase.calculators.emt import EMT

from mlp_teach.simulation.ensembles import NVE, with_velocities
from mlp_teach.simulation.md import simulate
from mlp_teach.widgets import md_player as module
from mlp_teach.widgets import svg
from mlp_teach.widgets.drawing import Ball, Changed, Dot, Line
from mlp_teach.widgets.kept import FILE, keep
from mlp_teach.widgets.md_player import WORDS, md_player, player_picture, together
from mlp_teach.widgets.md_player_scene import PlayerState, film, player_update, temperature

SPREAD = [0.10, 0.12, 0.30, 0.20, 0.15]


@pytest.fixture(scope="module")
def run():
    """Five frames 8 fs apart, and the numbers that the simulation recorded of them."""
    block = bulk("Cu", cubic=True) * (2, 2, 2)
    block.calc = EMT()
    moving, frames, numbers = with_velocities(block, 600.0, seed=0), [], []
    for _ in range(5):
        part = simulate(moving, NVE(4.0), steps=2, interval=2)
        frames.append(part.atoms)
        numbers.append((part.total_eV[-1], part.temperature_K[-1]))
        moving = part.atoms
    return frames, np.array(numbers)


def test_energies_and_temperatures_are_those_of_the_run(run):
    frames, numbers = run
    whole = film(frames, 8.0, SPREAD)
    np.testing.assert_allclose(whole.times, [0.0, 0.008, 0.016, 0.024, 0.032])
    expected = 1e3 * (numbers[:, 0] - numbers[0, 0]) / 32
    np.testing.assert_allclose(whole.drift, expected, atol=1e-8)
    np.testing.assert_allclose(whole.temperature, numbers[:, 1], rtol=1e-9)
    np.testing.assert_array_equal(whole.spread, SPREAD)


def test_atoms_that_drift_as_a_whole_have_all_their_ways_to_move(run):
    atoms = run[0][0].copy()
    at_rest = temperature(atoms)
    assert at_rest == pytest.approx(atoms.get_temperature() * 96 / 93)
    atoms.set_momenta(atoms.get_momenta() + np.array([1.0, 0.0, 0.0]))
    assert temperature(atoms) == pytest.approx(atoms.get_temperature())


def test_steps_end_at_the_first_and_the_last_frame(run):
    whole = film(run[0], 8.0, None)
    state = PlayerState()
    assert player_update(whole, state, Changed("back", True)).frame == 0
    for expected in (1, 2, 3, 4, 4):
        state = player_update(whole, state, Changed("on", True))
        assert state.frame == expected
    assert player_update(whole, state, Changed("back", True)).frame == 3
    assert player_update(whole, state, Changed("start", True)).frame == 0
    assert player_update(whole, state, Changed("frame", 2.0)).frame == 2


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_the_picture_shows_the_frame_and_its_numbers(run, lang):
    whole = film(run[0], 8.0, SPREAD)
    for frame in (0, 2, 4):
        drawing = player_picture(whole, PlayerState(frame), lang)
        atoms, *curves = drawing.panels
        balls = [mark for mark in atoms.marks if type(mark) is Ball]
        assert len(balls) == 32
        assert (atoms.x_range, atoms.y_range) == (
            (drawing.panels[0].x_range),
            (player_picture(whole, PlayerState(1)).panels[0].y_range),
        )
        for panel, values in zip(
            curves, (whole.drift, whole.temperature, whole.spread), strict=True
        ):
            dot = next(mark for mark in panel.marks if type(mark) is Dot)
            assert (dot.x, dot.y) == (whole.times[frame], values[frame])
            np.testing.assert_array_equal([m for m in panel.marks if type(m) is Line][1].y, values)
            assert panel.y_range[0] < values.min() < values.max() < panel.y_range[1]
        assert f"{SPREAD[frame]:.3f} eV/Å" in drawing.summary
        assert drawing.table.rows[2][1:] == (f"{SPREAD[frame]:.3f}", "0.174", "0.100", "0.300")
        assert "<svg" in svg.render(drawing)
    assert WORDS["en"].keys() == WORDS["ja"].keys()


def test_without_a_spread_there_is_neither_curve_nor_number(run):
    drawing = player_picture(film(run[0], 8.0, None), PlayerState())
    assert len(drawing.panels) == 3
    assert "spread" not in drawing.summary
    assert len(drawing.table.rows) == 2


def test_clock_canvas_and_viewer_keep_one_time(run):
    player = md_player(run[0], 8.0)
    clock, view = together(player).children[1:]
    clock.value = 3
    assert (player.canvas.state.frame, view.frame) == (3, 3)
    player.canvas.apply(Changed("back", True))
    assert (clock.value, view.frame, player.canvas.state.frame) == (2, 2, 2)
    assert player.canvas.picture["summary"].startswith("Frame 3 of 5")


def test_play_starts_and_stops_the_clock_and_begins_anew_at_the_end(run):
    player = md_player(run[0], 8.0)
    player.canvas.apply(Changed("on", True))
    for playing in (True, False):
        player.canvas.apply(Changed("play", True))
        assert (player.clock.playing, player.clock.value) == (playing, 1)
    player.canvas.apply(Changed("frame", 4.0))
    player.canvas.apply(Changed("play", True))
    assert (player.clock.playing, player.clock.value, player.canvas.state.frame) == (True, 0, 0)
    player.clock.value = 4  # as the browser counts
    player.clock.playing = False
    assert player.canvas.state.frame == 4


def press(player, name, value=True):
    """As the learner does, in the browser."""
    player.canvas._receive({"kind": "Changed", "name": name, "value": value})


def kept_in(folder):
    (entries,) = json.loads((folder / FILE).read_text()).values()
    return [(entry["name"], entry["value"]) for entry in entries]


def test_a_second_visit_begins_at_the_frame_where_the_first_stopped(run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    player = md_player(run[0], 8.0)
    press(player, "on")
    press(player, "play")
    player.clock.value = 3  # as the browser counts
    press(player, "play")
    assert kept_in(tmp_path) == [("frame", 3.0)]
    again = md_player(run[0], 8.0)
    assert (again.canvas.state.frame, again.clock.value, again.clock.playing) == (3, 3, False)
    assert together(again).children[2].frame == 3
    assert md_player(run[0][:3], 8.0).canvas.state.frame == 2  # another film, of fewer frames
    assert md_player(run[0], 8.0, name="another").canvas.state.frame == 0
    press(again, "start")
    assert md_player(run[0], 8.0).canvas.state.frame == 0


def test_a_spoilt_file_leaves_clock_and_canvas_at_the_start(run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    press(md_player(run[0], 8.0), "frame", 3.0)
    (name,) = json.loads((tmp_path / FILE).read_text())
    kept = [Changed("frame", 3.0), Changed("no such", True)]
    keep(name, kept, tmp_path)
    player = md_player(run[0], 8.0)
    assert (player.canvas.state.frame, player.clock.value) == (0, 0)


def test_a_page_without_nglview_gets_the_drawing_and_a_print_the_still(run, monkeypatch):
    monkeypatch.setattr(module, "atoms_view", lambda frames: None)
    player = md_player(run[0], 8.0, lang="ja")
    assert len(together(player).children) == 2
    player.canvas.apply(Changed("frame", 4.0))
    data = player._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in data
    assert "コマ 5 / 5" in data["text/plain"]
    assert "<svg" in data["image/svg+xml"]


def test_one_frame_is_no_film_and_the_spread_must_fit(run):
    with pytest.raises(ValueError, match="two or more"):
        md_player(run[0][:1], 8.0)
    with pytest.raises(ValueError, match="5 frames, but 2"):
        md_player(run[0], 8.0, spread=[0.1, 0.2])
