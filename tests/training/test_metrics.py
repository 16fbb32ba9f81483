"""Errors by hand, in the units that papers print."""

import numpy as np
import pytest
import torch
from ase import Atoms

from mlp_teach.graph import Labels
from mlp_teach.neighbors import atom_graph
from mlp_teach.training.metrics import Comparison, compare, errors_of, in_model_precision
from mlp_teach.units import GPA
from tests.training.small_data import small_data, small_model


def flat(*values) -> np.ndarray:
    return np.array(values, dtype=float)


ONE_OFF = Comparison(
    energy=(flat(0, 10, 20, 30), flat(0, 10, 20, 34)), forces=(flat(0, 0), flat(3, -4)), stress=None
)


def test_mae_rmse_and_r2_by_hand():
    assert ONE_OFF.mae("energy") == pytest.approx(1.0)
    assert ONE_OFF.rmse("energy") == pytest.approx(2.0)
    assert ONE_OFF.r2("energy") == pytest.approx(1 - 16 / 500)
    assert ONE_OFF.mae("forces") == pytest.approx(3.5)
    assert ONE_OFF.rmse("forces") == pytest.approx(12.5**0.5)


def test_a_guess_of_the_mean_has_an_r2_of_zero():
    truth = flat(1, 2, 6)
    assert Comparison((truth, flat(3, 3, 3)), None, None).r2("energy") == pytest.approx(0)


def test_what_cannot_be_compared_is_said():
    with pytest.raises(ValueError, match="no reference values of the stress"):
        ONE_OFF.mae("stress")


def test_the_dictionary_holds_what_there_is():
    only_energy = Comparison(ONE_OFF.energy, None, None)
    assert only_energy.as_dict() == {
        "energy": {"mae": 1.0, "rmse": 2.0, "r2": pytest.approx(0.968)}
    }


class ConstantForce(torch.nn.Module):
    """E_i = 0.25 eV and -0.5 eV/Å · x_i: a force of 0.5 eV/Å along x on every atom."""

    cutoff = 3.0

    def forward(self, graph):
        return 0.25 - 0.5 * graph.positions[:, 0]


def test_values_are_in_mev_per_atom_mev_per_angstrom_and_gpa_by_hand():
    atoms = Atoms("Ar2", positions=[[0, 0, 0], [0, 0, 2]], cell=[4, 5, 5], pbc=True)
    truth = Labels(
        energy=torch.tensor([0.1], dtype=torch.float64),
        forces=torch.zeros(2, 3, dtype=torch.float64),
        stress=torch.full((1, 3, 3), 2 * GPA, dtype=torch.float64),
    )
    found = compare(ConstantForce(), [(atom_graph(atoms, 3.0), truth)])
    np.testing.assert_allclose(found.energy[0], [50])  # 0.1 eV of two atoms
    np.testing.assert_allclose(found.energy[1], [250])
    np.testing.assert_allclose(found.forces[1], [500, 0, 0, 500, 0, 0])
    np.testing.assert_allclose(found.stress[0], np.full(9, 2.0))


def test_structures_of_different_size_count_per_atom_and_in_order():
    data = []
    for n in (1, 2, 3):
        atoms = Atoms(f"Ar{n}", positions=[[0, 0, 2.0 * z] for z in range(n)])
        data.append((atom_graph(atoms, 3.0), Labels(energy=torch.tensor([0.1 * n]).double())))
    found = compare(ConstantForce(), data, batch_size=2)
    np.testing.assert_allclose(found.energy[0], [100, 100, 100])
    np.testing.assert_allclose(found.energy[1], [250, 250, 250])
    assert found.forces is None


@pytest.mark.parametrize("batch_size", [1, 3, 100])
def test_the_batches_do_not_matter(batch_size):
    model = small_model()
    data = small_data(5)
    found, expected = compare(model, data, batch_size=batch_size), compare(model, data)
    for name in ("energy", "forces", "stress"):
        for one, other in zip(getattr(found, name), getattr(expected, name), strict=True):
            np.testing.assert_allclose(one, other, rtol=1e-10, atol=1e-10)


def test_without_stress_there_is_none():
    model = small_model()
    assert compare(model, small_data(2), stress=False).stress is None


def test_data_follow_the_precision_of_the_model():
    model = small_model().float()
    ((graph, labels),) = in_model_precision(model, small_data(1))
    assert graph.positions.dtype == graph.values.dtype == labels.forces.dtype == torch.float32


def test_r2_of_one_energy_says_nothing():
    assert np.isnan(compare(small_model(), small_data(1)).r2("energy"))


class Elsewhere(torch.nn.Module):
    """Notes the devices of what it is asked for, and cannot answer there."""

    cutoff = 3.0

    def __init__(self):
        super().__init__()
        self.weight = torch.nn.Parameter(torch.ones(1))
        self.seen = []

    def forward(self, graph):
        self.seen += [self.weight.device.type, graph.positions.device.type]
        raise NotImplementedError


def test_the_errors_of_parts_are_computed_on_the_device_that_is_named():
    model, data = Elsewhere(), {"none": [], "all": small_data(2)}
    with pytest.raises(NotImplementedError):
        compare(model.to("meta"), small_data(2), device=torch.device("meta"))
    assert model.seen == ["meta", "meta"]
    model = small_model()
    assert list(errors_of(model, data, torch.device("cpu"))) == ["all"]
    assert (
        errors_of(model, data, torch.device("cpu"))["all"] == compare(model, data["all"]).as_dict()
    )
