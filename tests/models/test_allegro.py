"""Allegro: its equations as loops, the laws, its strict locality, and what it refuses."""

import math

import numpy as np
import pytest
import torch
from ase import Atoms
from ase.build import bulk, molecule

from mlp_teach.basis.spherical_harmonics import spherical_harmonics
from mlp_teach.basis.tensor_product import couple, harmonics, irreps_of, slices
from mlp_teach.checks import check_all
from mlp_teach.graph import AtomGraph, displacements
from mlp_teach.models.allegro import Allegro
from mlp_teach.models.pair_products import coefficients, couplings, joined
from mlp_teach.neighbors import atom_graph
from mlp_teach.potential import predict
from tests.models.test_mace import network, waves

N_NEIGHBORS = (2.7, 3.1, 4.0)


def small(elements=(1, 6, 8), cutoff: float = 4.0, **sizes) -> Allegro:
    torch.manual_seed(2023)
    given = {"scalars": 6, "channels": 3, "n_radial": 4, "pair_widths": (5,)}
    given |= {"layer_widths": (7,), "readout_widths": (4,)} | sizes
    model = Allegro(elements, cutoff, **given).double()
    model.reference.copy_(torch.arange(len(elements)) - 0.5)
    model.energy_scale.copy_(0.8 + torch.arange(len(elements)) / 10)
    model.n_neighbors.copy_(torch.tensor(N_NEIGHBORS[: len(elements)], dtype=torch.float64))
    return model


def by_loops(model: Allegro, graph: AtomGraph) -> torch.Tensor:
    """Equations (1) to (6), pair by pair, path by path; V of a pair as {irrep: m channels}."""
    s, channels, n_l = model.sizes["scalars"], model.sizes["channels"], model.sizes["l_max"] + 1
    z = [model.elements.index(int(number)) for number in graph.numbers]
    pairs = list(zip(graph.centers.tolist(), graph.neighbors.tolist(), strict=True))
    y, v, w, scalars = [], [], [], []
    for (i, j), vector in zip(pairs, displacements(graph), strict=True):
        all_y = math.sqrt(4 * math.pi) * spherical_harmonics(vector, n_l - 1)
        y.append([all_y[l * l : (l + 1) ** 2] for l in range(n_l)])
        types = torch.cat([model.center.weight[z[i]], model.neighbor.weight[z[j]]])
        radial = model.radial.weight @ waves(vector.norm(), model)
        x = network(model.pair.layers, types * radial)  # (1)
        weights = network(model.tensors.layers, x).view(n_l, channels)
        v.append(
            {
                k: torch.outer(a, b)
                for k, a, b in zip(harmonics(n_l - 1), y[-1], weights, strict=True)
            }
        )
        new = network(model.first.layers, x)  # (2)
        scalars.append([new[:s]])
        w.append(new[s:].view(n_l, channels))
    for t, (coupling, weights) in enumerate(zip(model.couplings, model.products, strict=True)):
        a = [[torch.zeros(2 * l + 1, channels).double() for l in range(n_l)] for _ in z]
        for (i, _), of_pair, given in zip(pairs, y, w, strict=True):
            for l in range(n_l):
                a[i][l] = a[i][l] + torch.outer(of_pair[l], given[l]) / math.sqrt(N_NEIGHBORS[z[i]])
        for p, (i, _) in enumerate(pairs):  # (3) above, (4)
            made = {}
            for path, weight in zip(coupling.paths, weights.T, strict=True):
                first, out = coupling.first[path.first], coupling.out[path.out]
                term = couple(v[p][first], a[i][coupling.second[path.second].l], out.l)
                made[out] = made.get(out, 0) + weight * term
            v[p] = made
            scalar = made[irreps_of("0e")[0]][0]
            new = network(model.networks[t].layers, torch.cat([*scalars[p], scalar]))  # (5)
            scalars[p].append(new[:s])
            w[p] = new[s:].view(n_l, channels) if len(new) > s else None
    energies = [torch.zeros(()).double() for _ in z]
    for (i, _), found in zip(pairs, scalars, strict=True):
        read = network(model.readout.layers, torch.cat(found))[0]
        energies[i] = energies[i] + read / math.sqrt(2 * N_NEIGHBORS[z[i]])
    return torch.stack(
        [e * model.energy_scale[n] + model.reference[n] for e, n in zip(energies, z, strict=True)]
    )  # (6)


KINDS = {
    "vectors": {},
    "tensors": {"l_max": 2, "layers": 3},
    "no parity": {"l_max": 2, "parity": False, "envelope": 5},
    "one layer": {"layers": 1, "pair_widths": (), "readout_widths": ()},
    "distances alone": {"l_max": 0},
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("atoms", "cutoff"),
    [
        (molecule("CH3OH"), 2.0),
        (bulk("C", "diamond", a=3.4), 2.0),
        (molecule("CO2"), 4.0),
        (Atoms("O"), 4.0),
    ],
    ids=["methanol", "tiny cell", "linear", "alone"],
)
def test_energies_equal_the_equations_as_loops(kind, atoms, cutoff):
    atoms = atoms.copy()
    atoms.rattle(0.05 if len(atoms) != 3 else 0.0, seed=1)
    model = small(cutoff=cutoff, **KINDS[kind])
    graph = atom_graph(atoms, cutoff)
    with torch.no_grad():
        torch.testing.assert_close(model(graph), by_loops(model, graph), rtol=1e-11, atol=1e-13)


