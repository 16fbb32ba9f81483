"""GAP: the sum by hand, the laws, its error bars, and what it refuses."""

import numpy as np
import pytest
import torch
from ase import Atoms
from ase.build import bulk, molecule

from mlp_teach.basis.radial import GaussianOrbitals, RadialPoints
from mlp_teach.checks import check_all
from mlp_teach.descriptors.soap import SOAP, soap
from mlp_teach.graph import collate
from mlp_teach.models.gap import GAP
from mlp_teach.neighbors import atom_graph
from mlp_teach.potential import predict
from mlp_teach.training.checkpoint import load_model, save_checkpoint
from mlp_teach.training.regression import Regression, choose_points, fit_gap
from tests.training.small_data import lennard_jones_data

TRIMER = Atoms("OHH", positions=[[0, 0, 0], [0.96, 0, 0], [-0.2, 0.9, 0.3]])


def water_gap(basis=GaussianOrbitals, points: int = 12) -> GAP:
    """Sparse points from shaken water, weights by chance."""
    descriptor = SOAP(basis(3.0, 3, 3, 0.5), (1, 8), transition=0.8)
    model = GAP(descriptor, points, zeta=2, delta=0.5)
    graphs = []
    for seed in range(4):
        atoms = molecule("H2O")
        atoms.rattle(0.1, seed=seed)
        graphs.append(atom_graph(atoms, model.cutoff))
    choose_points(model, graphs, Regression())
    random = torch.Generator().manual_seed(0)
    model.weights.copy_(torch.randn(points, generator=random, dtype=torch.float64))
    model.reference.copy_(torch.tensor([-1.5, 2.5]))
    return model


def test_the_energy_is_the_sum_over_sparse_points():
    model = water_gap()
    graph = atom_graph(TRIMER, model.cutoff)
    features = soap(graph, model.descriptor)
    for i, element in enumerate((1, 0, 0)):
        expected = float(model.reference[element])
        for m in range(model.n_points):
            if model.point_element[m] == element:
                overlap = float(features[i] @ model.points[m])
                expected += float(model.weights[m]) * 0.5**2 * overlap**2
        assert float(model(graph)[i]) == pytest.approx(expected, rel=1e-12)


def test_points_are_shared_among_the_elements_as_their_atoms():
    model = water_gap(points=9)
    assert (model.point_element == 0).sum() == 6
    assert (model.point_element == 1).sum() == 3


@pytest.mark.parametrize("basis", [GaussianOrbitals, RadialPoints])
def test_every_law_holds(basis):
    oxide = Atoms(
        "HOHO",
        scaled_positions=[[0, 0, 0], [0.5, 0.45, 0.1], [0.1, 0.5, 0.6], [0.6, 0.1, 0.5]],
        cell=[[2.9, 0.2, 0], [0.4, 3.1, -0.3], [0, 0.5, 2.8]],
        pbc=True,
    )
    verdicts = check_all(water_gap(basis), [TRIMER, oxide])
    assert [verdict for verdict in verdicts if not verdict.passed] == []


def fitted(jitter: float = 1e-8) -> tuple[GAP, list]:
    """A GAP fitted to a shaken crystal of argon, and the data."""
    data = lennard_jones_data(6)
    descriptor = SOAP(GaussianOrbitals(5.0, 5, 4, 0.6), (18,), transition=1.0)
    model = GAP(descriptor, 20, zeta=2, jitter=jitter)
    return fit_gap(model, data, Regression(1e-3, 1e-3)), data


@pytest.fixture(scope="module")
def fit():
    return fitted()


def test_the_error_bar_equals_the_full_formula():
    # A large jitter, with which plain inverses keep their digits
    model, data = fitted(jitter=1e-3)
    graph = data[0][0]
    features = soap(graph, model.descriptor)
    rows = (features @ model.points.T) ** 2
    kernel = (model.points @ model.points.T) ** 2 + 1e-3 * torch.eye(20, dtype=torch.float64)
    posterior = torch.linalg.inv(model.root.T @ model.root)
    variance = (
        1
        - torch.einsum("im,mn,in->i", rows, torch.linalg.inv(kernel), rows)
        + torch.einsum("im,mn,in->i", rows, posterior, rows)
    )
    assert model.uncertainty(graph).numpy() == pytest.approx(variance.sqrt().numpy(), rel=1e-6)


