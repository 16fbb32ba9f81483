"""NequIP: its equations as loops, the laws, what parity adds, and what it refuses."""

import math

import numpy as np
import pytest
import torch
from ase import Atoms
from ase.build import bulk, molecule

from mlp_teach.basis.rotations import wigner_d
from mlp_teach.basis.spherical_harmonics import spherical_harmonics
from mlp_teach.basis.tensor_product import Irrep, couple, slices
from mlp_teach.checks import check_all
from mlp_teach.graph import AtomGraph, displacements
from mlp_teach.models.nequip import NequIP
from mlp_teach.neighbors import atom_graph
from mlp_teach.potential import predict
from tests.models.test_schnet import twisted

CHANNELS = 3
KINDS = {
    "scalars": {"l_max": 0},
    "vectors": {"l_max": 1, "layers": 4},
    "tensors": {"l_max": 2},
    "no parity": {"l_max": 2, "parity": False, "envelope": 5},
    "deep readout": {"readout_widths": (4, 2), "radial_widths": (5, 4), "layers": 2},
    "one layer": {"layers": 1},
}
EXACT = ("rotation", "reflection", "translation", "permutation", "supercell", "far fragments")


def small(elements=(1, 6, 8), cutoff: float = 4.0, **sizes) -> NequIP:
    torch.manual_seed(2022)
    given = {"channels": CHANNELS, "layers": 3, "n_radial": 4, "radial_widths": (5,)} | sizes
    model = NequIP(elements, cutoff, **given).double()
    n = torch.arange(len(elements), dtype=torch.float64)
    model.reference.copy_(n - 0.5)
    model.energy_scale.copy_(0.8 + 0.1 * n)
    model.n_neighbors.copy_(2.7 + 0.4 * n)
    return model


# The slow twin -----------------------------------------------------------------------------------


def silu(x: torch.Tensor) -> torch.Tensor:
    return x / (1 + torch.exp(-x))


def network(layers, x: torch.Tensor) -> torch.Tensor:
    for layer in layers[:-1]:
        x = silu(layer.weight @ x)
    return layers[-1].weight @ x


def waves(d: torch.Tensor, model: NequIP) -> torch.Tensor:
    c, p, x = model.cutoff, model.sizes["envelope"], d / model.cutoff
    fade = 1 - (p + 1) * (p + 2) / 2 * x**p + p * (p + 2) * x ** (p + 1)
    fade = fade - p * (p + 1) / 2 * x ** (p + 2)
    n_radial = model.sizes["n_radial"]
    found = [math.sqrt(2 / c) * torch.sin(n * math.pi * d / c) / d for n in range(1, n_radial + 1)]
    return fade * torch.stack(found)


def ways(came: list[Irrep], out: Irrep, l_max: int) -> list[tuple[Irrep, int]]:
    """From which irreps, with which harmonics, a message leads to `out`."""
    return [
        (x, l)
        for x in came
        for l in range(l_max + 1)
        if abs(x.l - l) <= out.l <= x.l + l and x.parity * (-1) ** l == out.parity
    ]


def irreps_after(model: NequIP, layer: int, came: list[Irrep]) -> list[Irrep]:
    l_max, parity = model.sizes["l_max"], model.sizes["parity"]
    if layer + 1 == model.sizes["layers"]:
        wanted = [Irrep(0, 1)]
    elif parity:
        wanted = [Irrep(l, p) for l in range(l_max + 1) for p in (1, -1)]
    else:
        wanted = [Irrep(l, (-1) ** l) for l in range(l_max + 1)]
    return [x for x in wanted if ways(came, x, l_max)]


