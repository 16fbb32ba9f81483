"""DeepPot-SE: by hand, its equations as loops, the laws, its slots, and what it refuses."""

import math

import numpy as np
import pytest
import torch
from ase import Atoms
from ase.build import bulk, molecule

from mlp_teach.checks import check_all
from mlp_teach.graph import AtomGraph, displacements
from mlp_teach.models.deep_pot import DeepPot
from mlp_teach.neighbors import atom_graph
from mlp_teach.potential import predict
from mlp_teach.training.checkpoint import load_model, save_checkpoint

CUTOFF, SMOOTH_FROM = 4.0, 1.5


def small(elements=(1, 6, 8)) -> DeepPot:
    torch.manual_seed(2018)
    sizes = {"embedding": (4, 8, 8), "axes": 3, "fitting": (7, 7)}
    model = DeepPot(elements, CUTOFF, SMOOTH_FROM, **sizes).double()
    n = len(elements)
    model.mean[:, 0] = torch.linspace(0.1, 0.3, n)
    model.width[:, 0] = torch.linspace(0.3, 0.5, n)
    model.width[:, 1:] = torch.linspace(0.4, 0.2, n)[:, None]
    model.slots.copy_(torch.arange(n) + 4)
    model.reference.copy_(torch.arange(n) - 0.5)
    model.energy_scale.fill_(0.8)
    return model


def layer(one, x: torch.Tensor) -> torch.Tensor:
    y = torch.tanh(one.linear.weight @ x + one.linear.bias)
    y = y if one.dt is None else y * one.dt
    if len(y) == len(x):
        return y + x
    return y + torch.cat([x, x]) if len(y) == 2 * len(x) else y


def by_loops(model: DeepPot, graph: AtomGraph) -> torch.Tensor:
    """Equations (1) to (5), atom by atom, neighbour by neighbour."""
    places, n = [model.elements.index(int(z)) for z in graph.numbers], len(model.elements)
    r, energies = displacements(graph), []
    for i, a in enumerate(places):
        seen = [[] for _ in range(n)]
        for center, j, vector in zip(graph.centers, graph.neighbors, r, strict=True):
            d = vector.norm()
            if int(center) == i and d < CUTOFF:
                x = max((float(d) - SMOOTH_FROM) / (CUTOFF - SMOOTH_FROM), 0.0)
                s = (1 + x**3 * (-6 * x**2 + 15 * x - 10)) / d
                seen[places[int(j)]].append(s * torch.cat([torch.ones(1).double(), vector / d]))
        t = torch.zeros(4, 8, dtype=torch.float64)
        for b, rows in enumerate(seen):
            free = int(model.slots[b]) - len(rows)  # below 0 if there are more neighbours
            weights = [*(1.0 for _ in rows), float(free)]
            for row, weight in zip([*rows, torch.zeros(4)], weights, strict=True):
                row = (row - model.mean[a]) / model.width[a]  # (2)
                g = row[:1]
                for one in model.embedding[a * n + b]:
                    g = layer(one, g)
                t = t + weight * row[:, None] * g / model.slots.sum()  # (3)
        x = (t.T @ t[:, :3]).flatten()  # (4)
        for one in model.fitting[a][:-1]:
            x = layer(one, x)
        last = model.fitting[a][-1]
        energies.append(last.weight[0] @ x + last.bias[0])  # (5)
    return torch.stack(energies) * 0.8 + model.reference[places]


def test_two_atoms_by_hand():
    """One number in each layer: g = s + tanh s, f = 0.1 tanh D + D; both atoms at half the fall."""
    model = DeepPot((1,), 3.0, 1.0, embedding=(1,), axes=1, fitting=(1,)).double()
    with torch.no_grad():
        for name, weight in model.named_parameters():
            if not name.endswith("dt"):
                weight.fill_(0.0 if name.endswith("bias") else 1.0)
    s = 0.5 / 2.0  # u is ½ halfway between 1 and 3 Å
    g = s + math.tanh(s)
    d = 2 * (s * g) ** 2  # s² (1 + r̂·r̂) g²
    expected = d + 0.1 * math.tanh(d)
    found = model(atom_graph(Atoms("H2", positions=[[0, 0, 0], [0, 2.0, 0]]), 3.0))
    assert found.tolist() == pytest.approx([expected] * 2, rel=1e-7)  # 0.1 is in single precision


