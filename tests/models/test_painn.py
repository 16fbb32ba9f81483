"""PaiNN: its equations as loops, the laws, what vectors add, and what it refuses."""

import math

import numpy as np
import pytest
import torch
from ase import Atoms
from ase.build import bulk, molecule

from mlp_teach.basis.expansions import SineWaves
from mlp_teach.checks import check_all
from mlp_teach.graph import displacements
from mlp_teach.models.painn import EPSILON, PaiNN
from mlp_teach.neighbors import atom_graph
from mlp_teach.potential import predict
from tests.models.test_schnet import twisted

FEATURES = 6


def small(elements=(1, 6, 8), layers: int = 2, cutoff: float = 4.0) -> PaiNN:
    torch.manual_seed(2021)
    model = PaiNN(elements, SineWaves(5, cutoff), features=FEATURES, layers=layers).double()
    model.reference.copy_(torch.arange(len(elements)) - 0.5)
    model.energy_scale.fill_(0.8)
    return model


def network(layers, x: torch.Tensor) -> torch.Tensor:
    first, _, second = layers
    hidden = first.weight @ x + first.bias
    return second.weight @ (hidden / (1 + torch.exp(-hidden))) + second.bias


def by_loops(model: PaiNN, graph) -> torch.Tensor:
    """Equations (1) to (4), pair by pair, every pair both ways, vectors as rows of components."""
    r, c, f = displacements(graph), model.cutoff, FEATURES
    pairs = list(zip(graph.centers.tolist(), graph.neighbors.tolist(), strict=True))
    s = [model.embedding.weight[model.elements.index(int(z))] for z in graph.numbers]
    v = [torch.zeros(f, 3, dtype=torch.float64) for _ in s]
    for filters, message, update in zip(model.filters, model.messages, model.updates, strict=True):
        ds, dv = [0.0] * len(s), [0.0] * len(s)
        for (i, j), vector in zip(pairs, r, strict=True):
            d = vector.norm()
            e = torch.stack(
                [math.sqrt(2 / c) * torch.sin(n * math.pi * d / c) / d for n in range(1, 6)]
            )
            w = (filters.weight @ e + filters.bias) * 0.5 * (1 + torch.cos(math.pi * d / c))
            phi = network(message.phi, s[j])
            ds[i] = ds[i] + phi[:f] * w[:f]  # (1)
            along = (phi[f : 2 * f] * w[f : 2 * f])[:, None] * (vector / d)
            dv[i] = dv[i] + along + (phi[2 * f :] * w[2 * f :])[:, None] * v[j]  # (2)
        s = [a + b for a, b in zip(s, ds, strict=True)]
        v = [a + b for a, b in zip(v, dv, strict=True)]
        big_v, big_u = update.mix.weight[:f], update.mix.weight[f:]
        for i in range(len(s)):
            mixed_v, mixed_u = big_v @ v[i], big_u @ v[i]
            length = torch.sqrt((mixed_v**2).sum(1) + EPSILON)
            a = network(update.gate, torch.cat([s[i], length]))
            s[i] = s[i] + a[:f] + a[2 * f :] * (mixed_v * mixed_u).sum(1)  # (3)
            v[i] = v[i] + a[f : 2 * f, None] * mixed_u  # (4)
    places = [model.elements.index(int(z)) for z in graph.numbers]
    return torch.stack(
        [network(model.readout, s[i])[0] * 0.8 + model.reference[p] for i, p in enumerate(places)]
    )


@pytest.mark.parametrize(
    "atoms",
    [molecule("CH3OH"), bulk("C", "diamond", a=3.4), molecule("CO2"), Atoms("O")],
    ids=["methanol", "tiny cell", "linear", "alone"],
)
def test_energies_equal_the_equations_as_loops(atoms):
    atoms.rattle(0.05 if len(atoms) != 3 else 0.0, seed=1)
    model = small()
    graph = atom_graph(atoms, model.cutoff)
    with torch.no_grad():
        assert torch.allclose(model(graph), by_loops(model, graph), rtol=1e-11)


def test_every_law_holds():
    model = small(elements=(6, 11, 17))
    cell = bulk("NaCl", "rocksalt", a=5.2)
    trimer = Atoms("CNaCl", positions=[[0, 0, 0], [0, 2, 0], [1, 0, 2]])
    assert [law for law in check_all(model, [cell, trimer]) if not law.passed] == []


def test_its_vectors_turn_with_the_molecule():
    model, found = small(), []
    model.updates[-1].register_forward_hook(lambda module, given, out: found.append(out[1]))
    atoms = molecule("CH3OH")
    model(atom_graph(atoms, model.cutoff))
    turn = np.array([[0.36, 0.48, -0.8], [-0.8, 0.6, 0], [0.48, 0.64, 0.6]])
    atoms.positions = atoms.positions @ turn.T
    model(atom_graph(atoms, model.cutoff))
    expected = torch.einsum("ab,ibf->iaf", torch.from_numpy(turn), found[0])
    assert found[0].abs().max() > 1e-3
    assert torch.allclose(found[1], expected, atol=1e-12)


def test_vectors_tell_a_twist_that_distances_cannot():
    model = small(layers=3, cutoff=1.6)
    one, other = (model(atom_graph(twisted(angle), 1.6)).detach().sum() for angle in (90, 180))
    assert abs(float(one - other)) > 1e-6


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
    assert forces.isfinite().all()
    if forces.requires_grad:
        (second,) = torch.autograd.grad(forces.square().sum(), positions, allow_unused=True)
        assert second is None or second.isfinite().all()


def test_settings_make_the_same_model():
    model = small()
    again = PaiNN.from_settings(model.settings()).double()
    again.load_state_dict(model.state_dict())
    graph = atom_graph(molecule("CH3CH2OH"), model.cutoff)
    assert torch.equal(again(graph), model(graph))


def test_what_it_does_not_know_is_refused_in_words():
    model = small()
    with pytest.raises(ValueError, match="holds N, but this potential knows H, C, O only"):
        model(atom_graph(molecule("NH3"), model.cutoff))
    with pytest.raises(ValueError, match=r"torch\.float32, the model in torch\.float64"):
        model(atom_graph(molecule("H2O"), model.cutoff, dtype=torch.float32))
    with pytest.raises(ValueError, match="features is 8 and layers 0"):
        PaiNN((6,), SineWaves(4, 3.0), features=8, layers=0)
