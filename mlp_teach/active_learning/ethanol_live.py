"""Active learning of ethanol, live: GFN2-xTB labels what the models' own dynamics meets.

C. Bannwarth, S. Ehlert and S. Grimme, J. Chem. Theory Comput. 15, 1652 (2019).

Every strategy explores in the same way, one trajectory at 300, 500 and 800 K a round, with the
model that it has, and no trajectory goes on beyond a deviation of UPPER. Chance draws from all
frames that were met; the others see the same frames with their uncertainties. The test is of
another kind: frames of dynamics with GFN2 itself, 100 at each temperature.

What a person would begin with needs no label: the molecule with both its ends turned by any angle,
and shaken. The first structures are some of these; sparse points, the same for all strategies, are
chosen from others. (Shaken in one conformation alone, the models were lost in the test's others:
2.7 eV/Å.)
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from ase import Atoms
from ase.build import molecule
from ase.calculators.calculator import Calculator, all_changes

from mlp_teach.active_learning.bagged_gap import (
    Fit,
    FixedPoints,
    bagged,
    choose_points_equally,
)
from mlp_teach.active_learning.candidates import Choose
from mlp_teach.active_learning.explore import Dynamics, explore_by
from mlp_teach.active_learning.journal import as_atoms, as_data
from mlp_teach.active_learning.loop import Loop, Round, run_loop
from mlp_teach.active_learning.pool_systems import MEMBERS, errors_of
from mlp_teach.active_learning.stop import Stop
from mlp_teach.basis.radial import GaussianOrbitals
from mlp_teach.descriptors.soap import SOAP
from mlp_teach.labelling.methods import GFN2, LabelError
from mlp_teach.labelling.run import label
from mlp_teach.models.gap import GAP
from mlp_teach.sampling.trajectory import trajectory
from mlp_teach.training.regression import Regression
from mlp_teach.training.whole_file import write_whole

TEMPERATURES = (300, 500, 800)  # K
UPPER = 3.0  # eV/Å
FIRST, PER_ROUND, ROUNDS = 30, 10, 8
DYNAMICS = Dynamics(TEMPERATURES, steps=250, timestep_fs=1.0, upper=UPPER, hottest_K=5000)


@dataclass(frozen=True)
class LiveSystem:
    """A molecule, a model, and labelled frames to test on."""

    start: Atoms
    test: list[Atoms]
    basis: FixedPoints


def ethanol(folder: Path | str, per_temperature: int = 100) -> LiveSystem:
    """The test is written to `folder` once; its labels are kept there. Needs tblite.

    Raises LabelError if a frame of the test has no label.
    """
    start, kept = molecule("CH3CH2OH"), Path(folder) / f"test_{per_temperature}.json"
    if not kept.exists():
        frames = trajectory(
            start, _ByGFN2(), TEMPERATURES, per_temperature, timestep_fs=0.5, seed=99, pilot=500
        )
        write_whole(kept, json.dumps([as_data(atoms) for atoms in frames]).encode())
    frames = [as_atoms(data) for data in json.loads(kept.read_text(encoding="utf-8"))]
    labelled = label(frames, GFN2(), Path(folder) / "test_labels", progress=False)
    if labelled.failures:  # a smaller test would be another one
        raise LabelError(f"A test frame has no label: {labelled.failures[0].message}")
    test = labelled.frames
    soap = SOAP(GaussianOrbitals(4.5, 4, 3, 0.5), (1, 6, 8), transition=1.0)
    gap = GAP(soap, 300)
    choose_points_equally(gap, turned(start, 200, seed=98), Regression())
    return LiveSystem(start, test, FixedPoints(gap, Regression()))


def turned(ethanol: Atoms, count: int, seed: int) -> list[Atoms]:
    """Copies with OH and CH3 turned by any angle, and shaken by 0.05 Å."""
    chance, found = np.random.default_rng(seed), []
    for _ in range(count):
        new = ethanol.copy()
        for axis, group in (((0, 1, 2, 3), (3,)), ((2, 1, 0, 6), (6, 7, 8))):
            new.rotate_dihedral(*axis, angle=chance.uniform(0, 360), indices=group)
        new.positions += chance.normal(0.0, 0.05, new.positions.shape)
        found.append(new)
    return found


class _ByGFN2(Calculator):
    """GFN2 as ASE's dynamics asks for it."""

    implemented_properties = ["energy", "forces"]  # noqa: RUF012

    def calculate(self, atoms=None, properties=("energy",), system_changes=all_changes) -> None:
        super().calculate(atoms, properties, system_changes)
        found = GFN2().label(self.atoms)
        self.results = {"energy": found.energy, "forces": found.forces}


def live_run(
    system: LiveSystem,
    choose: Choose,
    seed: int,
    folder: Path | str,
    *,
    rounds: int = ROUNDS,
    on_round: Callable[[Round], None] | None = None,
) -> Loop[Fit]:
    """One run of the loop; the seed draws the first structures, the same for every strategy."""
    basis = system.basis
    settings = DYNAMICS.settings() | {"members": MEMBERS, "points": basis.gap.n_points}
    first = turned(system.start, FIRST, seed)
    return run_loop(
        folder,
        first,
        GFN2(),
        lambda frames, seed_: basis.fit(frames, bagged(len(frames), MEMBERS, seed_)),
        explore_by(
            DYNAMICS,
            [system.start, *first],
            basis.features,
            mover=lambda fit: basis.models(fit)[0],
            deviation=lambda fit, atoms: float(basis.score(fit, [atoms])[0]),
        ),
        choose,
        stop=Stop(rounds),
        settings=settings | {"choose": choose.__name__},
        per_round=PER_ROUND,
        seed=seed,
        judge=lambda fit: errors_of(basis, fit, system.test),
        on_round=on_round,
    )
