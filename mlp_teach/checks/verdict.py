"""What a check says, and how two predictions are compared."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import torch
from ase import Atoms
from torch import Tensor

from mlp_teach.checks.deformations import shaken
from mlp_teach.neighbors import atom_graph
from mlp_teach.potential import Model, Prediction, predict

EXACT = 1e-8  # what rounding may add up to in a deep model


@dataclass(frozen=True)
class Verdict:
    """How far a model is from a law, how far it may be, and which idea to revisit beyond that."""

    name: str
    measured: float
    allowed: float
    idea: str

    @property
    def passed(self) -> bool:
        return bool(self.measured <= self.allowed)  # which NaN is not

    def __str__(self) -> str:
        line = f"{self.name:<14} {self.measured:>9.1e} {self.allowed:>8.0e}   "
        return f"{line}ok" if self.passed else f"{line}BROKEN\n    {self.idea}"


def start(model: Model, atoms: Atoms, seed: int) -> tuple[Model, Atoms, np.random.Generator]:
    """A copy of the model in float64 on the CPU, the structure shaken, and a random source."""
    if isinstance(model, torch.nn.Module):
        model = copy.deepcopy(model).double().cpu()
    rng = np.random.default_rng(seed)
    return model, shaken(atoms, rng), rng


def ask(model: Model, atoms: Atoms) -> Prediction:
    return predict(model, atom_graph(atoms, model.cutoff), stress=bool(atoms.pbc.all()))


def scale(answer: Prediction) -> float:
    """The largest force times 1 Å, in eV; and rounding grows with the energies."""
    return float(answer.forces.abs().max() + 1e-5 * answer.energies.abs().sum()) + 1e-30


def difference(a: Prediction, b: Prediction) -> float:
    parts = [(a.energies - b.energies).abs().max() / scale(a)]
    parts += [(a.forces - b.forces).abs().max() / scale(a)]
    if a.stress is not None:
        parts += [(a.stress - b.stress).abs().max() / (a.stress.abs().max() + 1e-30)]
    return worst(parts)


def worst(values: Iterable[Tensor | float]) -> float:
    """The largest absolute value; NaN if there is one."""
    return float(np.max(np.abs([float(value) for value in values])))
