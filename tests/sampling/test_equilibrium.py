"""Relaxed, rattled and strained structures: forces, spread, symmetric strains, atoms with cells."""

import numpy as np
import pytest
from ase import Atoms
from ase.build import bulk, molecule
from ase.calculators.emt import EMT
from ase.constraints import FixAtoms

from mlp_teach.sampling.equilibrium import (
    NotRelaxedError,
    rattled,
    rattled_evenly,
    relaxed,
    strained,
)


def crystal(a: float = 3.7) -> Atoms:
    return bulk("Cu", "fcc", a=a, cubic=True)


def strains(atoms: Atoms, found: list[Atoms]) -> np.ndarray:
    return np.array([np.linalg.solve(atoms.cell.array, a.cell.array) - np.eye(3) for a in found])


def test_a_relaxed_molecule_has_no_forces_left():
    start = molecule("H2O")
    start.rattle(0.1, seed=1)
    made = relaxed(start, EMT(), largest_force=0.02)
    assert made.calc is None
    made.calc = EMT()
    assert np.linalg.norm(made.get_forces(), axis=1).max() < 0.02
    assert made.info["sampler"] == "relaxed"
    assert made.info["largest_force"] == 0.02
    assert made.get_potential_energy() < EMT().get_potential_energy(start) - 0.01


def test_the_cell_relaxes_only_when_asked():
    start = crystal()
    kept = relaxed(start, EMT())
    assert (kept.cell.array == start.cell.array).all()
    made = relaxed(start, EMT(), with_cell=True)
    made.calc = EMT()
    assert abs(made.get_stress() * made.get_volume() / len(made)).max() < 0.01
    assert made.cell.lengths() == pytest.approx([3.59] * 3, abs=0.02)  # EMT's copper
    assert start.cell.lengths() == pytest.approx([3.7] * 3)


def test_fixed_atoms_stay_while_the_others_relax():
    start = molecule("H2O")
    start.rattle(0.1, seed=1)
    start.set_constraint(FixAtoms([0]))
    made = relaxed(start, EMT(), largest_force=0.05)
    assert (made.positions[0] == start.positions[0]).all()
    assert abs(made.positions - start.positions).max() > 0.01


def test_a_relaxation_without_enough_steps_says_how_far_it_came():
    start = molecule("H2O")
    start.rattle(0.2, seed=1)
    with pytest.raises(NotRelaxedError, match=r"After 1 steps .* not 0\.001\. Allow more steps"):
        relaxed(start, EMT(), largest_force=0.001, steps=1)
    with pytest.raises(ValueError, match=r"largest_force is 0\.0; it must be positive"):
        relaxed(start, EMT(), largest_force=0.0)


def test_a_molecule_has_no_cell_to_relax():
    with pytest.raises(ValueError, match="periodic in all directions"):
        relaxed(molecule("H2O"), EMT(), with_cell=True)


def test_rattled_atoms_spread_as_normal_numbers_of_that_width():
    atoms = crystal() * (3, 3, 3)
    moves = np.array([a.positions - atoms.positions for a in rattled(atoms, 20, width=0.08)])
    n = moves.size
    assert abs(moves.mean()) < 4 * 0.08 / n**0.5
    assert abs((moves**2).mean() / 0.08**2 - 1) < 4 * (2 / n) ** 0.5
    assert abs((moves**4).mean() / 0.08**4 - 3) < 4 * (96 / n) ** 0.5
    axes = np.corrcoef(moves.reshape(-1, 3).T)[np.triu_indices(3, 1)]
    assert abs(axes).max() < 4 * (3 / n) ** 0.5


def test_rattled_atoms_that_are_fixed_stay():
    atoms = crystal()
    atoms.set_constraint(FixAtoms([1, 2]))
    for a in rattled(atoms, 3):
        assert (a.positions[[1, 2]] == atoms.positions[[1, 2]]).all()
        assert (a.positions[[0, 3]] != atoms.positions[[0, 3]]).all()


def test_each_rattled_structure_says_how_it_was_made():
    atoms = crystal()
    found = rattled(atoms, 3, width=0.02, seed=7)
    assert [a.info["number"] for a in found] == [0, 1, 2]
    for a in found:
        assert a.info == {
            "sampler": "rattled",
            "width": 0.02,
            "seed": 7,
            "number": a.info["number"],
        }
        assert (a.cell.array == atoms.cell.array).all()


