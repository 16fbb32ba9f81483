"""DimeNet and DimeNet++: their equations as loops, the laws, what angles add, what they refuse."""

import math

import numpy as np
import pytest
import torch
from ase import Atoms
from ase.build import bulk, molecule
from scipy.special import eval_legendre, spherical_jn

from mlp_teach.basis.expansions import GaussianSmearing
from mlp_teach.basis.fourier_bessel import bessel_roots
from mlp_teach.checks import check_all
from mlp_teach.graph import displacements
from mlp_teach.models.dimenet import DimeNet
from mlp_teach.models.dimenet_plus_plus import DimeNetPlusPlus
from mlp_teach.models.schnet import SchNet
from mlp_teach.neighbors import atom_graph
from mlp_teach.potential import predict
from tests.models.test_schnet import twisted

BOTH = pytest.mark.parametrize("kind", [DimeNet, DimeNetPlusPlus])


def small(kind, elements=(1, 6, 8), layers: int = 2, cutoff: float = 4.0):
    torch.manual_seed(2020)
    more = {"bilinear": 3} if kind is DimeNet else {"n_meeting": 4, "n_basis": 3, "n_output": 6}
    model = kind(elements, cutoff, 5, layers, n_radial=3, n_angular=4, **more).double()
    with torch.no_grad():
        for name, weight in model.named_parameters():
            if name.endswith("bias"):
                weight.normal_(0, 0.3)
            if name.endswith("last.weight"):
                weight.normal_(0, 0.3)
    model.reference.copy_(torch.arange(len(elements)) + 0.5)
    model.energy_scale.fill_(1.7)
    return model


def silu(x: torch.Tensor) -> torch.Tensor:
    return x / (1 + torch.exp(-x))


def dense(layer, x: torch.Tensor) -> torch.Tensor:
    return silu(layer.weight @ x + layer.bias)


def residual(layer, x: torch.Tensor) -> torch.Tensor:
    return x + dense(layer.outer, dense(layer.inner, x))


def envelope(x: float) -> float:
    return 1 - 28 * x**6 + 48 * x**7 - 21 * x**8  # p = 6


def waves(model, r: torch.Tensor) -> torch.Tensor:
    x = float(r) / model.cutoff
    return envelope(x) / x * torch.sin(model.frequencies * x)


def waves_2d(model, r: torch.Tensor, cosine: float) -> torch.Tensor:
    x, found = float(r) / model.cutoff, []
    roots = bessel_roots(3, 3).numpy()
    for l in range(4):
        y_l0 = math.sqrt((2 * l + 1) / (4 * math.pi)) * eval_legendre(l, cosine)
        for z in roots[l]:
            radial = math.sqrt(2) * spherical_jn(l, z * x) / abs(spherical_jn(l + 1, z))
            found.append(envelope(x) / x * radial * y_l0)
    return torch.tensor(found, dtype=torch.float64)


def output(layer, model, messages, pairs, n_atoms: int) -> torch.Tensor:
    energies = []
    for atom in range(n_atoms):
        y = torch.zeros(5, dtype=torch.float64)
        for m, (i, _, r) in zip(messages, pairs, strict=True):
            if i == atom:
                y = y + (layer.by_distance.weight @ waves(model, r.norm())) * m
        y = layer.up.weight @ y if hasattr(layer, "up") else y
        for one in layer.layers:
            y = dense(one, y)
        energies.append((layer.last.weight @ y)[0])  # (6)
    return torch.stack(energies)


def triplet(model, layer, r_ij, r_jk, m_kj: torch.Tensor) -> torch.Tensor:
    """What k -> j -> i adds to the sum of (4), and (3)."""
    e, plus_plus = waves(model, r_jk.norm()), isinstance(model, DimeNetPlusPlus)
    if plus_plus:  # 180 degrees less the angle at j
        cosine = float(torch.dot(r_ij, r_jk) / (r_ij.norm() * r_jk.norm()))
        by_distance = layer.by_distance[1].weight @ (layer.by_distance[0].weight @ e)
        p = silu(layer.down.weight @ (dense(layer.carry, m_kj) * by_distance))
        a = layer.by_angle.weight @ waves_2d(model, r_jk.norm(), cosine)
        return (layer.spread.weight @ a) * p
    r_ik = r_ij + r_jk
    cosine = float(torch.dot(r_ij, r_ik) / (r_ij.norm() * r_ik.norm()))
    p = dense(layer.carry, m_kj) * (layer.by_distance.weight @ e)
    a = layer.by_angle.weight @ waves_2d(model, r_jk.norm(), cosine)
    return sum(a[b] * (layer.bilinear.weight[:, 5 * b : 5 * b + 5] @ p) for b in range(3))