@pytest.mark.parametrize(
    "atoms",
    [molecule("CH3OH"), bulk("C", "diamond", a=3.4), molecule("CO2"), Atoms("O")],
    ids=["methanol", "tiny cell, more neighbours than slots", "linear", "alone"],
)
def test_energies_equal_the_equations_as_loops(atoms):
    atoms.rattle(0.05 if len(atoms) != 3 else 0.0, seed=1)
    model = small()
    graph = atom_graph(atoms, model.cutoff + 0.3)
    with torch.no_grad():
        assert torch.allclose(model(graph), by_loops(model, graph), rtol=1e-11)


def test_every_law_holds():
    model = small(elements=(6, 11, 17))
    cell = bulk("NaCl", "rocksalt", a=5.2)
    trimer = Atoms("CNaCl", positions=[[0, 0, 0], [0, 2, 0], [1, 0, 2]])
    assert [law for law in check_all(model, [cell, trimer]) if not law.passed] == []


def test_a_free_slot_is_a_neighbor_at_the_cutoff():
    model = small()
    near, free = (
        Atoms("CO", positions=[[0, 0, 0], [0, 0, d]]) for d in (CUTOFF - 1e-6, CUTOFF + 1e-6)
    )
    with torch.no_grad():
        inside, outside = (model(atom_graph(atoms, CUTOFF + 1)) for atoms in (near, free))
    assert torch.allclose(inside, outside, atol=1e-13)
    model.slots[2] += 1  # one free slot more is felt
    with torch.no_grad():
        assert (model(atom_graph(free, CUTOFF + 1)) - outside).abs().min() > 1e-6


def second_slope(model: DeepPot, distance: float) -> float:
    graph = atom_graph(Atoms("CO", positions=[[0, 0, 0], [0, 0, distance]]), CUTOFF + 1)
    positions = graph.positions.requires_grad_()
    object.__setattr__(graph, "positions", positions)
    force = predict(model, graph, stress=False, create_graph=True).forces[1, 2]
    return float(torch.autograd.grad(force, positions)[0][1, 2]) if force.requires_grad else 0.0


@pytest.mark.parametrize("edge", [SMOOTH_FROM, CUTOFF], ids=["r_s", "r_c"])
def test_the_second_slope_has_no_jump_where_the_fall_begins_or_ends(edge):
    model = small()
    below, at, above = (second_slope(model, edge + step) for step in (-1e-7, 0.0, 1e-7))
    assert below == pytest.approx(at, abs=1e-5)
    assert above == pytest.approx(at, abs=1e-5)
    assert abs(second_slope(model, 2.5)) > 1e-3


def test_angles_are_seen():
    model = small()
    bond = np.array([1.1, 0.0, 0.0])
    turned = [1.1 * np.array([np.cos(x), np.sin(x), 0.0]) for x in (1.6, 2.6)]
    # The two hydrogens do not see each other, only the oxygen sees both.
    shells = [Atoms("OHH", positions=[[0, 0, 0], bond, end]) for end in turned]
    energies = []
    for atoms in shells:
        graph = atom_graph(atoms, 1.5)
        object.__setattr__(graph, "cutoff", math.inf)
        assert graph.n_pairs == 4
        energies.append(float(model(graph).detach()[0]))
    assert abs(energies[0] - energies[1]) > 1e-5


