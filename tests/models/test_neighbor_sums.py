"""Messages as matrix products at each atom: equal to loops over pairs, paths and components."""

from math import pi, sqrt

import pytest
import torch
from ase import Atoms
from ase.build import bulk, molecule

from mlp_teach.basis.clebsch_gordan import coupling
from mlp_teach.basis.rotations import random_rotation, wigner_d
from mlp_teach.basis.spherical_harmonics import spherical_harmonics
from mlp_teach.basis.tensor_product import harmonics, irreps_of, slices
from mlp_teach.graph import AtomGraph, displacements, undirected
from mlp_teach.models.neighbor_sums import (
    Coupling,
    joined,
    neighbor_sums,
    pairs,
    turned,
)
from mlp_teach.neighbors import atom_graph

CUTOFF, CHANNELS = 3.0, 2
SCALARS = Coupling(harmonics(0), harmonics(2), harmonics(2))
VECTORS = Coupling(harmonics(1), harmonics(3), harmonics(3))
MIRRORED = Coupling(
    irreps_of("0e + 0o + 1o + 1e"), harmonics(2), irreps_of("1e + 0o + 1o + 2e + 2o")
)
COUPLINGS = pytest.mark.parametrize(
    "kind", [SCALARS, VECTORS, MIRRORED], ids=["scalars", "vectors", "both parities"]
)
STRUCTURES = {
    "methanol": molecule("CH3OH"),
    "tiny cell": bulk("C", "diamond", a=3.4),
    "one atom in a cell": bulk("Cu", "fcc", a=3.6),
    "two": Atoms("CO", positions=[[0, 0, 0], [0, 0, 1.1]]),
}


def shaken(name: str) -> Atoms:
    atoms = STRUCTURES[name].copy()
    atoms.rattle(0.05, seed=1)
    return atoms


def features(kind: Coupling, n_atoms: int) -> torch.Tensor:
    generator = torch.Generator().manual_seed(2)
    size = sum(irrep.size for irrep in kind.first)
    return torch.randn(n_atoms, size, CHANNELS, generator=generator, dtype=torch.float64)


def radial(distances: torch.Tensor, kind: Coupling) -> torch.Tensor:
    """Any function of the distance, another one for each path and channel."""
    n = torch.arange(1, len(kind.paths) * CHANNELS + 1, dtype=torch.float64)
    return torch.cos(distances[:, None] * n)


def by_tables(graph: AtomGraph, h: torch.Tensor, kind: Coupling) -> list[torch.Tensor]:
    sizes = {"l_max": max(irrep.l for irrep in kind.second), "n_radial": 2, "envelope": 5}
    near = pairs(graph, torch.arange(graph.n_atoms), CUTOFF, sizes)
    _, _, vectors = undirected(graph, CUTOFF)
    return neighbor_sums(h, radial(vectors.norm(dim=1), kind), turned(near, kind))


def by_loops(graph: AtomGraph, h: torch.Tensor, kind: Coupling) -> list[torch.Tensor]:
    """(1), each pair both ways."""
    vectors = displacements(graph)
    r = radial(vectors.norm(dim=1), kind).view(len(vectors), len(kind.paths), CHANNELS)
    y = sqrt(4 * pi) * spherical_harmonics(vectors, max(irrep.l for irrep in kind.second))
    of_path = []
    for p, path in enumerate(kind.paths):
        one, two, out = kind.first[path.first], kind.second[path.second], kind.out[path.out]
        first, second = slices(kind.first)[path.first], slices(kind.second)[path.second]
        c = coupling(one.l, two.l, out.l)
        m = torch.zeros(graph.n_atoms, out.size, CHANNELS, dtype=torch.float64)
        ends = zip(graph.centers.tolist(), graph.neighbors.tolist(), strict=True)
        for pair, (i, j) in enumerate(ends):
            for m1 in range(one.size):
                for m2 in range(two.size):
                    x = h[j, first.start + m1] * y[second.start + m2, pair] * r[pair, p]
                    for m3 in range(out.size):
                        if c[m1, m2, m3]:
                            m[i, m3] += sqrt(out.size) * c[m1, m2, m3] * x  # (1)
        of_path.append(m)
    return [
        torch.cat([m for m, path in zip(of_path, kind.paths, strict=True) if path.out == n], 2)
        for n in range(len(kind.out))
    ]


@COUPLINGS
@pytest.mark.parametrize("name", ["methanol", "tiny cell", "two"])
def test_sums_equal_the_equation_as_loops(name, kind):
    atoms = shaken(name)
    cutoff = 1.6 if name == "methanol" else 1.8  # few pairs: the loops are slow
    graph = atom_graph(atoms, cutoff)
    h = features(kind, len(atoms))
    for found, expected in zip(by_tables(graph, h, kind), by_loops(graph, h, kind), strict=True):
        torch.testing.assert_close(found, expected, rtol=0, atol=1e-12)


