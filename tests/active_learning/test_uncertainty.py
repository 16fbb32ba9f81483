"""Four uncertainties: by hand, against loops, against the Gaussian process; refusals."""

import math

import numpy as np
import pytest
import torch
from ase import Atoms
from ase.build import bulk, molecule

from mlp_teach.active_learning import uncertainty
from mlp_teach.active_learning.uncertainty import (
    Surroundings,
    committee,
    descriptor_distance,
    energy_deviation,
    force_deviation,
    largest_in_each,
    mean_forces,
    posterior_committee,
)
from mlp_teach.graph import AtomGraph, collate
from mlp_teach.models.gap import GAP
from mlp_teach.models.lennard_jones import LennardJones
from mlp_teach.neighbors import atom_graph
from mlp_teach.potential import Prediction, predict
from mlp_teach.training.checkpoint import load_model, save_checkpoint
from tests.models.test_gap import fitted

FLOAT = torch.float64


def prediction(energy, forces=None) -> Prediction:
    energy = torch.tensor(energy, dtype=FLOAT)
    forces = None if forces is None else torch.tensor(forces, dtype=FLOAT)
    return Prediction(energy, torch.zeros(3, dtype=FLOAT), forces, None)


def two_systems() -> AtomGraph:
    return collate([atom_graph(Atoms("H2", [[0, 0, 0], [0, 0, 1]]), 2.0), one_atom()])


def one_atom() -> AtomGraph:
    return atom_graph(Atoms("H"), 2.0)


def test_an_energy_deviation_by_hand():
    found = energy_deviation([prediction([1.0, 5.0]), prediction([2.0, 5.0])], two_systems())
    assert found.tolist() == [0.25, 0.0]  # 1 eV apart: 0.5 eV, on two atoms
    three = [prediction([1.0, 0.0]), prediction([2.0, 0.0]), prediction([3.0, 3.0])]
    expected = [math.sqrt(2 / 3) / 2, math.sqrt(2)]
    assert energy_deviation(three, two_systems()).tolist() == pytest.approx(expected)


def test_a_force_deviation_by_hand():
    rest = [[0.0, 0, 0]] * 2
    one, other = [[3.0, 0, 0], *rest], [[0.0, 4, 0], *rest]
    found = force_deviation([prediction([0.0], one), prediction([0.0], other)])
    assert found.tolist() == pytest.approx([2.5, 0, 0])  # 5 apart, each 2.5 from the mean


def test_deviations_equal_the_equations_as_loops():
    rng = np.random.default_rng(0)
    forces, energies = rng.normal(size=(5, 3, 3)), rng.normal(size=(5, 2))
    many = [prediction(e.tolist(), f.tolist()) for e, f in zip(energies, forces, strict=True)]
    found = force_deviation(many)
    for i in range(3):
        mean = [sum(forces[k][i][a] for k in range(5)) / 5 for a in range(3)]
        squares = sum(sum((forces[k][i][a] - mean[a]) ** 2 for a in range(3)) for k in range(5))
        assert float(found[i]) == pytest.approx(math.sqrt(squares / 5), rel=1e-12)
    for s, atoms in enumerate((2, 1)):
        mean = sum(energies[:, s]) / 5
        spread = math.sqrt(sum((energies[:, s] - mean) ** 2) / 5) / atoms
        assert float(energy_deviation(many, two_systems())[s]) == pytest.approx(spread, rel=1e-12)
    assert torch.allclose(mean_forces(many), torch.tensor(forces.mean(0)))


def test_deviations_turn_with_nothing_and_do_not_see_the_order_of_the_models():
    models = [LennardJones(epsilon=0.1), LennardJones(epsilon=0.11), LennardJones(sigma=3.3)]
    atoms = bulk("Ar", cubic=True)
    atoms.rattle(0.2, seed=0)
    turned = atoms.copy()
    turned.rotate(40, (1, 2, 3), rotate_cell=True)
    answers = []
    for order, one in ((models, atoms), (models[::-1], turned)):
        graph = atom_graph(one, models[0].cutoff)
        predictions = committee(order, graph)
        answers.append((force_deviation(predictions), energy_deviation(predictions, graph)))
    for one, other in zip(*answers, strict=True):
        assert torch.allclose(one, other, rtol=1e-9)
        assert (one > 1e-4).all()


