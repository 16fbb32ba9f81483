"""Each ensemble keeps what it promises: energy, temperature, pressure, the shape of a cell."""

import numpy as np
import pytest
from ase import Atoms
from ase.constraints import FixAtoms

from mlp_teach.models.lennard_jones import LennardJones
from mlp_teach.simulation.calculator import MLPCalculator
from mlp_teach.simulation.ensembles import NPT, NVE, NVT, with_velocities
from mlp_teach.simulation.md import simulate
from mlp_teach.simulation.trajectory import read_trajectory
from mlp_teach.units import BOLTZMANN, GPA


def temperatures(frames: list[Atoms], chosen: slice | np.ndarray) -> float:
    """Mean kinetic temperature (K) of some atoms, by equipartition for each of them."""
    kinetic = [(f.get_momenta()[chosen] ** 2).sum(1) / f.get_masses()[chosen] for f in frames]
    return float(np.mean(kinetic) / (3 * BOLTZMANN))


def test_nve_conserves_energy_to_second_order_in_the_timestep(argon):
    warm = with_velocities(argon, 60.0, seed=2)
    errors = []
    for timestep in (4.0, 8.0, 16.0):
        run = simulate(warm, NVE(timestep), steps=round(1600 / timestep), interval=1)
        errors.append(np.std(run.total_eV))
        assert abs(run.drift().drift) < 0.1
    orders = np.log2(np.array(errors[1:]) / errors[:-1])
    np.testing.assert_allclose(orders, 2, atol=0.2)


def test_nve_conserves_momentum_and_starts_at_rest(argon):
    run = simulate(with_velocities(argon, 60.0), NVE(8.0), steps=50)
    assert np.abs(run.atoms.get_momenta().sum(axis=0)).max() < 1e-12


def test_a_harmonic_crystal_shares_its_heat_equally(argon):
    # At low temperature a crystal is harmonic: half of what it was given becomes potential energy.
    run = simulate(with_velocities(argon, 4.0, seed=5), NVE(8.0), steps=400, interval=2)
    assert run.temperature_K[0] == pytest.approx(4, rel=0.25)
    assert run.temperature_K[50:].mean() == pytest.approx(run.temperature_K[0] / 2, rel=0.1)


def test_nvt_gives_a_small_molecule_and_its_light_atoms_the_right_temperature(ethanol, tmp_path):
    # ASE's Langevin with its default fixcm=True gives this molecule 650 K, and its H atoms 740 K.
    nvt = NVT(timestep_fs=0.5, temperature_K=500.0, thermostat_fs=20.0)
    path = tmp_path / "run.xyz"
    start = with_velocities(ethanol, 500.0)
    run = simulate(start, nvt, steps=10_000, interval=10, trajectory=path)
    assert run.temperature_K[50:].mean() == pytest.approx(500, rel=0.04)
    frames, hydrogen = read_trajectory(path)[50:], ethanol.numbers == 1
    assert temperatures(frames, hydrogen) == pytest.approx(500, rel=0.06)
    assert temperatures(frames, ~hydrogen) == pytest.approx(500, rel=0.08)


def test_nvt_without_velocities_warms_up(argon):
    run = simulate(argon, NVT(5.0, 40.0, thermostat_fs=50.0), steps=200)
    assert run.temperature_K[0] == 0
    assert run.temperature_K[10:].mean() == pytest.approx(40, rel=0.2)


def test_npt_keeps_temperature_and_pressure_and_finds_the_volume_that_belongs_to_them(
    argon, tmp_path
):
    target = 0.5
    npt = NPT(10.0, temperature_K=3.0, pressure_GPa=target, thermostat_fs=50.0)
    path = tmp_path / "run.xyz"
    run = simulate(with_velocities(argon, 3.0), npt, steps=1500, interval=5, trajectory=path)
    settled = slice(60, None)
    assert run.pressure_GPa[settled].mean() == pytest.approx(target, abs=0.01)
    assert run.temperature_K[settled].mean() == pytest.approx(3, rel=0.05)
    # Nosé-Hoover chains leave the centre of mass out, and all else at a wrong temperature.
    inside = []
    for frame in read_trajectory(path)[60:]:
        p, mass = frame.get_momenta(), frame.get_masses()
        p -= np.outer(mass / mass.sum(), p.sum(axis=0))
        inside.append((p**2 / mass[:, None]).sum() / (3 * 31 * BOLTZMANN))
    assert np.mean(inside) == pytest.approx(3, rel=0.05)
    assert run.volume_A3[settled].mean() == pytest.approx(_volume_at(argon, target), rel=0.004)