@pytest.mark.parametrize("kind", ["vectors", "tensors", "no parity"])
def test_every_law_holds(kind):
    model = small(elements=(6, 11, 17), cutoff=3.0, **KINDS[kind])
    cell = bulk("NaCl", "rocksalt", a=5.2)
    trimer = Atoms("CNaCl", positions=[[0, 0, 0], [0, 2, 0], [1, 0, 2]])
    assert [law for law in check_all(model, [cell, trimer]) if not law.passed] == []


def test_an_atom_feels_nothing_beyond_its_cutoff_however_many_layers():
    """In a row of four, the last moves: the first, two steps away, keeps its energy."""
    row = Atoms("COCH", positions=[[0, 0, 0], [1.2, 0.1, 0], [2.4, 0, 0.2], [3.6, 0, 0]])
    model = small(cutoff=1.5, layers=3)
    before = model(atom_graph(row, 1.5)).detach()
    row.positions[3] += [0, 0.2, 0.1]
    after = model(atom_graph(row, 1.5)).detach()
    assert after[:2].tolist() == before[:2].tolist()
    assert (after[2:] - before[2:]).abs().min() > 1e-6


def test_what_v_consists_of():
    """Known from nequip-allegro, l_max 2, three layers: what can reach no scalar is left out."""
    lists = [c.first for c in couplings(2, True, 3)] + [couplings(2, True, 3)[-1].out]
    wanted = ["0e+1o+2e", "0e+1e+1o+2e+2o", "0e+1o+2e", "0e"]
    assert lists == [irreps_of(text) for text in wanted]
    natural = couplings(1, False, 2)
    assert [c.out for c in natural] == [irreps_of("0e+1o"), irreps_of("0e")]


def test_joined_matrices_say_what_couplings_do():
    generator = torch.Generator().manual_seed(1)
    coupling = couplings(2, True, 3)[1]

    def random(*shape):
        return torch.randn(*shape, generator=generator, dtype=torch.float64)

    n_first, n_second = (slices(irreps)[-1].stop for irreps in (coupling.first, coupling.second))
    v, a, weights = random(n_first, 4), random(n_second, 4), random(4, len(coupling.paths))
    found = torch.einsum("kom,mk->ok", joined(coupling, weights, a[None])[:, 0], v)
    places = [slices(irreps) for irreps in coupling]
    expected = torch.zeros_like(found)
    for path, weight in zip(coupling.paths, weights.T, strict=True):
        degree = coupling.out[path.out].l
        product = couple(v[places[0][path.first]], a[places[1][path.second]], degree)
        expected[places[2][path.out]] += weight * product
    torch.testing.assert_close(found, expected, rtol=1e-12, atol=1e-13)
    assert len(coefficients(coupling, torch.float64, torch.device("cpu"))) == len(coupling.paths)


@pytest.mark.parametrize("name", ["CH3CH2OH", "CO2", "CH3OH"])
def test_single_precision_is_near_double(name):
    atoms, model = molecule(name), small(l_max=2)
    double = predict(model, atom_graph(atoms, model.cutoff))
    single = predict(model.float(), atom_graph(atoms, model.cutoff, dtype=torch.float32))
    for part in ("energies", "forces"):
        exact = getattr(double, part)
        gap = (getattr(single, part).double() - exact).abs().max() / exact.abs().max()
        assert gap < 5e-6


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


def test_adapt_sets_what_the_data_say():
    model, atoms = small(), molecule("CH3OH")
    graphs = []
    for seed in range(3):
        shaken = atoms.copy()
        shaken.rattle(0.05, seed=seed)
        graphs.append(atom_graph(shaken, model.cutoff))
    energies = torch.tensor([-100.0, -100.3, -99.7], dtype=torch.float64)
    model.adapt(graphs, energies)
    assert model.n_neighbors.tolist() == pytest.approx([5.0] * 3)
    assert model.energy_scale.tolist() == pytest.approx(
        [float(np.std([0, 0.3, -0.3])) / 6**0.5] * 3
    )
    counts = torch.tensor([4.0, 1.0, 1.0], dtype=torch.float64)
    assert float(model.reference @ counts) == pytest.approx(-100.0)


def test_settings_make_the_same_model():
    model = small(l_max=2, parity=False)
    again = Allegro.from_settings(model.settings()).double()
    again.load_state_dict(model.state_dict())
    graph = atom_graph(molecule("CH3CH2OH"), model.cutoff)
    assert torch.equal(again(graph), model(graph))


def test_what_it_does_not_know_is_refused_in_words():
    model = small()
    with pytest.raises(ValueError, match="holds N, but this potential knows H, C, O only"):
        model(atom_graph(molecule("NH3"), model.cutoff))
    with pytest.raises(ValueError, match=r"torch\.float32, the model in torch\.float64"):
        model(atom_graph(molecule("H2O"), model.cutoff, dtype=torch.float32))
    wrong = {"scalars": (7, "one half"), "layers": (0, "layers is 0"), "l_max": (-1, "from 0 on")}
    for name, (value, words) in (wrong | {"cutoff": (math.inf, "positive length")}).items():
        with pytest.raises(ValueError, match=words):
            small(**{name: value})