def by_loops(model, graph) -> torch.Tensor:
    """Equations (1) to (6), message by message."""
    ends = zip(graph.centers.tolist(), graph.neighbors.tolist(), displacements(graph), strict=True)
    pairs, n_atoms = list(ends), graph.n_atoms
    places = [model.elements.index(int(z)) for z in graph.numbers]
    x = [model.embedding.weight[place] for place in places]
    messages = []
    for i, j, r in pairs:
        near = dense(model.near, waves(model, r.norm()))
        messages.append(dense(model.join, torch.cat([x[i], x[j], near])))  # (2)
    total = output(model.outputs[0], model, messages, pairs, n_atoms)
    for layer, last in zip(model.layers, model.outputs[1:], strict=True):
        new = []
        for m, (i, j, r_ij) in zip(messages, pairs, strict=True):
            summed = torch.zeros(4 if hasattr(layer, "up") else 5, dtype=torch.float64)
            for m_kj, (center, k, r_jk) in zip(messages, pairs, strict=True):
                back = k == i and torch.allclose(r_jk, -r_ij)  # this image of i, no other one
                if center == j and not back:
                    summed = summed + triplet(model, layer, r_ij, r_jk, m_kj)
            summed = silu(layer.up.weight @ summed) if hasattr(layer, "up") else summed
            q = residual(layer.before, dense(layer.own, m) + summed)  # (4)
            q = dense(layer.middle, q) + m
            new.append(residual(layer.after[1], residual(layer.after[0], q)))  # (5)
        messages = new
        total = total + output(last, model, messages, pairs, n_atoms)
    return total * 1.7 + model.reference[places]


@pytest.mark.parametrize(
    ("atoms", "cutoff"),
    [
        (molecule("CH3OH"), 3.0),
        (bulk("C", "diamond", a=3.4), 2.5),
        (molecule("CO2"), 4.0),
        (Atoms("O"), 4.0),
    ],
    ids=["methanol", "tiny cell", "linear", "alone"],
)
@BOTH
def test_energies_equal_the_equations_as_loops(kind, atoms, cutoff):
    atoms = atoms.copy()
    atoms.rattle(0.05 if len(atoms) != 3 else 0.0, seed=1)
    model = small(kind, cutoff=cutoff)
    graph = atom_graph(atoms, model.cutoff)
    with torch.no_grad():
        assert torch.allclose(model(graph), by_loops(model, graph), rtol=1e-10)


@BOTH
def test_every_law_holds(kind):
    model = small(kind, elements=(6, 11, 17))
    frames = [
        bulk("NaCl", "rocksalt", a=5.2),
        Atoms("CNaCl", positions=[[0, 0, 0], [0, 2, 0], [1, 0, 2]]),
    ]
    assert [law for law in check_all(model, frames) if not law.passed] == []


@BOTH
def test_an_atom_sees_one_cutoff_further_than_there_are_layers(kind):
    chain = Atoms("C5", positions=[[0, 0, 1.5 * n] for n in range(5)])
    for layers in (1, 2):
        model = small(kind, layers=layers, cutoff=2.0)
        graph = atom_graph(chain, 2.0)
        graph.positions.requires_grad_()
        (slope,) = torch.autograd.grad(model(graph)[0], graph.positions)
        assert (slope.abs().sum(1) > 1e-12).tolist() == [n <= layers + 1 for n in range(5)]


def bent(degrees: float) -> Atoms:
    """Three atoms; those at the ends are out of each other's sight with a cutoff of 1.6 Å."""
    phi, b = math.radians(degrees), 1.3
    return Atoms("OCO", positions=[[b, 0, 0], [0, 0, 0], [b * math.cos(phi), b * math.sin(phi), 0]])


@BOTH
def test_angles_tell_what_distances_cannot(kind):
    blind = SchNet((6, 8), GaussianSmearing(6, 1.6), features=8).double()
    model = small(kind, cutoff=1.6)
    apart = []
    for one in (blind, model):
        values = [float(one(atom_graph(bent(angle), 1.6)).detach().sum()) for angle in (100, 150)]
        apart.append(abs(values[0] - values[1]))
    assert apart[0] < 1e-13
    assert apart[1] > 1e-6


