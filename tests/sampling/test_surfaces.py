"""Surfaces: their planes, neighbours, sites and steps; particles; molecules on a surface."""

import numpy as np
import pytest
from ase import Atoms
from ase.build import bulk, molecule
from ase.neighborlist import neighbor_list

from mlp_teach.sampling.surfaces import (
    Site,
    adsorbed,
    adsorbed_anywhere,
    adsorption_sites,
    nanoparticle,
    slab,
    stepped,
)

A = 3.6  # Å
BOND = A / 2**0.5


def copper() -> Atoms:
    return bulk("Cu", "fcc", a=A, cubic=True)


def planes(atoms: Atoms) -> np.ndarray:
    return np.unique(atoms.positions[:, 2].round(6))


def flat_distances(atoms: Atoms, place: np.ndarray, to: list[int]) -> np.ndarray:
    """From a place to atoms, in the plane, to their nearest images."""
    steps = np.indices((3, 3)).reshape(2, -1).T - 1
    images = (steps @ atoms.cell.array[:2])[:, None] + atoms.positions[to] - place
    return np.linalg.norm(images[:, :, :2], axis=2).min(axis=0)


@pytest.mark.parametrize(
    "miller", [(1, 1, 1), (1, 0, 0), (0, 1, 1), (2, 1, 0), (2, 1, 1), (3, 1, 1)]
)
@pytest.mark.parametrize("structure", ["fcc", "bcc", "sc"])
def test_planes_are_as_far_apart_as_their_indices_say(structure, miller):
    crystal = bulk("Po", structure, a=A, cubic=True)
    made = slab(crystal, miller, layers=3, vacuum=7.0, repeat=(2, 1))
    odd = [n % 2 for n in miller]
    finer = {"fcc": len(set(odd)) > 1, "bcc": sum(odd) % 2 == 1, "sc": False}[structure]
    apart = A / np.linalg.norm(miller) / (2 if finer else 1)
    z = planes(made)
    assert len(made) == 3 * len(crystal) * 2
    assert len(z) == 3 * (2 if finer else 1)
    assert np.diff(z) == pytest.approx(np.full(len(z) - 1, apart), abs=1e-5)
    assert z[0] == pytest.approx(7.0, abs=1e-5)
    assert made.cell[2, 2] - z[-1] == pytest.approx(7.0, abs=1e-5)
    assert (made.pbc == (True, True, False)).all()
    area = np.linalg.norm(np.cross(made.cell[0], made.cell[1]))
    assert area * 3 * A / np.linalg.norm(miller) == pytest.approx(3 * 2 * A**3)


@pytest.mark.parametrize(
    ("miller", "lost"), [((1, 1, 1), 3), ((1, 0, 0), 4), ((1, 1, 0), 5), ((2, 1, 0), 6)]
)
def test_an_atom_of_the_surface_misses_as_many_neighbours_as_its_plane_says(miller, lost):
    made = slab(copper(), miller, layers=6)
    count = np.bincount(neighbor_list("i", made, 1.1 * BOND))
    z = made.positions[:, 2]
    assert set(count[z > z.max() - 0.1]) == {12 - lost}
    assert set(count[abs(z - (z.max() + z.min()) / 2) < 1.5]) == {12}
    assert made.info == {"sampler": "slab", "miller": list(miller), "layers": 6}


@pytest.mark.parametrize("repeat", [(1, 1), (2, 1), (3, 2)])
@pytest.mark.parametrize(
    ("miller", "expected"),
    [
        ((1, 1, 1), {"top": 1, "bridge": 3, "fcc": 1, "hcp": 1}),
        ((1, 0, 0), {"top": 1, "bridge": 2, "hollow": 1}),
        ((1, 1, 0), {"top": 1, "bridge": 2, "hollow": 1}),
    ],
)
def test_each_atom_of_the_surface_has_its_sites(miller, expected, repeat):
    made = slab(copper(), miller, layers=3, repeat=repeat)
    top = (made.positions[:, 2] > made.positions[:, 2].max() - 0.1).sum()
    kinds = [site.kind for site in adsorption_sites(made)]
    assert kinds == sorted(kinds)
    assert {kind: kinds.count(kind) / top for kind in kinds} == expected


