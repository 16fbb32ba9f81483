"""Molecular dynamics under watch: moves atoms in an ensemble, records, and stops with a reason.

    atoms = with_velocities(atoms, temperature_K=300)
    run = simulate(atoms, NVT(timestep_fs=2, temperature_K=300), steps=5000, watch=Watch(domain))
    print(run.stopped or "to the end", run.temperature_K.mean())

Every `interval` steps the moment is recorded, watched and, with a trajectory, written to disk. The
random forces up to the next record follow from the seed and the number of the step. So a run that
was killed, called again with the same arguments, goes on from its last whole frame and becomes the
run that it would have been, to the last bit; one that had ended is read back, or goes on if `steps`
is larger now.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import numpy as np
from ase import Atoms
from ase.calculators.calculator import CalculationFailed

from mlp_teach.neighbors import StructureError
from mlp_teach.simulation.ensembles import NVE, Ensemble, memory, remember
from mlp_teach.simulation.observed import Observed, Run, joined
from mlp_teach.simulation.trajectory import TrajectoryError, append, continue_from
from mlp_teach.simulation.watch import Watch

SAME_ENERGY = 1e-5  # eV/atom: rounding stays far below it, two potentials do not


def simulate(
    atoms: Atoms,
    ensemble: Ensemble,
    *,
    steps: int,
    interval: int = 10,
    seed: int = 0,
    watch: Watch | None = None,
    trajectory: Path | str | None = None,
    on_moment: Callable[[Observed], None] | None = None,
) -> Run:
    """Moves a copy of `atoms` by `steps` steps, from the velocities that they have.

    The numbers of each moment go to `on_moment`, and all of them are in the result. Where the watch
    finds a limit passed, or the calculator fails, the result ends there and `stopped` says why.
    Raises ValueError for arguments that make no sense, TrajectoryError for a file of another run,
    OSError for a full disk, and what the calculator raises for the first structure.
    """
    _check(atoms, steps, interval)
    record = _Record(atoms, ensemble, interval, seed, trajectory)
    moving = record.last.copy()
    moving.calc = atoms.calc
    rng = np.random.default_rng()
    dynamics = ensemble.integrator(moving, rng)
    remember(dynamics, record.memory)
    dynamics.nsteps = first = record.step
    watch, stopped = watch or Watch(), ""
    try:
        for _ in dynamics.irun(steps - first):
            step = dynamics.nsteps
            if step % interval and step not in (first, steps):
                continue
            time_fs, free = step * ensemble.timestep_fs, isinstance(ensemble, NVE)
            moment, stopped = watch.look(moving, step, time_fs, free_momentum=free)
            if record.add(moment, moving, memory(dynamics)) and on_moment is not None:
                on_moment(moment)
            if stopped:
                break
            # A known state before every stretch: what a continued run needs to repeat it. Not
            # [seed, 0] at step 0: that is the generator which with_velocities draws from.
            rng.bit_generator.state = np.random.default_rng([seed, step + 1]).bit_generator.state
    except (StructureError, CalculationFailed) as error:
        if not record.moments:
            raise
        stopped = f"Stopped after step {dynamics.nsteps}: the calculation failed. {error}"
    return record.run(stopped)


class _Record:
    """What a run has recorded so far, in memory and in the file; and its last structure."""

    def __init__(self, atoms: Atoms, ensemble: Ensemble, interval: int, seed: int, path) -> None:
        self.path = None if path is None else Path(path)
        self.ensemble = type(ensemble).__name__.lower()
        self.settings = _settings(atoms, ensemble, interval, seed)
        self.calculator = atoms.calc
        self.last = atoms.copy()
        self.moments: list[Observed] = []
        self.memory = np.empty(0)
        if self.path is not None:
            self.moments, frame = continue_from(self.path, self.settings)
            if frame is not None:
                self.memory = frame.memory
                self.last.set_cell(frame.atoms.cell)
                self.last.positions = frame.atoms.positions
                self.last.set_momenta(frame.atoms.get_momenta(), apply_constraint=False)

    @property
    def step(self) -> int:
        """The step that the run goes on from."""
        return self.moments[-1].step if self.moments else 0

    def add(self, moment: Observed, atoms: Atoms, numbers: np.ndarray) -> bool:
        """Keeps a moment; False if it is the one that the file ended with."""
        if self.moments and moment.step == self.step:
            self._check_same_potential(moment)
            return False
        self.moments.append(moment)
        self.last = atoms.copy()
        if self.path is not None:
            append(self.path, atoms, moment, self.settings, numbers)
        return True

    def run(self, stopped: str) -> Run:
        self.last.calc = self.calculator
        return Run(**joined(self.moments), atoms=self.last, ensemble=self.ensemble, stopped=stopped)

    def _check_same_potential(self, moment: Observed) -> None:
        there, here = self.moments[-1].potential_eV, moment.potential_eV
        if not abs(there - here) <= SAME_ENERGY * len(self.last):
            raise TrajectoryError(
                f"{self.path} was made with another potential: the energy of its last structure is "
                f"{there:.6f} eV there and {here:.6f} eV with this calculator. Give this run "
                "another file, or the calculator of that one to continue it."
            )


def _settings(atoms: Atoms, ensemble: Ensemble, interval: int, seed: int) -> str:
    """All that decides the course of a run but the potential, as a text to compare."""
    start = hashlib.sha256()
    for array in (atoms.numbers, atoms.positions, atoms.get_momenta(), atoms.cell, atoms.pbc):
        start.update(np.asarray(array, dtype=float).tobytes())
    name = atoms.get_chemical_formula()
    numbers = asdict(ensemble) | {"interval": interval, "seed": seed}
    listed = " ".join(f"{key}={value:.12g}" for key, value in numbers.items())
    return f"{type(ensemble).__name__} {listed} start={name}-{start.hexdigest()[:8]}"


def _check(atoms: Atoms, steps: int, interval: int) -> None:
    if atoms.calc is None:
        raise ValueError(
            "The atoms have no calculator to give them forces. Set one first, for instance "
            "atoms.calc = MLPCalculator(model)."
        )
    if steps < 1 or interval < 1:
        raise ValueError(f"steps is {steps} and interval {interval}; both are counts, 1 or larger.")
