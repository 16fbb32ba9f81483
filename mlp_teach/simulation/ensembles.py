"""Ensembles: what stays constant in a simulation, and the integrator that keeps it so.

    NVE    energy: velocity Verlet. Shows how well a potential conserves energy.
    NVT    temperature: Langevin dynamics, split as BAOAB. Every atom is pushed and braked alone.
    NPT    temperature and pressure: the same, and the cell breathes.

Velocity Verlet: W. C. Swope et al., J. Chem. Phys. 76, 637 (1982), doi:10.1063/1.442716.
BAOAB: B. Leimkuhler, C. Matthews, J. Chem. Phys. 138, 174102 (2013), doi:10.1063/1.4802990.
The cell: D. Quigley, M. I. J. Probert, J. Chem. Phys. 120, 11432 (2004), doi:10.1063/1.1755657.

ASE has all three. It has others that are quietly wrong for the small systems of a course:

- Langevin with its default fixcm=True heats small molecules: ethanol held at 500 K came out at
  650 K, its hydrogen atoms at 740 K. LangevinBAOAB never touches the centre of mass.
- IsotropicMTKNPT and MTKNPT (Nosé-Hoover chains) count 3 N degrees of freedom, but nothing in them
  starts or stops the motion of the whole. With 4 argon atoms at 40 K the motion inside the cell had
  21, 41 or 53 K, depending on the first velocities, and with 32 atoms 36 or 42 K; LangevinBAOAB
  gave 39 to 41 K. Bussi's thermostat counts in the same way.
- MaskedMTKNPT freezes the cell without a word if its mask is a tuple.

Units here are fs, K and GPa; ASE's own are Å sqrt(u/eV), K and eV/Å^3.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

import numpy as np
from ase import Atoms
from ase.md.langevinbaoab import LangevinBAOAB
from ase.md.velocitydistribution import thermalize_momenta
from ase.md.verlet import VelocityVerlet
from jaxtyping import Float

from mlp_teach.units import BOLTZMANN, FS, GPA


@dataclass(frozen=True)
class NVE:
    """Constant number of atoms, volume and energy."""

    timestep_fs: float

    def __post_init__(self) -> None:
        _positive(timestep_fs=self.timestep_fs)

    def integrator(self, atoms: Atoms, rng: np.random.Generator) -> VelocityVerlet:
        """Moves `atoms`; chance has no part in it."""
        return VelocityVerlet(atoms, self.timestep_fs * FS)


@dataclass(frozen=True)
class NVT:
    """Constant number of atoms, volume and temperature.

    Velocities are forgotten within `thermostat_fs`. A longer time disturbs the motion less (for
    diffusion or spectra), a shorter one reaches the temperature sooner. The structure wanders as a
    whole.
    """

    timestep_fs: float
    temperature_K: float
    thermostat_fs: float = 100.0

    def __post_init__(self) -> None:
        _positive(**asdict(self))
        _shorter_than_thermostat(self)

    def integrator(self, atoms: Atoms, rng: np.random.Generator) -> LangevinBAOAB:
        """Moves `atoms`, with random forces from `rng`."""
        return LangevinBAOAB(
            atoms,
            self.timestep_fs * FS,
            temperature_K=self.temperature_K,
            T_tau=self.thermostat_fs * FS,
            hydrostatic=True,  # without a barostat this means: brake by a number, not a matrix
            rng=rng,
        )


@dataclass(frozen=True)
class NPT:
    """Constant number of atoms, pressure and temperature.

    `barostat_fs` sets the cell's inertia, W = (3 N + 3) k_B T τ² (Martyna, Tobias, Klein, J. Chem.
    Phys. 101, 4177 (1994), doi:10.1063/1.467468), and how long it remembers its motion. Averages do
    not depend on it. With `keep_shape` only the volume changes; without, lengths and angles of the
    cell as well, which a liquid does not resist.
    """

    timestep_fs: float
    temperature_K: float
    pressure_GPa: float = 0.0
    thermostat_fs: float = 100.0
    barostat_fs: float = 1000.0
    keep_shape: bool = True

    def __post_init__(self) -> None:
        times = {name: value for name, value in asdict(self).items() if name.endswith("_fs")}
        _positive(temperature_K=self.temperature_K, **times)
        _shorter_than_thermostat(self)
        if not np.isfinite(self.pressure_GPa):
            raise ValueError(f"pressure_GPa is {self.pressure_GPa}; a finite pressure is needed.")

    def integrator(self, atoms: Atoms, rng: np.random.Generator) -> LangevinBAOAB:
        """Moves `atoms` and their cell. Raises ValueError without a volume or with constraints."""
        if not (atoms.pbc.all() and atoms.cell.rank == 3):
            raise ValueError(
                f"{atoms.get_chemical_formula()} is periodic along {atoms.pbc.tolist()}: there is "
                "no volume to change. Use NVT, or a cell that is periodic in all three directions."
            )
        if atoms.constraints:
            raise ValueError(
                "NPT moves the cell and with it every atom, so atoms cannot be held in place. "
                "Remove the constraints (atoms.set_constraint()), or use NVT."
            )
        tau = self.barostat_fs * FS
        inertia = (3 * len(atoms) + 3) * BOLTZMANN * self.temperature_K * tau**2
        dynamics = LangevinBAOAB(
            atoms,
            self.timestep_fs * FS,
            temperature_K=self.temperature_K,
            externalstress=-self.pressure_GPa * GPA,  # tension is positive, pressure is not
            hydrostatic=self.keep_shape,
            T_tau=self.thermostat_fs * FS,
            P_tau=tau,
            P_mass=inertia if self.keep_shape else inertia / 3,
            rng=rng,
        )
        if not self.keep_shape:
            dynamics.p_eps = np.zeros((3, 3))
        return dynamics


Ensemble = NVE | NVT | NPT


def with_velocities(atoms: Atoms, temperature_K: float, seed: int = 0) -> Atoms:
    """A copy with random velocities of this temperature (Maxwell-Boltzmann), as a whole at rest.

    A relaxed structure gives half of this energy to its bonds in the first moments, so that in NVE
    it ends at about half the temperature. Raises ValueError for a temperature that is not positive.
    """
    _positive(temperature_K=temperature_K)
    if seed < 0:
        raise ValueError(f"seed is {seed}; it must be a whole number, 0 or larger.")
    warm = atoms.copy()
    warm.calc = atoms.calc
    thermalize_momenta(warm, temperature_K=temperature_K, rng=np.random.default_rng(seed))
    if not warm.constraints:
        share = warm.get_masses() / warm.get_masses().sum()
        warm.set_momenta(warm.get_momenta() - np.outer(share, warm.get_momenta().sum(axis=0)))
    return warm


def memory(dynamics: VelocityVerlet | LangevinBAOAB) -> Float[np.ndarray, " numbers"]:
    """What an integrator knows beyond the atoms: the cell's momentum and the force on it."""
    if getattr(dynamics, "externalstress", None) is None:
        return np.empty(0)
    return np.concatenate([np.ravel(dynamics.p_eps), np.ravel(dynamics.force_eps)])


def remember(
    dynamics: VelocityVerlet | LangevinBAOAB, numbers: Float[np.ndarray, " numbers"]
) -> None:
    """Gives an integrator its memory back."""
    if len(numbers):
        shape = (3, 3) if len(numbers) == 18 else ()
        dynamics.p_eps, dynamics.force_eps = (half.reshape(shape) for half in np.split(numbers, 2))


def _shorter_than_thermostat(ensemble: NVT | NPT) -> None:
    # Beyond it every step draws new velocities, and the temperature of an explosion looks right.
    if ensemble.timestep_fs >= ensemble.thermostat_fs:
        raise ValueError(
            f"timestep_fs is {ensemble.timestep_fs:g} and thermostat_fs "
            f"{ensemble.thermostat_fs:g}: the thermostat must take many timesteps. A timestep of 2 "
            "suits a metal, 0.5 a molecule with hydrogen."
        )


def _positive(**numbers: float) -> None:
    for name, value in numbers.items():
        if not (np.isfinite(value) and value > 0):
            raise ValueError(f"{name} is {value}; it must be a positive number.")
