"""Energy drift of lines, oscillations and a real run."""

import numpy as np
import pytest
from ase import units
from ase.build import bulk
from ase.calculators.emt import EMT
from ase.md.velocitydistribution import thermalize_momenta
from ase.md.verlet import VelocityVerlet

from mlp_teach.simulation.conservation import energy_drift


def test_a_straight_line_is_all_drift():
    times = np.linspace(0, 10, 101)
    run = energy_drift(times, -400.0 + 0.108 * times, n_atoms=108)  # 1 meV/atom/ps
    assert run.slope == pytest.approx(1.0)
    assert run.drift == pytest.approx(10.0)
    assert run.fluctuation == pytest.approx(0.0, abs=1e-6)
    assert run.energies[0] == 0.0


def test_an_oscillation_is_all_fluctuation():
    times = np.linspace(0, 10, 10001)
    run = energy_drift(times, 0.001 * np.cos(2 * np.pi * 20 * times), n_atoms=1)
    assert run.fluctuation == pytest.approx(1 / np.sqrt(2), rel=1e-3)
    assert abs(run.drift) < 0.01


def test_a_short_step_conserves_the_energy_better_than_a_long_one():
    runs = []
    for step in (2.0, 10.0):
        atoms = bulk("Cu", cubic=True) * 2
        atoms.calc = EMT()
        thermalize_momenta(atoms, temperature_K=600, rng=np.random.default_rng(0))
        dynamics = VelocityVerlet(atoms, step * units.fs)
        times, energies = [], []
        for _ in dynamics.irun(int(200 / step)):
            times.append(dynamics.get_time() / units.fs / 1000)
            energies.append(atoms.get_total_energy())
        runs.append(energy_drift(np.array(times), np.array(energies), len(atoms)))
    assert runs[0].times[-1] == pytest.approx(0.2)
    assert runs[0].fluctuation < 0.2 * runs[1].fluctuation  # second order: 1/25


def test_few_steps_and_exploded_runs_are_refused():
    with pytest.raises(ValueError, match="2 times and 2 energies"):
        energy_drift(np.arange(2.0), np.arange(2.0), 1)
    with pytest.raises(ValueError, match=r"2 of them finite.*smaller time step"):
        energy_drift(np.arange(3.0), np.array([0, 1, np.nan]), 1)
