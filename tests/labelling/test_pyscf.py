"""PBE of PySCF for real: forces are slopes, turning changes nothing, and what it must refuse."""

import numpy as np
import pytest
from ase import Atoms
from ase.build import molecule

from mlp_teach.datasets import load
from mlp_teach.labelling.methods import PBE, LabelError, NotConvergedError
from mlp_teach.labelling.run import label

pytest.importorskip("pyscf", reason="PySCF is not installed: pip install mlp_teach[pyscf]")


@pytest.fixture(scope="module")
def water():
    atoms = molecule("H2O")
    atoms.rattle(0.1, seed=0)
    return atoms


@pytest.fixture(scope="module")
def labelled(water):
    return PBE().label(water)


def test_forces_are_the_slope_of_the_energy(water, labelled):
    """To the share of the grid, which moves with the atoms and is left out of the gradient."""
    h = 0.01
    for atom, axis in ((0, 2), (1, 1)):
        energies = []
        for step in (h, -h):
            moved = water.copy()
            moved.positions[atom, axis] += step
            energies.append(PBE().label(moved).energy)
        slope = -(energies[0] - energies[1]) / (2 * h)
        assert labelled.forces[atom, axis] == pytest.approx(slope, abs=0.01)
        assert abs(slope) > 0.5


def test_a_finer_grid_brings_the_forces_to_the_slope():
    hydrogen, fine, h, energies = molecule("H2"), PBE(grid=5), 0.005, []
    hydrogen.set_distance(0, 1, 0.85)
    for step in (h, -h):
        moved = hydrogen.copy()
        moved.positions[0, 2] += step
        energies.append(fine.label(moved).energy)
    slope = -(energies[0] - energies[1]) / (2 * h)
    assert fine.label(hydrogen).forces[0, 2] == pytest.approx(slope, abs=1e-3)
    assert abs(slope) > 1


def test_a_turned_molecule_has_the_same_energy_and_turned_forces(water, labelled):
    turned = water.copy()
    turned.rotate(70, (1, 2, 3))
    found = PBE().label(turned)
    assert found.energy == pytest.approx(labelled.energy, abs=1e-3)
    arrow = water.copy()
    arrow.positions = labelled.forces
    arrow.rotate(70, (1, 2, 3))
    assert np.allclose(found.forces, arrow.positions, atol=0.01)
    assert np.abs(labelled.forces.sum(0)).max() < 0.01


def test_too_few_cycles_are_refused_by_name(water, tmp_path):
    with pytest.raises(NotConvergedError, match="did not converge in 2 cycles"):
        PBE(max_cycles=2).label(water)
    found = label([water], PBE(max_cycles=2), tmp_path, progress=False)
    assert [(f.index, f.kind) for f in found.failures] == [(0, "NotConvergedError")]


def test_what_is_not_a_closed_shell_molecule_is_refused():
    with pytest.raises(LabelError, match="An odd number of electrons"):
        PBE().label(Atoms("CH3", molecule("CH3").positions))  # without ASE's moments
    crystal = molecule("H2O", vacuum=3)
    crystal.pbc = True
    with pytest.raises(LabelError, match="this structure is periodic"):
        PBE().label(crystal)


def test_a_label_says_how_it_was_made(water, labelled, tmp_path):
    found = label([water], PBE(), tmp_path, progress=False)
    assert found.frames[0].get_potential_energy() == pytest.approx(labelled.energy, abs=1e-8)
    told = found.frames[0].info["label"]
    assert (told["method"], told["basis"], told["density_fitting"]) == ("PBE", "def2-svp", True)
    assert told["pyscf"]


@pytest.mark.slow
def test_another_program_says_the_same():
    """The set ethanol was made with ORCA, PBE/def2-SVP: the same level by other people's code."""
    atoms = load("ethanol", "test")[0]
    found = PBE().label(atoms)
    assert found.energy == pytest.approx(atoms.get_potential_energy(), abs=2e-3)
    assert np.sqrt(np.square(found.forces - atoms.get_forces()).mean()) < 1e-3
    assert np.abs(found.forces).max() > 1


@pytest.mark.slow
def test_a_frame_of_the_recorded_set_gets_its_label_again():
    atoms = load("ethanol_pbe", "test")[7]
    found = PBE().label(atoms)
    assert found.energy == pytest.approx(atoms.get_potential_energy(), abs=1e-6)
    assert np.allclose(found.forces, atoms.get_forces(), atol=1e-5)
