"""The numbers of units.py against ASE's, and against what a student can work out."""

from math import isclose

import ase.units
import pytest

from mlp_teach import units

# ASE's default is CODATA 2014, whose last digits are older; ours are CODATA 2018.
ASE_2018 = ase.units.create_units("2018")


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (units.HARTREE, ASE_2018["Hartree"]),
        (units.RYDBERG, ASE_2018["Rydberg"]),
        (units.BOHR, ASE_2018["Bohr"]),
        (units.KJ_PER_MOL, ASE_2018["kJ"] / ASE_2018["mol"]),
        (units.KCAL_PER_MOL, ASE_2018["kcal"] / ASE_2018["mol"]),
        (units.BOLTZMANN, ASE_2018["kB"]),
        (units.GPA, ASE_2018["GPa"]),
        (units.BAR, ASE_2018["bar"]),
        (units.FS, ASE_2018["fs"]),
        (units.PS, 1e3 * ASE_2018["fs"]),
        (units.NM, ASE_2018["nm"]),
    ],
)
def test_each_unit_is_that_of_ase(ours, theirs):
    assert isclose(ours, theirs, rel_tol=2e-9)  # the Hartree's last digits differ between lists


def test_room_temperature_is_about_a_fortieth_of_an_electronvolt():
    assert isclose(293.15 * units.BOLTZMANN, 1 / 40, rel_tol=0.02)


def test_one_electronvolt_is_23_kcal_or_96_kj_per_mole():
    assert isclose(1 / units.KCAL_PER_MOL, 23.0605, abs_tol=1e-4)
    assert isclose(1 / units.KJ_PER_MOL, 96.4853, abs_tol=1e-4)


def test_an_electronvolt_per_cubic_angstrom_is_160_gpa():
    assert isclose(1 / units.GPA, 160.2177, abs_tol=1e-4)


def test_a_gigapascal_is_ten_kilobar_and_ten_thousand_bar():
    assert isclose(units.GPA, 10 * units.KBAR)
    assert isclose(units.GPA, 1e4 * units.BAR)


def test_the_unit_of_time_is_about_ten_femtoseconds():
    assert isclose(1 / units.FS, 10.1805, abs_tol=1e-4)