def test_models_that_are_the_same_are_sure():
    graph = atom_graph(bulk("Ar", cubic=True), 8.5)
    same = committee([LennardJones()] * 4, graph)
    assert force_deviation(same).abs().max() == 0
    assert energy_deviation(same, graph).abs().max() == 0
    assert committee([LennardJones()], graph, forces=False)[0].forces is None


def test_a_batch_equals_its_members():
    models = [LennardJones(epsilon=0.1), LennardJones(epsilon=0.12)]
    graphs = []
    for seed in range(3):
        atoms = bulk("Ar", cubic=True)
        atoms.rattle(0.1, seed=seed)
        graphs.append(atom_graph(atoms, models[0].cutoff))
    whole = committee(models, collate(graphs))
    parts = [committee(models, graph) for graph in graphs]
    expected = torch.cat([force_deviation(part) for part in parts])
    assert torch.allclose(force_deviation(whole), expected, rtol=1e-10)
    single = [energy_deviation(p, g) for p, g in zip(parts, graphs, strict=True)]
    assert torch.allclose(energy_deviation(whole, collate(graphs)), torch.cat(single), rtol=1e-8)
    largest = [float(force_deviation(part).max()) for part in parts]
    found = largest_in_each(force_deviation(whole), collate(graphs))
    assert found.tolist() == pytest.approx(largest, rel=1e-10)


def test_what_is_not_a_number_stays_visible():
    graph = two_systems()
    values = torch.tensor([1.0, float("nan"), 2.0], dtype=FLOAT)
    largest = largest_in_each(values, graph)
    assert largest[0].isnan()
    assert largest[1] == 2
    assert largest_in_each(torch.tensor([-1.0, -3.0, -2.0], dtype=FLOAT), graph).tolist() == [
        -1,
        -2,
    ]


def test_a_committee_of_one_and_one_without_forces_are_refused():
    with pytest.raises(ValueError, match="committee of 1 cannot disagree"):
        force_deviation([prediction([1.0], [[0.0, 0, 0]] * 3)])
    with pytest.raises(ValueError, match="committee of 0 cannot disagree"):
        energy_deviation([], one_atom())
    with pytest.raises(ValueError, match="has no forces"):
        force_deviation([prediction([1.0]), prediction([1.0])])


def surroundings(count: int, elements: int, seed: int) -> Surroundings:
    random = torch.Generator().manual_seed(seed)
    rows = torch.randn(count, 6, generator=random, dtype=FLOAT)
    return Surroundings(rows, torch.randint(elements, (count,), generator=random))


@pytest.mark.parametrize("block", [1, 7, 2**22])
def test_the_distance_is_to_the_nearest_of_the_same_element(block, monkeypatch):
    monkeypatch.setattr(uncertainty, "BLOCK", block)
    atoms, known = surroundings(20, 3, seed=0), surroundings(15, 3, seed=1)
    found = descriptor_distance(atoms, known)
    for i, (row, z) in enumerate(zip(atoms.features, atoms.numbers, strict=True)):
        apart = [
            float((row - other).norm())
            for other, kind in zip(known.features, known.numbers, strict=True)
            if kind == z
        ]
        assert float(found[i]) == pytest.approx(min(apart), rel=1e-12)


def test_known_atoms_have_no_distance_and_unknown_elements_an_infinite_one():
    atoms = surroundings(30, 2, seed=2)
    assert descriptor_distance(atoms, atoms).abs().max() == 0
    others = Surroundings(atoms.features, atoms.numbers + 5)
    assert descriptor_distance(atoms, others).isinf().all()
    nothing = Surroundings(atoms.features[:0], atoms.numbers[:0])
    assert descriptor_distance(atoms, nothing).isinf().all()
    assert len(descriptor_distance(nothing, atoms)) == 0


