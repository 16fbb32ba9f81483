"""Is energy conserved? Drift and fluctuation of the total energy in an NVE run.

The total energy of an exact trajectory is constant. A finite time step makes it fluctuate about a
shadow of itself; a steady drift means a step too long, forces that are not the derivative of the
energy, or a kink in the potential. The drift is the slope of a straight line through E(t).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from mlp_teach.units import MEV


@dataclass(frozen=True)
class EnergyDrift:
    """E(t) - E(0) of one run, per atom."""

    times: Float[np.ndarray, " steps"]  # ps
    energies: Float[np.ndarray, " steps"]  # meV/atom, relative to the first
    slope: float  # meV/atom/ps
    drift: float  # meV/atom: slope times duration
    fluctuation: float  # meV/atom, standard deviation about the line

    @property
    def largest(self) -> float:
        """Largest deviation from the first energy, meV/atom."""
        return float(np.abs(self.energies).max())


def energy_drift(
    times: Float[np.ndarray, " steps"], energies: Float[np.ndarray, " steps"], n_atoms: int
) -> EnergyDrift:
    """Line through total energies (eV, whole cell) at `times` (ps).

    Raises ValueError for fewer than three steps and for energies that are not finite.
    """
    times, energies = np.asarray(times, dtype=float), np.asarray(energies, dtype=float)
    if len(times) < 3 or len(times) != len(energies) or not np.isfinite(energies).all():
        raise ValueError(
            f"{len(times)} times and {len(energies)} energies were given, "
            f"{int(np.isfinite(energies).sum())} of them finite; a line needs three steps or more, "
            "one finite energy at each. Did the run explode? Try a smaller time step."
        )
    relative = (energies - energies[0]) / n_atoms / MEV
    line = np.polynomial.Polynomial.fit(times, relative, 1).convert()
    return EnergyDrift(
        times=times,
        energies=relative,
        slope=float(line.coef[1]),
        drift=float(line.coef[1] * np.ptp(times)),
        fluctuation=float(np.std(relative - line(times))),
    )
