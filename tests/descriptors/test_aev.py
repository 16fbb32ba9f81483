"""AEVs: numbers by hand, the equations as loops, derivatives, and what has no neighbours."""

from dataclasses import replace
from itertools import combinations, combinations_with_replacement, product
from math import acos, cos, exp, inf, nan, pi

import numpy as np
import pytest
import torch
from ase import Atoms
from ase.build import bulk, molecule

from mlp_teach.descriptors import aev as aev_file
from mlp_teach.descriptors.aev import AEV, aev
from mlp_teach.graph import collate, triplets
from mlp_teach.neighbors import atom_graph, batch_graph, neighbor_pairs_by_loops

# The slow twin -----------------------------------------------------------------------------------


def by_loops(atoms: Atoms, f: AEV) -> np.ndarray:
    """Smith 2017, eqs. (2) to (4), as aev.py's header has them; each pair j < k once."""
    i, j, images, _ = neighbor_pairs_by_loops(atoms, f.cutoff)
    rows = []
    for atom in range(len(atoms)):
        around = [
            (
                int(atoms.numbers[j[p]]),
                atoms.positions[j[p]] + images[p] @ atoms.cell.array - atoms.positions[atom],
            )
            for p in np.flatnonzero(i == atom)
        ]
        rows.append(row_by_loops(around, f))
    return np.array(rows)


def row_by_loops(around, f: AEV) -> list[float]:
    def f_c(r, cutoff):
        return 0.5 * cos(pi * r / cutoff) + 0.5 if r < cutoff else 0.0

    row = []
    for element in f.elements:
        for r_s in f.shifts:
            total = 0.0
            for number, r_ij in around:
                r = np.linalg.norm(r_ij)
                if number == element:
                    total += exp(-f.eta * (r - r_s) ** 2) * f_c(r, f.cutoff)
            row.append(total / 4)
    for pair in combinations_with_replacement(f.elements, 2):
        for r_s, theta_s in product(f.angular_shifts, f.sections):
            total = 0.0
            for (z_j, r_ij), (z_k, r_ik) in combinations(around, 2):
                ij, ik = np.linalg.norm(r_ij), np.linalg.norm(r_ik)
                if sorted((z_j, z_k)) == sorted(pair):
                    theta = acos(0.95 * np.dot(r_ij, r_ik) / (ij * ik))
                    bump = (1 + cos(theta - theta_s)) ** f.zeta
                    radial = exp(-f.angular_eta * ((ij + ik) / 2 - r_s) ** 2)
                    total += bump * radial * f_c(ij, f.angular_cutoff) * f_c(ik, f.angular_cutoff)
            row.append(2 ** (1 - f.zeta) * total)
    return row


def small_grid(cutoff: float, *elements: int, zeta: float = 5.0) -> AEV:
    return AEV(
        cutoff=cutoff,
        elements=elements,
        eta=3.0,
        shifts=(0.9, 1.6, 2.4),
        angular_cutoff=0.8 * cutoff,
        angular_eta=2.0,
        angular_shifts=(1.0, 1.9),
        zeta=zeta,
        sections=(0.4, 1.3, 2.7),
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
    "one element, an atom and its images": (bulk("Cu"), small_grid(4.0, 29)),
    "two elements": (rattled(bulk("NaCl", "rocksalt", a=4.6)), small_grid(4.4, 11, 17)),
    "two elements the other way round": (
        rattled(bulk("NaCl", "rocksalt", a=4.6)),
        small_grid(4.4, 17, 11),
    ),
    "three elements, periodic": (three_elements(), small_grid(3.8, 8, 29, 1)),
    "a zeta that is no whole number": (three_elements(), small_grid(3.8, 8, 29, 1, zeta=14.1)),
    "three elements, a molecule": (rattled(molecule("CH3OH")), small_grid(3.5, 1, 6, 8)),
    "an element that is not in the structure": (molecule("H2O"), small_grid(3.0, 6, 1, 8)),
    "ANI-1x's own grid": (rattled(molecule("CH3CONH2")), AEV.on_a_grid((1, 6, 7, 8))),
    "atoms in a line": (molecule("CO2"), small_grid(3.0, 6, 8)),
    "periodic in two directions": (SLAB, small_grid(3.5, 29)),
    "one atom alone": (Atoms("Cu"), small_grid(3.0, 29)),
    "two atoms out of reach": (Atoms("Cu2", [[0, 0, 0], [0, 0, 5]]), small_grid(3.0, 29)),
}
each_system = pytest.mark.parametrize(("atoms", "f"), SYSTEMS.values(), ids=SYSTEMS.keys())


