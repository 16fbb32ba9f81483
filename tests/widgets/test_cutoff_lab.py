"""The smooth-cutoff lab: what jumps in which way, by the equations and by a run of its own."""

import numpy as np
import pytest
import torch

from mlp_teach.basis.cutoffs import cosine_cutoff, polynomial_cutoff
from mlp_teach.units import BOLTZMANN
from mlp_teach.widgets import svg
from mlp_teach.widgets.cutoff_lab import LEAST, LIMITS, WORDS, cutoff_lab, cutoff_picture
from mlp_teach.widgets.cutoff_scene import (
    EPSILON,
    SIGMA,
    STEPS,
    WAYS,
    CutoffState,
    cutoff_numbers,
    cutoff_update,
    icosahedron,
    pair,
    run,
)
from mlp_teach.widgets.drawing import Changed, Line

R = np.linspace(3.0, 9.0, 301)


def of_all(distances):
    return np.broadcast_to(distances, (len(WAYS), len(distances)))


def test_the_four_energies_are_lennard_jones_ended_in_four_ways():
    cutoff = 7.2
    energies, _ = pair(of_all(R), cutoff)
    r = torch.tensor(R)
    full = 4 * EPSILON * ((SIGMA / r) ** 12 - (SIGMA / r) ** 6)
    end = 4 * EPSILON * ((SIGMA / cutoff) ** 12 - (SIGMA / cutoff) ** 6)
    inside = r < cutoff
    expected = [
        full,
        full - end,
        full * cosine_cutoff(r, cutoff),
        full * polynomial_cutoff(r / cutoff),
    ]
    for row, one in zip(energies, expected, strict=True):
        np.testing.assert_allclose(row, torch.where(inside, one, 0.0).numpy(), atol=1e-16)


def test_forces_are_the_slopes_of_the_energies():
    inside, h = R[abs(R - 7.2) > 1e-3], 1e-5
    _, forces = pair(of_all(inside), 7.2)
    slopes = (pair(of_all(inside + h), 7.2)[0] - pair(of_all(inside - h), 7.2)[0]) / (2 * h)
    np.testing.assert_allclose(forces, -slopes, atol=1e-9)


def test_each_way_is_as_smooth_at_the_cutoff_as_it_says():
    numbers = cutoff_numbers(CutoffState())
    assert (numbers.energy_jump > 1e-5).tolist() == [True, False, False, False]
    assert (numbers.force_jump > 1e-6).tolist() == [True, True, False, False]
    power = (SIGMA / 7.2) ** 6
    assert numbers.energy_jump[0] == pytest.approx(4 * EPSILON * (power - power**2), rel=1e-4)


def test_the_cluster_is_an_icosahedron():
    atoms = icosahedron()
    assert atoms.shape == (13, 3)
    far = np.linalg.norm(atoms[1:], axis=1)
    np.testing.assert_allclose(far, far[0])
    np.testing.assert_allclose(atoms.sum(axis=0), 0.0, atol=1e-12)
    between = np.linalg.norm(atoms[1:, None] - atoms[1:], axis=-1)
    near = np.sort(between, axis=1)[:, 1:6]  # of each corner, the five around it
    np.testing.assert_allclose(near, near[0, 0])
    assert near[0, 0] == pytest.approx(far[0] / np.sin(2 * np.pi / 5), rel=1e-12)


def test_the_run_starts_at_the_temperature_and_smooth_ways_keep_the_energy():
    state = CutoffState(step=4.0)
    times, total = run(state)
    assert times[0] == 0.0
    assert times[-1] == pytest.approx(STEPS * 4e-3)
    cold = run(CutoffState(step=4.0, temperature=1e-9))[1]
    kinetic = total[:, 0] - cold[:, 0]
    np.testing.assert_allclose(kinetic, kinetic[0])
    assert kinetic[0] == pytest.approx(1.5 * 12 * BOLTZMANN * 30.0, rel=1e-6)
    worst = abs(total - total[:, :1]).max(axis=1)
    assert worst[0] > 30 * worst[1:].max()


def test_half_the_step_drifts_a_quarter_where_the_energy_is_smooth():
    coarse, fine = (cutoff_numbers(CutoffState(step=step)).drift for step in (16.0, 8.0))
    ratio = abs(coarse).max(axis=1) / abs(fine).max(axis=1)
    assert 3.0 < ratio[2] < 6.0


def test_a_cutoff_that_no_distance_crosses_hurts_nobody():
    drift = cutoff_numbers(CutoffState(cutoff=9.0)).drift
    assert abs(drift).max() < 2e-5


def test_the_picture_shows_the_numbers():
    state = CutoffState()
    drawing, numbers = cutoff_picture(state), cutoff_numbers(state)
    energy, force, drift = drawing.panels
    pieces = [mark for mark in energy.marks if type(mark) is Line and mark.color != "muted"]
    np.testing.assert_allclose(np.concatenate([p.y for p in pieces[:2]]), 1e3 * numbers.energies[0])
    for panel in (energy, force, drift):  # each alone on a narrow page
        found = [mark.label for mark in panel.marks if getattr(mark, "label", "")]
        assert found == ["hard", "shifted", "cosine", "polynomial"]
    for mark, row in zip(drift.marks, numbers.drift, strict=True):
        np.testing.assert_allclose(mark.y, np.maximum(1e3 * abs(row), LEAST))
    assert drawing.table.rows[0][1] == f"{1e3 * numbers.energy_jump[0]:.3f}"
    assert f"{1e3 * abs(numbers.drift[0]).max():.3f} meV with the hard" in drawing.summary


@pytest.mark.parametrize("lang", ["en", "ja"])
@pytest.mark.parametrize("name", LIMITS)
def test_every_slider_reaches_its_ends_in_both_languages(lang, name):
    for end in LIMITS[name][:2]:
        drawing = cutoff_picture(cutoff_update(CutoffState(), Changed(name, end)), lang)
        assert "<svg" in svg.render(drawing)
        assert all(np.isfinite(mark.y).all() for panel in drawing.panels for mark in panel.marks)
    assert WORDS["en"].keys() == WORDS["ja"].keys()


def test_the_widget_follows_its_sliders():
    widget = cutoff_lab("ja")
    widget.apply(Changed("cutoff", 9.0))
    assert widget.picture["summary"].startswith("r_c = 9.0 Å")
