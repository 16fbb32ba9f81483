"""Exploring: molecular dynamics with the models themselves, until they disagree.

L. Zhang, D.-Y. Lin, H. Wang, R. Car and W. E, Phys. Rev. Mater. 3, 023804 (2019),
doi:10.1103/PhysRevMaterials.3.023804.

The first model moves the atoms; at every recorded moment all of them are asked for the forces. With
ε the largest force deviation of an atom (uncertainty.py),

    ε <= lower           they agree: the structure would teach little
    lower < ε <= upper   a candidate for a label
    upper < ε            the model has left what it knows, and so may the structure have left what
                         is physical: the trajectory ends, and this structure is not labelled

Hotter trajectories go further. What a poor model explores is not what the true energies would
visit, but it is where that model goes wrong, and the label corrects it there.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from math import inf
from typing import TypeVar

import numpy as np
from ase import Atoms
from jaxtyping import Float
from torch import nn

from mlp_teach.active_learning.candidates import Candidates
from mlp_teach.active_learning.uncertainty import committee, force_deviation, largest_in_each
from mlp_teach.neighbors import atom_graph
from mlp_teach.simulation.calculator import MLPCalculator
from mlp_teach.simulation.ensembles import NVT, with_velocities
from mlp_teach.simulation.md import simulate
from mlp_teach.simulation.observed import Observed
from mlp_teach.simulation.watch import Watch

Models = TypeVar("Models")


def first_of(models: Sequence[nn.Module]) -> nn.Module:
    """The one that moves the atoms, as in DP-GEN."""
    return models[0]


def largest_deviation(models: Sequence[nn.Module], atoms: Atoms) -> float:
    """ε of one structure by a committee, eV/Å."""
    graph = atom_graph(atoms, max(model.cutoff for model in models))
    return float(largest_in_each(force_deviation(committee(models, graph)), graph)[0])


def deviations(
    models: Sequence[nn.Module], structures: list[Atoms]
) -> Float[np.ndarray, " structures"]:
    """ε of many: a `score` for pool.look_in with any committee of models."""
    return np.array([largest_deviation(models, atoms) for atoms in structures])


@dataclass(frozen=True)
class Dynamics:
    """One trajectory at each temperature, in this order. Raises ValueError for limits that make no
    sense."""

    temperatures_K: tuple[float | int, ...]
    steps: int
    timestep_fs: float | int = 0.5
    interval: int = 10  # steps between two looks
    lower: float | int = 0.0  # eV/Å
    upper: float | int = inf  # eV/Å
    hottest_K: float | int = 10_000.0  # ends a trajectory, as an explosion

    def __post_init__(self) -> None:
        if not self.temperatures_K:
            raise ValueError("There are no temperatures: nothing would be explored.")
        if not 0 <= self.lower < self.upper:
            raise ValueError(f"lower is {self.lower}, upper {self.upper}; 0 <= lower < upper.")

    def settings(self) -> dict:
        """Plain data for the loop's settings."""
        return asdict(self)


def explore_by(
    dynamics: Dynamics,
    starts: Sequence[Atoms],
    features: Callable[[list[Atoms]], Float[np.ndarray, "structures features"]],
    mover: Callable[[Models], nn.Module] = first_of,
    deviation: Callable[[Models, Atoms], float] = largest_deviation,
) -> Callable[[Models, list[Atoms], np.random.Generator], Candidates]:
    """An `explore` for the loop; every trajectory begins at one of `starts`, drawn by chance.

    `features` gives a row of numbers for each structure, as pool.look_in has it.
    `mover` and `deviation` know what `train` gives; they need an argument only where that is no
    list of models. A candidate's name says where it was met. Raises ValueError where nothing can
    start.
    """
    if not starts:
        raise ValueError("There are no structures to start from.")

    def explore(models: Models, asked: list[Atoms], chance: np.random.Generator) -> Candidates:
        model, found, facts = mover(models), [], []
        for temperature in dynamics.temperatures_K:
            start = starts[chance.integers(len(starts))]
            watch = _Committee(
                ask=lambda atoms: deviation(models, atoms),
                forces_std_eV_A=float(dynamics.upper),
                temperature_K=float(dynamics.hottest_K),
            )
            visits, fact = _trajectory(model, start, temperature, dynamics, watch, chance)
            found += visits
            facts.append(fact)
        structures = [visit.atoms for visit in found]
        known = features(asked)
        rows = features(structures) if structures else known[:0]
        scores = np.array([visit.deviation for visit in found])
        names = [visit.name for visit in found]
        return Candidates(structures, names, scores, rows, known, {"trajectories": facts})

    return explore


@dataclass(frozen=True)
class _Visit:
    atoms: Atoms
    name: str
    deviation: float  # eV/Å


@dataclass(frozen=True)
class _Committee(Watch):
    """A watch that asks all models and remembers what it saw."""

    ask: Callable[[Atoms], float] = field(default=lambda atoms: 0.0)
    visits: list[tuple[int, Atoms, float]] = field(default_factory=list)

    def look(
        self, atoms: Atoms, step: int, time_fs: float, *, free_momentum: bool
    ) -> tuple[Observed, str]:
        """The moment, and a reason to stop: the watch's own, or a deviation above its limit."""
        moment, reason = super().look(atoms, step, time_fs, free_momentum=free_momentum)
        deviation = self.ask(atoms)
        if not reason and not deviation <= self.forces_std_eV_A:  # true for nan as well
            reason = (
                f"Stopped at step {step} ({time_fs:g} fs). The models disagree by {deviation:.3g} "
                f"eV/Å about the force on an atom, more than {self.forces_std_eV_A:g}."
            )
        if not reason:
            self.visits.append((step, atoms.copy(), deviation))
        return moment, reason


def _trajectory(
    model: nn.Module,
    start: Atoms,
    temperature: float | int,
    dynamics: Dynamics,
    watch: _Committee,
    chance: np.random.Generator,
) -> tuple[list[_Visit], dict]:
    """The candidates that one trajectory met, and what became of it."""
    atoms = start.copy()
    atoms.calc = MLPCalculator(model)
    atoms = with_velocities(atoms, float(temperature), seed=int(chance.integers(2**31)))
    run = simulate(
        atoms,
        NVT(float(dynamics.timestep_fs), float(temperature)),
        steps=dynamics.steps,
        interval=dynamics.interval,
        seed=int(chance.integers(2**31)),
        watch=watch,
    )
    visits = [
        _Visit(seen, f"{temperature:g} K, step {step}", deviation)
        for step, seen, deviation in watch.visits
        if step > 0 and deviation > dynamics.lower  # at step 0 it is the start
    ]
    fact = {"temperature_K": temperature, "visited": len(watch.visits), "candidates": len(visits)}
    return visits, fact | {"last_step": int(run.step[-1]), "stopped": run.stopped}
