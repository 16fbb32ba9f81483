"""The watch: passes what is in order, and stops the rest with a reason and a way out."""

import numpy as np
import pytest

from mlp_teach.models.lennard_jones import LennardJones
from mlp_teach.simulation.calculator import MLPCalculator
from mlp_teach.simulation.domain import learn_domain
from mlp_teach.simulation.ensembles import NPT, NVE, NVT, with_velocities
from mlp_teach.simulation.md import simulate
from mlp_teach.simulation.watch import Watch


def look(watch, atoms):
    return watch.look(atoms, 20, 100.0, free_momentum=True)


def rattled(argon, number):
    frames = []
    for seed in range(number):
        atoms = argon.copy()
        atoms.rattle(0.15, seed=seed)
        frames.append(atoms)
    return frames


def test_a_calm_crystal_passes(argon):
    moment, reason = look(Watch(domain=learn_domain(rattled(argon, 5), 7.5)), argon)
    assert reason == ""
    assert moment.step == 20
    assert moment.outside == 0


def test_heat_beyond_any_matter_stops(argon):
    _, reason = look(Watch(), with_velocities(argon, 20_000.0))
    assert reason.startswith("Stopped at step 20 (100 fs). The temperature is ")
    assert "above the limit of 10000 K: the run has exploded. Try half the timestep" in reason


def test_velocities_that_are_not_numbers_stop(argon):
    argon.set_momenta(np.full((32, 3), np.nan))
    assert "The temperature is nan K" in look(Watch(), argon)[1]


def test_a_spread_above_the_limit_stops(argon):
    argon.rattle(0.2, seed=0)
    argon.calc = MLPCalculator([LennardJones(epsilon=e, cutoff=7.5) for e in (0.01, 0.02)])
    argon.get_forces()
    spread = argon.calc.results["forces_std"].max()
    assert look(Watch(forces_std_eV_A=1.01 * spread), argon)[1] == ""
    moment, reason = look(Watch(forces_std_eV_A=0.99 * spread), argon)
    assert moment.forces_std_eV_A == spread
    assert f"disagree by {spread:.3f} eV/Å about the force on an atom" in reason


def test_the_allowed_share_of_atoms_may_be_outside(argon):
    domain = learn_domain(rattled(argon, 5), 7.5)
    argon.positions[0] += [0.9, 0.9, 0]  # towards one neighbour
    moment, reason = look(Watch(domain=domain, allowed_share=0.1), argon)
    assert (moment.outside, reason) == (2 / 32, "")
    reason = look(Watch(domain=domain), argon)[1]
    assert "the closest Ar-Ar pair of the training data is" in reason
    assert "2 of 32 atoms are outside the training domain" in reason


def test_a_crystal_under_pressure_is_stopped_where_it_leaves_the_domain(argon):
    domain = learn_domain(rattled(argon, 20), 7.5)
    press = NPT(timestep_fs=4.0, temperature_K=20.0, pressure_GPa=4.0)
    run = simulate(argon, press, steps=2000, interval=5, watch=Watch(domain=domain))
    assert f"Stopped at step {run.step[-1]} ({run.time_fs[-1]:g} fs). Atoms " in run.stopped
    assert run.step[-1] < 2000
    assert (run.outside[:-1] == 0).all()
    assert run.outside[-1] > 0
    assert run.volume_A3[-1] < 0.9 * run.volume_A3[0]
    assert run.atoms.get_volume() == pytest.approx(run.volume_A3[-1])  # the structure to label
    # Without the watch the same run goes on into the unknown.
    blind = simulate(argon, press, steps=int(run.step[-1]) + 20, interval=5)
    assert blind.stopped == ""
    assert blind.step[-1] > run.step[-1]


def test_a_timestep_too_long_ends_in_a_sentence(argon):
    run = simulate(with_velocities(argon, 60.0), NVE(250.0), steps=500, interval=1)
    assert "Stopped a" in run.stopped
    assert len(run.step) < 501
    assert np.isfinite(run.total_eV).all()


def test_nothing_stops_a_run_in_its_domain(argon):
    domain = learn_domain(rattled(argon, 20), 7.5)
    run = simulate(argon, NVT(5.0, 10.0), steps=60, watch=Watch(domain=domain))
    assert run.stopped == ""
    assert run.step.tolist() == [0, 10, 20, 30, 40, 50, 60]
    assert (run.outside == 0).all()
