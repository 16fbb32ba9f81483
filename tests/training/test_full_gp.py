"""The full Gaussian process by scikit-learn: its kernel by loops, and GAP as its sparse form."""

import numpy as np
import pytest
import torch

from mlp_teach.basis.radial import GaussianOrbitals
from mlp_teach.descriptors.soap import SOAP, soap
from mlp_teach.graph import collate
from mlp_teach.models.gap import GAP
from mlp_teach.training.full_gp import full_gp, structure_features
from mlp_teach.training.regression import Regression, choose_points, solve_weights
from tests.training.small_data import lennard_jones_data

DESCRIPTOR = SOAP(GaussianOrbitals(5.0, 3, 2, 0.6), (18,), transition=1.0)


@pytest.fixture(scope="module")
def data():
    return lennard_jones_data(8)


def test_a_product_of_structures_is_the_sum_over_pairs_of_atoms(data):
    graphs = [graph for graph, _ in data[:3]]
    phi = structure_features(collate(graphs), DESCRIPTOR)
    for one in range(3):
        for other in range(3):
            a, b = (soap(graphs[place], DESCRIPTOR) for place in (one, other))
            expected = sum(float(i @ j) ** 2 for i in a for j in b)
            assert float(phi[one] @ phi[other]) == pytest.approx(expected, rel=1e-12)


def test_gap_with_all_atoms_as_sparse_points_is_the_full_process(data):
    training, (asked, _) = data[:5], data[7]
    energies = torch.cat([labels.energy for _, labels in training])
    graphs = [graph for graph, _ in training]
    gp = full_gp(graphs, energies, DESCRIPTOR, sigma_energy=1e-3, delta=0.5)
    mean, deviation = gp.predict(structure_features(asked, DESCRIPTOR).numpy(), return_std=True)
    model = GAP(DESCRIPTOR, 20, zeta=2, delta=0.5, jitter=1e-10)
    settings = Regression(sigma_energy=1e-3, sigma_forces=0.0)
    choose_points(model, graphs, settings)
    solve_weights(model, training, settings)
    assert float(model(asked).sum()) == pytest.approx(mean[0], abs=1e-5)
    assert float(model.energy_uncertainty(asked)) == pytest.approx(deviation[0], rel=0.02)


def test_it_learns(data):
    energies = torch.cat([labels.energy for _, labels in data])
    mean = energies[:6].mean()
    gp = full_gp([graph for graph, _ in data[:6]], energies[:6] - mean, DESCRIPTOR)
    asked = torch.cat([structure_features(graph, DESCRIPTOR) for graph, _ in data[6:]])
    found = gp.predict(asked.numpy())
    errors = np.abs(found + float(mean) - energies[6:].numpy())
    assert errors.max() < 0.3 * float(energies.std())


def test_a_sigma_of_zero_is_refused(data):
    with pytest.raises(ValueError, match="sigma_energy is 0"):
        full_gp([data[0][0]], data[0][1].energy, DESCRIPTOR, sigma_energy=0.0)
