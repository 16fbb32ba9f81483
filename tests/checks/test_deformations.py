"""Structures made from a structure are what they say."""

import numpy as np
import pytest
from ase import Atoms
from ase.build import bulk, fcc111, molecule

from mlp_teach.checks.deformations import (
    boxed,
    free_cluster,
    nearest_to,
    random_orthogonal,
    shaken,
    strained,
    turned,
)


def test_an_orthogonal_matrix_turns_or_mirrors():
    for determinant in (1, -1):
        for seed in range(5):
            q = random_orthogonal(np.random.default_rng(seed), determinant)
            np.testing.assert_allclose(q @ q.T, np.eye(3), atol=1e-14)
            assert np.linalg.det(q) == pytest.approx(determinant)


def test_turning_by_hand_takes_x_to_y():
    quarter = np.array([[0.0, -1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, 1.0]])
    atoms = Atoms("Ar", positions=[[1, 0, 0]], cell=[2, 3, 4], pbc=True)
    new = turned(atoms, quarter)
    np.testing.assert_allclose(new.positions, [[0, 1, 0]], atol=1e-15)
    np.testing.assert_allclose(new.cell.array, [[0, 2, 0], [-3, 0, 0], [0, 0, 4]], atol=1e-15)


def test_a_strain_moves_atoms_and_cell_alike():
    atoms = bulk("Cu", cubic=True)
    strain = np.array([[0.01, 0.02, 0.0], [0.02, 0.0, 0.0], [0.0, 0.0, -0.01]])
    new = strained(atoms, strain)
    np.testing.assert_allclose(new.get_scaled_positions(), atoms.get_scaled_positions(), atol=1e-14)
    np.testing.assert_allclose(new.cell.array, atoms.cell.array @ (np.eye(3) + strain))


def test_a_box_stands_around_what_has_no_period_and_keeps_what_has():
    water = boxed(molecule("H2O"), 2.5)
    assert water.pbc.all()
    np.testing.assert_allclose(
        np.abs(np.diag(water.cell.array[:, ::-1])) - 2.5 - np.ptp(water.positions[:, ::-1], axis=0),
        0,
        atol=1e-12,
    )
    slab = fcc111("Cu", (1, 1, 3), vacuum=None)  # periodic in two directions, no third vector
    assert slab.pbc.tolist() == [True, True, False]
    filled = boxed(slab, 2.5)
    np.testing.assert_allclose(filled.cell.array[:2], slab.cell.array[:2])
    np.testing.assert_allclose(
        np.abs(filled.cell.array[2]), [0, 0, np.ptp(slab.positions[:, 2]) + 2.5], atol=1e-12
    )
    crystal = bulk("Cu")
    assert boxed(crystal, 2.5) == crystal


def test_the_pair_nearest_to_a_radius_is_found_for_each_two_elements():
    atoms = Atoms("HHO", positions=[[0, 0, 0], [2, 0, 0], [0, 3.1, 0]])
    found = sorted(nearest_to(atoms, 3.0), key=lambda pair: pair[2])
    np.testing.assert_allclose([distance for _, _, distance in found], [2.0, 3.1])  # H-H, H-O
    for j, direction, distance in found:
        other = atoms.positions[j] - distance * direction
        assert np.isclose(np.linalg.norm(atoms.positions - other, axis=1), 0).sum() == 1


def test_no_pair_near_a_radius_is_said():
    with pytest.raises(ValueError, match="denser"):
        nearest_to(Atoms("Ar2", positions=[[0, 0, 0], [9, 0, 0]]), 3.0)


def test_nothing_changes_the_structure_it_was_given():
    atoms = bulk("NaCl", "rocksalt", a=5.6)
    before = atoms.copy()
    rng = np.random.default_rng(0)
    shaken(atoms, rng), boxed(atoms, 1.0), free_cluster(atoms), nearest_to(atoms, 3.0)
    turned(atoms, random_orthogonal(rng, 1)), strained(atoms, np.eye(3))
    assert atoms == before
