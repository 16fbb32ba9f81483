"""The training domain: what is inside, what is outside, and the sentence that says by how much."""

import numpy as np
import pytest
import torch
from ase import Atoms
from ase.build import bulk

from mlp_teach.basis.radial import GaussianOrbitals
from mlp_teach.descriptors.soap import SOAP
from mlp_teach.descriptors.symmetry_functions import SymmetryFunctions, symmetry_functions
from mlp_teach.models.gap import GAP
from mlp_teach.neighbors import atom_graph
from mlp_teach.simulation.domain import departure, domain_of, learn_domain
from mlp_teach.training.regression import Regression, choose_points


def pair(distance: float, symbols: str = "Cu2") -> Atoms:
    return Atoms(symbols, [[0, 0, 0], [0, 0, distance]])


def sum_of_inverse_distances(graph):
    """One feature by hand: Σ_j 1/r_ij of each atom."""
    vectors = graph.positions[graph.neighbors] - graph.positions[graph.centers]
    inverse = 1 / torch.linalg.vector_norm(vectors, dim=1)
    return inverse.new_zeros(graph.n_atoms).index_add(0, graph.centers, inverse)[:, None]


def copper(scale: float, seed: int) -> Atoms:
    atoms = bulk("Cu", cubic=True, a=3.63 * scale) * (2, 2, 2)
    atoms.rattle(0.05, seed=seed)
    return atoms


@pytest.fixture(scope="module")
def copper_domain():
    functions = SymmetryFunctions(
        5.0, (29,), g2=((0.5, 2.5), (0.5, 3.5)), g4=((0.01, 1.0, 1.0), (0.01, 1.0, -1.0))
    )
    training = [copper(0.97 + 0.002 * number, number) for number in range(30)]
    return learn_domain(
        training, 5.0, lambda graph: symmetry_functions(graph, functions), functions.names()
    )


def test_the_closest_approach_is_that_of_each_pair_of_elements():
    domain = learn_domain([pair(2.2), pair(2.0), pair(1.0, "OH"), pair(1.5, "CuO")], cutoff=3.0)
    assert domain.elements == (1, 8, 29)
    expected = [[np.inf, 1.0, np.inf], [1.0, np.inf, 1.5], [np.inf, 1.5, 2.0]]
    np.testing.assert_allclose(domain.closest, expected)


def test_two_atoms_may_come_as_close_as_in_training_and_3_percent_closer():
    domain = learn_domain([pair(2.0)], cutoff=3.0)
    for distance in (2.9, 2.0, 1.95):
        assert departure(domain, pair(distance)).share == 0
    away = departure(domain, pair(1.93))
    assert away.share == 1
    assert away.reason == (
        "Atoms 0 (Cu) and 1 (Cu) are 1.930 Å apart; the closest Cu-Cu pair of the training data "
        "is 2.000 Å."
    )


def test_elements_that_never_met_are_outside_at_any_distance():
    domain = learn_domain([pair(2.0), pair(1.0, "OH")], cutoff=3.0)
    away = departure(domain, pair(2.9, "CuH"))
    assert away.share == 1
    assert "Cu and H are never neighbours in the training data" in away.reason
    assert departure(domain, pair(3.1, "CuH")).share == 0  # beyond the cutoff they do not meet


def test_an_element_never_seen_is_named():
    domain = learn_domain([pair(2.0)], cutoff=3.0)
    away = departure(domain, pair(2.0, "CuAg"))
    assert away.outside.tolist() == [False, True]
    assert away.reason == "The structure holds Ag, and the training data hold only Cu."


def test_the_excess_is_counted_in_widths_of_the_training_range():
    # In training 1/r is 0.4 and 0.5, so the width is 0.1; at 0.36 it is 0.4 widths below.
    domain = learn_domain([pair(2.0), pair(2.5)], 3.0, sum_of_inverse_distances, ["Σ 1/r"])
    for distance in (2.0, 2.2, 2.5):
        assert departure(domain, pair(distance)).excess.max() < 1e-12
    away = departure(domain, pair(1 / 0.36))
    np.testing.assert_allclose(away.excess, 0.4)
    assert away.share == 1
    assert "Atom 0 (Cu)" in away.reason
    assert "its Σ 1/r lies 0.40 widths of the range beyond the range of Cu" in away.reason


