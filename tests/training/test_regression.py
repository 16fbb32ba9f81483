"""Fitting a GAP: the linear system by hand, its rows against differences, blocks, and bad data."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from ase import Atoms
from ase.build import bulk

from mlp_teach.basis.radial import GaussianOrbitals
from mlp_teach.descriptors.first_order import first_order_radial
from mlp_teach.descriptors.soap import SOAP
from mlp_teach.descriptors.soap_slopes import first_order_soap
from mlp_teach.descriptors.symmetry_functions import SymmetryFunctions, columns
from mlp_teach.graph import Labels, collate
from mlp_teach.models.gap import GAP
from mlp_teach.neighbors import atom_graph
from mlp_teach.potential import predict
from mlp_teach.training import design_rows as rows_file
from mlp_teach.training import regression
from mlp_teach.training.design_rows import design_rows
from mlp_teach.training.regression import (
    Regression,
    choose_points,
    fit_gap,
    solve_weights,
)
from mlp_teach.training.state import TrainingError
from tests.training.small_data import lennard_jones_data

DESCRIPTOR = SOAP(GaussianOrbitals(5.0, 5, 4, 0.6), (18,), transition=1.0)
SETTINGS = Regression(sigma_energy=1e-3, sigma_forces=1e-2, sigma_virial=1e-2)


def gap(points: int = 12) -> GAP:
    return GAP(DESCRIPTOR, points, zeta=3, delta=0.8)


@pytest.fixture(scope="module")
def data():
    return lennard_jones_data(6)


@pytest.fixture(scope="module")
def fit(data):
    return fit_gap(gap(), data, SETTINGS)


def test_each_row_is_what_the_model_says_with_one_weight(data):
    model = gap()
    choose_points(model, [graph for graph, _ in data], SETTINGS)
    graph = data[0][0]
    rows = design_rows(model, first_order_soap(graph, DESCRIPTOR))
    volume = torch.linalg.det(graph.cells[0])
    for m in (0, 5, 11):
        model.weights.zero_()
        model.weights[m] = 1.0
        found = predict(model, graph)
        assert torch.allclose(rows.energy[0, m], found.energy, rtol=1e-12)
        assert torch.allclose(rows.forces[..., m], found.forces, atol=1e-12)
        assert torch.allclose(rows.virial[..., m], found.stress[0] * volume, atol=1e-12)


def test_slopes_along_the_pairs_alone_are_refused(data):
    graph = data[0][0]
    functions = SymmetryFunctions(cutoff=5.0, elements=(18,), g1=True)
    radial = first_order_radial(graph, lambda vectors, g: columns(vectors, g, functions))
    with pytest.raises(TypeError, match=r"keeps one slope a pair.*first_order_soap"):
        design_rows(gap(), radial)


def test_the_rows_of_two_elements_do_not_mix():
    alloy = Atoms("ArNeArNe", positions=np.eye(4, 3) * 2.5, cell=[5, 5, 5], pbc=True)
    model = GAP(SOAP(GaussianOrbitals(4.0, 3, 2, 0.6), (10, 18), transition=1.0), 4)
    graph = atom_graph(alloy, model.cutoff)
    choose_points(model, [graph], SETTINGS)
    assert model.point_element.tolist() == [0, 0, 1, 1]
    rows = design_rows(model, first_order_soap(graph, model.descriptor))
    model.weights[:] = torch.tensor([0.3, -0.2, 0.5, 0.1])
    found = predict(model, graph)
    assert torch.allclose(rows.forces @ model.weights, found.forces, atol=1e-12)
    assert torch.allclose(rows.energy @ model.weights, found.energy, rtol=1e-12)


def test_the_weights_solve_the_normal_equations(data):
    """Written out with a jitter so large that they keep enough digits."""
    model = GAP(DESCRIPTOR, 12, zeta=3, delta=0.8, jitter=1e-2)
    fit_gap(model, data, SETTINGS)
    total, right = model.kernel(), torch.zeros(12, dtype=torch.float64)
    for graph, labels in data:
        rows = design_rows(model, first_order_soap(graph, DESCRIPTOR))
        n, volume = graph.n_atoms, torch.linalg.det(graph.cells[0])
        a, b = torch.triu_indices(3, 3)
        for row, y, sigma in (
            (rows.energy, labels.energy - n * model.reference[0], 1e-3 * n**0.5),
            (rows.forces.flatten(0, 1), labels.forces.flatten(), 1e-2),
            (rows.virial[a, b], labels.stress[0][a, b] * volume, 1e-2 * n**0.5),
        ):
            total = total + row.T @ row / sigma**2
            right = right + row.T @ y / sigma**2
    assert torch.allclose(model.weights, torch.linalg.solve(total, right), rtol=1e-4)
    assert torch.allclose(model.root.T @ model.root, total, rtol=1e-9)


@pytest.mark.parametrize("block", [1, 7, 40])
def test_the_size_of_the_blocks_does_not_matter(data, fit, block, monkeypatch):
    monkeypatch.setattr(regression, "BLOCK", block)
    monkeypatch.setattr(rows_file, "COLUMNS", 5)
    other = fit_gap(gap(), data, SETTINGS)
    for graph, _ in data:
        assert torch.allclose(other(graph), fit(graph), atol=1e-9)


def test_the_order_of_the_structures_does_not_matter(data, fit):
    model = gap()
    for name in ("points", "point_element", "reference"):
        getattr(model, name).copy_(getattr(fit, name))
    solve_weights(model, data[::-1], SETTINGS)
    assert torch.allclose(model(data[0][0]), fit(data[0][0]), atol=1e-9)


@pytest.mark.parametrize("select", ["cur", "farthest"])
def test_it_learns_what_it_was_shown_and_what_it_was_not(data, select):
    model = fit_gap(gap(20), data[:5], replace(SETTINGS, select=select))
    graph, labels = data[5]
    found = predict(model, graph)
    spread = torch.cat([one.forces for _, one in data]).std()
    assert (found.forces - labels.forces).abs().mean() < 0.1 * spread


def test_a_small_sigma_makes_a_label_count(data):
    errors = {}
    for sigma in (1e-4, 1.0):
        model = fit_gap(gap(), data, Regression(sigma_energy=sigma, sigma_forces=1e-2))
        each = [float(model(graph).sum() - labels.energy) for graph, labels in data]
        errors[sigma] = np.abs(each).max()
    assert errors[1e-4] < 0.3 * errors[1.0]


def test_a_sigma_of_zero_leaves_labels_out(data):
    plain = [(graph, Labels(energy=labels.energy)) for graph, labels in data]
    energies = Regression(sigma_energy=1e-3, sigma_forces=0.0)
    one, other = fit_gap(gap(), plain, energies), fit_gap(gap(), data, energies)
    assert torch.allclose(one(data[0][0]), other(data[0][0]), atol=1e-10)


def test_it_stays_finite_with_equal_surroundings():
    atoms = bulk("Ar", a=5.3, cubic=True)
    labels = Labels(torch.tensor([-0.3]), torch.zeros(4, 3), torch.zeros(1, 3, 3))
    data = [(atom_graph(atoms, DESCRIPTOR.cutoff), labels)] * 2
    model = fit_gap(gap(4), data, SETTINGS)
    assert float(model(data[0][0]).sum()) == pytest.approx(-0.3, abs=1e-4)


def bad(data, **change) -> list:
    graph, labels = data[1]
    return [data[0], (graph, replace(labels, **change)), *data[2:]]


def test_labels_that_are_missing_or_no_numbers_are_named(data):
    with pytest.raises(TrainingError, match="Structure 1 has no forces"):
        fit_gap(gap(), bad(data, forces=None), SETTINGS)
    with pytest.raises(TrainingError, match="The energy of structure 1 is NaN or infinite"):
        fit_gap(gap(), bad(data, energy=torch.tensor([torch.nan])), SETTINGS)


def test_labels_of_another_shape_are_named(data):
    with pytest.raises(TrainingError, match=r"forces of structure 1 has the shape \(3, 3\)"):
        fit_gap(gap(), bad(data, forces=torch.zeros(3, 3)), SETTINGS)


def test_a_graph_that_ends_too_early_is_refused(data):
    atoms = bulk("Ar", a=5.3, cubic=True)
    short = [(atom_graph(atoms, 4.0), data[0][1]), *data]
    with pytest.raises(TrainingError, match="pairs up to 4 Å, the model looks 5 Å far"):
        fit_gap(gap(), short, SETTINGS)


def test_a_slab_has_no_virial_to_fit(data):
    slab = bulk("Ar", a=5.3, cubic=True)
    slab.pbc = (True, True, False)
    truth = Labels(torch.tensor([-0.2]), torch.zeros(4, 3), torch.ones(1, 3, 3))
    mixed = [*data, (atom_graph(slab, DESCRIPTOR.cutoff), truth)]
    without = [*data, (mixed[-1][0], replace(truth, stress=None))]
    one, other = fit_gap(gap(), mixed, SETTINGS), fit_gap(gap(), without, SETTINGS)
    assert torch.equal(one.weights, other.weights)


def test_an_element_without_data_is_refused(data):
    model = GAP(SOAP(GaussianOrbitals(5.0, 3, 2, 0.6), (10, 18), transition=1.0), 4)
    with pytest.raises(TrainingError, match="lists Ne, but no structure of the data holds it"):
        fit_gap(model, data, SETTINGS)


def test_an_isolated_atom_can_be_learnt_from(data):
    alone = atom_graph(Atoms("Ar", positions=[[1, 2, 3]]), DESCRIPTOR.cutoff)
    labels = Labels(torch.tensor([0.4]), torch.zeros(1, 3), None)
    model = fit_gap(gap(20), [*data, (alone, labels)], SETTINGS)
    assert float(model(alone).detach()) == pytest.approx(0.4, abs=0.01)


def test_a_scalar_product_as_kernel_can_be_fitted(data):
    model = fit_gap(GAP(DESCRIPTOR, 12, zeta=1), data, SETTINGS)
    assert model.weights.isfinite().all()


def test_data_that_cannot_be_fitted_are_refused(data):
    with pytest.raises(TrainingError, match="no structure"):
        fit_gap(gap(), [], SETTINGS)
    with pytest.raises(TrainingError, match="has 25 sparse points, the data 24 atoms"):
        fit_gap(gap(25), data, SETTINGS)
    two = [(collate([data[0][0], data[1][0]]), data[0][1])]
    with pytest.raises(TrainingError, match="holds 2 structures"):
        fit_gap(gap(), two, SETTINGS)


def test_too_few_points_for_the_elements_are_refused():
    graph = atom_graph(Atoms("ArNe", positions=[[0, 0, 0], [0, 0, 3]]), 4.0)
    model = GAP(SOAP(GaussianOrbitals(4.0, 3, 2, 0.6), (10, 18)), 1)
    with pytest.raises(TrainingError, match="1 sparse points are too few for 2 elements"):
        choose_points(model, [graph], SETTINGS)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"sigma_energy": -1.0}, "sigma_energy is -1.0"),
        ({"sigma_forces": float("nan")}, "sigma_forces is nan"),
        ({"sigma_virial": 10**400}, "sigma_virial is 1000"),
        ({"sigma_energy": 0.0}, "forces alone do not say where zero is"),
        ({"sigma_energy": 1e30}, "between 1e-12 and 1e12"),
        ({"select": "best"}, "select is 'best'"),
        ({"seed": -1}, "seed is -1"),
    ],
)
def test_settings_that_make_no_sense_are_named(change, message):
    with pytest.raises(ValueError, match=message):
        Regression(**change)