@BOTH
def test_angles_alone_cannot_tell_a_twist(kind):
    # Only bonds are shorter than the cutoff; a twist changes neither them nor their angles.
    model = small(kind, layers=3, cutoff=1.6)
    one, other = (float(model(atom_graph(twisted(a), 1.6)).detach().sum()) for a in (90, 180))
    assert abs(one - other) < 1e-12


@pytest.mark.parametrize(
    "atoms",
    [
        Atoms("O", positions=[[0, 0, 0]]),
        Atoms("CO", positions=[[0, 0, 0], [0, 0, 1.1]]),
        Atoms("OCO", positions=[[0, 0, -1.2], [0, 0, 0], [0, 0, 1.2]]),  # 0 and 180 degrees
        Atoms("OCO", positions=[[1.2, 0, 0], [0, 0, 0], [0, 1.2, 0]]),
        Atoms("CO", positions=[[0, 0, 0], [0, 0, 4.0]]),
    ],
    ids=["alone", "two", "linear", "right angle", "on the cutoff"],
)
@BOTH
def test_second_derivatives_are_finite_and_right(kind, atoms):
    model = small(kind)

    def forces(positions: torch.Tensor) -> torch.Tensor:
        graph = atom_graph(atoms, model.cutoff + 0.1)
        object.__setattr__(graph, "positions", positions)
        return predict(model, graph, stress=False, create_graph=True).forces

    positions = torch.tensor(atoms.positions, requires_grad=True)
    found = forces(positions)
    assert found.isfinite().all()
    if not found.requires_grad:
        return
    direction = torch.linspace(-1, 1, positions.numel(), dtype=torch.float64).view_as(positions)
    (second,) = torch.autograd.grad((found * direction).sum(), positions, materialize_grads=True)
    assert second.isfinite().all()
    if atoms.get_all_distances().max() < 3.9:
        high, low = (forces((positions + h * direction).detach()) for h in (1e-5, -1e-5))
        slope = ((high - low) / 2e-5).detach()
        assert torch.allclose(second, slope, atol=1e-6 * float(slope.abs().max() + 1))


@BOTH
def test_a_new_model_says_e0(kind):
    model = kind((1, 8), 3.0, features=4, layers=1).double()
    model.reference.copy_(torch.tensor([-13.0, -2000.0]))
    energies = model(atom_graph(molecule("H2O"), 3.0)).tolist()
    assert energies == [-2000.0, -13.0, -13.0]


@BOTH
def test_settings_make_the_same_model(kind):
    model = small(kind)
    again = kind.from_settings(model.settings()).double()
    again.load_state_dict(model.state_dict())
    graph = atom_graph(molecule("CH3CH2OH"), model.cutoff)
    assert torch.equal(again(graph), model(graph))


@BOTH
def test_adapt_takes_e0_and_the_scale_from_data(kind):
    model = small(kind, elements=(1, 8))
    frames = [molecule(name) for name in ("H2O", "H2", "O2", "H2O2")]
    graphs = [atom_graph(atoms, 4.0) for atoms in frames]
    counts = torch.tensor([[np.sum(a.numbers == z) for z in (1, 8)] for a in frames]).double()
    model.adapt(graphs, counts @ torch.tensor([-13.0, -2000.0], dtype=torch.float64))
    assert torch.allclose(model.reference, torch.tensor([-13.0, -2000.0], dtype=torch.float64))
    assert float(model.energy_scale) == pytest.approx(1e-3)


@BOTH
def test_what_it_does_not_know_is_refused_in_words(kind):
    model = small(kind)
    with pytest.raises(ValueError, match="holds N, but this potential knows H, C, O only"):
        model(atom_graph(molecule("NH3"), model.cutoff))
    with pytest.raises(ValueError, match=r"torch\.float32, the model in torch\.float64"):
        model(atom_graph(molecule("H2O"), model.cutoff, dtype=torch.float32))
    with pytest.raises(ValueError, match=r"'layers': 0.*must be 1 or more"):
        kind((6,), layers=0)
    with pytest.raises(ValueError, match="cutoff is -1"):
        kind((6,), cutoff=-1.0)