def test_an_excess_below_the_margin_is_inside():
    domain = learn_domain([pair(2.0), pair(2.5)], 3.0, sum_of_inverse_distances, margin=0.5)
    assert departure(domain, pair(1 / 0.36)).share == 0
    assert departure(domain, pair(1 / 0.34)).share == 1


def test_each_element_has_its_own_range():
    domain = learn_domain([pair(2.0), pair(1.0, "OH")], 3.0, sum_of_inverse_distances)
    np.testing.assert_allclose(domain.low, [[1.0], [1.0], [0.5]])
    wide = departure(domain, pair(2.0, "OH"))  # as far apart as Cu was, but they are O and H
    assert wide.share == 1


def test_a_feature_that_never_varied_forgives_rounding_only():
    domain = learn_domain([pair(2.0)], 3.0, sum_of_inverse_distances)
    assert departure(domain, pair(2.0 + 1e-12)).share == 0
    assert departure(domain, pair(2.0 + 1e-3)).share == 1


def test_only_the_atoms_concerned_are_outside():
    domain = learn_domain([pair(2.0)], cutoff=3.0)
    close_and_apart = Atoms("Cu4", [[0, 0, 0], [0, 0, 1.5], [9, 0, 0], [9, 0, 2.0]])
    assert departure(domain, close_and_apart).outside.tolist() == [True, True, False, False]


def test_training_structures_and_their_like_are_inside(copper_domain):
    for seed in range(100, 110):
        assert departure(copper_domain, copper(1.0, seed)).share == 0


@pytest.mark.parametrize("scale", [0.85, 0.9, 1.15])
def test_a_compressed_and_a_stretched_crystal_are_outside(copper_domain, scale):
    away = departure(copper_domain, copper(scale, 7))
    assert away.share == 1
    assert away.excess.max() > 1
    assert away.reason


def test_an_atom_that_left_the_crystal_is_outside(copper_domain):
    slab = copper(1.0, 3)
    slab.cell[2, 2] += 20
    slab.positions[-1, 2] += 12
    away = departure(copper_domain, slab)
    assert away.outside[-1]


def test_a_gap_tells_by_its_own_novelty():
    cells = []
    for seed in range(40):
        atoms = bulk("Cu", cubic=True)
        atoms.rattle(0.08, seed=seed)
        cells.append(atoms)
    model = GAP(SOAP(GaussianOrbitals(4.0, 4, 3, 0.5), (29,), transition=0.8), 40)
    choose_points(model, [atom_graph(atoms, model.cutoff) for atoms in cells[:36]], Regression())
    domain = domain_of(model, cells[:36])
    assert not any(departure(domain, atoms).outside.any() for atoms in cells)
    stretched = cells[39].copy()
    stretched.set_cell(stretched.cell * 1.15, scale_atoms=True)
    found = departure(domain, stretched)
    assert found.outside.all()
    assert "novelty in eV lies" in found.reason


def test_a_gap_that_knows_little_still_gives_an_alarm():
    cells = [bulk("Cu", cubic=True) for _ in range(4)]
    for seed, atoms in enumerate(cells):
        atoms.rattle(0.3, seed=seed)
    model = GAP(SOAP(GaussianOrbitals(4.0, 4, 3, 0.3), (29,), transition=0.8), 1, zeta=8)
    choose_points(model, [atom_graph(atoms, model.cutoff) for atoms in cells], Regression())
    domain = domain_of(model, cells)
    assert 10 ** float(domain.high) > 0.16  # eV: twice as much would be close to δ
    assert departure(domain, Atoms("Cu")).outside.all()


def test_a_domain_needs_structures():
    with pytest.raises(ValueError, match="none were given"):
        learn_domain([], cutoff=3.0)