def test_more_known_atoms_never_bring_the_nearest_further_away():
    atoms, known = surroundings(40, 2, seed=3), surroundings(60, 2, seed=4)
    fewer = Surroundings(known.features[:25], known.numbers[:25])
    assert (descriptor_distance(atoms, known) <= descriptor_distance(atoms, fewer)).all()


@pytest.fixture(scope="module")
def fit():
    return fitted()


def test_a_drawn_committee_spreads_as_the_weights_of_the_gaussian_process():
    # A large jitter, with which a plain inverse keeps its digits
    model, data = fitted(jitter=1e-3)
    graph, count = data[0][0], 100
    drawn = posterior_committee(model, count, torch.Generator().manual_seed(0))
    found = committee(drawn, graph)
    inverse = torch.linalg.inv(model.root.T @ model.root)
    rows = model._rows(graph)
    total = rows.sum(0)
    spread = float((total @ inverse @ total).sqrt()) / graph.n_atoms
    assert float(energy_deviation(found, graph)) == pytest.approx(spread, rel=0.28)  # 4 / √200
    slopes = force_rows(model, graph)
    variance = torch.einsum("iam,mn,ian->i", slopes, inverse, slopes)
    ratio = force_deviation(found) / variance.sqrt()
    assert ((ratio - 1).abs() < 0.28).all()


def force_rows(model: GAP, graph: AtomGraph) -> torch.Tensor:
    """How the forces follow each weight: by setting one weight after the other to 1."""
    rows, single = [], GAP(model.descriptor, model.n_points, model.zeta, model.delta)
    single.points.copy_(model.points)
    for m in range(model.n_points):
        single.weights.zero_()
        single.weights[m] = 1.0
        rows.append(predict(single, graph, stress=False).forces)
    return torch.stack(rows, 2)


def test_a_drawn_committee_lies_about_the_fit_and_follows_the_generator(fit):
    model, data = fit
    before = model.weights.clone()
    one, same, other = (
        posterior_committee(model, 3, torch.Generator().manual_seed(seed)) for seed in (1, 1, 2)
    )
    assert torch.equal(model.weights, before)
    assert all(torch.equal(a.weights, b.weights) for a, b in zip(one, same, strict=True))
    assert not torch.equal(one[0].weights, other[0].weights)
    assert not torch.equal(one[0].weights, one[1].weights)
    mean = mean_forces(committee(posterior_committee(model, 50, torch.Generator()), data[0][0]))
    ours = predict(model, data[0][0], stress=False).forces
    assert (mean - ours).abs().max() < 1e-3


def test_far_from_the_data_every_uncertainty_is_larger(fit):
    model, data = fit
    usual = data[0][0]
    dense = bulk("Ar", "bcc", a=3.4, cubic=True) * 2
    dense.rattle(0.3, seed=0)
    strange = atom_graph(dense, model.cutoff)
    drawn = posterior_committee(model, 8, torch.Generator().manual_seed(0))
    known = Surroundings(model.points, torch.full((model.n_points,), 18))
    for measure in (
        lambda graph: force_deviation(committee(drawn, graph)),
        lambda graph: energy_deviation(committee(drawn, graph), graph),
        lambda graph: descriptor_distance(
            Surroundings(model._features(graph), graph.numbers), known
        ),
    ):
        assert float(measure(strange).mean()) > 3 * float(measure(usual).mean())


def test_a_model_without_its_root_cannot_be_drawn_from(fit, tmp_path):
    read = load_model(save_checkpoint(tmp_path / "gap.safetensors", fit[0]))
    with pytest.raises(ValueError, match="not fitted in this session"):
        posterior_committee(read, 3, torch.Generator())


def test_forces_of_an_atom_alone_are_certain():
    models = [LennardJones(epsilon=0.1), LennardJones(epsilon=0.2)]
    alone = atom_graph(Atoms("Ar"), models[0].cutoff)
    assert force_deviation(committee(models, alone)).tolist() == [0]
    graph = atom_graph(molecule("H2O"), models[0].cutoff)
    assert force_deviation(committee(models, graph)).min() > 0
