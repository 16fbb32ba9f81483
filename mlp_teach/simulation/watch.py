"""A watch over a run: looks at every recorded moment and says when to stop, and why.

A molecular dynamics program integrates whatever it is given. A model that has left its training
data gives forces all the same, and the run goes on, to an explosion in the better case and to a
plausible wrong result in the worse. So each recorded moment is held against four limits: the
training domain, the spread of an ensemble, a temperature that no molecule or crystal has, and
numbers that are finite.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf

from ase import Atoms

from mlp_teach.simulation.domain import Departure, Domain, departure
from mlp_teach.simulation.observed import Observed, observe


@dataclass(frozen=True)
class Watch:
    """Limits that stop a run. What is not given is not looked at, but for the temperature.

    In a large system an atom is outside the domain now and then by chance: `allowed_share` is the
    share of the atoms that may be. The spread of the forces has no limit that is right for every
    potential: take a few times what the ensemble shows on its own test set.
    """

    domain: Domain | None = None
    allowed_share: float = 0.0
    forces_std_eV_A: float = inf
    temperature_K: float = 10_000.0

    def look(
        self, atoms: Atoms, step: int, time_fs: float, *, free_momentum: bool
    ) -> tuple[Observed, str]:
        """The numbers of this moment, and the reason to stop now or an empty text."""
        away = None if self.domain is None else departure(self.domain, atoms)
        moment = observe(
            atoms,
            step,
            time_fs,
            free_momentum=free_momentum,
            outside=float("nan") if away is None else away.share,
            excess=float("nan") if away is None else float(away.excess.max()),
        )
        reason = self._reason(moment, away)
        return moment, reason and f"Stopped at step {step} ({time_fs:g} fs). {reason}"

    def _reason(self, moment: Observed, away: Departure | None) -> str:
        if not moment.temperature_K <= self.temperature_K:  # true for NaN as well
            return (
                f"The temperature is {moment.temperature_K:.0f} K, above the limit of "
                f"{self.temperature_K:g} K: the run has exploded. Try half the timestep; if that "
                "does not help, the model is wrong at a structure on the way."
            )
        if away is not None and away.share > self.allowed_share:
            return (
                f"{away.reason} {away.outside.sum()} of {len(away.outside)} atoms are outside the "
                "training domain, so energies and forces are guesses from here on. Label this "
                "structure, add it to the training data and train again; or start nearer to them."
            )
        if moment.forces_std_eV_A > self.forces_std_eV_A:
            return (
                f"The models of the ensemble disagree by {moment.forces_std_eV_A:.3f} eV/Å about "
                f"the force on an atom; the limit is {self.forces_std_eV_A:g} eV/Å. Label this "
                "structure, add it to the training data and train again."
            )
        return ""