def messages(model: NequIP, layer, h: list[dict], out: list[Irrep], graph: AtomGraph) -> list[dict]:
    """(1): for each atom and irrep, the sums of all paths side by side."""
    l_max, came = model.sizes["l_max"], list(h[0])
    scales = [model.elements.index(int(z)) for z in graph.numbers]
    up = [
        {x: f[x] @ w / model.n_neighbors[s].sqrt() for x, w in zip(f, layer.up.weight, strict=True)}
        for f, s in zip(h, scales, strict=True)
    ]
    sums = [
        {x: [torch.zeros(x.size, CHANNELS).double() for _ in ways(came, x, l_max)] for x in out}
        for _ in h
    ]
    pairs = zip(graph.centers.tolist(), graph.neighbors.tolist(), strict=True)
    for (i, j), vector in zip(pairs, displacements(graph), strict=True):
        y = math.sqrt(4 * math.pi) * spherical_harmonics(vector, l_max)
        r = iter(network(layer.radial.layers, waves(vector.norm(), model)).view(-1, CHANNELS))
        for x in out:
            for n, (first, l) in enumerate(ways(came, x, l_max)):
                of_l = y[l * l : (l + 1) ** 2, None].expand(-1, CHANNELS)
                sums[i][x][n] = sums[i][x][n] + next(r) * couple(up[j][first], of_l, x.l)  # (1)
    return [{x: torch.cat(parts, 1) for x, parts in of_atom.items()} for of_atom in sums]


def through(x: Irrep, part: torch.Tensor, gates: dict[Irrep, torch.Tensor]) -> torch.Tensor:
    """(3)."""
    if x.l:
        return part * silu(gates[x])
    return silu(part) if x.parity == 1 else torch.tanh(part)


def by_loops(model: NequIP, graph: AtomGraph) -> tuple[torch.Tensor, list[list[dict]]]:
    """(1) to (4): the energies, and h of every atom after each layer."""
    elements = [model.elements.index(int(z)) for z in graph.numbers]
    h, after = [{Irrep(0, 1): model.embedding.weight[z][None]} for z in elements], []
    for t, layer in enumerate(model.layers):
        came = list(h[0])
        out = irreps_after(model, t, came)
        gated = [x for x in out if x.l]
        new = []
        for m, old, z in zip(messages(model, layer, h, out, graph), h, elements, strict=True):
            skips = iter(layer.skip.weight[z]) if t else iter(())
            made = [
                m[x] @ w + (old[x] @ next(skips) if t and x in came else 0)  # (2)
                for x, w in zip([*out, *[Irrep(0, 1)] * len(gated)], layer.mix.weights, strict=True)
            ]
            gates = dict(zip(gated, made[len(out) :], strict=True))
            new.append({x: through(x, part, gates) for x, part in zip(out, made, strict=False)})
        h = new
        after.append(h)
    energies = [
        network(model.readout.layers, f[Irrep(0, 1)][0])[0] * model.energy_scale[z]
        + model.reference[z]
        for f, z in zip(h, elements, strict=True)
    ]
    return torch.stack(energies), after


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
def test_energies_and_features_equal_the_equations_as_loops(kind, atoms, cutoff):
    atoms = atoms.copy()
    atoms.rattle(0.05 if len(atoms) != 3 else 0.0, seed=1)
    model, found = small(cutoff=cutoff, **KINDS[kind]), []
    for layer in model.layers:
        layer.register_forward_hook(lambda module, given, out: found.append(out))
    graph = atom_graph(atoms, cutoff)
    by_element = torch.argsort(graph.numbers, stable=True)
    with torch.no_grad():
        expected, after = by_loops(model, graph)
        torch.testing.assert_close(model(graph), expected, rtol=1e-10, atol=0)
        for ours, of_atoms in zip(found, after, strict=True):
            theirs = torch.stack([torch.cat(list(f.values())) for f in of_atoms])[by_element]
            size = float(theirs.abs().max())
            torch.testing.assert_close(ours, theirs, rtol=0, atol=1e-10 * size)