def test_an_atom_is_its_own_neighbour_through_the_faces_of_the_cell():
    graph = atom_graph(shaken("one atom in a cell"), CUTOFF)
    assert graph.n_pairs == 12
    h = features(VECTORS, 1)
    found, expected = by_tables(graph, h, VECTORS), by_loops(graph, h, VECTORS)
    for one, other in zip(found, expected, strict=True):
        torch.testing.assert_close(one, other, rtol=0, atol=1e-12)


def test_two_atoms_by_hand():
    """A vector at a distance d along z: its z goes into the scalar, by C √3 Y = √3 / √3."""
    graph = atom_graph(STRUCTURES["two"], CUTOFF)
    kind = Coupling(harmonics(1), harmonics(1), harmonics(0))
    assert len(kind.paths) == 2
    h = torch.zeros(2, 4, CHANNELS, dtype=torch.float64)
    h[:, 2] = torch.tensor([[3.0, 5.0], [7.0, 11.0]])  # z of y, z, x
    (sums,) = by_tables(graph, h, kind)
    r = radial(torch.tensor([1.1], dtype=torch.float64), kind)[0, CHANNELS:]
    expected = torch.stack([r * h[1, 2], -r * h[0, 2]])  # the first looks up to the second
    torch.testing.assert_close(sums[:, 0, CHANNELS:], expected, rtol=1e-13, atol=0)
    assert not sums[:, 0, :CHANNELS].any()


@COUPLINGS
@pytest.mark.parametrize("sign", [1, -1], ids=["rotation", "mirror"])
def test_sums_turn_with_atoms_and_features(kind, sign):
    turn = sign * random_rotation(torch.Generator().manual_seed(8))
    atoms = shaken("methanol")
    h = features(kind, len(atoms))
    parts = zip(kind.first, slices(kind.first), strict=True)
    turned_h = torch.cat([wigner_d(i.l, turn, i.parity) @ h[:, lm] for i, lm in parts], 1)
    before = by_tables(atom_graph(atoms, CUTOFF), h, kind)
    atoms.positions = atoms.positions @ turn.numpy().T
    after = by_tables(atom_graph(atoms, CUTOFF), turned_h, kind)
    for irrep, one, other in zip(kind.out, before, after, strict=True):
        assert one.abs().max() > 0.1
        expected = wigner_d(irrep.l, turn, irrep.parity) @ one
        torch.testing.assert_close(other, expected, rtol=0, atol=1e-12)


def test_each_coupling_stands_in_the_rows_of_its_harmonics():
    table = joined(VECTORS, torch.float64, torch.device("cpu"))
    assert table.shape == (16, sum((2 * VECTORS.out[p.out].l + 1) * s for p, s in sized(VECTORS)))
    start = 0
    for path, size in sized(VECTORS):
        out = VECTORS.out[path.out]
        columns = table[:, start : start + out.size * size].unflatten(1, (out.size, size))
        rows = slices(VECTORS.second)[path.second]
        c = coupling(VECTORS.first[path.first].l, VECTORS.second[path.second].l, out.l)
        expected = torch.zeros_like(columns)
        expected[rows] = sqrt(out.size) * c.permute(1, 2, 0)
        torch.testing.assert_close(columns, expected, rtol=0, atol=1e-15)
        start += out.size * size


def sized(kind: Coupling) -> list[tuple]:
    return [(path, kind.first[path.first].size) for path in kind.paths]


@pytest.mark.parametrize("n_atoms", [1, 3])
def test_atoms_without_neighbours_receive_nothing(n_atoms):
    graph = atom_graph(Atoms(f"H{n_atoms}", positions=[[9.0 * n, 0, 0] for n in range(n_atoms)]), 3)
    sums = by_tables(graph, features(VECTORS, n_atoms), VECTORS)
    paths = [2, 3, 3, 2]  # to l = 0: two, to 1: three, to 2: three, to 3: two
    assert [tuple(s.shape) for s in sums] == [
        (n_atoms, 2 * l + 1, CHANNELS * n) for l, n in enumerate(paths)
    ]
    assert not any(s.any() for s in sums)


# Pairs -------------------------------------------------------------------------------------------


def test_what_is_read_of_a_pair_fades_out_at_the_cutoff():
    sizes = {"l_max": 2, "n_radial": 3, "envelope": 5}
    found = []
    for d in (0.5, 2.0, 2.999999, 3.0, 3.5):
        graph = atom_graph(Atoms("H2", positions=[[0, 0, 0], [0, 0, d]]), 4.0)
        found.append(pairs(graph, torch.arange(2), CUTOFF, sizes).e)
    x = 0.5 / 3
    fade = 1 - 21 * x**5 + 35 * x**6 - 15 * x**7
    waves = [sqrt(2 / 3) * torch.sin(torch.tensor(n * pi * x)).item() / 0.5 for n in (1, 2, 3)]
    assert found[0][0].tolist() == pytest.approx([fade * wave for wave in waves], rel=1e-6)
    assert float(found[2].abs().max()) < 1e-15
    assert [len(e) for e in found] == [1, 1, 1, 0, 0]
