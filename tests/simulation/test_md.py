"""A run: the same arguments give the same run, killed or not; what goes wrong has a sentence."""

import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from ase.build import bulk
from ase.calculators.calculator import CalculationFailed

from mlp_teach.models.lennard_jones import LennardJones
from mlp_teach.neighbors import StructureError
from mlp_teach.simulation.calculator import MLPCalculator
from mlp_teach.simulation.ensembles import NPT, NVE, NVT, with_velocities
from mlp_teach.simulation.md import simulate

ROOT = Path(__file__).parents[2]
ENSEMBLES = [NVE(5.0), NVT(5.0, 30.0), NPT(5.0, 30.0, 0.1), NPT(5.0, 30.0, keep_shape=False)]

LONG_RUN = """
import sys
from ase.build import bulk
from mlp_teach.models.lennard_jones import LennardJones
from mlp_teach.simulation.calculator import MLPCalculator
from mlp_teach.simulation.ensembles import NPT, with_velocities
from mlp_teach.simulation.md import simulate

atoms = bulk("Ar", cubic=True, a=5.35)
atoms.calc = MLPCalculator(LennardJones(cutoff=6.0))
ensemble = NPT(5.0, 30.0, 0.1)
simulate(
    with_velocities(atoms, 30.0), ensemble, steps=10**7, interval=4, seed=5, trajectory=sys.argv[1]
)
"""


class FailsAfter(MLPCalculator):
    """Works for a number of structures, then raises an error."""

    def __init__(self, structures: int, error: Exception):
        super().__init__(LennardJones(cutoff=6.0))
        self.left, self.error = structures, error

    def calculate(self, *arguments, **more):
        self.left -= 1
        if self.left < 0:
            raise self.error
        super().calculate(*arguments, **more)


@pytest.mark.parametrize("ensemble", ENSEMBLES, ids=lambda e: type(e).__name__)
def test_the_same_seed_gives_the_same_run_and_the_structure_given_stays(argon, ensemble):
    warm = with_velocities(argon, 30.0)
    positions, cell = warm.positions.copy(), warm.cell.array.copy()
    one, same = (simulate(warm, ensemble, steps=20, seed=1) for _ in range(2))
    np.testing.assert_array_equal(one.atoms.positions, same.atoms.positions)
    np.testing.assert_array_equal(warm.positions, positions)
    np.testing.assert_array_equal(warm.cell.array, cell)
    if not isinstance(ensemble, NVE):
        other = simulate(warm, ensemble, steps=20, seed=2)
        assert not np.allclose(one.atoms.positions, other.atoms.positions)


@pytest.mark.parametrize("ensemble", ENSEMBLES, ids=lambda e: type(e).__name__)
def test_a_run_in_two_parts_is_the_run_at_once(argon, ensemble, tmp_path):
    warm = with_velocities(argon, 30.0)
    path = tmp_path / "run.xyz"
    simulate(warm, ensemble, steps=20, trajectory=path)
    parts = simulate(warm, ensemble, steps=40, trajectory=path)
    at_once = simulate(warm, ensemble, steps=40)
    np.testing.assert_array_equal(parts.total_eV, at_once.total_eV)
    np.testing.assert_array_equal(parts.pressure_GPa, at_once.pressure_GPa)
    np.testing.assert_array_equal(parts.atoms.get_momenta(), at_once.atoms.get_momenta())
    np.testing.assert_array_equal(parts.atoms.cell, at_once.atoms.cell)


def test_a_killed_run_goes_on_and_becomes_the_run_it_would_have_been(tmp_path):
    path = tmp_path / "run.xyz"
    process = subprocess.Popen([sys.executable, "-c", LONG_RUN, str(path)], cwd=ROOT)
    try:
        deadline = time.monotonic() + 60
        while not (path.exists() and path.stat().st_size > 10_000):
            assert process.poll() is None, "the run ended by itself"
            assert time.monotonic() < deadline, "the run wrote nothing within a minute"
            time.sleep(0.01)
    finally:
        process.kill()  # SIGKILL: nothing in the process can prepare for it
        process.wait()
    atoms = bulk("Ar", cubic=True, a=5.35)
    atoms.calc = MLPCalculator(LennardJones(cutoff=6.0))
    arguments = {"atoms": with_velocities(atoms, 30.0), "ensemble": NPT(5.0, 30.0, 0.1)}
    arguments |= {"interval": 4, "seed": 5}
    already = path.read_text().count("Lattice")
    steps = 4 * already + 20
    resumed = simulate(**arguments, steps=steps, trajectory=path)
    untouched = simulate(**arguments, steps=steps, trajectory=tmp_path / "untouched.xyz")
    assert len(resumed.step) > already >= 5
    np.testing.assert_array_equal(resumed.total_eV, untouched.total_eV)
    assert path.read_bytes() == (tmp_path / "untouched.xyz").read_bytes()


def test_moments_are_recorded_every_interval_and_at_the_end(argon):
    seen = []
    run = simulate(argon, NVT(2.0, 30.0), steps=25, interval=10, on_moment=seen.append)
    assert run.step.tolist() == [0, 10, 20, 25]
    assert run.time_fs.tolist() == [0, 20, 40, 50]
    assert [moment.step for moment in seen] == run.step.tolist()
    assert run.total_eV[-1] == seen[-1].total_eV
    assert run.ensemble == "nvt"
    assert run.total_eV[-1] == pytest.approx(run.atoms.get_total_energy())


def test_the_last_structure_is_ready_for_another_run(argon):
    first = simulate(argon, NVT(5.0, 30.0), steps=20)
    second = simulate(first.atoms, NVE(5.0), steps=20)
    assert second.potential_eV[0] == first.potential_eV[-1]
    assert second.kinetic_eV[0] == first.kinetic_eV[-1]


def test_any_calculator_of_ase_will_do(ethanol):
    run = simulate(with_velocities(ethanol, 300.0), NVE(0.5), steps=20)
    assert run.drift().largest < 2
    assert np.isnan(run.pressure_GPa).all()


@pytest.mark.parametrize("error", [StructureError("Two atoms met."), CalculationFailed("NaN.")])
def test_a_calculator_that_fails_on_the_way_stops_the_run_with_its_sentence(argon, error):
    argon.calc = FailsAfter(12, error)
    run = simulate(with_velocities(argon, 30.0), NVE(5.0), steps=50, interval=5)
    assert run.stopped == f"Stopped after step 11: the calculation failed. {error}"
    assert run.step.tolist() == [0, 5, 10]
    assert len(run.atoms) == 32


def test_a_first_structure_without_forces_is_an_error(argon):
    argon.positions[3] = np.inf
    with pytest.raises(StructureError, match="position of atom 3"):
        simulate(argon, NVE(5.0), steps=5)


def test_an_error_of_the_program_is_not_hidden(argon):
    argon.calc = FailsAfter(3, KeyError("a bug"))
    with pytest.raises(KeyError, match="a bug"):
        simulate(with_velocities(argon, 30.0), NVE(5.0), steps=50)


def test_atoms_without_a_calculator_are_an_error():
    with pytest.raises(ValueError, match=r"have no calculator.*MLPCalculator"):
        simulate(bulk("Ar"), NVE(5.0), steps=5)


@pytest.mark.parametrize("counts", [{"steps": 0}, {"steps": 10, "interval": 0}])
def test_counts_below_one_are_an_error(argon, counts):
    with pytest.raises(ValueError, match="both are counts, 1 or larger"):
        simulate(argon, NVE(5.0), **counts)