@each_system
def test_the_aevs_are_the_equations_as_loops(atoms, f):
    values = aev(atom_graph(atoms, f.cutoff), f)
    assert values.shape == (len(atoms), f.n_features)
    np.testing.assert_allclose(values, by_loops(atoms, f), rtol=1e-11, atol=1e-14)


# By hand, with cutoffs of 4 Å: f_C(2 Å) = ½ ------------------------------------------------------


def value(atoms: Atoms, name: str, atom: int = 0, **changes) -> float:
    f = AEV(
        cutoff=4.0,
        elements=tuple(sorted(set(atoms.numbers.tolist()))),
        eta=1.0,
        shifts=(2.0, 3.0),
        angular_cutoff=4.0,
        angular_eta=1.0,
        angular_shifts=(2.0, 1.0),
        zeta=4.0,
        sections=(0.0, pi / 2),
    )
    f = replace(f, **changes)
    return aev(atom_graph(atoms, f.cutoff), f)[atom, f.names().index(name)].item()


DIMER = Atoms("Cu2", positions=[[0, 0, 0], [0, 0, 2]])
CORNER = Atoms("OH2", positions=[[0, 0, 0], [2, 0, 0], [0, 2, 0]])  # 90°


@pytest.mark.parametrize(
    ("atoms", "name", "expected"),
    [
        (DIMER, "G^R Cu R_s=2", 0.25 * 0.5),
        (DIMER, "G^R Cu R_s=3", 0.25 * 0.5 * exp(-1)),
        (DIMER, "G^A Cu-Cu R_s=2 θ_s=0°", 0.0),
        (CORNER, "G^R H R_s=2", 2 * 0.25 * 0.5),
        (CORNER, "G^R O R_s=2", 0.0),
        (CORNER, "G^A H-H R_s=2 θ_s=90°", 2 * 0.5**2),  # one pair, once
        (CORNER, "G^A H-H R_s=1 θ_s=90°", 2 * 0.5**2 * exp(-1)),
        (CORNER, "G^A H-H R_s=2 θ_s=0°", 2 * 0.5**4 * 0.5**2),
        (CORNER, "G^A H-O R_s=2 θ_s=90°", 0.0),
    ],
)
def test_two_and_three_atoms_by_hand(atoms, name, expected):
    assert value(atoms, name) == pytest.approx(expected, abs=1e-15)


def test_a_straight_line_is_bent_a_little_by_hand():
    line = Atoms("Cu3", positions=[[0, 0, 0], [0, 0, 2], [0, 0, -2]])
    # cos θ = -0.95 instead of -1: at θ_s = 0 the bump is 2 (0.05/2)^4 f_C²
    assert value(line, "G^A Cu-Cu R_s=2 θ_s=0°") == pytest.approx(2 * 0.025**4 / 4, rel=1e-12)


def test_the_mean_distance_counts_by_hand():
    unequal = Atoms("Cu3", positions=[[0, 0, 0], [1, 0, 0], [0, 3, 0]])  # mean 2 Å
    f_c = (0.5 * cos(pi / 4) + 0.5) * (0.5 * cos(3 * pi / 4) + 0.5)
    assert value(unequal, "G^A Cu-Cu R_s=2 θ_s=90°") == pytest.approx(2 * f_c)


def test_both_arms_have_the_angular_cutoff():
    unequal = Atoms("Cu3", positions=[[0, 0, 0], [2, 0, 0], [0, 3, 0]])
    assert value(unequal, "G^A Cu-Cu R_s=2 θ_s=90°", angular_cutoff=3.5) > 0
    assert value(unequal, "G^A Cu-Cu R_s=2 θ_s=90°", angular_cutoff=3.0) == 0


def test_two_atoms_on_the_cutoff_do_not_see_each_other():
    on_it = Atoms("Cu3", positions=[[0, 0, 0], [0, 0, 4.0], [0, 4.0, 0]])
    f = small_grid(4.0, 29)
    for reach in (4.0, 4.5):  # also where the graph reaches further
        assert (aev(atom_graph(on_it, reach), f)[0] == 0).all()