@pytest.mark.parametrize(
    ("miller", "rooms"),
    [
        ((1, 1, 1), {"top": 0, "bridge": BOND / 2, "fcc": BOND / 3**0.5, "hcp": BOND / 3**0.5}),
        ((1, 0, 0), {"top": 0, "bridge": BOND / 2, "hollow": A / 2}),
    ],
)
def test_sites_lie_equally_far_from_the_atoms_that_they_touch(miller, rooms):
    made = slab(copper(), miller, layers=3, repeat=(2, 2))
    level = made.positions[:, 2].max()
    touched = {"top": 1, "bridge": 2, "fcc": 3, "hcp": 3, "hollow": 4}
    top = np.nonzero(made.positions[:, 2] > level - 0.1)[0]
    for site in adsorption_sites(made):
        assert site.position[2] == pytest.approx(level)
        assert len(set(site.atoms)) == len(site.atoms) == touched[site.kind]
        near = flat_distances(made, site.position, list(site.atoms))
        assert near == pytest.approx(np.full(len(near), rooms[site.kind]), abs=1e-6)
        others = [n for n in top if n not in site.atoms]
        assert flat_distances(made, site.position, others).min() > rooms[site.kind] + 0.3


def test_an_atom_of_the_second_layer_lies_below_hcp_and_of_the_third_below_fcc():
    made = slab(copper(), (1, 1, 1), layers=3, repeat=(2, 2))
    made.positions += [4.1, -3.3, 0.0]  # some atoms outside the cell
    layers = [np.nonzero(abs(made.positions[:, 2] - z) < 0.1)[0] for z in planes(made)]
    below = {"hcp": layers[1], "fcc": layers[0], "top": layers[2]}
    for site in adsorption_sites(made):
        for kind, atoms in below.items():
            nearest = flat_distances(made, site.position, list(atoms)).min()
            assert (nearest < 1e-6) == (site.kind == kind)


def test_threefold_hollows_of_one_layer_have_no_other_name():
    made = slab(copper(), (1, 1, 1), layers=1)
    assert {site.kind for site in adsorption_sites(made)} == {"top", "bridge", "hollow"}


@pytest.mark.parametrize("along", [0, 1])
@pytest.mark.parametrize("miller", [(1, 1, 1), (1, 0, 0), (1, 1, 0), (2, 1, 1)])
def test_a_step_takes_half_of_the_topmost_layer(miller, along):
    flat = slab(copper(), miller, layers=3, repeat=(4, 4))
    made = stepped(flat, along)
    top = (flat.positions[:, 2] > flat.positions[:, 2].max() - 0.1).sum()
    assert len(made) == len(flat) - top / 2
    assert made.info["removed"] == top / 2
    assert made.info["sampled_from"] == "slab"
    left = made.positions[made.positions[:, 2] > flat.positions[:, 2].max() - 0.1]
    rows = np.sort(np.linalg.solve(flat.cell.array.T, left.T)[along] % 1)
    gaps = np.diff([*rows, rows[0] + 1])
    assert np.sort(gaps)[-1] >= 0.5  # one terrace, not many
    assert np.sort(gaps)[-2] <= 0.25 + 1e-6


def test_a_row_that_is_all_of_the_layer_cannot_be_halved():
    flat = slab(copper(), (1, 1, 0), layers=3)
    with pytest.raises(ValueError, match="one row wide; repeat the slab"):
        stepped(flat, along=1)
    with pytest.raises(ValueError, match="along is 2"):
        stepped(flat, along=2)


