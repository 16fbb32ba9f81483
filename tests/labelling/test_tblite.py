"""GFN2-xTB of tblite for real: the same questions as to PBE, in milliseconds."""

import numpy as np
import pytest
from ase import Atoms
from ase.build import molecule

from mlp_teach.datasets import load
from mlp_teach.labelling.methods import GFN2, LabelError, NotConvergedError

pytest.importorskip("tblite", reason="tblite is not installed: pip install mlp_teach[xtb]")


@pytest.fixture(scope="module")
def ethanol():
    atoms = molecule("CH3CH2OH")
    atoms.rattle(0.05, seed=1)
    return atoms


def test_forces_are_the_slope_of_the_energy(ethanol):
    found, h = GFN2().label(ethanol), 0.001
    slopes = np.zeros((len(ethanol), 3))
    for atom in range(len(ethanol)):
        for axis in range(3):
            energies = []
            for step in (h, -h):
                moved = ethanol.copy()
                moved.positions[atom, axis] += step
                energies.append(GFN2().label(moved).energy)
            slopes[atom, axis] = -(energies[0] - energies[1]) / (2 * h)
    assert np.abs(found.forces - slopes).max() < 1e-3
    assert np.abs(slopes).max() > 1


def test_a_turned_molecule_has_the_same_energy(ethanol):
    turned = ethanol.copy()
    turned.rotate(70, (1, 2, 3))
    turned.positions += 5
    assert GFN2().label(turned).energy == pytest.approx(GFN2().label(ethanol).energy, abs=1e-6)
    assert np.abs(GFN2().label(ethanol).forces.sum(0)).max() < 1e-6


def test_far_apart_two_molecules_have_twice_the_energy():
    water = molecule("H2O")
    other = water.copy()
    other.positions[:, 0] += 60
    one, two = GFN2().label(water).energy, GFN2().label(water + other).energy
    assert two == pytest.approx(2 * one, abs=1e-3)


def test_too_few_cycles_are_refused_by_name(ethanol):
    with pytest.raises(NotConvergedError, match="not converged in 2 cycles"):
        GFN2(max_iterations=2).label(ethanol)


def test_what_tblite_would_silently_change_is_refused():
    film, part, told = (molecule("H2O", vacuum=3) for _ in range(3))
    film.pbc = (True, True, False)
    part.set_initial_charges([0.3, 0, 0])
    told.info["charge"] = 1
    for atoms, said in (
        (film, "in all directions or in none"),
        (part, "add up to 0.3"),
        (told, "charge=1"),
    ):
        with pytest.raises(LabelError, match=said):
            GFN2().label(atoms)
    told.set_initial_charges([0.6, 0.2, 0.2])
    assert GFN2().label(told).energy > GFN2().label(molecule("H2O")).energy + 10


def test_a_periodic_crystal_has_a_stress():
    ice = molecule("H2O")
    ice.rattle(0.05, seed=0)
    ice.set_cell([3.5, 4.0, 4.5])
    ice.pbc = True
    found, h, energies = GFN2().label(ice), 1e-3, []
    for step in (h, -h):
        strained = ice.copy()
        strained.set_cell(ice.cell.array * [1 + step, 1, 1], scale_atoms=True)
        energies.append(GFN2().label(strained).energy)
    slope = (energies[0] - energies[1]) / (2 * h) / ice.get_volume()
    assert found.stress[0, 0] == pytest.approx(slope, abs=1e-4)
    assert abs(slope) > 1e-3
    assert GFN2().label(Atoms("He")).stress is None


def test_the_recorded_set_holds_these_numbers():
    for atoms in load("ethanol_pbe", "test"):
        found = GFN2().label(atoms)
        assert found.energy == pytest.approx(atoms.info["gfn2_energy"], abs=1e-6)
        assert np.allclose(found.forces, atoms.arrays["gfn2_forces"], atol=1e-5)
