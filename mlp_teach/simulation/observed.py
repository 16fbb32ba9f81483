"""What a run measures: the numbers of one moment, the arrays of a whole run, and the energy drift.

In the microcanonical ensemble (NVE) the total energy is conserved, so what it does shows how good
the integration is: with the velocity-Verlet method it fluctuates by an amount that falls with the
square of the timestep and does not drift. A drift means a timestep too long, or forces that are not
the gradient of the energy.

The temperature is a count of kinetic energy, 2 K / (k_B f), over f degrees of freedom. A thermostat
moves all of them, f = 3 N. In NVE the total momentum never changes: the motion of the whole is left
out of K and its 3 degrees of freedom out of f (for 4 atoms a difference of a quarter).
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from ase import Atoms
from ase.calculators.calculator import PropertyNotImplementedError
from jaxtyping import Float, Int

from mlp_teach.simulation.conservation import EnergyDrift, energy_drift
from mlp_teach.units import BOLTZMANN, GPA

Value = float | Float[np.ndarray, " moments"]


@dataclass(frozen=True)
class Observed:
    """The numbers of one moment; in a Run, arrays with the numbers of all of them."""

    step: int | Int[np.ndarray, " moments"]
    time_fs: Value
    potential_eV: Value
    kinetic_eV: Value
    temperature_K: Value
    pressure_GPa: Value  # with the kinetic part; NaN without a volume
    volume_A3: Value  # NaN where there is none
    energy_std_eV: Value  # eV/atom, spread of the ensemble; NaN for a single model
    forces_std_eV_A: Value  # eV/Å, the largest of any atom; NaN for a single model
    outside: Value  # share of the atoms outside the training domain; NaN without a domain
    excess: Value  # largest of any atom, in widths of the training range; NaN without a domain

    @property
    def total_eV(self) -> Value:
        return self.potential_eV + self.kinetic_eV


@dataclass(frozen=True)
class Run(Observed):
    """A run: its numbers as arrays over the recorded moments, its end, and why it ended there."""

    atoms: Atoms  # the last structure, with velocities and calculator: ready for another run
    ensemble: str  # "nve", "nvt" or "npt"
    stopped: str  # why it ended early; empty if it went to its end

    def drift(self) -> EnergyDrift:
        """How well the total energy is conserved. Raises ValueError for a run that is not NVE."""
        if self.ensemble != "nve":
            raise ValueError(
                f"This run is {self.ensemble.upper()}: its thermostat exchanges energy with the "
                "atoms, so their energy is not conserved. Use NVE to look at the drift."
            )
        return energy_drift(self.time_fs / 1000, self.total_eV, len(self.atoms))


def observe(
    atoms: Atoms, step: int, time_fs: float, *, free_momentum: bool, outside: float, excess: float
) -> Observed:
    """The numbers of this moment; `free_momentum` if nothing changes the total momentum (NVE)."""
    nothing = float("nan")
    energy = atoms.get_potential_energy()
    volume, pressure = _volume_and_pressure(atoms)
    results = atoms.calc.results
    return Observed(
        step=step,
        time_fs=time_fs,
        potential_eV=float(energy),
        kinetic_eV=float(atoms.get_kinetic_energy()),
        temperature_K=_temperature(atoms, free_momentum),
        pressure_GPa=pressure,
        volume_A3=volume,
        energy_std_eV=float(results.get("energy_std", nothing)),
        forces_std_eV_A=float(np.max(results.get("forces_std", nothing))),
        outside=outside,
        excess=excess,
    )


def joined(moments: list[Observed]) -> dict[str, np.ndarray]:
    """The moments' numbers as arrays, to make a Run of."""
    return {f.name: np.array([getattr(m, f.name) for m in moments]) for f in fields(Observed)}


def _volume_and_pressure(atoms: Atoms) -> tuple[float, float]:
    """In Å^3 and GPa; NaN for a structure without a volume or a calculator without stress."""
    if not (atoms.pbc.all() and atoms.cell.rank == 3):
        return float("nan"), float("nan")
    try:
        stress = atoms.get_stress(voigt=False, include_ideal_gas=True, apply_constraint=False)
    except PropertyNotImplementedError:
        return float(atoms.get_volume()), float("nan")
    return float(atoms.get_volume()), float(-np.trace(stress) / 3 / GPA)


def _temperature(atoms: Atoms, free_momentum: bool) -> float:
    if not free_momentum or atoms.constraints or len(atoms) == 1:
        return float(atoms.get_temperature())  # 3 N degrees of freedom less the constraints
    of_the_whole = atoms.get_momenta().sum(axis=0)
    kinetic = atoms.get_kinetic_energy() - of_the_whole @ of_the_whole / (
        2 * sum(atoms.get_masses())
    )
    return float(2 * kinetic / (BOLTZMANN * (3 * len(atoms) - 3)))