@pytest.mark.parametrize(("rows", "size"), [(3, 19), (5, 85), (7, 231)])
def test_octahedra_have_their_size_and_corners(rows, size):
    """n (2n² + 1) / 3 atoms for n on an edge; no other facet if γ(100) > √3 γ(111)."""
    made = nanoparticle("Cu", {(1, 1, 1): 1, (1, 0, 0): 2}, size)
    assert len(made) == size == rows * (2 * rows**2 + 1) // 3
    off = made.positions - made.positions.mean(0)
    bond = min(neighbor_list("d", made, 3.0))
    assert abs(off).sum(1).max() == pytest.approx((rows - 1) * bond / 2**0.5)
    corners = np.linalg.norm(off, axis=1) > (rows - 1) * bond / 2**0.5 - 0.01
    assert corners.sum() == 6


@pytest.mark.parametrize("size", [50, 147, 300, 586])
@pytest.mark.parametrize("ratio", [0.9, 1.15, 1.4])
def test_a_particles_size_is_nearer_to_the_one_asked_for_than_half_a_shell(size, ratio):
    """Of n shells a cuboctahedron has about (10/3) n³ atoms; its outermost shell has 10 n²."""
    made = nanoparticle("Cu", {(1, 1, 1): 1.0, (1, 0, 0): ratio}, size)
    assert abs(len(made) - size) < 5 * (0.3 * size) ** (2 / 3)
    assert not made.pbc.any()
    assert made.info["size"] == size
    assert made.info["facets"] == [[1, 1, 1], [1, 0, 0]]
    assert made.info["energies"] == [1.0, ratio]


@pytest.mark.parametrize("ratio", [0.7, 1.15, 1.6])
def test_facets_of_high_energy_lie_far_out(ratio):
    """Wulff: a facet's distance from the middle is as its energy, to half a plane of atoms."""
    made = nanoparticle("Cu", {(1, 1, 1): 1.0, (1, 0, 0): ratio}, 1200)
    off = made.positions - made.positions.mean(0)
    a = np.linalg.norm(off[1:] - off[0], axis=1).min() * 2**0.5
    flat, steep = off[:, 0].max(), off.sum(1).max() / 3**0.5
    uncertain = a / 4 / flat + a / 12**0.5 / steep
    assert uncertain < 0.2
    assert abs(flat / steep / ratio - 1) < uncertain


def test_a_molecule_sits_at_its_height_on_its_site():
    flat, put = slab(copper(), (1, 0, 0), repeat=(2, 2)), molecule("CO")
    put.positions += 3.0
    for site in adsorption_sites(flat):
        made = adsorbed(flat, put, site, 1.9)
        first, second = made.positions[-2:]
        assert (made.positions[:-2] == flat.positions).all()
        assert first == pytest.approx(site.position + np.array([0, 0, 1.9]))
        assert second - first == pytest.approx(put.positions[1] - put.positions[0])
        facts = {"sampler": "adsorbed", "sampled_from": "slab", "site": site.kind, "height": 1.9}
        assert made.info | facts == made.info
        assert (made.cell.array == flat.cell.array).all()
    assert put.positions[0] == pytest.approx(molecule("CO").positions[0] + 3.0)
    assert len(flat) == 4 * 4 * 4


def tripod() -> Atoms:
    return Atoms("CH3", positions=[[1, 1, 1], [2, 1, 1], [1, 2, 1], [1, 1, 2]])


def test_random_molecules_are_spread_evenly_and_turned_every_way():
    flat, n = slab(copper(), (1, 1, 1)), 800
    found = adsorbed_anywhere(flat, tripod(), n, heights=(1.5, 2.5))
    first = np.array([a.positions[-4] for a in found])
    up = first[:, 2] - flat.positions[:, 2].max()
    assert up.min() >= 1.5
    assert up.max() <= 2.5
    assert abs(up.mean() - 2.0) < 4 / (12 * n) ** 0.5
    shares = np.linalg.solve(flat.cell.array.T, first.T)[:2]
    assert ((shares >= 0) & (shares < 1)).all()
    assert abs(shares.mean(1) - 0.5).max() < 4 / (12 * n) ** 0.5
    legs = np.array([a.positions[-3:] - a.positions[-4] for a in found])
    assert np.allclose(legs @ legs.transpose(0, 2, 1), np.eye(3))
    assert np.linalg.det(legs) == pytest.approx(np.ones(n))
    assert abs(legs.mean(0)).max() < 4 / (3 * n) ** 0.5
    assert abs((legs**2).mean(0) - 1 / 3).max() < 4 * (4 / 45 / n) ** 0.5  # of even directions