# Properties --------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["vectors", "tensors", "no parity"])
def test_every_law_holds(kind):
    model = small(elements=(6, 11, 17), cutoff=3.0, **KINDS[kind])
    cell = bulk("NaCl", "rocksalt", a=5.2)
    trimer = Atoms("CNaCl", positions=[[0, 0, 0], [0, 2, 0], [1, 0, 2]])
    laws = check_all(model, [cell, trimer])
    assert [law for law in laws if not law.passed] == []
    exact = [law.measured for law in laws if law.name in EXACT]
    assert len(exact) == len(EXACT)
    assert max(exact) < 1e-10


@pytest.mark.parametrize("sign", [1, -1], ids=["rotation", "mirror"])
def test_features_turn_with_the_molecule_and_odd_scalars_know_left_from_right(sign):
    model, found = small(l_max=2, layers=4), []
    model.layers[2].register_forward_hook(lambda module, given, out: found.append(out))
    atoms = molecule("CH3OH")
    atoms.rattle(0.2, seed=3)  # else its mirror image is itself
    turn = sign * np.array([[0.36, 0.48, -0.8], [-0.8, 0.6, 0], [0.48, 0.64, 0.6]])
    before = predict(model, atom_graph(atoms, model.cutoff))
    atoms.positions = atoms.positions @ turn.T
    after = predict(model, atom_graph(atoms, model.cutoff))
    irreps = model.layers[2].out
    assert [str(x) for x in irreps] == ["0e", "0o", "1e", "1o", "2e", "2o"]
    for x, lm in zip(irreps, slices(irreps), strict=True):
        one, other = (h[:, lm].detach() for h in found)
        assert one.abs().max() > 1e-5
        expected = wigner_d(x.l, torch.from_numpy(turn), x.parity) @ one
        torch.testing.assert_close(other, expected, rtol=0, atol=1e-12)
        if str(x) == "0o":
            torch.testing.assert_close(other, sign * one, rtol=0, atol=1e-12)
    torch.testing.assert_close(after.energies, before.energies, rtol=0, atol=1e-12)
    turned = before.forces @ torch.from_numpy(turn).T
    torch.testing.assert_close(after.forces, turned, rtol=0, atol=1e-12)


def test_a_flat_molecule_has_no_odd_scalars():
    model, found = small(l_max=2, layers=4), []
    model.layers[2].register_forward_hook(lambda module, given, out: found.append(out))
    model(atom_graph(molecule("C6H6"), model.cutoff))
    assert found[0][:, 1].abs().max() < 1e-14
    assert found[0][:, 0].abs().max() > 1e-3


def test_without_parity_there_are_only_the_irreps_of_harmonics():
    model = small(**KINDS["no parity"])
    for layer in model.layers[:-1]:
        assert [str(x) for x in layer.out] == ["0e", "1o", "2e"]
    assert [str(x) for x in model.layers[-1].out] == ["0e"]


@pytest.mark.parametrize(("l_max", "tells"), [(0, False), (1, True)])
def test_vectors_tell_a_twist_that_scalars_cannot(l_max, tells):
    model = small(layers=4, cutoff=1.6, l_max=l_max)
    model.n_neighbors.fill_(0.1)  # so that messages far from home are not small
    one, other = (
        float(model(atom_graph(twisted(angle), 1.6)).detach().sum()) for angle in (90, 180)
    )
    gap = abs(one - other)
    assert gap > 1e-6 if tells else gap < 1e-12


@pytest.mark.parametrize("kind", ["vectors", "tensors", "no parity"])
@pytest.mark.parametrize("name", ["CH3CH2OH", "CO2"])
def test_single_precision_is_near_double(kind, name):
    atoms, model = molecule(name), small(**KINDS[kind])
    double = predict(model, atom_graph(atoms, model.cutoff))
    single = predict(model.float(), atom_graph(atoms, model.cutoff, dtype=torch.float32))
    assert single.energies.dtype == single.forces.dtype == torch.float32
    for part in ("energies", "forces"):
        exact = getattr(double, part)
        gap = (getattr(single, part).double() - exact).abs().max() / exact.abs().max()
        assert gap < 1e-5  # the largest of the twelve was 2.8e-6


