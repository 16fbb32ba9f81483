"""Vacancies, the known holes of crystals, and boundaries that are mirrors."""

import numpy as np
import pytest
from ase import Atoms
from ase.build import bulk, molecule
from ase.neighborlist import neighbor_list

from mlp_teach.sampling.defects import holes, interstitials, tilt_boundary, vacancies

A = 3.6  # Å
BOND = A / 2**0.5


def copper() -> Atoms:
    return bulk("Cu", "fcc", a=A, cubic=True)


def nearest_to_last(atoms: Atoms) -> np.ndarray:
    centers, others, d = neighbor_list("ijd", atoms, 7.0)
    last = len(atoms) - 1
    return d[(centers == last) & (others != last)]


def test_vacancies_lack_what_they_say():
    atoms = copper() * (2, 2, 2)
    found = vacancies(atoms, 20, missing=2)
    for number, new in enumerate(found):
        gone = new.info["missing"]
        assert new.info["sampler"] == "vacancies"
        assert new.info["number"] == number
        assert len(new) == 30
        assert (new.positions == np.delete(atoms.positions, gone, axis=0)).all()
        assert (new.cell.array == atoms.cell.array).all()
    assert len({tuple(sorted(a.info["missing"])) for a in found}) == 20
    assert len(atoms) == 32


def test_all_different_vacancies_can_be_had_and_no_more():
    atoms = molecule("C2H6")
    assert {a.info["missing"][0] for a in vacancies(atoms, 8)} == set(range(8))
    assert len(vacancies(atoms, 28, missing=2)) == 28
    with pytest.raises(ValueError, match="not 9 different ways to take 1 atoms"):
        vacancies(atoms, 9)


def test_the_same_seed_gives_the_same_vacancies():
    first, same, other = (vacancies(copper() * 3, 3, 2, seed=seed) for seed in (1, 1, 2))
    assert all(a == b for a, b in zip(first, same, strict=True))
    assert not any(a == b for a, b in zip(first, other, strict=True))


@pytest.mark.parametrize(
    ("atoms", "expected"),
    [
        (bulk("Cu", "fcc", a=A), [(1, A / 2), (2, A * 3**0.5 / 4)]),
        (copper(), [(4, A / 2), (8, A * 3**0.5 / 4)]),
        (copper() * (1, 1, 4), [(16, A / 2), (32, A * 3**0.5 / 4)]),
        (bulk("Fe", "bcc", a=A, cubic=True), [(12, A * 5**0.5 / 4)]),
        (bulk("Fe", "bcc", a=A), [(6, A * 5**0.5 / 4)]),
        (bulk("Po", "sc", a=A), [(1, A * 3**0.5 / 2)]),
        (bulk("NaCl", "rocksalt", a=A, cubic=True), [(8, A * 3**0.5 / 4)]),
        (Atoms("Cu", cell=[2, 2, 12], pbc=True), [(1, 38**0.5)]),
    ],
    ids=["fcc", "fcc cube", "long", "bcc cube", "bcc", "sc", "NaCl", "layers far apart"],
)
def test_crystals_have_their_known_holes(atoms, expected):
    count = sum(n for n, _ in expected)
    found = interstitials(atoms, "H", count)
    rooms = np.array([min(nearest_to_last(a)) for a in found])
    assert rooms == pytest.approx(np.repeat([r for _, r in expected], [n for n, _ in expected]))
    with pytest.raises(ValueError, match=f"has {count} holes; {count + 1} were asked for"):
        holes(atoms, count + 1)


