"""What the SOAP explorer computes is the library's number, and the overlap by hand."""

from dataclasses import replace
from math import exp, sqrt

import numpy as np
import pytest
import torch
from ase import Atoms

from mlp_teach.descriptors.soap import multiplicity, power_spectrum
from mlp_teach.neighbors import atom_graph
from mlp_teach.widgets.drawing import Changed, Moved
from mlp_teach.widgets.soap_scene import (
    CUTOFF,
    GRID,
    LEVELS,
    TURNS,
    SoapState,
    density_map,
    soap_numbers,
    soap_update,
    turned,
)

STATE = SoapState(
    neighbors=((2.0, 0.0), (0.0, 2.5)), reference=((2.0, 0.0), (-2.5, 0.0)), angle=0.0, sigma=0.4
)


def spectrum(places):
    points = [(0.0, 0.0, 0.0), *((x, y, 0.0) for x, y in places)]
    graph = atom_graph(Atoms(f"Cu{len(points)}", points), CUTOFF)
    parameters = STATE.parameters()
    return power_spectrum(graph, parameters)[0] * multiplicity(parameters).sqrt()


def test_powers_and_similarity_are_the_librarys_for_the_atoms_that_are_drawn():
    numbers = soap_numbers(STATE)
    one, other = spectrum(STATE.neighbors), spectrum(STATE.reference)
    cosine = torch.dot(one, other) / (one.norm() * other.norm())
    assert numbers.similarity == pytest.approx(cosine.item(), rel=1e-12)
    assert numbers.similarity < 0.9999
    by_l = one.view(STATE.l_max + 1, -1).norm(dim=1) / one.norm()
    np.testing.assert_allclose(numbers.powers, by_l, rtol=1e-12)
    assert (numbers.powers**2).sum() == pytest.approx(1.0, rel=1e-12)


def test_the_overlap_is_that_of_gaussians_worked_out_by_hand():
    """One neighbour at 2 Å on either side of the centre: squared distances 0, 4, 4 and 16 Å²."""
    state = replace(STATE, neighbors=((2.0, 0.0),), reference=((-2.0, 0.0),), sigma=0.8)
    a = 1 / (4 * 0.8**2)
    by_hand = (1 + 2 * exp(-4 * a) + exp(-16 * a)) / (2 + 2 * exp(-4 * a))
    numbers = soap_numbers(state)
    assert numbers.overlap == pytest.approx(by_hand, rel=1e-12)
    assert numbers.overlaps[0] == pytest.approx(1.0, rel=1e-12)  # turned by half a turn
    assert numbers.overlaps[TURNS == 0] == pytest.approx(numbers.overlap, rel=1e-12)


def test_an_atom_in_the_last_angstrom_counts_less_and_beyond_the_cutoff_not_at_all():
    """At 4.5 Å of 5 the half wave stands at ½: its overlap with itself counts a quarter."""
    half = replace(STATE, neighbors=((4.5, 0.0),), reference=((0.0, 4.5),))
    apart = exp(-(4.5**2) / (4 * 0.4**2))
    apart_neighbours = exp(-2 * 4.5**2 / (4 * 0.4**2))
    by_hand = (1 + 2 * 0.5 * apart + 0.25 * apart_neighbours) / (1.25 + 2 * 0.5 * apart)
    assert soap_numbers(half).overlap == pytest.approx(by_hand, rel=1e-12)
    gone = soap_numbers(replace(STATE, neighbors=((5.1, 0.0),), reference=((0.0, 5.2),)))
    assert (gone.overlap, gone.similarity) == pytest.approx((1.0, 1.0), rel=1e-12)


@pytest.mark.parametrize("event", [Changed("angle", 65.0), Changed("mirror", True)])
def test_turning_and_mirroring_change_the_overlap_but_no_bar_and_no_similarity(event):
    state = SoapState()
    before, after = soap_numbers(state), soap_numbers(soap_update(state, event))
    np.testing.assert_allclose(after.powers, before.powers, rtol=1e-10)
    assert after.similarity == pytest.approx(before.similarity, rel=1e-12)
    assert np.abs(after.overlaps - before.overlaps).max() > 0.3


def test_the_first_state_is_its_reference_turned():
    state = SoapState()
    np.testing.assert_allclose(turned(state.reference, state.angle), state.neighbors, atol=0.01)
    assert soap_numbers(state).similarity > 0.9999


def test_the_slider_of_the_angle_turns_by_what_it_was_moved():
    state = replace(STATE, angle=30.0)
    there = soap_update(state, Changed("angle", 120.0))
    np.testing.assert_allclose(there.neighbors, [(0.0, 2.0), (-2.5, 0.0)], atol=1e-12)
    back = soap_update(there, Changed("angle", 30.0))
    np.testing.assert_allclose(back.neighbors, state.neighbors, atol=1e-12)


def test_what_is_stored_as_reference_is_what_is_there():
    stored = soap_update(SoapState(), Changed("keep", True))
    assert stored.reference == stored.neighbors
    assert soap_numbers(stored).overlap == pytest.approx(1.0, rel=1e-12)


@pytest.mark.parametrize("shown", ["exact", "expanded"])
def test_each_contour_lies_where_the_density_has_its_height(shown):
    """A lone atom's density is a Gaussian, so its contours are circles; n and l blur it little."""
    state = replace(STATE, neighbors=((5.4, 0.0),), n_max=10, shown=shown)
    for level, outlines in zip(LEVELS, density_map(state), strict=True):
        (ring,) = outlines
        radius = 0.4 * sqrt(-2 * np.log(level))
        step = GRID[1] - GRID[0]
        assert np.abs(np.linalg.norm(ring, axis=1) - radius).max() < step / 2
    assert density_map(replace(state, sigma=0.2)) is not density_map(state)


def test_few_angular_functions_blur_a_neighbour_into_a_shell():
    """At l = 0 the density is the same all around; the neighbour cannot stand to the right."""
    state = replace(STATE, neighbors=((2.0, 0.0),), l_max=0)
    outermost = np.concatenate(density_map(state)[0])
    right = outermost[np.abs(outermost[:, 1]) < 0.2]
    assert right[:, 0].min() == pytest.approx(-right[:, 0].max(), abs=0.05)


def test_an_atom_is_not_moved_onto_another_one():
    assert soap_update(STATE, Moved("0", 0.1, 0.1)) is STATE
    assert soap_update(STATE, Moved("0", 0.2, 2.5)) is STATE
    assert soap_update(STATE, Moved("1", 0.0, 3.0)).neighbors == ((2.0, 0.0), (0.0, 3.0))


@pytest.mark.parametrize(
    ("event", "field", "value"),
    [
        (Changed("sigma", 0.3), "sigma", 0.3),
        (Changed("n_max", 4.0), "n_max", 4),
        (Changed("l_max", 0.0), "l_max", 0),
        (Changed("shown", "exact"), "shown", "exact"),
    ],
)
def test_each_control_sets_its_parameter(event, field, value):
    state = soap_update(SoapState(), event)
    assert getattr(state, field) == value
    assert len(soap_numbers(state).powers) == state.l_max + 1
