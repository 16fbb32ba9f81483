"""Molecular dynamics of springs: equipartition, the known correlation time, frames far apart.

An atom on a spring, in a Langevin thermostat, is solved: its displacement remembers itself by

    c(t) = exp(-γt/2) [cosh(δt) + (γ/2δ) sinh(δt)],   δ² = γ²/4 - ω²

and its energy by c²; the integral of c² is 1/2γ + γ/2ω².
"""

import numpy as np
import pytest
from ase import Atoms
from ase.calculators.calculator import Calculator
from scipy.signal import lfilter

from mlp_teach.sampling.trajectory import (
    NotForgottenError,
    autocorrelation,
    correlation_time,
    trajectory,
)
from mlp_teach.units import BOLTZMANN, FS

SPRING, MASS = 5.0, 20.0  # eV/Å², u
OMEGA = (SPRING / MASS) ** 0.5 * FS  # 1/fs
STEP = 4.0  # fs
THERMOSTAT = 0.3 / OMEGA  # fs; its friction is above the critical one, 2ω
TEMPERATURES = (100.0, 300, 900.0)
FRAMES, PILOT = 400, 12_000


class Springs(Calculator):
    """½ k |r - r_0|² for each atom."""

    implemented_properties = ("energy", "forces")

    def __init__(self, homes: np.ndarray, spring: float = SPRING):
        super().__init__()
        self.homes, self.spring = homes.copy(), spring

    def get_property(self, name, atoms=None, allow_calculation=True):
        off = atoms.positions - self.homes
        return -self.spring * off if name == "forces" else self.spring / 2 * (off**2).sum()


def cube() -> Atoms:
    corners = 3.0 * np.indices((2, 2, 2)).reshape(3, -1).T
    return Atoms("Ne8", positions=corners, masses=[MASS] * 8)


def run(temperatures=TEMPERATURES, count=FRAMES, seed=1, **settings) -> list[Atoms]:
    start = cube()
    settings = {"timestep_fs": STEP, "warm_up": 100, "pilot": PILOT} | settings
    return trajectory(
        start,
        Springs(start.positions),
        temperatures,
        count,
        thermostat_fs=THERMOSTAT,
        seed=seed,
        **settings,
    )


@pytest.fixture(scope="module")
def frames() -> list[Atoms]:
    return run()


def at(frames: list[Atoms], temperature: float) -> list[Atoms]:
    return [a for a in frames if a.info["temperature_K"] == temperature]


def energies(frames: list[Atoms]) -> np.ndarray:
    return np.array([SPRING / 2 * ((a.positions - cube().positions) ** 2).sum() for a in frames])


@pytest.mark.parametrize("temperature", TEMPERATURES)
def test_each_degree_of_freedom_holds_half_kt_twice(frames, temperature):
    chosen, half = at(frames, temperature), BOLTZMANN * temperature / 2
    for found in (energies(chosen), np.array([a.get_kinetic_energy() for a in chosen])):
        independent = len(found) / (2 * correlation_time(found))
        error = half * (2 / (24 * independent)) ** 0.5  # of 24 squares of normal numbers
        assert error < 0.02 * half
        assert abs(found.mean() / 24 - half) < 4 * error


def test_displacements_are_normal_and_the_same_in_all_directions(frames):
    for temperature in TEMPERATURES:
        off = np.array([a.positions - cube().positions for a in at(frames, temperature)])
        width = (BOLTZMANN * temperature / SPRING) ** 0.5
        assert abs((off**4).mean() / width**4 - 3) < 4 * (96 / off.size) ** 0.5 * 2**0.5
        spread = (off**2).mean((0, 1)) / width**2
        assert abs(spread - 1).max() < 4 * (2 / (off.size / 3)) ** 0.5 * 2**0.5


def test_the_correlation_time_is_that_of_the_solved_motion(frames):
    gamma = 1 / THERMOSTAT
    exact = 1 / (2 * gamma) + gamma / (2 * OMEGA**2)
    found = [at(frames, t)[0].info["correlation_time_fs"] for t in TEMPERATURES]
    window = 2 * 5 * exact / STEP  # steps that count in the sum
    error = exact * (2 * window / PILOT / len(found)) ** 0.5
    assert error < 0.1 * exact
    assert abs(np.mean(found) - exact) < 4 * error


def test_frames_two_correlation_times_apart_hardly_remember_each_other(frames):
    for temperature in TEMPERATURES:
        memory = autocorrelation(energies(at(frames, temperature)))[1]
        assert memory < np.exp(-2) + 3 / FRAMES**0.5


def test_frames_say_how_they_were_made(frames):
    assert len(frames) == len(TEMPERATURES) * FRAMES
    assert [a.info["number"] for a in frames[:3]] == [0, 1, 2]
    first = frames[0]
    assert first.calc is None
    assert first.info["sampler"] == "trajectory"
    assert first.info["seed"] == 1
    assert first.info["timestep_fs"] == STEP
    assert first.info["thermostat_fs"] == THERMOSTAT
    assert {type(a.info["temperature_K"]) for a in frames} == {float}


