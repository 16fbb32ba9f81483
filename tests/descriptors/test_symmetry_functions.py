"""Symmetry functions: numbers by hand, the equations as loops, and derivatives that stay finite."""

from dataclasses import replace
from itertools import combinations_with_replacement
from math import cos, exp, nan, pi

import numpy as np
import pytest
import torch
from ase import Atoms
from ase.build import bulk, molecule

from mlp_teach.descriptors import angular
from mlp_teach.descriptors.symmetry_functions import (
    SymmetryFunctions,
    columns,
    symmetry_functions,
)
from mlp_teach.graph import collate, displacements, triplets
from mlp_teach.neighbors import atom_graph, neighbor_pairs_by_loops

# The slow twin -----------------------------------------------------------------------------------


def by_loops(atoms: Atoms, f: SymmetryFunctions) -> np.ndarray:
    """Behler 2011, eqs. (5) to (10), as they stand there; each pair j < k of neighbours once."""
    i, j, images, _ = neighbor_pairs_by_loops(atoms, f.cutoff)
    rows = []
    for atom in range(len(atoms)):
        around = [
            (atoms.numbers[j[p]], atoms.positions[j[p]] + images[p] @ atoms.cell.array)
            for p in np.flatnonzero(i == atom)
        ]
        rows.append(row_by_loops(atoms.positions[atom], around, f))
    return np.array(rows)


def row_by_loops(r_i, around, f: SymmetryFunctions) -> list[float]:
    def f_c(r):
        return 0.5 * (cos(pi * r / f.cutoff) + 1) if r < f.cutoff else 0.0

    row = []
    for element in f.elements:
        distances = [np.linalg.norm(r_j - r_i) for number, r_j in around if number == element]
        if f.g1:
            row.append(sum(f_c(r) for r in distances))
        for eta, r_s in f.g2:
            row.append(sum(exp(-eta * (r - r_s) ** 2) * f_c(r) for r in distances))
        for kappa in f.g3:
            row.append(sum(cos(kappa * r) * f_c(r) for r in distances))
    for pair in combinations_with_replacement(f.elements, 2):
        for kind, parameters in (("G4", f.g4), ("G5", f.g5)):
            for eta, zeta, lambda_ in parameters:
                total = 0.0
                for first in range(len(around)):
                    for second in range(first + 1, len(around)):
                        (z_j, r_j), (z_k, r_k) = around[first], around[second]
                        if tuple(sorted((z_j, z_k))) != pair:
                            continue
                        ij, ik, jk = (np.linalg.norm(v) for v in (r_j - r_i, r_k - r_i, r_k - r_j))
                        cosine = np.dot(r_j - r_i, r_k - r_i) / (ij * ik)
                        angle = max(1 + lambda_ * cosine, 0.0) ** zeta
                        if kind == "G4":
                            radial = exp(-eta * (ij**2 + ik**2 + jk**2)) * f_c(jk)
                        else:
                            radial = exp(-eta * (ij**2 + ik**2))
                        total += angle * radial * f_c(ij) * f_c(ik)
                row.append(2 ** (1 - zeta) * total)
    return row


ANGULAR = tuple(
    (eta, zeta, sign)
    for eta, zeta in ((0.01, 1.0), (0.05, 2.0), (0.02, 4.0), (0.0, 1.5))
    for sign in (1.0, -1.0)
)


def every_kind(cutoff: float, *elements: int) -> SymmetryFunctions:
    return SymmetryFunctions(
        cutoff=cutoff,
        elements=elements,
        g1=True,
        g2=((0.5, 0.0), (2.0, 1.7)),
        g3=(1.3,),
        g4=ANGULAR,
        g5=ANGULAR,
    )


def rattled(atoms: Atoms, seed: int = 0) -> Atoms:
    atoms = atoms.copy()
    atoms.rattle(0.1, seed=seed)
    return atoms


def three_elements() -> Atoms:
    """A small skewed cell, two atoms of one element, positions outside the cell too."""
    return Atoms(
        "OCuHO",
        positions=[[0, 0, 0], [1.9, 0.3, 0.1], [0.4, 1.5, -0.2], [-1.2, 0.7, 4.1]],
        cell=[[3.3, 0, 0], [1.1, 3.6, 0], [-0.8, 0.9, 3.9]],
        pbc=True,
    )


