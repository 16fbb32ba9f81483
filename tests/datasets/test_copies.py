"""Symmetry copies: found in the shipped splits, confirmed by moving one onto the other."""

from itertools import permutations, product

import numpy as np
import pytest
from ase import Atoms
from ase.build import bulk, molecule
from ase.calculators.singlepoint import SinglePointCalculator

from mlp_teach.datasets import load, repeats, symmetry_copies

SIGNED_PERMUTATIONS = [
    np.eye(3)[list(order)] * np.array(signs)[:, None]
    for order in permutations(range(3))
    for signs in product((1, -1), repeat=3)
]


def moved_onto(a: Atoms, b: Atoms) -> bool:
    """Slow twin: one of the 48 operations of the cube takes cell and atoms of a to those of b."""
    metric = b.cell.array @ b.cell.array.T
    places = b.get_scaled_positions() - b.get_scaled_positions()[0]
    for operation in SIGNED_PERMUTATIONS:
        cell = operation @ a.cell.array
        if not np.allclose(cell @ cell.T, metric, atol=1e-3):
            continue
        turned = (a.get_scaled_positions() - a.get_scaled_positions()[0]) @ operation.T
        apart = turned[:, None] - places
        if (abs(apart - np.round(apart)).max(-1).min(1) < 1e-4).all():
            return True
    return False


@pytest.mark.parametrize(
    ("name", "copies", "equal_energy"), [("mlearn_Cu", 13, 9), ("mlearn_Si", 3, 3)]
)
def test_the_copies_in_the_published_splits(name, copies, equal_energy):
    train, test = load(name, "train"), load(name, "test")
    found = symmetry_copies(test, train)
    assert len(found) == copies
    assert sum(abs(copy.energy_difference) < 2e-6 for copy in found) == equal_energy
    for copy in found:
        assert test[copy.frame].info["config_type"] == "Elastic"
        assert moved_onto(train[copy.of], test[copy.frame])


def test_all_strained_test_frames_of_copper_are_copies():
    train, test = load("mlearn_Cu", "train"), load("mlearn_Cu", "test")
    strained = {k for k, atoms in enumerate(test) if atoms.info["config_type"] == "Elastic"}
    assert {copy.frame for copy in symmetry_copies(test, train)} == strained


def test_the_slow_twin_tells_different_strains_apart():
    stretched, sheared = bulk("Cu", cubic=True), bulk("Cu", cubic=True)
    stretched.set_cell(stretched.cell.array @ np.diag([1.02, 1, 1]), scale_atoms=True)
    sheared.set_cell(sheared.cell.array @ (np.eye(3) + 0.02 * np.eye(3, k=1)), scale_atoms=True)
    assert not moved_onto(stretched, sheared)
    assert symmetry_copies([stretched], [sheared]) == []


def test_rotated_mirrored_shifted_and_reordered_molecules_are_copies():
    one = molecule("CH3CH2OH")
    other = one[::-1]
    other.rotate(40, (1, 2, 3))
    other.positions *= (1, 1, -1)
    other.positions += (3, 4, 5)
    assert [copy.of for copy in symmetry_copies([one], [molecule("H2O"), other])] == [1]


def test_a_moved_atom_or_another_element_is_no_copy():
    one, moved, other = (molecule("CH3CH2OH") for _ in range(3))
    moved.positions[0, 0] += 0.001
    other.numbers[0] = 14
    swapped = molecule("CO")
    swapped.numbers = swapped.numbers[::-1]
    assert symmetry_copies([one], [moved, other]) == []
    assert len(symmetry_copies([molecule("CO")], [swapped])) == 1  # C and O at exchanged places


def test_exchanging_the_elements_of_a_structure_is_no_copy():
    one = Atoms("HHO", [(0, 0, 0), (1, 0, 0), (3, 0, 0)])
    other = Atoms("HOH", [(0, 0, 0), (1, 0, 0), (3, 0, 0)])  # the same distances, other partners
    assert symmetry_copies([one], [other]) == []


def test_a_frame_without_a_copy_or_a_label_is_no_error():
    one, other = molecule("H2O"), molecule("H2O")
    assert symmetry_copies([], [one]) == symmetry_copies([one], []) == []
    assert np.isnan(symmetry_copies([one], [other])[0].energy_difference)


def test_of_several_copies_the_closest_in_energy_is_named():
    frames = [molecule("H2O") for _ in range(3)]
    for atoms, energy in zip(frames, (-1.0, -3.0, -1.1), strict=True):
        atoms.calc = SinglePointCalculator(atoms, energy=energy)
    [copy] = symmetry_copies(frames[:1], frames[1:])
    assert copy.of == 1
    assert copy.energy_difference == pytest.approx(0.1)


def test_repeats_name_the_first_of_their_kind():
    """Water, a mirror image of it, methane, water again: two of four are repeats of the first."""
    water, mirrored, again = (molecule("H2O") for _ in range(3))
    mirrored.positions[:, 1] *= -1
    again.rotate(30, (1, 1, 0))
    found = repeats([water, mirrored, molecule("CH4"), again])
    assert [(copy.frame, copy.of) for copy in found] == [(1, 0), (3, 0)]
    assert repeats([]) == repeats([water]) == []


def test_repeats_of_a_shipped_set_are_copies_of_what_came_before():
    frames = [a for a in load("mlearn_Cu", "train") if a.info["config_type"] == "Elastic"][::5]
    found = repeats(frames)
    assert {copy.frame for copy in found} == {
        k for k in range(1, len(frames)) if symmetry_copies([frames[k]], frames[:k])
    }
