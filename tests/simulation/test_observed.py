"""What a run measures: temperature without the motion of the whole, and pressure."""

import numpy as np
import pytest
from ase import Atoms
from ase.calculators.singlepoint import SinglePointCalculator
from ase.constraints import FixAtoms

from mlp_teach.simulation.ensembles import NVE, NVT, with_velocities
from mlp_teach.simulation.md import simulate
from mlp_teach.simulation.observed import observe
from mlp_teach.units import BOLTZMANN, GPA

HERE = {"step": 0, "time_fs": 0.0, "outside": 0.0, "excess": 0.0}


def test_with_a_thermostat_there_is_no_drift_to_speak_of(argon):
    run = simulate(argon, NVT(5.0, 20.0), steps=3, interval=1)
    with pytest.raises(ValueError, match=r"This run is NVT.*Use NVE to look"):
        run.drift()


def test_the_motion_of_the_whole_is_no_temperature_where_it_never_changes(argon):
    argon.set_velocities(np.ones((32, 3)) * 0.1)
    assert observe(argon, free_momentum=True, **HERE).temperature_K == pytest.approx(0, abs=1e-9)
    assert observe(argon, free_momentum=False, **HERE).temperature_K > 100


def test_two_atoms_in_nve_have_three_degrees_of_freedom():
    atoms = Atoms("H2", [[0, 0, 0], [0, 0, 0.8]], momenta=[[0, 0, 0.1], [0, 0, -0.1]])
    atoms.calc = SinglePointCalculator(atoms, energy=0.0)
    kinetic = 2 * 0.1**2 / (2 * atoms.get_masses()[0])
    moment = observe(atoms, free_momentum=True, **HERE)
    assert moment.temperature_K == pytest.approx(2 * kinetic / (3 * BOLTZMANN))
    assert moment.kinetic_eV == pytest.approx(kinetic)


def test_atoms_held_in_place_have_no_degrees_of_freedom(argon):
    argon.set_constraint(FixAtoms(range(16)))
    warm = with_velocities(argon, 50.0, seed=1)
    assert (warm.get_momenta()[:16] == 0).all()
    free = 2 * warm.get_kinetic_energy() / (BOLTZMANN * 48)
    assert observe(warm, free_momentum=True, **HERE).temperature_K == pytest.approx(free)
    run = simulate(warm, NVE(5.0), steps=4, interval=2)
    assert (run.atoms.positions[:16] == argon.positions[:16]).all()


def test_pressure_is_minus_the_mean_stress_plus_the_kinetic_part(argon):
    warm = with_velocities(argon, 50.0)
    static = -warm.get_stress()[:3].mean()
    kinetic = 2 / 3 * warm.get_kinetic_energy() / warm.get_volume()
    moment = observe(warm, free_momentum=True, **HERE)
    assert moment.pressure_GPa == pytest.approx((static + kinetic) / GPA, rel=1e-12)
    assert moment.volume_A3 == pytest.approx(10.7**3)


def test_a_molecule_has_no_pressure_and_one_model_no_spread(ethanol):
    moment = observe(ethanol, free_momentum=True, **HERE)
    for value in (moment.pressure_GPa, moment.volume_A3, moment.forces_std_eV_A):
        assert np.isnan(value)