def _volume_at(atoms: Atoms, pressure_GPa: float) -> float:
    """Where -dE/dV of the resting crystal is the pressure; the heat of 3 K adds 0.2 %."""
    scales = np.linspace(0.9, 1.02, 13)
    volumes, pressures = [], []
    for scale in scales:
        scaled = atoms.copy()
        scaled.set_cell(atoms.cell * scale, scale_atoms=True)
        scaled.calc = atoms.calc
        volumes.append(scaled.get_volume())
        pressures.append(-scaled.get_stress()[:3].mean() / GPA)
    return float(np.interp(pressure_GPa, pressures[::-1], volumes[::-1]))


def test_npt_keeps_the_shape_of_the_cell_or_lets_it_relax(argon):
    argon.set_cell(argon.cell * np.array([1.0, 1.0, 1.06]), scale_atoms=True)
    lengths = argon.cell.lengths()
    shapes = {}
    for keep in (True, False):
        npt = NPT(8.0, 5.0, barostat_fs=300.0, thermostat_fs=50.0, keep_shape=keep)
        cell = simulate(argon, npt, steps=400, interval=20).atoms.cell
        shapes[keep] = cell.lengths()[2] / cell.lengths()[0]
    assert shapes[True] == pytest.approx(lengths[2] / lengths[0], rel=1e-12)
    assert shapes[False] == pytest.approx(1, abs=0.025)


def test_npt_needs_a_volume(ethanol):
    ethanol.calc = MLPCalculator(LennardJones())
    with pytest.raises(ValueError, match="no volume to change"):
        simulate(ethanol, NPT(1.0, 300.0), steps=1)


def test_npt_moves_every_atom(argon):
    argon.set_constraint(FixAtoms([0]))
    with pytest.raises(ValueError, match="Remove the constraints"):
        simulate(argon, NPT(1.0, 300.0), steps=1)


def test_velocities_follow_the_seed_and_leave_the_structure_alone(argon):
    one, same, other = (with_velocities(argon, 300.0, seed) for seed in (1, 1, 2))
    np.testing.assert_array_equal(one.get_momenta(), same.get_momenta())
    assert not np.allclose(one.get_momenta(), other.get_momenta())
    assert not argon.has("momenta")
    assert one.calc is argon.calc


def test_velocities_have_the_temperature(argon):
    kinetic = [with_velocities(argon, 300.0, seed).get_kinetic_energy() for seed in range(60)]
    assert 2 * np.mean(kinetic) / (3 * 31 * BOLTZMANN) == pytest.approx(300, rel=0.04)


@pytest.mark.parametrize(
    ("make", "name"),
    [
        (lambda: NVE(0.0), "timestep_fs is 0.0"),
        (lambda: NVT(1.0, -300.0), "temperature_K is -300.0"),
        (lambda: NVT(1.0, 300.0, thermostat_fs=float("nan")), "thermostat_fs is nan"),
        (lambda: NPT(1.0, 300.0, pressure_GPa=float("inf")), "pressure_GPa is inf"),
        (lambda: NVT(1e9, 300.0), "timestep_fs is 1e.09 and thermostat_fs 100"),
        (lambda: NPT(1e9, 300.0), "timestep_fs is 1e.09 and thermostat_fs 100"),
        (lambda: NPT(1.0, 300.0, barostat_fs=-1.0), "barostat_fs is -1.0"),
    ],
)
def test_numbers_without_sense_are_named(make, name):
    with pytest.raises(ValueError, match=name):
        make()


def test_pressure_may_be_negative():
    assert NPT(1.0, 300.0, pressure_GPa=-0.1).pressure_GPa == -0.1