def test_the_same_seed_gives_the_same_frames():
    settings = {"temperatures": (300, 300), "count": 2, "pilot": 200, "warm_up": 0}
    first, same, other = (run(seed=seed, **settings) for seed in (3, 3, 4))
    assert all(a == b for a, b in zip(first, same, strict=True))
    assert not any(a == b for a, b in zip(first, other, strict=True))
    assert first[0] != first[2]  # two runs at one temperature are two runs


def test_one_temperature_needs_no_list():
    settings = {"count": 2, "pilot": 200, "warm_up": 0}
    for one in (300, 300.0):
        found = run(temperatures=one, **settings)
        assert found == run(temperatures=[one], **settings)
        assert len(found) == 2


def test_what_cannot_be_run_is_refused_in_words():
    with pytest.raises(ValueError, match="no atoms"):
        trajectory(Atoms(), Springs(np.zeros((0, 3))), [300], 1)
    with pytest.raises(ValueError, match="temperature is 0; it must be positive"):
        run(temperatures=(300, 0))
    with pytest.raises(ValueError, match=r"timestep_fs is -1\.0"):
        run(timestep_fs=-1.0)
    with pytest.raises(ValueError, match="count is 0"):
        run(count=0)
    with pytest.raises(ValueError, match="warm_up is -1"):
        run(warm_up=-1)
    with pytest.raises(ValueError, match="no temperatures"):
        run(temperatures=[])
    with pytest.raises(ValueError, match="pilot is 1; at least 0 and 2 are needed"):
        run(pilot=1)


def test_the_autocorrelation_is_its_sum():
    e = np.random.default_rng(0).normal(size=11) + 5
    off, n = e - e.mean(), len(e)
    variance = sum(x * x for x in off) / n
    for t, found in enumerate(autocorrelation(e)):
        pairs = [off[s] * off[s + t] for s in range(n - t)]
        assert found == pytest.approx(sum(pairs) / len(pairs) / variance, abs=1e-12)  # (1)


@pytest.mark.parametrize("memory", [0.0, 0.5, 0.9])
def test_the_correlation_time_of_a_first_order_process_is_known(memory):
    """x(t) = a x(t-1) + noise: C(t) = a^t, so that τ = ½ + a / (1 - a)."""
    n, exact = 400_000, 0.5 + memory / (1 - memory)
    noise = np.random.default_rng(2).normal(size=n)
    found = correlation_time(lfilter([1.0], [1.0, -memory], noise))
    assert abs(found - exact) < 4 * exact * (2 * (2 * 5 * exact + 1) / n) ** 0.5


@pytest.mark.parametrize("period", [2, 7.3, 40])
def test_an_oscillation_that_nothing_damps_never_forgets(period):
    t = np.arange(2000)
    assert correlation_time(np.cos(2 * np.pi * t / period) ** (1 if period == 2 else 2)) == np.inf


def weakly_held(thermostat_fs: float, pilot: int, seed: int = 0) -> float:
    """The correlation time, fs, of one atom on a spring in a weak thermostat."""
    atoms = Atoms("Ne", positions=[[0, 0, 0]], masses=[MASS])
    settings = {"thermostat_fs": thermostat_fs, "pilot": pilot, "seed": seed}
    (frame,) = trajectory(atoms, Springs(atoms.positions), 300, 1, STEP, warm_up=0, **settings)
    return frame.info["correlation_time_fs"]


def test_the_memory_of_a_single_vibration_is_its_thermostats():
    """C of one spring touches 0 in a quarter of a period, 32 fs, but lives for 1/γ."""
    thermostat = 600.0
    exact = thermostat / 2 + 1 / (2 * thermostat * OMEGA**2)
    found = [weakly_held(thermostat, 10_000, seed) for seed in range(4)]
    error = exact * (2 * 2 * 5 * exact / STEP / 10_000 / len(found)) ** 0.5
    assert error < 0.25 * exact
    assert abs(np.mean(found) - exact) < 4 * error


def test_a_pilot_run_that_is_too_short_goes_on():
    assert weakly_held(500.0, pilot=200) > 100


def test_a_memory_without_end_is_refused_in_words():
    with pytest.raises(NotForgottenError, match=r"After 640 steps .* still remembers.* thermostat"):
        weakly_held(1e9, pilot=80)


def test_rounding_is_no_memory():
    drift = 3.5 + np.linspace(0, 4e-15, 300)
    assert correlation_time(drift) == 0.5


def test_values_that_do_not_change_have_half_a_step():
    assert correlation_time(np.full(10, 3.0)) == 0.5
    assert (autocorrelation(np.full(10, 3.0)) == 0).all()
    with pytest.raises(ValueError, match="1 values have no correlation; two are the least"):
        correlation_time(np.array([1.0]))