@pytest.mark.parametrize(
    "atoms",
    [
        Atoms("O", positions=[[0, 0, 0]]),
        Atoms("CO", positions=[[0, 0, 0], [0, 0, 1.1]]),
        Atoms("OCO", positions=[[0, 0, -1.2], [0, 0, 0], [0, 0, 1.2]]),
        Atoms("CO", positions=[[0, 0, 0], [0, 0, SMOOTH_FROM]]),
        Atoms("CO", positions=[[0, 0, 0], [0, 0, CUTOFF]]),
    ],
    ids=["alone", "two", "linear", "where the fall begins", "on the cutoff"],
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


def test_adapt_makes_the_rows_of_all_slots_even():
    model = small()
    frames = [molecule(name) for name in ("CH3CH2OH", "CH3OH", "H2O", "CO2")]
    for seed, atoms in enumerate(frames):
        atoms.rattle(0.05, seed=seed)
    graphs = [atom_graph(atoms, CUTOFF) for atoms in frames]
    energies = torch.tensor([-9.0, -6.0, -3.0, -4.0], dtype=torch.float64)
    model.adapt(graphs, energies)
    assert model.slots.tolist() == [6, 2, 2]  # a C of ethanol sees all H; others, 2 C, or 2 O
    rows = [[] for _ in model.elements]
    for graph in graphs:
        found = model.environments(graph)
        for a, row in zip(found.a.flatten().tolist(), found.rows.flatten(0, 1), strict=True):
            rows[a].append((row - model.mean[a]) / model.width[a])
        counts = torch.bincount(graph.centers, minlength=graph.n_atoms)
        for a, count in zip(found.element.tolist(), counts.tolist(), strict=True):
            rows[a] += [-model.mean[a] / model.width[a]] * (10 - count)
    for of_element in rows:
        x = torch.stack(of_element)
        assert abs(float(x[:, 0].mean())) < 1e-12
        assert float(x[:, 0].square().mean()) == pytest.approx(1, rel=1e-12)
        assert float(x[:, 1:].square().mean()) == pytest.approx(1, rel=1e-12)


def test_adapt_does_not_depend_on_how_a_structure_lies():
    atoms = molecule("CH3CH2OH")
    atoms.rattle(0.1, seed=3)
    turned = atoms.copy()
    turned.rotate(70, (1, 2, 3))
    models = small(), small()
    for model, one in zip(models, (atoms, turned), strict=True):
        model.adapt([atom_graph(one, CUTOFF)], torch.tensor([-9.0], dtype=torch.float64))
    assert torch.allclose(models[0].width, models[1].width, rtol=1e-12)


def test_atoms_that_see_nobody_give_finite_energies_after_adapt():
    model, graph = small(), atom_graph(Atoms("O"), CUTOFF)
    model.adapt([graph], torch.tensor([-2.0], dtype=torch.float64))
    assert model.slots.tolist() == [1, 1, 1]
    assert model(graph).isfinite().all()


def test_settings_make_the_same_model():
    model = small()
    again = DeepPot.from_settings(model.settings()).double()
    again.load_state_dict(model.state_dict())
    graph = atom_graph(molecule("CH3CH2OH"), model.cutoff)
    assert torch.equal(again(graph), model(graph))


def test_what_it_does_not_know_is_refused_in_words():
    model = small()
    with pytest.raises(ValueError, match="holds N, but this potential knows H, C, O only"):
        model(atom_graph(molecule("NH3"), model.cutoff))
    with pytest.raises(ValueError, match=r"torch\.float32, the model in torch\.float64"):
        model(atom_graph(molecule("H2O"), model.cutoff, dtype=torch.float32))


@pytest.mark.parametrize(
    "wrong",
    [
        {"smooth_from": 4.0},
        {"smooth_from": -1.0},
        {"axes": 9},
        {"axes": 0},
        {"embedding": ()},
        {"embedding": (0, 8)},
        {"fitting": ()},
    ],
    ids=str,
)
def test_sizes_that_make_no_model_are_refused(wrong):
    sizes = {"smooth_from": 1.0, "embedding": (4, 8), "axes": 3, "fitting": (5,)}
    with pytest.raises(ValueError, match=f"{next(iter(wrong))}.*Needed: 0 <= smooth_from"):
        DeepPot((1, 6), CUTOFF, **(sizes | wrong))


def test_a_model_of_one_element_can_be_kept_in_a_file(tmp_path):
    model = DeepPot((29,), 4.0, 1.0, (3, 4), 2, (5,)).double()
    save_checkpoint(tmp_path / "copper.safetensors", model)
    again = load_model(tmp_path / "copper.safetensors")
    graph = atom_graph(bulk("Cu", cubic=True), model.cutoff)
    assert torch.equal(again(graph), model(graph))