def test_the_same_seed_gives_the_same_places():
    flat = slab(copper(), (1, 1, 1))
    first, same, other = (
        adsorbed_anywhere(flat, tripod(), 2, (1.5, 2), seed=seed) for seed in (1, 1, 2)
    )
    assert all(a == b for a, b in zip(first, same, strict=True))
    assert not any(a == b for a, b in zip(first, other, strict=True))
    facts = {"sampler": "adsorbed_anywhere", "sampled_from": "slab", "seed": 1, "number": 1}
    assert first[1].info == first[1].info | facts | {"heights": [1.5, 2]}


@pytest.mark.parametrize("structure", ["fcc", "bcc"])
def test_a_primitive_cell_is_refused_in_words(structure):
    with pytest.raises(ValueError, match=r"primitive one, with angles of .*cubic=True"):
        slab(bulk("Fe", structure, a=A), (1, 1, 1))


@pytest.mark.parametrize(
    "crystal",
    [
        bulk("Mg", "hcp", a=3.2, c=5.2),
        bulk("Po", "sc", a=A),
        bulk("Cu", "fcc", a=A, orthorhombic=True),
        bulk("NaCl", "rocksalt", a=5.6, cubic=True),
    ],
    ids=["hcp", "sc", "orthorhombic", "NaCl"],
)
def test_other_cells_are_cut_as_they_are(crystal):
    assert len(slab(crystal, (0, 0, 1), layers=2)) == 2 * len(crystal)


def test_indices_may_be_numbers_of_numpy():
    made = slab(copper(), tuple(np.array([1, 1, 1])))
    assert made == slab(copper(), (1, 1, 1))
    assert [type(n) for n in made.info["miller"]] == [int, int, int]


def test_what_cannot_be_made_is_refused_in_words():
    flat = slab(copper(), (1, 1, 1))
    for miller in ((0, 0, 0), (1, 1)):
        with pytest.raises(ValueError, match="three whole numbers, not all 0, name a plane"):
            slab(copper(), miller)
    with pytest.raises(ValueError, match="layers is 0"):
        slab(copper(), (1, 1, 1), layers=0)
    for needs_a_slab in (adsorption_sites, stepped):
        with pytest.raises(ValueError, match="A slab is needed"):
            needs_a_slab(copper())
    with pytest.raises(ValueError, match=r"height is 0\.0"):
        adsorbed(flat, molecule("CO"), Site("top", np.zeros(3), (0,)), 0.0)
    with pytest.raises(ValueError, match="count is 0"):
        adsorbed_anywhere(flat, molecule("CO"), 0, (1.0, 2.0))
    with pytest.raises(ValueError, match="it must be the lowest, above 0, and the highest"):
        adsorbed_anywhere(flat, molecule("CO"), 1, (2.0, 1.0))
    for repeat in ((0, 1), (1, -1)):
        with pytest.raises(ValueError, match="repeat_of_the"):
            slab(copper(), (1, 1, 1), repeat=repeat)
    with pytest.raises(ValueError, match="no atoms"):
        adsorbed_anywhere(flat, Atoms(), 1, (1.0, 2.0))
    for energy in (0.0, -1.0):  # ASE's construction would never end
        with pytest.raises(ValueError, match=r"energy of \(1, 1, 1\) is"):
            nanoparticle("Cu", {(1, 1, 1): energy, (1, 0, 0): 1.0}, 38)
    with pytest.raises(ValueError, match="no energies"):
        nanoparticle("Cu", {}, 38)
    with pytest.raises(ValueError, match="size is 0"):
        nanoparticle("Cu", {(1, 1, 1): 1.0}, 0)