SLAB = Atoms("Cu2", positions=[[0, 0, 0], [1.3, 1.2, 1.7]], cell=[2.6, 2.6, 0], pbc=[1, 1, 0])
SYSTEMS = {
    "one element, an atom and its images": (bulk("Cu"), every_kind(4.0, 29)),
    "one element, four atoms": (rattled(bulk("Cu", cubic=True)), every_kind(3.7, 29)),
    "two elements": (rattled(bulk("NaCl", "rocksalt", a=4.6)), every_kind(4.4, 11, 17)),
    "three elements, periodic": (three_elements(), every_kind(3.4, 1, 8, 29)),
    "three elements, a molecule": (rattled(molecule("CH3OH")), every_kind(3.0, 1, 6, 8)),
    "an element that is not in the structure": (molecule("H2O"), every_kind(3.0, 1, 6, 8)),
    "periodic in two directions": (SLAB, every_kind(3.5, 29)),
    "one atom alone": (Atoms("Cu"), every_kind(3.0, 29)),
}
each_system = pytest.mark.parametrize(("atoms", "f"), SYSTEMS.values(), ids=SYSTEMS.keys())


@each_system
def test_the_functions_are_the_equations_as_loops(atoms, f):
    values = symmetry_functions(atom_graph(atoms, f.cutoff), f)
    np.testing.assert_allclose(values, by_loops(atoms, f), rtol=1e-11, atol=1e-13)


@each_system
def test_the_sums_over_pairs_are_the_sums_over_triangles(atoms, f):
    graph = atom_graph(atoms, f.cutoff)
    table = torch.stack(columns(displacements(graph), graph, f), dim=1)
    torch.testing.assert_close(table, symmetry_functions(graph, f), rtol=1e-12, atol=1e-14)


@each_system
@pytest.mark.parametrize("count", [0, 10**9])  # monomials always fewer, or never
def test_g5_by_moments_is_g5_by_pairs(atoms, f, count, monkeypatch):
    monkeypatch.setattr(angular, "comb", lambda n, k: count)
    only_g5 = replace(f, g1=False, g2=(), g3=(), g4=())
    values = symmetry_functions(atom_graph(atoms, f.cutoff), only_g5)
    np.testing.assert_allclose(values, by_loops(atoms, only_g5), rtol=1e-11, atol=1e-12)


# By hand, with a cutoff of 4 Å: f_c(2 Å) = ½ ------------------------------------------------------


def value(atoms: Atoms, name: str, atom: int = 0, **functions) -> float:
    f = SymmetryFunctions(
        cutoff=4.0, elements=tuple(sorted(set(atoms.numbers.tolist()))), **functions
    )
    return symmetry_functions(atom_graph(atoms, 4.0), f)[atom, f.names().index(name)].item()


DIMER = Atoms("Cu2", positions=[[0, 0, 0], [0, 0, 2]])


@pytest.mark.parametrize(
    ("functions", "name", "expected"),
    [
        ({"g1": True}, "G1 Cu", 0.5),
        ({"g2": ((0.25, 0.0),)}, "G2 Cu η=0.25 R_s=0", 0.5 * exp(-1)),
        ({"g2": ((3.0, 2.0),)}, "G2 Cu η=3 R_s=2", 0.5),
        ({"g3": (pi / 2,)}, "G3 Cu κ=1.5708", -0.5),
        ({"g4": ((0.1, 1.0, 1.0),)}, "G4 Cu-Cu η=0.1 ζ=1 λ=+1", 0.0),
        ({"g5": ((0.1, 1.0, 1.0),)}, "G5 Cu-Cu η=0.1 ζ=1 λ=+1", 0.0),
    ],
)
def test_two_atoms_by_hand(functions, name, expected):
    assert value(DIMER, name, **functions) == pytest.approx(expected, abs=1e-15)


TRIANGLE = Atoms("Cu3", positions=[[0, 0, 0], [2, 0, 0], [1, 3**0.5, 0]])  # sides of 2 Å, cos θ = ½