def test_holes_are_the_crystals_however_its_cell_is_chosen():
    skew = bulk("Cu", "fcc", a=A)
    skew.set_cell(np.array([[1, 0, 0], [2, 1, 0], [0, -2, 1]]) @ skew.cell.array)
    turned = copper()
    turned.rotate(33, (1, 2, 3), rotate_cell=True)
    moved = copper()
    moved.positions += [0.3, -7.7, 1.1]
    for atoms, count in ((skew, 3), (turned, 12), (moved, 12)):
        rooms = [min(nearest_to_last(a)) for a in interstitials(atoms, "H", count)]
        expected = np.repeat([A / 2, A * 3**0.5 / 4], [count // 3, count // 3 * 2])
        assert rooms == pytest.approx(expected)


def test_no_hole_is_given_twice():
    atoms = copper()
    atoms.rattle(0.1, seed=1)
    found = holes(atoms, 12)
    apart = Atoms("H12", found, cell=atoms.cell, pbc=True).get_all_distances(mic=True)
    assert apart[np.triu_indices(12, 1)].min() > 0.1
    rooms = [min(nearest_to_last(a)) for a in interstitials(atoms, "H", 12)]
    assert (np.diff(rooms) < 1e-4).all()  # roomiest first


def test_interstitials_say_where_they_are():
    first, second = interstitials(copper(), "H", 2)
    assert first.get_chemical_formula() == "HCu4"
    assert first.info == {"sampler": "interstitials", "added": "H", "number": 0} | {
        "hole": first.positions[-1].tolist()
    }
    assert not np.allclose(first.positions[-1], second.positions[-1])


def is_mirror(atoms: Atoms, height: float) -> bool:
    """Whether each atom has one of its kind at its mirror image across z = height."""
    image = atoms.copy()
    image.positions[:, 2] = 2 * height - image.positions[:, 2]
    both = atoms + image
    apart = both.get_all_distances(mic=True)[: len(atoms), len(atoms) :]
    partner = apart.argmin(axis=1)
    same = (atoms.numbers == atoms.numbers[partner]).all()
    return bool(same and apart.min(axis=1).max() < 1e-6)


@pytest.mark.parametrize(
    ("crystal", "miller"),
    [
        (copper(), (2, 1, 0)),
        (copper(), (3, 1, 0)),
        (copper(), (1, 1, 2)),
        (bulk("Fe", "bcc", a=2.8, cubic=True), (2, 1, 0)),
        (bulk("NaCl", "rocksalt", a=5.6, cubic=True), (2, 1, 0)),
    ],
    ids=["fcc 210", "fcc 310", "fcc 112", "bcc 210", "NaCl 210"],
)
def test_both_boundaries_are_mirrors_and_atoms_keep_their_distance(crystal, miller):
    (made,) = tilt_boundary(crystal, miller, layers=5)
    half = made.cell[2, 2] / 2
    plain = crystal.cell[0, 0] / np.linalg.norm(miller)  # from layer to layer
    assert half == pytest.approx(5 * plain)
    assert made.pbc.all()
    assert is_mirror(made, 0.0)
    assert is_mirror(made, half)
    assert not is_mirror(made, half / 2)
    bond = min(neighbor_list("d", crystal, 6.0))
    assert len(neighbor_list("d", made, 0.7 * bond)) == 0


def test_a_boundary_needs_the_cubic_cell():
    with pytest.raises(ValueError, match=r"primitive one, with angles of 60\.0°"):
        tilt_boundary(bulk("Cu", "fcc", a=A), (2, 1, 0))


def test_grains_are_crystals_apart_from_their_boundary():
    (made,) = tilt_boundary(copper(), (2, 1, 0), layers=6)
    neighbors = np.bincount(neighbor_list("i", made, 1.1 * BOND), minlength=len(made))
    z, half = made.positions[:, 2], made.cell[2, 2] / 2
    deep = np.minimum(z % half, half - z % half) > 1.5 * BOND
    assert deep.sum() > 8
    assert (neighbors[deep] == 12).all()
    assert (neighbors[~deep] != 12).any()


def test_sigma_5_has_one_atom_for_two_that_would_be_too_near():
    """Planes of two atoms, a/2√5 apart: those next to a mirror are a/√5 from their images."""
    (made,) = tilt_boundary(copper(), (2, 1, 0), layers=4)
    assert len(made) == 2 * 4 * 4 - 2 * 2
    assert made.cell.lengths()[:2] == pytest.approx([5**0.5 * A, A])
    assert min(neighbor_list("d", made, 4.0)) == pytest.approx(A * 0.45**0.5)
    (crowded,) = tilt_boundary(copper(), (2, 1, 0), layers=4, least=0.1)
    assert len(crowded) == 2 * 4 * 4
    assert min(neighbor_list("d", crowded, 4.0)) == pytest.approx(A / 5**0.5)


@pytest.mark.parametrize("moved", [0.0, 0.3])
@pytest.mark.parametrize("miller", [(1, 1, 1), (1, 0, 0), (1, 1, 0)])
def test_a_twin_breaks_no_bond_and_a_crystals_own_mirror_makes_no_boundary(miller, moved):
    crystal = copper()
    crystal.positions += moved
    (made,) = tilt_boundary(crystal, miller, layers=3)
    assert len(made) == 2 * 3 * 4
    centers, d = neighbor_list("id", made, 1.2 * BOND)
    assert d == pytest.approx(np.full(len(d), BOND))
    assert (np.bincount(centers) == 12).all()


def test_grains_can_be_moved_along_the_boundary():
    found = tilt_boundary(copper(), (2, 1, 0), layers=3, shifts=4)
    assert [a.info["shift"] for a in found] == [0.0, 0.25, 0.5, 0.75]
    assert {a.info["sampler"] for a in found} == {"tilt_boundary"}
    assert found[0] == tilt_boundary(copper(), (2, 1, 0), layers=3)[0]
    for a in found:
        assert len(neighbor_list("d", a, 0.7 * BOND)) == 0
    rows = [np.sort(neighbor_list("d", a, 3.0)) for a in found]
    assert any(len(row) != len(rows[0]) or abs(row - rows[0]).max() > 0.1 for row in rows[1:])


def test_what_cannot_be_made_is_refused_in_words():
    with pytest.raises(ValueError, match="of 4 atoms some must go and some stay"):
        vacancies(copper(), 1, missing=4)
    with pytest.raises(ValueError, match="some must go"):
        vacancies(copper(), 1, missing=0)
    with pytest.raises(ValueError, match="count is 0"):
        vacancies(copper(), 0)
    with pytest.raises(ValueError, match="count is 0"):
        holes(copper(), 0)
    with pytest.raises(ValueError, match="periodic in all directions"):
        interstitials(molecule("H2O"), "H", 1)
    for symbol in ("Xx", "X", "CuH", ""):
        with pytest.raises(ValueError, match=f"symbol is '{symbol}', which is no element"):
            interstitials(copper(), symbol, 1)
    with pytest.raises(ValueError, match="no cell, or one without volume"):
        interstitials(Atoms("Cu", pbc=True), "Cu", 1)
    with pytest.raises(ValueError, match="no cell, or one without volume"):
        holes(Atoms("Cu", cell=[2, 2, 0], pbc=True), 1)
    with pytest.raises(ValueError, match="no atoms"):
        holes(Atoms(cell=[2, 2, 2], pbc=True), 1)
    with pytest.raises(ValueError, match="layers is 0"):
        tilt_boundary(copper(), (2, 1, 0), layers=0)
    for least in (-1.0, float("nan")):
        with pytest.raises(ValueError, match=f"least is {least}"):
            tilt_boundary(copper(), (2, 1, 0), least=least)
    with pytest.raises(ValueError, match="missing is True"):
        vacancies(copper(), 1, missing=True)
