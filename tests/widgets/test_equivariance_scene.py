"""What the equivariance explorer shows is computed anew and turns as it should."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from ase.build import molecule

from mlp_teach.basis.rotations import wigner_d
from mlp_teach.basis.tensor_product import irreps_of
from mlp_teach.widgets.drawing import Changed
from mlp_teach.widgets.equivariance_scene import (
    LONGEST,
    MOLECULES,
    SHOWN,
    EquivarianceState,
    equivariance_numbers,
    equivariance_update,
    movement,
)

STATE = EquivarianceState(atom=2)
TURNED = replace(STATE, turn=35.0, tilt=-50.0)
MIRRORED = replace(TURNED, mirrored=True)


def area(outline: np.ndarray) -> float:
    x, y = outline.T
    return float(abs(x[:-1] @ y[1:] - y[:-1] @ x[1:]) / 2)


@pytest.mark.parametrize("name", MOLECULES)
@pytest.mark.parametrize("mirrored", [False, True], ids=["turned", "mirrored"])
def test_features_follow_d_and_parity_and_plain_numbers_stay(name, mirrored):
    for atom in range(len(molecule(name))):
        state = replace(TURNED, molecule=name, mirrored=mirrored, atom=atom)
        numbers, q = equivariance_numbers(state), movement(state)
        for irrep in SHOWN:
            before, now = numbers.features[str(irrep)]
            expected = wigner_d(irrep.l, q, irrep.parity).numpy() @ before
            np.testing.assert_allclose(now, expected, rtol=0, atol=1e-12)
        np.testing.assert_allclose(*numbers.plain, rtol=0, atol=1e-12)
        np.testing.assert_allclose(*numbers.energies, rtol=1e-12)
        assert numbers.deviation < 1e-12


def test_the_features_really_change_and_a_mirror_flips_the_odd_scalar():
    numbers = equivariance_numbers(MIRRORED)
    for name in ("1o", "1e", "2e"):
        before, now = numbers.features[name]
        assert np.linalg.norm(now - before) > 0.1 * np.linalg.norm(before) > 0
    (before,), (now,) = numbers.features["0o"]
    assert abs(before) > 1e-3
    assert now == pytest.approx(-before)
    assert equivariance_numbers(TURNED).features["0o"][1] == pytest.approx(before)


def test_a_flat_molecule_has_no_odd_scalar():
    numbers = equivariance_numbers(replace(TURNED, molecule="H2O"))
    assert np.abs(numbers.features["0o"]).max() < 1e-12


def test_the_movement_is_a_mirror_first_then_a_turn_then_a_tilt_by_hand():
    x, y, z = np.eye(3)
    quarter = movement(EquivarianceState(turn=90.0)).numpy()
    np.testing.assert_allclose(quarter @ x, y, atol=1e-15)
    both = movement(EquivarianceState(turn=90.0, tilt=90.0)).numpy()
    np.testing.assert_allclose(both @ x, z, atol=1e-15)
    mirrored = movement(EquivarianceState(turn=90.0, mirrored=True)).numpy()
    np.testing.assert_allclose(mirrored @ x, -y, atol=1e-15)
    assert np.linalg.det(mirrored) == pytest.approx(-1)


@pytest.mark.parametrize("vector", ["1o", "1e"])
def test_arrows_turn_with_the_molecule_and_the_longest_has_length_one(vector):
    parity = irreps_of(vector)[0].parity
    before = equivariance_numbers(replace(STATE, vector=vector))
    for state in (TURNED, MIRRORED):
        now, q = equivariance_numbers(replace(state, vector=vector)), movement(state).numpy()
        proper = q * np.linalg.det(q)  # the rotation in it
        expected = before.vectors @ proper.T * (parity if state.mirrored else 1)
        np.testing.assert_allclose(now.vectors, expected, rtol=0, atol=1e-12)
        np.testing.assert_allclose(now.places, before.places @ q.T, rtol=0, atol=1e-12)
    assert np.linalg.norm(before.vectors, axis=1).max() == pytest.approx(1)


def test_ellipses_turn_in_the_plane_and_have_the_sizes_of_the_tensor():
    before = equivariance_numbers(STATE)
    now = equivariance_numbers(replace(STATE, turn=90.0))
    for one, other in zip(before.outlines, now.outlines, strict=True):
        widths = [np.ptp(outline, axis=0) for outline in (one, other)]
        np.testing.assert_allclose(widths[0], widths[1][::-1], rtol=1e-2)
        assert area(one) == pytest.approx(area(other))
        radii = np.linalg.norm(one, axis=1)
        assert np.exp(-LONGEST) - 1e-9 < radii.min() <= radii.max() < np.exp(LONGEST) + 1e-9
    assert max(np.linalg.norm(o, axis=1).max() for o in before.outlines) > 1.1


@pytest.mark.parametrize(
    ("event", "field", "value"),
    [
        (Changed("turn", 45.0), "turn", 45.0),
        (Changed("tilt", -30.0), "tilt", -30.0),
        (Changed("atom", 1.0), "atom", 1),
        (Changed("vector", "1e"), "vector", "1e"),
        (Changed("molecule", "CH3OH"), "molecule", "CH3OH"),
        (Changed("mirror", True), "mirrored", True),
    ],
)
def test_each_control_sets_its_part_of_the_state(event, field, value):
    after = equivariance_update(STATE, event)
    assert getattr(after, field) == value
    assert type(getattr(after, field)) is type(value)


def test_mirroring_twice_and_going_back_lead_to_the_start():
    mirrored = equivariance_update(TURNED, Changed("mirror", True))
    assert equivariance_update(mirrored, Changed("mirror", True)) == TURNED
    assert equivariance_update(mirrored, Changed("upright", True)) == STATE


def test_an_atom_that_a_smaller_molecule_lacks_becomes_its_last_one():
    state = equivariance_update(replace(STATE, atom=3), Changed("molecule", "H2O"))
    assert state.atom == 2
    assert equivariance_update(state, Changed("atom", 5.0)).atom == 2


def test_the_learners_random_numbers_stay_as_they_are():
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    equivariance_numbers(replace(STATE, turn=12.5))
    assert torch.equal(torch.rand(3), expected)