def test_novelty_vanishes_at_a_sparse_point_and_is_delta_far_from_all(fit):
    model, _ = fit
    near = novelty_at_the_first_point(model)
    assert near < 2e-4  # √ of the jitter, eV
    alone = Atoms("Ar", positions=[[0, 0, 0]])
    graph = atom_graph(alone, model.cutoff)
    assert 0.3 < float(model.novelty(graph)) <= 1.0
    assert float(model.uncertainty(graph)) >= float(model.novelty(graph))


def novelty_at_the_first_point(model: GAP) -> float:
    """The novelty of the training atom that is the first sparse point."""
    for graph, _ in lennard_jones_data(6):
        same = (soap(graph, model.descriptor) - model.points[0]).norm(dim=1)
        if same.min() < 1e-12:
            return float(model.novelty(graph)[same.argmin()])
    raise AssertionError("the sparse point is none of the training atoms")


def test_far_from_the_data_the_error_bar_grows(fit):
    model, data = fit
    usual = float(model.uncertainty(data[0][0]).mean())
    dense = bulk("Ar", "bcc", a=3.4, cubic=True) * 2
    dense.rattle(0.3, seed=0)
    assert float(model.uncertainty(atom_graph(dense, model.cutoff)).mean()) > 5 * usual


def test_the_error_bar_of_a_system_knows_that_atoms_err_together(fit):
    model, data = fit
    graph = data[0][0]
    atoms = model.uncertainty(graph)
    system = float(model.energy_uncertainty(graph))
    assert float(atoms.square().sum().sqrt()) * 0.3 < system <= float(atoms.sum())
    both = collate([graph, data[1][0]])
    assert model.energy_uncertainty(both)[0] == pytest.approx(system, rel=1e-6)


def test_a_checkpoint_gives_the_same_energies_and_says_that_it_has_no_error_bars(fit, tmp_path):
    model, data = fit
    read = load_model(save_checkpoint(tmp_path / "gap.safetensors", model))
    graph = data[0][0]
    assert torch.equal(read(graph), model(graph))
    assert torch.allclose(read.novelty(graph), model.novelty(graph), rtol=1e-4)
    with pytest.raises(ValueError, match="not fitted in this session"):
        read.uncertainty(graph)


def test_an_element_outside_the_descriptor_is_named():
    model = water_gap()
    with pytest.raises(ValueError, match="holds N, but this potential knows H, O only"):
        model(atom_graph(molecule("NH3"), model.cutoff))


def test_single_precision_is_refused_with_the_reason():
    model = water_gap()
    with pytest.raises(ValueError, match=r"torch\.float32, the model in torch\.float64.*needs"):
        model(atom_graph(TRIMER, model.cutoff, dtype=torch.float32))


def test_a_model_in_single_precision_is_refused_too():
    with pytest.raises(ValueError, match="needs float64 in both"):
        water_gap().float()(atom_graph(TRIMER, 3.0, dtype=torch.float32))


def test_other_weights_have_other_error_bars(fit):
    model, data = fit
    other, _ = fitted()
    other.load_state_dict(model.state_dict())
    with pytest.raises(ValueError, match="not fitted in this session"):
        other.uncertainty(data[0][0])


def test_points_that_are_too_much_alike_are_named():
    model = water_gap()
    model.points[:] = model.points[:1].clone()
    model.jitter = 1e-20
    with pytest.raises(ValueError, match="12 sparse points is singular to rounding"):
        model.novelty(atom_graph(TRIMER, model.cutoff))


def test_an_atom_alone_has_an_energy_and_no_force():
    model = water_gap()
    found = predict(model, atom_graph(Atoms("O", positions=[[1, 1, 1]]), model.cutoff))
    assert np.isfinite(float(found.energy))
    assert found.forces.abs().max() == 0


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"n_points": 0}, "n_points is 0"),
        ({"n_points": -3}, "n_points is -3"),
        ({"zeta": 0}, "zeta is 0"),
        ({"delta": float("nan")}, "delta is nan"),
        ({"jitter": -1e-8}, "jitter is -1e-08"),
    ],
)
def test_settings_that_make_no_sense_are_named(change, message):
    descriptor = SOAP(GaussianOrbitals(3.0, 3, 3, 0.5), (8,))
    with pytest.raises(ValueError, match=message):
        GAP(**{"descriptor": descriptor, "n_points": 5} | change)


def test_a_radial_basis_that_there_is_not_is_named():
    settings = water_gap().settings()
    settings["radial"]["basis"] = "Wavelets"
    with pytest.raises(ValueError, match="no radial basis 'Wavelets'; there are"):
        GAP.from_settings(settings)
