"""Slopes of energy over work: by hand, on real data, and the stress offset of the shipped sets."""

import numpy as np
import pytest
from ase import Atoms
from ase.build import bulk
from ase.calculators.emt import EMT
from ase.calculators.singlepoint import SinglePointCalculator

from mlp_teach.datasets import dataset, force_slope, load, stress_slope
from mlp_teach.datasets.consistency import free_atom_ratio
from mlp_teach.units import GPA, HARTREE


def spring(length: float, force_factor: float = 1.0) -> Atoms:
    """Two atoms on a spring of 5 eV/Å² and length 1 Å, labelled exactly."""
    atoms = Atoms("H2", [(0, 0, 0), (length, 0, 0)])
    pull = force_factor * 5.0 * (length - 1.0)
    energy = 2.5 * (length - 1.0) ** 2
    atoms.calc = SinglePointCalculator(atoms, energy=energy, forces=[(pull, 0, 0), (-pull, 0, 0)])
    return atoms


def strained_copper(offset: float = 0.0, factor: float = 1.0) -> list[Atoms]:
    """Stretched, dilated and sheared (with a rotation: one off-diagonal alone), labelled by EMT."""
    frames = []
    for strain in np.linspace(-0.008, 0.008, 5):
        for direction in (np.diag([1, 0, 0]), np.eye(3), np.diag([0, 1], 1)):
            atoms = bulk("Cu", cubic=True)
            atoms.set_cell(atoms.cell.array @ (np.eye(3) + strain * direction), scale_atoms=True)
            atoms.calc = EMT()
            stress = factor * (atoms.get_stress(voigt=False) + offset * np.eye(3))
            energy = atoms.get_potential_energy()
            atoms.calc = SinglePointCalculator(atoms, energy=energy, stress=stress)
            frames.append(atoms)
    return frames


def test_a_harmonic_spring_has_slope_one_exactly():
    found = force_slope([spring(x) for x in np.linspace(1.1, 1.5, 9)])
    assert found.slope == pytest.approx(1.0, abs=1e-12)  # the trapezoidal rule is exact for it
    assert found.correlation == pytest.approx(1.0)


@pytest.mark.parametrize("factor", [-1.0, 1 / HARTREE, 3.0])
def test_scaled_forces_change_the_slope_by_the_inverse(factor):
    found = force_slope([spring(x, factor) for x in np.linspace(1.1, 1.5, 9)])
    assert found.slope == pytest.approx(1 / factor)


def test_distant_structures_say_nothing():
    assert force_slope([spring(x) for x in np.linspace(1, 6, 9)]) is None
    assert force_slope([]) is None
    assert stress_slope([spring(x) for x in np.linspace(1, 2, 9)]) is None


def test_identical_structures_say_nothing():
    assert force_slope([spring(1.2)] * 9) is None


@pytest.mark.parametrize(
    ("name", "tolerance"), [("ethanol", 0.03), ("formate_Cu110", 0.03), ("water", 0.12)]
)
def test_energy_and_forces_of_real_sets_belong_together(name, tolerance):
    found = force_slope(load(name))
    assert found.slope == pytest.approx(1.0, abs=tolerance)
    assert found.correlation > 0.98
    assert found.pairs > 50


def test_emt_stress_is_the_strain_derivative_of_its_energy():
    found = stress_slope(strained_copper())
    assert found.slope == pytest.approx(1.0, abs=0.01)
    assert found.offset == pytest.approx(0.0, abs=0.1)


def test_a_constant_stress_is_found_as_the_offset():
    found = stress_slope(strained_copper(offset=2 * GPA))
    assert found.slope == pytest.approx(1.0, abs=0.01)
    assert found.offset == pytest.approx(2.0, abs=0.1)


def test_a_stress_in_kbar_with_turned_sign_shows_in_the_slope():
    found = stress_slope(strained_copper(factor=-10 / GPA))
    assert found.slope == pytest.approx(-GPA / 10, rel=0.01)


@pytest.mark.parametrize("name", ["mlearn_Cu", "mlearn_Si"])
def test_the_catalogued_stress_offset_is_what_the_data_say(name):
    found = stress_slope(load(name))
    assert found.offset == pytest.approx(dataset(name).stress_offset_GPa, abs=0.1)
    assert found.slope == pytest.approx(1.0, abs=0.03)
    assert found.correlation > 0.998


def test_total_energies_lie_near_those_of_the_free_atoms():
    assert free_atom_ratio(load("3bpa", "train")) == pytest.approx(HARTREE, rel=0.02)
    assert free_atom_ratio(load("ethanol_isolated_atoms")) == pytest.approx(HARTREE, rel=0.05)
    assert free_atom_ratio(load("mlearn_Cu", "test")) < 0.01
