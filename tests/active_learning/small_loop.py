"""Two loops that take seconds: four copper atoms in a cell, from a pool and live."""

import time
from dataclasses import dataclass
from pathlib import Path

from ase import Atoms
from ase.build import bulk

from mlp_teach.active_learning.bagged_gap import FixedPoints, bagged, choose_points_equally
from mlp_teach.active_learning.candidates import by_uncertainty
from mlp_teach.active_learning.explore import Dynamics, explore_by
from mlp_teach.active_learning.loop import Loop, run_loop
from mlp_teach.active_learning.pool import HiddenLabels, look_in, without_labels
from mlp_teach.active_learning.stop import Stop
from mlp_teach.basis.radial import GaussianOrbitals
from mlp_teach.descriptors.soap import SOAP
from mlp_teach.labelling.methods import EMT, Label, Method, NotConvergedError
from mlp_teach.labelling.run import with_label
from mlp_teach.labelling.store import key_of
from mlp_teach.models.gap import GAP
from mlp_teach.sampling.equilibrium import rattled
from mlp_teach.training.regression import Regression

COPPER = bulk("Cu", cubic=True)


@dataclass(frozen=True)
class Counting:
    """A method that takes its time and writes down what it labels, by the key of the store."""

    inner: Method
    log: Path
    failing: str = ""  # the key of a structure that does not converge
    seconds: float = 0.01

    def settings(self) -> dict:
        return {"method": "counting"} | {"inner": self.inner.settings()}

    def label(self, atoms: Atoms) -> Label:
        with self.log.open("a") as file:
            file.write(f"{key_of(atoms, self.settings())}\n")
        time.sleep(self.seconds)
        if key_of(atoms, {}) == self.failing:
            raise NotConvergedError("The density did not converge in 3 cycles.")
        return self.inner.label(atoms)


def points(structures: list[Atoms]) -> FixedPoints:
    gap = GAP(SOAP(GaussianOrbitals(4.0, 3, 2, 0.6), (29,), transition=1.0), 20)
    choose_points_equally(gap, structures, Regression())
    return FixedPoints(gap, Regression())


def frames(count: int = 40) -> list[Atoms]:
    """Labelled cells of four copper atoms, shaken a little or more."""
    shaken = rattled(COPPER, count // 2, 0.05, seed=1) + rattled(COPPER, count // 2, 0.2, seed=2)
    return [with_label(atoms, EMT().label(atoms), {"method": "EMT"}) for atoms in shaken]


def pool_loop(folder: Path, rounds: int = 5, **changed) -> Loop:
    labelled = frames()
    pool = without_labels(labelled)
    basis = points(pool)
    method = Counting(
        HiddenLabels("shaken copper", labelled), folder / "calls", failing=key_of(pool[2], {})
    )
    given = {"first": pool[:4], "method": method, "choose": by_uncertainty, "per_round": 3}
    given |= {"settings": {"members": 4}, "stop": Stop(rounds)} | changed
    return run_loop(
        folder / "run",
        train=lambda known, seed: basis.fit(known, bagged(len(known), 4, seed)),
        explore=look_in(pool, basis.score, basis.features),
        **given,
    )


def live_loop(folder: Path, rounds: int = 3, **changed) -> Loop:
    first = rattled(COPPER, 4, 0.1, seed=3)
    basis = points(rattled(COPPER, 20, 0.2, seed=4))
    dynamics = Dynamics((300, 900), steps=30, timestep_fs=4.0, upper=5.0)
    given = {"method": Counting(EMT(), folder / "calls"), "choose": by_uncertainty, "per_round": 3}
    given |= {"settings": dynamics.settings(), "stop": Stop(rounds)} | changed
    return run_loop(
        folder / "run",
        first,
        train=lambda known, seed: basis.models(basis.fit(known, bagged(len(known), 3, seed))),
        explore=explore_by(dynamics, first, basis.features),
        **given,
    )