@pytest.mark.parametrize(
    ("functions", "name", "expected"),
    [
        # the pair (j, k) counts once: 2^(1-ζ) (1 + λ/2)^ζ exp(-12 η) f_c³, and exp(-8 η) f_c²
        ({"g4": ((1 / 12, 1.0, 1.0),)}, "G4 Cu-Cu η=0.0833333 ζ=1 λ=+1", 1.5 * exp(-1) / 8),
        ({"g4": ((0.0, 1.0, -1.0),)}, "G4 Cu-Cu η=0 ζ=1 λ=-1", 0.5 / 8),
        ({"g4": ((0.0, 3.0, 1.0),)}, "G4 Cu-Cu η=0 ζ=3 λ=+1", 1.5**3 / 4 / 8),
        ({"g5": ((1 / 8, 2.0, 1.0),)}, "G5 Cu-Cu η=0.125 ζ=2 λ=+1", 1.5**2 / 2 * exp(-1) / 4),
        ({"g5": ((0.0, 2.0, -1.0),)}, "G5 Cu-Cu η=0 ζ=2 λ=-1", 0.5**2 / 2 / 4),
    ],
)
def test_three_atoms_by_hand(functions, name, expected):
    for atom in range(3):
        assert value(TRIANGLE, name, atom, **functions) == pytest.approx(expected, abs=1e-15)


def test_the_elements_of_the_neighbours_are_kept_apart_by_hand():
    water = Atoms("OH2", positions=[[0, 0, 0], [2, 0, 0], [0, 2, 0]])
    g4 = {"g4": ((0.0, 1.0, 1.0),)}
    apart = 0.5 * (cos(pi * 8**0.5 / 4) + 1)  # f_c of the two H, √8 Å apart
    assert value(water, "G4 H-H η=0 ζ=1 λ=+1", 0, **g4) == pytest.approx(apart / 4)
    assert value(water, "G4 H-O η=0 ζ=1 λ=+1", 0, **g4) == 0
    at_h = (1 + 0.5**0.5) * apart / 4  # 45° at each H
    assert value(water, "G4 H-O η=0 ζ=1 λ=+1", 1, **g4) == pytest.approx(at_h)
    assert value(water, "G1 H", 0, g1=True) == pytest.approx(1.0)
    assert value(water, "G1 O", 1, g1=True) == pytest.approx(0.5)


def test_g4_needs_all_three_sides_within_the_cutoff_and_g5_two():
    row = Atoms("Cu3", positions=[[0, 0, 0], [2.5, 0, 0], [-2.5, 0.1, 0]])  # ends 5 Å apart
    assert value(row, "G4 Cu-Cu η=0 ζ=1 λ=-1", g4=((0.0, 1.0, -1.0),)) == 0
    assert value(row, "G5 Cu-Cu η=0 ζ=1 λ=-1", g5=((0.0, 1.0, -1.0),)) > 0.1


def test_two_atoms_on_the_cutoff_do_not_see_each_other():
    on_it = Atoms("Cu2", positions=[[0, 0, 0], [0, 0, 4.0]])
    assert value(on_it, "G1 Cu", g1=True) == 0


# The same whatever the order and the blocks -------------------------------------------------------


@each_system
def test_the_order_of_the_pairs_does_not_matter(atoms, f):
    graph = atom_graph(atoms, f.cutoff)
    order = torch.from_numpy(np.random.default_rng(0).permutation(graph.n_pairs))
    mixed = replace(
        graph,
        centers=graph.centers[order],
        neighbors=graph.neighbors[order],
        images=graph.images[order],
    )
    expected = symmetry_functions(graph, f)
    torch.testing.assert_close(symmetry_functions(mixed, f), expected, rtol=1e-12, atol=1e-14)
    listed = torch.stack(columns(displacements(mixed), mixed, f), dim=1)
    torch.testing.assert_close(listed, expected, rtol=1e-12, atol=1e-14)