@pytest.mark.parametrize("atoms", [Atoms("Cu"), Atoms("Cu2", [[0, 0, 0], [0, 0, 9]])])
def test_atoms_without_neighbours_have_zeros_and_no_slope(atoms):
    f = small_grid(4.0, 29)
    graph = atom_graph(atoms, 4.0)
    positions = graph.positions.clone().requires_grad_()
    values = aev(replace(graph, positions=positions), f)
    assert (values == 0).all()
    (slope,) = torch.autograd.grad(values.sum(), positions, allow_unused=True)
    assert slope is None or (slope == 0).all()


def test_nan_is_not_swallowed():
    graph = atom_graph(DIMER, 4.0)
    broken = replace(graph, positions=graph.positions * nan)
    assert aev(broken, small_grid(4.0, 29)).isnan().any()


# The same whatever the order and the blocks ------------------------------------------------------


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
    torch.testing.assert_close(aev(mixed, f), aev(graph, f), rtol=1e-12, atol=1e-14)


@each_system
def test_pairs_beyond_the_cutoff_do_not_matter(atoms, f):
    wider = aev(atom_graph(atoms, f.cutoff + 1.0), f)
    torch.testing.assert_close(wider, aev(atom_graph(atoms, f.cutoff), f), rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("block", [1, 50])
def test_the_blocks_do_not_matter_for_values_slopes_and_curvatures(block, monkeypatch):
    f = small_grid(3.8, 1, 8, 29)
    graph = atom_graph(three_elements(), f.cutoff)
    assert 200 < len(triplets(graph.centers)[0]) < aev_file.BLOCK
    whole = derivatives(graph, f)
    monkeypatch.setattr(aev_file, "BLOCK", block)
    for one, other in zip(whole, derivatives(graph, f), strict=True):
        torch.testing.assert_close(one, other, rtol=1e-10, atol=1e-12)


def derivatives(graph, f):
    """Values, the gradient of a weighted sum of them, and the gradient of that one's square."""
    positions = graph.positions.clone().requires_grad_()
    values = aev(replace(graph, positions=positions), f)
    weights = torch.linspace(-1, 1, values.numel(), dtype=torch.float64).view_as(values)
    (slope,) = torch.autograd.grad((weights * values).sum(), positions, create_graph=True)
    (curvature,) = torch.autograd.grad(slope.square().sum(), positions)
    return values.detach(), slope.detach(), curvature


def test_without_gradients_the_values_are_the_same():
    atoms, f = SYSTEMS["three elements, periodic"]
    graph = atom_graph(atoms, f.cutoff)
    with torch.no_grad():
        silent = aev(graph, f)
    positions = graph.positions.clone().requires_grad_()
    assert torch.equal(silent, aev(replace(graph, positions=positions), f).detach())


def test_a_first_call_in_inference_mode_does_not_spoil_later_gradients():
    f = replace(small_grid(3.0, 1, 8), eta=3.25)  # a grid that no other test has used
    graph = atom_graph(molecule("H2O"), 3.0)
    with torch.inference_mode():
        aev(graph, f)
    positions = graph.positions.clone().requires_grad_()
    aev(replace(graph, positions=positions), f).sum().backward()
    assert positions.grad.abs().max() > 0.1


def test_a_batch_has_the_rows_of_its_members():
    f = small_grid(3.0, 1, 6, 8, 29)
    frames = [molecule("H2O"), Atoms("Cu"), bulk("Cu"), molecule("CO")]
    graphs = [atom_graph(atoms, 3.0) for atoms in frames]
    expected = torch.cat([aev(graph, f) for graph in graphs])
    torch.testing.assert_close(aev(collate(graphs), f), expected)
    torch.testing.assert_close(aev(batch_graph(frames, 3.0), f), expected)


def test_single_precision_keeps_five_digits():
    f = small_grid(3.8, 1, 8, 29)
    graph = atom_graph(three_elements(), f.cutoff)
    single = aev(graph.to(dtype=torch.float32), f)
    assert single.dtype == torch.float32
    torch.testing.assert_close(single.double(), aev(graph, f), rtol=1e-5, atol=1e-6)


# Derivatives -------------------------------------------------------------------------------------


@pytest.mark.parametrize("zeta", [5.0, 14.1])
def test_first_and_second_derivatives_are_those_of_finite_differences(zeta):
    graph = atom_graph(rattled(molecule("H2O"), seed=3), 3.0)
    f = small_grid(3.0, 1, 8, zeta=zeta)
    positions = graph.positions.clone().requires_grad_()

    def values(positions):
        return aev(replace(graph, positions=positions), f)

    assert torch.autograd.gradcheck(values, positions, fast_mode=True)
    assert torch.autograd.gradgradcheck(values, positions, fast_mode=True)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("zeta", [1.0, 1.5, 14.1, 32.0])
def test_atoms_in_a_line_have_finite_slopes_and_curvatures(zeta, dtype):
    line = Atoms("OCO", positions=[[0, 0, -1.2], [0, 0, 0], [0, 0, 1.2]])
    f = small_grid(3.0, 6, 8, zeta=zeta)
    for values in derivatives(atom_graph(line, 3.0, dtype), replace(f, sections=(0.0, 1.0, pi))):
        assert values.isfinite().all()


# Names, grids and mistakes -----------------------------------------------------------------------


def test_every_feature_has_its_own_name():
    f = AEV.on_a_grid((1, 6, 7, 8))
    assert len(set(f.names())) == f.n_features == 384
    assert f.names()[16] == "G^R C R_s=0.9"
    assert f.names()[64 + 32 : 64 + 34] == [
        "G^A H-C R_s=0.9 θ_s=11.25°",
        "G^A H-C R_s=0.9 θ_s=33.75°",
    ]
    assert f.names()[-1] == "G^A O-O R_s=2.85 θ_s=168.8°"


def test_pairs_of_elements_follow_the_elements_own_order():
    names = small_grid(3.0, 8, 1, 6).names()
    pairs = [name.split()[1] for name in names if name.startswith("G^A")][::6]
    assert pairs == ["O-O", "O-H", "O-C", "H-H", "H-C", "C-C"]


def test_the_default_grid_is_that_of_ani_1x():
    f = AEV.on_a_grid((1, 6, 7, 8))
    assert (f.cutoff, f.eta, f.angular_cutoff, f.zeta) == (5.2, 16.0, 3.5, 32.0)
    assert f.angular_eta == pytest.approx(8.0)
    assert f.shifts[1] == pytest.approx(1.16875)
    assert f.shifts[-1] == pytest.approx(4.93125)  # the cutoff itself is not among them
    assert f.angular_shifts == pytest.approx((0.9, 1.55, 2.2, 2.85))
    assert f.sections[0] == pytest.approx(pi / 16)


def test_bumps_of_a_coarser_grid_overlap_as_the_fine_ones_do():
    fine, coarse = AEV.on_a_grid((1,)), AEV.on_a_grid((1,), n_shifts=8, n_sections=4)

    def at_half_step(eta, shifts):
        return exp(-eta * ((shifts[1] - shifts[0]) / 2) ** 2)

    assert at_half_step(coarse.eta, coarse.shifts) == pytest.approx(
        at_half_step(fine.eta, fine.shifts)
    )
    assert coarse.zeta == 8.0


def test_an_unknown_element_is_named():
    with pytest.raises(ValueError, match="holds Cu, but this potential knows H, O only"):
        aev(atom_graph(bulk("Cu"), 3.0), small_grid(3.0, 1, 8))


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"elements": ()}, "elements is .*atomic numbers, each once"),
        ({"elements": (1, 1)}, "each once"),
        ({"elements": (0, 1)}, "atomic numbers"),
        ({"elements": (119,)}, "atomic numbers"),
        ({"cutoff": 0.0}, r"cutoff is 0\.0; it must be a number above 0"),
        ({"cutoff": nan}, "cutoff is nan"),
        ({"cutoff": inf}, "cutoff is inf"),
        ({"eta": -1.0}, r"eta is -1\.0"),
        ({"angular_eta": 0.0}, r"angular_eta is 0\.0"),
        ({"angular_cutoff": 3.1}, r"angular cutoff, 3\.1 Å, is longer than the radial one, 3\.0"),
        ({"zeta": 0.5}, r"zeta is 0\.5; below 1"),
        ({"shifts": ()}, r"shifts is \(\); give one number"),
        ({"angular_shifts": (nan,)}, r"angular_shifts is \(nan,\)"),
        ({"sections": (-0.1,)}, r"sections is \(-0\.1,\)"),
    ],
)
def test_parameters_that_make_no_sense_are_refused(change, sentence):
    with pytest.raises(ValueError, match=sentence):
        replace(small_grid(3.0, 1, 8), **change)
