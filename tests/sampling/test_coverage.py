"""Coverage by its promises: distances of zero for copies, maps that keep distances, holes found."""

import numpy as np
import pytest
from ase import Atoms
from ase.build import bulk, molecule

from mlp_teach.basis.radial import GaussianOrbitals
from mlp_teach.descriptors.soap import SOAP
from mlp_teach.sampling.coverage import (
    above_elements,
    element_counts,
    element_energies,
    features,
    mean_features,
    nearest_from,
    nearest_within,
    principal_map,
    shortest_distances,
)
from mlp_teach.sampling.equilibrium import rattled

COPPER = SOAP(GaussianOrbitals(5.0, 4, 3, 0.5), (29,), transition=1.0)
ORGANIC = SOAP(GaussianOrbitals(5.0, 3, 3, 0.4), (1, 6, 8), transition=1.0)


def crystal() -> Atoms:
    return bulk("Cu", cubic=True)


def test_a_structures_features_are_the_mean_of_its_atoms():
    frames = [molecule("CH3OH"), molecule("H2O")]
    single = features(frames, ORGANIC)
    assert [len(rows) for rows in single] == [6, 3]
    assert mean_features(frames, ORGANIC) == pytest.approx(np.array([r.mean(0) for r in single]))


def test_turned_repeated_and_reordered_structures_are_at_distance_zero():
    one = rattled(crystal(), 1, 0.1)[0]
    turned = one.copy()
    turned.rotate(40, (1, 2, 3), rotate_cell=True)
    rows = mean_features([one, turned, one * (2, 1, 1), one[[2, 0, 3, 1]], crystal()], COPPER)
    apart, which = nearest_from(rows[1:], rows[:1])
    assert (apart[:3] < 1e-6).all()
    assert apart[3] > 1e-3
    assert (which == 0).all()


def test_nearest_distances_are_the_least_of_all():
    rng = np.random.default_rng(0)
    rows, others = rng.normal(size=(30, 5)), rng.normal(size=(20, 5))
    table = np.linalg.norm(rows[:, None] - others, axis=2)
    apart, which = nearest_from(rows, others)
    assert apart == pytest.approx(table.min(axis=1))
    assert (which == table.argmin(axis=1)).all()
    table = np.linalg.norm(rows[:, None] - rows, axis=2)
    np.fill_diagonal(table, np.inf)
    assert nearest_within(rows) == pytest.approx(table.min(axis=1))


def test_a_structure_that_is_there_twice_has_a_neighbour_at_zero():
    rows = np.random.default_rng(0).normal(size=(4, 5))
    assert nearest_within(np.concatenate([rows, rows[:1]]))[[0, 4]] == pytest.approx([0, 0])


def test_what_a_set_lacks_is_farther_from_it_than_what_it_holds():
    known = mean_features(rattled(crystal() * 2, 10, 0.05, seed=1), COPPER)
    like = mean_features(rattled(crystal() * 2, 5, 0.05, seed=2), COPPER)
    bcc = mean_features([bulk("Cu", "bcc", a=2.87)], COPPER)
    assert nearest_from(bcc, known)[0].min() > 5 * nearest_from(like, known)[0].max()


def test_two_directions_hold_all_of_a_plane():
    rng = np.random.default_rng(1)
    axes = np.linalg.qr(rng.normal(size=(7, 2)))[0].T
    places = rng.normal(size=(40, 2)) * [3.0, 1.0]
    found = principal_map(places @ axes + 5.0)
    assert found.explained_variance_ratio_.sum() == pytest.approx(1)
    assert found.explained_variance_ratio_[0] > found.explained_variance_ratio_[1]
    shown = found.transform(places @ axes + 5.0)
    apart, flat = (np.linalg.norm(p[:, None] - p, axis=2) for p in (places, shown))
    assert flat == pytest.approx(apart, abs=1e-10)


def test_another_set_is_drawn_with_the_directions_of_the_first():
    rng = np.random.default_rng(2)
    first, second = rng.normal(size=(20, 4)), rng.normal(size=(5, 4)) + 3
    found = principal_map(first)
    by_hand = (second - first.mean(0)) @ found.components_.T
    assert found.transform(second) == pytest.approx(by_hand)


def test_energies_count_above_what_the_elements_give():
    frames = [molecule(name) for name in ("H2O", "CH4", "CO2", "H2", "CO")]
    counts = element_counts(frames, (1, 6, 8))
    assert counts.tolist() == [[2, 0, 1], [4, 1, 0], [0, 1, 2], [2, 0, 0], [0, 1, 1]]
    alone, bonds = np.array([-13.0, -1000.0, -2000.0]), np.array([0.3, -0.6, 0.0, 0.1, 0.2])
    energies = counts @ alone + bonds
    assert above_elements(counts, energies, alone) == pytest.approx(bonds / counts.sum(1))
    fitted = element_energies(counts, energies)
    left = above_elements(counts, energies, fitted) * counts.sum(1)
    assert counts.T @ left == pytest.approx(np.zeros(3), abs=1e-8)  # least squares
    assert (left**2).sum() < (bonds**2).sum()


def test_of_one_element_the_mean_energy_an_atom_is_taken_off():
    counts = np.array([[4], [4]])
    found = element_energies(counts, np.array([-4.0, -8.0]))
    assert found == pytest.approx([-1.5])
    assert above_elements(counts, np.array([-4.0, -8.0]), found) == pytest.approx([0.5, -0.5])


def test_shortest_distances_of_each_pair_of_elements():
    water, co = molecule("H2O"), molecule("CO")
    found = shortest_distances([water, co, crystal()])
    assert set(found) == {(a, b) for n, a in enumerate(SYMBOLS) for b in SYMBOLS[n:]}
    assert found["H", "O"] == pytest.approx([water.get_distance(0, 1), np.inf, np.inf])
    assert found["H", "H"][0] == pytest.approx(water.get_distance(1, 2))
    assert found["C", "O"] == pytest.approx([np.inf, co.get_distance(0, 1), np.inf])
    assert found["Cu", "Cu"][2] == pytest.approx(3.61 / 2**0.5)  # through the cell's faces
    assert np.isinf(found["H", "C"]).all()


SYMBOLS = ["H", "C", "O", "Cu"]


def test_what_cannot_be_compared_is_refused_in_words():
    with pytest.raises(ValueError, match="set is empty"):
        mean_features([], COPPER)
    with pytest.raises(ValueError, match="set is empty"):
        nearest_from(np.zeros((1, 2)), np.zeros((0, 2)))
    with pytest.raises(ValueError, match="Of 1 structures none has a neighbour"):
        nearest_within(np.zeros((1, 2)))
    with pytest.raises(ValueError, match=r"2 structures span no map of 2 directions: .* 3 struct"):
        principal_map(np.zeros((2, 5)))
    with pytest.raises(ValueError, match="Structure 1, CO2, holds an element that is not among"):
        element_counts([molecule("H2O"), molecule("CO2")], (1, 8))