@each_system
def test_pairs_beyond_the_cutoff_do_not_matter(atoms, f):
    expected = symmetry_functions(atom_graph(atoms, f.cutoff), f)
    wider = symmetry_functions(atom_graph(atoms, f.cutoff + 1.0), f)
    torch.testing.assert_close(wider, expected, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("block", [1, 50])
def test_the_blocks_do_not_matter_for_values_slopes_and_curvatures(block, monkeypatch):
    f = every_kind(3.4, 1, 8, 29)
    graph = atom_graph(three_elements(), f.cutoff)
    assert len(triplets(graph.centers)[0]) > 200  # many blocks
    whole = derivatives(graph, f)
    monkeypatch.setattr(angular, "BLOCK", block)
    for one, other in zip(whole, derivatives(graph, f), strict=True):
        torch.testing.assert_close(one, other, rtol=1e-10, atol=1e-12)


def test_a_block_lists_few_triplets_more_than_it_should(monkeypatch):
    listed, whole_block = [], angular._g5_block

    def counting(part, first, *arguments):
        listed.append(len(first))
        return whole_block(part, first, *arguments)

    monkeypatch.setattr(angular, "_g5_block", counting)
    monkeypatch.setattr(angular, "BLOCK", 50)
    f = SymmetryFunctions(cutoff=3.4, elements=(1, 8, 29), g5=((0.0, 1.5, 1.0),))
    graph = atom_graph(three_elements(), f.cutoff)
    of_one = torch.bincount(graph.centers[triplets(graph.centers)[0]]).max().item()
    symmetry_functions(graph, f)
    assert sum(listed) == len(triplets(graph.centers)[0])
    assert max(listed) < 50 + of_one


def derivatives(graph, f):
    """Values, the gradient of a weighted sum of them, and the gradient of that one's square."""
    positions = graph.positions.clone().requires_grad_()
    values = symmetry_functions(replace(graph, positions=positions), f)
    weights = torch.linspace(-1, 1, values.numel(), dtype=torch.float64).view_as(values)
    (slope,) = torch.autograd.grad((weights * values).sum(), positions, create_graph=True)
    (curvature,) = torch.autograd.grad(slope.square().sum(), positions)
    return values.detach(), slope.detach(), curvature


@each_system
def test_without_gradients_the_values_are_the_same(atoms, f):
    graph = atom_graph(atoms, f.cutoff)
    with torch.no_grad():
        silent = symmetry_functions(graph, f)
    torch.testing.assert_close(silent, symmetry_functions(graph, f), rtol=0, atol=0)


def test_a_batch_has_the_rows_of_its_members():
    f = every_kind(3.0, 1, 6, 8, 29)
    graphs = [
        atom_graph(atoms, 3.0)
        for atoms in (molecule("H2O"), Atoms("Cu"), bulk("Cu"), molecule("CO"))
    ]
    expected = torch.cat([symmetry_functions(graph, f) for graph in graphs])
    torch.testing.assert_close(symmetry_functions(collate(graphs), f), expected)


def test_single_precision_keeps_five_digits():
    f = every_kind(3.4, 1, 8, 29)
    graph = atom_graph(three_elements(), f.cutoff)
    single = symmetry_functions(graph.to(dtype=torch.float32), f)
    assert single.dtype == torch.float32
    torch.testing.assert_close(single.double(), symmetry_functions(graph, f), rtol=1e-5, atol=1e-6)


# Derivatives -------------------------------------------------------------------------------------


@pytest.mark.parametrize("make", [symmetry_functions, "columns"])
def test_first_and_second_derivatives_are_those_of_finite_differences(make):
    atoms = rattled(molecule("H2O"), seed=3)
    graph, f = atom_graph(atoms, 3.0), every_kind(3.0, 1, 8)

    def values(positions):
        moved = replace(graph, positions=positions)
        if make == "columns":
            return torch.stack(columns(displacements(moved), moved, f), dim=1)
        return make(moved, f)

    positions = graph.positions.clone().requires_grad_()
    assert torch.autograd.gradcheck(values, positions, fast_mode=True)
    assert torch.autograd.gradgradcheck(values, positions, fast_mode=True)


LINE = Atoms(
    "OCO", positions=[[0, 0, -1.2], [0, 0, 0], [0, 0, 1.2]]
)  # cos θ = -1, and +1 at the ends


@pytest.mark.parametrize("zeta", [1.0, 1.3, 1.5, 2.0, 2.5, 4.0, 16.0])
@pytest.mark.parametrize("kind", ["g4", "g5"])
def test_atoms_in_a_line_have_finite_slopes_and_curvatures(kind, zeta):
    f = SymmetryFunctions(
        cutoff=4.0, elements=(6, 8), **{kind: ((0.02, zeta, 1.0), (0.02, zeta, -1.0))}
    )
    for part in derivatives(atom_graph(LINE, 4.0), f):
        assert part.isfinite().all()


@pytest.mark.parametrize("zeta", [1.0, 2.0, 3.5])
@pytest.mark.parametrize("sign", [1.0, -1.0])
@pytest.mark.parametrize("kind", ["g4", "g5"])
def test_the_curvature_in_a_perfect_crystal_is_that_of_finite_differences(kind, sign, zeta):
    # Opposite neighbours of a crystal stand exactly in a line: 1 + cos θ is zero up to rounding,
    # and what is done about a rounding below zero must not take the curvature away.
    f = SymmetryFunctions(cutoff=4.0, elements=(29,), **{kind: ((0.02, zeta, sign),)})
    atoms = bulk("Cu", cubic=True)

    def slope(moved: Atoms, create_graph: bool = False):
        graph = atom_graph(moved, 4.0)
        positions = graph.positions.requires_grad_()
        total = symmetry_functions(graph, f)[0].sum()
        return positions, torch.autograd.grad(total, positions, create_graph=create_graph)[0]

    positions, centre = slope(atoms, create_graph=True)
    (row,) = torch.autograd.grad(centre[1, 0], positions)
    h, ends = 1e-4, []
    for step in (h, -h):
        moved = atoms.copy()
        moved.positions[1, 0] += step
        ends.append(slope(moved)[1])
    torch.testing.assert_close(row, (ends[0] - ends[1]) / (2 * h), rtol=1e-4, atol=1e-5)


# Settings ----------------------------------------------------------------------------------------


@each_system
def test_every_feature_has_a_name_and_no_two_the_same(atoms, f):
    assert len(set(f.names())) == f.n_features
    assert symmetry_functions(atom_graph(atoms, f.cutoff), f).shape == (len(atoms), f.n_features)


def test_the_names_stand_in_the_order_of_the_features():
    f = SymmetryFunctions(
        4.0, (1, 8), g1=True, g2=((0.5, 1.0),), g4=((0.1, 1.0, 1.0),), g5=((0.2, 2.0, -1.0),)
    )
    assert f.names() == [
        "G1 H",
        "G2 H η=0.5 R_s=1",
        "G1 O",
        "G2 O η=0.5 R_s=1",
        "G4 H-H η=0.1 ζ=1 λ=+1",
        "G5 H-H η=0.2 ζ=2 λ=-1",
        "G4 H-O η=0.1 ζ=1 λ=+1",
        "G5 H-O η=0.2 ζ=2 λ=-1",
        "G4 O-O η=0.1 ζ=1 λ=+1",
        "G5 O-O η=0.2 ζ=2 λ=-1",
    ]


def test_an_element_that_the_functions_do_not_know_is_named():
    f = every_kind(3.0, 1, 8)
    with pytest.raises(ValueError, match=r"holds C, but this potential knows H, O only.*Train one"):
        symmetry_functions(atom_graph(molecule("CH3OH"), 3.0), f)


@pytest.mark.parametrize("elements", [(), (8, 1), (1, 1)])
def test_elements_must_be_given_once_and_rising(elements):
    with pytest.raises(ValueError, match="each once, rising"):
        SymmetryFunctions(cutoff=3.0, elements=elements, g1=True)


@pytest.mark.parametrize("kind", ["g4", "g5"])
@pytest.mark.parametrize(("zeta", "sign"), [(0.5, 1.0), (1.0, 0.0), (1.0, 2.0), (nan, 1.0)])
def test_exponents_below_one_and_other_signs_are_refused_with_a_sentence(kind, zeta, sign):
    with pytest.raises(ValueError, match=r"zeta must be 1 or more .*lambda \+1 or -1"):
        SymmetryFunctions(cutoff=3.0, elements=(1,), **{kind: ((0.1, zeta, sign),)})


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"cutoff": -1.0}, "cutoff is -1.0; it must be a positive length"),
        ({"cutoff": nan}, "cutoff is nan; it must be a positive length"),
        ({"elements": (0,)}, "give atomic numbers"),
        ({"elements": (500,)}, "give atomic numbers"),
        ({"g2": ((0.3,),)}, r"must be \(eta, r_s\)"),
        ({"g4": ((0.3, 1.0),)}, r"must be \(eta, zeta, lambda\)"),
        ({"g2": ((-0.3, 1.0),)}, "eta must be 0 or more"),
    ],
)
def test_parameters_without_sense_are_named(given, sentence):
    with pytest.raises(ValueError, match=sentence):
        SymmetryFunctions(**{"cutoff": 3.0, "elements": (1,)} | given)
