"""A committee from one linear solve: the regression's own weights, and the potentials it gives."""

import numpy as np
import pytest
import torch
from ase import Atoms
from ase.build import bulk, molecule

from mlp_teach.active_learning.bagged_gap import FixedPoints, bagged, choose_points_equally
from mlp_teach.active_learning.explore import largest_deviation
from mlp_teach.basis.radial import GaussianOrbitals
from mlp_teach.descriptors.soap import SOAP
from mlp_teach.labelling.methods import EMT
from mlp_teach.labelling.run import with_label
from mlp_teach.models.gap import GAP
from mlp_teach.neighbors import atom_graph
from mlp_teach.potential import predict
from mlp_teach.training.experiment import make_data
from mlp_teach.training.regression import Regression, solve_weights
from tests.active_learning.small_loop import frames, points


@pytest.fixture(scope="module")
def known():
    return frames(10)


@pytest.fixture(scope="module")
def basis(known):
    return points(known)


def test_the_first_member_is_what_the_regression_finds_by_qr(known, basis):
    fit = basis.fit(known, bagged(len(known), 2, 0))
    model = basis.models(fit)[0]
    expected = basis.models(fit)[0]
    solve_weights(expected, make_data(expected, known, torch.float64), basis.settings)
    graph = atom_graph(frames(12)[-1], basis.gap.cutoff)
    found, truth = predict(model, graph), predict(expected, graph)
    assert torch.allclose(found.forces, truth.forces, atol=1e-5)
    assert torch.allclose(found.energy, truth.energy, atol=1e-5)


def test_a_structure_that_counts_twice_is_one_given_twice(known, basis):
    twice = basis.fit(known[:3], torch.tensor([[1.0, 2.0, 0.0]]).double())
    given = basis.fit([known[0], known[1], known[1]], torch.ones(1, 3).double())
    # E0 is the mean over what is given, so it is taken off to compare
    assert torch.allclose(
        twice.weights, basis_without_shift(basis, known, given), rtol=1e-6, atol=1e-9
    )


def basis_without_shift(basis, known, given):
    """Weights of known[0] once and known[1] twice, with E0 of known[:3], by a dense solve."""
    reference = basis.fit(known[:3], torch.ones(1, 3).double()).reference
    system, right = torch.eye(basis.gap.n_points).double(), torch.zeros(basis.gap.n_points).double()
    for atoms, count in ((known[0], 1), (known[1], 2)):
        rows, sigma = basis.rows(atoms), basis.settings
        b = torch.cat([rows.energy[None] / (sigma.sigma_energy * 2), rows.forces / 0.05])
        energy = (atoms.get_potential_energy() - 4 * reference[0]) / (sigma.sigma_energy * 2)
        y = torch.cat([energy[None], torch.tensor(atoms.get_forces().ravel()) / 0.05])
        system, right = system + count * b.T @ b, right + count * b.T @ y
    assert given.weights.shape == (1, basis.gap.n_points)
    return torch.linalg.solve(system, right)[None]


def test_rows_give_what_the_members_predict_as_potentials(known, basis):
    fit = basis.fit(known, bagged(len(known), 3, 1))
    other = frames(20)[-1]
    models, graph = basis.models(fit), atom_graph(other, basis.gap.cutoff)
    assert len(models) == 4
    for k, model in enumerate(models):
        found = predict(model, graph)
        assert torch.allclose(found.forces, basis.forces(fit, other)[k], atol=1e-7)
        assert torch.allclose(found.energy[0], basis.energy(fit, other)[k], atol=1e-6)
    assert basis.score(fit, [other])[0] == pytest.approx(largest_deviation(models, other), rel=1e-6)


def test_members_part_where_nothing_is_known_and_agree_where_all_is(known, basis):
    far = frames(40)[-1]
    few, many = (basis.fit(part, bagged(len(part), 6, 0)) for part in (known[:2], frames(40)))
    assert basis.score(few, [far])[0] > 5 * basis.score(many, [far])[0]


def test_every_member_counts_each_structure_once_on_average():
    counts = bagged(4000, 5, 3)
    assert counts.shape == (6, 4000)
    assert (counts[0] == 1).all()
    assert counts[1:].mean(1) == pytest.approx(np.ones(5), abs=0.06)
    assert counts[1:].var(1) == pytest.approx(np.ones(5), abs=0.12)
    assert torch.equal(counts, bagged(4000, 5, 3))
    assert not torch.equal(counts, bagged(4000, 5, 4))


def test_features_are_energy_rows_in_units_of_sigma(known, basis):
    row = basis.rows(known[0]).energy / (basis.settings.sigma_energy * 2)
    assert basis.features(known[:1])[0] == pytest.approx(row.numpy(), rel=1e-12)


def test_each_element_gets_as_many_points_whatever_its_share():
    slab = bulk("Cu", cubic=True) * (2, 2, 1)
    slab += Atoms("OH", positions=[[2.0, 2.0, 5.2], [2.0, 2.0, 6.2]])
    slab.set_cell([7.2, 7.2, 15.0])
    shaken = [slab.copy() for _ in range(8)]
    for seed, atoms in enumerate(shaken):
        atoms.rattle(0.1, seed=seed)
    gap = GAP(SOAP(GaussianOrbitals(4.0, 3, 2, 0.6), (1, 8, 29), transition=1.0), 12)
    choose_points_equally(gap, shaken, Regression())
    assert gap.point_element.tolist() == [0] * 4 + [1] * 4 + [2] * 4
    labelled = [with_label(atoms, EMT().label(atoms), {}) for atoms in shaken]
    basis = FixedPoints(gap, Regression())
    fit = basis.fit(labelled, bagged(8, 1, 0))
    assert torch.isfinite(fit.weights).all()
    uneven = GAP(gap.descriptor, 10)
    with pytest.raises(ValueError, match="10 points cannot be shared by 3"):
        choose_points_equally(uneven, shaken, Regression())
    with pytest.raises(ValueError, match="were asked for"):
        choose_points_equally(GAP(gap.descriptor, 60), shaken, Regression())


def test_a_molecule_has_rows_too():
    ethanol = molecule("CH3CH2OH")
    gap = GAP(SOAP(GaussianOrbitals(4.0, 3, 2, 0.6), (1, 6, 8), transition=1.0), 3)
    choose_points_equally(gap, [ethanol], Regression())
    assert FixedPoints(gap, Regression()).rows(ethanol).forces.shape == (27, 3)
