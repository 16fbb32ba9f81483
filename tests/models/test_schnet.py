"""SchNet: its equations as loops, the laws, how far it sees, and what it refuses."""

import math

import pytest
import torch
from ase import Atoms
from ase.build import bulk, molecule

from mlp_teach.basis.expansions import GaussianSmearing, SineWaves
from mlp_teach.checks import check_all
from mlp_teach.graph import displacements
from mlp_teach.models.schnet import SchNet, ShiftedSoftplus
from mlp_teach.neighbors import atom_graph
from mlp_teach.potential import predict

ALCOHOL = (1, 6, 8)


def small(elements=ALCOHOL, layers: int = 2, cutoff: float = 4.0) -> SchNet:
    torch.manual_seed(2017)
    model = SchNet(elements, GaussianSmearing(6, cutoff), features=8, layers=layers).double()
    model.reference.copy_(torch.arange(len(elements)) + 0.5)
    model.energy_scale.fill_(1.7)
    return model


def ssp(x: torch.Tensor) -> torch.Tensor:
    return torch.log(0.5 + 0.5 * torch.exp(x))


def by_loops(model: SchNet, graph) -> torch.Tensor:
    """Equations (1) to (4), pair by pair, every pair both ways."""
    vectors, c = displacements(graph), model.cutoff
    x = [model.embedding.weight[model.elements.index(int(z))] for z in graph.numbers]
    centers = torch.linspace(0, c, model.expansion.n, dtype=torch.float64)
    gamma = 1 / (2 * (centers[1] - centers[0]) ** 2)
    for layer in model.layers:
        y = [torch.zeros(8, dtype=torch.float64) for _ in x]
        for i, j, r in zip(graph.centers.tolist(), graph.neighbors.tolist(), vectors, strict=True):
            d = r.norm()
            e = torch.exp(-gamma * (d - centers) ** 2)
            first, _, second = layer.filter
            w = second.weight @ ssp(first.weight @ e + first.bias) + second.bias
            w = w * 0.5 * (1 + torch.cos(math.pi * d / c))  # (1)
            y[i] = y[i] + layer.send.weight @ x[j] * w  # (2)
        first, _, second = layer.update
        for i in range(len(x)):
            change = second.weight @ ssp(first.weight @ y[i] + first.bias) + second.bias
            x[i] = x[i] + change  # (3)
    first, _, second = model.readout
    energies = []
    for i, z in enumerate(graph.numbers.tolist()):
        out = second.weight @ ssp(first.weight @ x[i] + first.bias) + second.bias  # (4)
        energies.append(out[0] * 1.7 + model.reference[model.elements.index(z)])
    return torch.stack(energies)


@pytest.mark.parametrize(
    "atoms", [molecule("CH3CH2OH"), bulk("C", "diamond", a=3.4), molecule("CO2")]
)
def test_energies_equal_the_equations_as_loops(atoms):
    atoms.rattle(0.05, seed=1)
    model = small()
    graph = atom_graph(atoms, model.cutoff)
    with torch.no_grad():
        assert torch.allclose(model(graph), by_loops(model, graph), rtol=1e-11)


def test_every_law_holds():
    model = small(elements=(6, 11, 17))
    frames = [
        bulk("NaCl", "rocksalt", a=5.2),
        Atoms("CNaCl", positions=[[0, 0, 0], [0, 2, 0], [1, 0, 2]]),
    ]
    assert [law for law in check_all(model, frames) if not law.passed] == []


def test_an_atom_sees_as_many_cutoffs_far_as_there_are_layers():
    chain = Atoms("C5", positions=[[0, 0, 1.5 * n] for n in range(5)])
    for layers in (1, 2, 3):
        model = small(layers=layers, cutoff=2.0)
        positions = atom_graph(chain, 2.0).positions.requires_grad_()
        graph = atom_graph(chain, 2.0)
        object.__setattr__(graph, "positions", positions)
        (slope,) = torch.autograd.grad(model(graph)[0], positions)
        seen = slope.abs().sum(1) > 1e-12
        assert seen.tolist() == [n <= layers for n in range(5)]


def twisted(degrees: float) -> Atoms:
    """A chain of four with right angles; the angle about its middle bond is given."""
    phi, b = math.radians(degrees), 1.3
    last = [b * math.cos(phi), b * math.sin(phi), b]
    return Atoms("OCCO", positions=[[b, 0, 0], [0, 0, 0], [0, 0, b], last])


def test_distances_alone_cannot_tell_these_two_apart():
    # Only bonds are shorter than the cutoff, and a twist changes none of them. PaiNN can tell.
    model = small(layers=3, cutoff=1.6)
    one, other = (model(atom_graph(twisted(angle), 1.6)).sum() for angle in (90, 180))
    assert float((one - other).detach().abs()) < 1e-13


@pytest.mark.parametrize(
    "atoms",
    [
        Atoms("O", positions=[[0, 0, 0]]),
        Atoms("CO", positions=[[0, 0, 0], [0, 0, 1.1]]),
        Atoms("OCO", positions=[[0, 0, -1.2], [0, 0, 0], [0, 0, 1.2]]),
        Atoms("CO", positions=[[0, 0, 0], [0, 0, 4.0]]),
    ],
    ids=["alone", "two", "linear", "on the cutoff"],
)
def test_second_derivatives_are_finite(atoms):
    model = small()
    graph = atom_graph(atoms, model.cutoff + 0.1)
    positions = graph.positions.requires_grad_()
    object.__setattr__(graph, "positions", positions)
    forces = predict(model, graph, stress=False, create_graph=True).forces
    if forces.requires_grad:
        (second,) = torch.autograd.grad(forces.square().sum(), positions, allow_unused=True)
        assert second is None or second.isfinite().all()
    assert forces.isfinite().all()


def test_the_shifted_softplus_is_zero_at_zero_and_does_not_overflow():
    ssp_of = ShiftedSoftplus()
    assert float(ssp_of(torch.tensor(0.0))) == 0
    assert float(ssp_of(torch.tensor(500.0))) == pytest.approx(500 - math.log(2))
    assert float(ssp_of(torch.tensor(1.3))) == pytest.approx(math.log(0.5 + 0.5 * math.exp(1.3)))


def test_settings_make_the_same_model():
    model = small()
    again = SchNet.from_settings(model.settings()).double()
    again.load_state_dict(model.state_dict())
    graph = atom_graph(molecule("CH3CH2OH"), model.cutoff)
    assert torch.equal(again(graph), model(graph))
    sines = SchNet((6,), SineWaves(4, 3.0), features=4, layers=1)
    assert SchNet.from_settings(sines.settings()).expansion == SineWaves(4, 3.0)


def test_what_it_does_not_know_is_refused_in_words():
    model = small()
    with pytest.raises(ValueError, match="holds N, but this potential knows H, C, O only"):
        model(atom_graph(molecule("NH3"), model.cutoff))
    with pytest.raises(ValueError, match=r"torch\.float32, the model in torch\.float64"):
        model(atom_graph(molecule("H2O"), model.cutoff, dtype=torch.float32))
    with pytest.raises(ValueError, match="features is 1 and layers 2"):
        SchNet((6,), GaussianSmearing(4, 3.0), features=1, layers=2)
    with pytest.raises(ValueError, match="no expansion 'Waves'"):
        SchNet.from_settings(model.settings() | {"expansion": {"kind": "Waves", "n": 3}})