def test_strains_are_symmetric_bounded_and_differ():
    atoms = bulk("Cu", "fcc", a=3.6)
    found = strains(atoms, strained(atoms, 200, largest=0.04))
    assert np.allclose(found, found.transpose(0, 2, 1), atol=1e-14)
    assert abs(found).max() <= 0.04 + 1e-14
    six = found[:, *np.triu_indices(3)]
    assert abs(six.mean(0)).max() < 4 * 0.04 / (3 * 200) ** 0.5
    assert abs(six.var(0) / (0.04**2 / 3) - 1).max() < 4 * (0.8 / 200) ** 0.5
    assert abs(np.corrcoef(six.T)[np.triu_indices(6, 1)]).max() < 4 / 200**0.5


def test_atoms_move_with_the_cell():
    atoms = crystal()
    places = atoms.get_scaled_positions()
    for new in strained(atoms, 3, largest=0.05):
        assert np.allclose(new.get_scaled_positions(), places, atol=1e-12)
        assert not np.allclose(new.positions, atoms.positions)


def test_strained_atoms_are_rattled_too_when_asked():
    atoms = crystal() * (3, 3, 3)
    still, shaken = (strained(atoms, 1, width=width)[0] for width in (0.0, 0.05))
    assert np.allclose(still.cell.array, shaken.cell.array)
    moves = shaken.positions - still.positions
    assert abs((moves**2).mean() / 0.05**2 - 1) < 4 * (2 / moves.size) ** 0.5


@pytest.mark.parametrize("sampler", [rattled, strained])
def test_the_same_seed_gives_the_same_list(sampler):
    first, same, other = (sampler(crystal(), 2, seed=seed) for seed in (5, 5, 6))
    assert all(a == b for a, b in zip(first, same, strict=True))
    assert not any(a == b for a, b in zip(first, other, strict=True))
    assert first[0] != first[1]


def test_a_strain_that_turns_the_cell_inside_out_is_refused():
    small = strained(crystal(), 300, largest=0.33)
    assert min(np.linalg.eigvalsh(np.eye(3) + e)[0] for e in strains(crystal(), small)) > 0
    with pytest.raises(ValueError, match=r"largest is 5\.0: strain \d turns the cell inside out"):
        strained(crystal(), 20, largest=5.0)
    refused = 0
    for seed in range(40):  # two negative eigenvalues leave the volume positive
        random = np.random.default_rng(seed).uniform(-1.5, 1.5, (3, 3))
        values = np.linalg.eigvalsh(np.eye(3) + np.triu(random) + np.triu(random, 1).T)
        if (values > 0).all():
            strained(crystal(), 1, largest=1.5, seed=seed)
            continue
        refused += 1
        with pytest.raises(ValueError, match="inside out"):
            strained(crystal(), 1, largest=1.5, seed=seed)
    assert 0 < refused < 40


def test_a_structure_without_atoms_is_refused():
    for sampler in (rattled, strained):
        with pytest.raises(ValueError, match=r"The structure has no atoms\."):
            sampler(Atoms(cell=[2, 2, 2], pbc=True), 1)


def test_strained_atoms_that_are_fixed_are_not_rattled():
    held = crystal()
    held.set_constraint(FixAtoms([0]))
    (new,) = strained(held, 1, width=0.1)
    apart = new.get_scaled_positions(wrap=False) - held.get_scaled_positions(wrap=False)
    assert np.abs(apart[0]).max() < 1e-12
    assert np.abs(apart[1:]).max() > 1e-3


def test_shares_of_no_structures_or_fewer_than_none_are_refused():
    assert rattled_evenly([crystal()], 0) == []
    with pytest.raises(ValueError, match="count is -5"):
        rattled_evenly([crystal()], -5)
    with pytest.raises(ValueError, match="structures is 0"):
        rattled_evenly([], 3)


def test_what_cannot_be_made_is_refused_in_words():
    lost = crystal()
    lost.positions[0, 0] = np.nan
    for sampler in (rattled, strained):
        with pytest.raises(ValueError, match="is not a finite number"):
            sampler(lost, 1)
    with pytest.raises(ValueError, match="is not a finite number"):
        relaxed(lost, EMT())
    with pytest.raises(ValueError, match="no atoms"):
        relaxed(Atoms(), EMT())
    with pytest.raises(ValueError, match="periodic in all directions"):
        strained(Atoms("Cu", pbc=True), 1)
    with pytest.raises(ValueError, match="periodic in all directions"):
        strained(molecule("H2O"), 1)
    with pytest.raises(ValueError, match=r"width is -0\.1"):
        rattled(crystal(), 1, width=-0.1)
    with pytest.raises(ValueError, match=r"width is -0\.1"):
        strained(crystal(), 1, width=-0.1)
    for sampler in (rattled, strained):
        with pytest.raises(ValueError, match="count is 0"):
            sampler(crystal(), 0)
        with pytest.raises(ValueError, match="seed is -1"):
            sampler(crystal(), 1, seed=-1)