# Degenerate input --------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["vectors", "no parity"])
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
def test_second_derivatives_are_finite(atoms, kind):
    model = small(**KINDS[kind])
    graph = atom_graph(atoms, model.cutoff + 0.1)
    positions = graph.positions.requires_grad_()
    object.__setattr__(graph, "positions", positions)
    forces = predict(model, graph, stress=False, create_graph=True).forces
    assert forces.isfinite().all()
    if forces.requires_grad:
        (second,) = torch.autograd.grad(forces.square().sum(), positions, allow_unused=True)
        assert second is None or second.isfinite().all()


def test_forces_of_forces_are_right():
    model, atoms = small(channels=2, layers=2), molecule("CO2")
    graph = atom_graph(atoms, model.cutoff)

    def energy(positions: torch.Tensor) -> torch.Tensor:
        object.__setattr__(graph, "positions", positions)
        return model(graph).sum()

    positions = torch.from_numpy(atoms.positions).requires_grad_()
    assert torch.autograd.gradcheck(energy, positions)
    assert torch.autograd.gradgradcheck(energy, positions)


def test_an_atom_alone_has_its_reference_energy():
    energies = small()(atom_graph(Atoms("COH", positions=np.eye(3) * 99), 4.0)).detach()
    assert energies.tolist() == [0.5, 1.5, -0.5]


# Settings and data -------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["deep readout", "no parity"])
def test_settings_make_the_same_model(kind):
    model = small(**KINDS[kind])
    again = NequIP.from_settings(model.settings()).double()
    again.load_state_dict(model.state_dict())
    assert again.settings() == model.settings()
    graph = atom_graph(molecule("CH3CH2OH"), model.cutoff)
    assert torch.equal(again(graph), model(graph))


def test_it_takes_neighbours_reference_and_scale_from_data():
    model = small((1, 8), cutoff=1.3)
    graphs = [atom_graph(molecule(name), 1.3) for name in ("H2O", "H2", "H2O2")]
    # E = -2 N_H - 10 N_O, but for what the elements cannot explain
    energies = torch.tensor([-13.4, -4.6, -24.0], dtype=torch.float64)
    model.adapt(graphs, energies)
    counts = np.array([[2, 1], [2, 0], [2, 2]])
    reference, *_ = np.linalg.lstsq(counts, energies.numpy(), rcond=None)
    np.testing.assert_allclose(model.reference, reference, rtol=1e-12)
    shares = (energies.numpy() - counts @ reference) / np.sqrt(counts.sum(1))
    assert model.energy_scale.tolist() == pytest.approx([shares.std()] * 2, rel=1e-7)
    # within 1.3 Å: H2O has 4 (each O-H from both ends), H2 2, H2O2 4 of its O-H
    assert model.n_neighbors.tolist() == pytest.approx([(4 + 2 + 4) / (3 + 2 + 4)] * 2)


def test_what_it_does_not_know_is_refused_in_words():
    model = small()
    with pytest.raises(ValueError, match="holds N, but this potential knows H, C, O only"):
        model(atom_graph(molecule("NH3"), model.cutoff))
    with pytest.raises(ValueError, match=r"torch\.float32, the model in torch\.float64"):
        model(atom_graph(molecule("H2O"), model.cutoff, dtype=torch.float32))


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"channels": 0}, "channels is 0"),
        ({"layers": 0}, "layers is 0"),
        ({"n_radial": 0}, "n_radial is 0"),
        ({"envelope": 0}, "envelope is 0"),
        ({"radial_widths": (4, 0)}, r"radial_widths is \[4, 0\]"),
        ({"readout_widths": (0,)}, r"readout_widths is \[0\]"),
        ({"l_max": -1}, "l_max is -1"),
        ({"cutoff": 0.0}, "cutoff is 0"),
        ({"cutoff": math.inf}, "cutoff is inf"),
    ],
    ids=str,
)
def test_sizes_that_make_no_model_are_refused_in_words(wrong, said):
    with pytest.raises(ValueError, match=said):
        small(**wrong)
