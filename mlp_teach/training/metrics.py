"""Errors of a model on labelled structures, in the units that papers print.

MAE is the mean of |error|, RMSE the root of the mean of error²; RMSE is never smaller, and much
larger where a few errors are large. Energies count per atom, forces and stresses per component.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
import torch

from mlp_teach.graph import AtomGraph, Labels, collate, collate_labels
from mlp_teach.potential import predict
from mlp_teach.training.losses import atoms_per_system
from mlp_teach.units import GPA, MEV

Data = Sequence[tuple[AtomGraph, Labels]]


@dataclass(frozen=True)
class Comparison:
    """Reference and predicted values, flat, in printing units; None where there are no labels."""

    energy: tuple[np.ndarray, np.ndarray] | None  # meV/atom
    forces: tuple[np.ndarray, np.ndarray] | None  # meV/Å, one component each
    stress: tuple[np.ndarray, np.ndarray] | None  # GPa

    def mae(self, name: str) -> float:
        """Mean absolute error of 'energy' (meV/atom), 'forces' (meV/Å) or 'stress' (GPa)."""
        return float(np.abs(self._error(name)).mean())

    def rmse(self, name: str) -> float:
        """Root mean square error, same units."""
        return float(np.sqrt((self._error(name) ** 2).mean()))

    def r2(self, name: str) -> float:
        """Coefficient of determination: 1 is perfect, 0 no better than the mean of the truth.

        NaN where all true values are the same, as of a single structure.
        """
        truth = getattr(self, name)[0]
        spread = ((truth - truth.mean()) ** 2).sum()
        return float(1 - (self._error(name) ** 2).sum() / spread) if spread > 0 else float("nan")

    def _error(self, name: str) -> np.ndarray:
        values = getattr(self, name)
        if values is None:
            raise ValueError(f"There are no reference values of the {name} to compare with.")
        return values[1] - values[0]

    def as_dict(self) -> dict[str, dict[str, float]]:
        return {
            name: {"mae": self.mae(name), "rmse": self.rmse(name), "r2": self.r2(name)}
            for name in ("energy", "forces", "stress")
            if getattr(self, name) is not None
        }


def _missing(one: tuple[AtomGraph, Labels]) -> tuple[bool, ...]:
    labels = one[1]
    return tuple(value is None for value in (labels.energy, labels.forces, labels.stress))


def compare(
    model,
    data: Data,
    *,
    stress: bool = True,
    batch_size: int = 8,
    device: torch.device | None = None,
) -> Comparison:
    """Predicts every structure of `data` and sets the result beside its labels.

    The model is on `device` already, the data are brought there a batch at a time. Structures with
    the same kinds of labels come together: a batch has those that all of it has.
    """
    columns: dict[str, list[tuple[np.ndarray, np.ndarray]]] = {}
    batches = [
        same[first : first + batch_size]
        for _, kind in groupby(sorted(data, key=_missing), key=_missing)  # keeps each kind's order
        for same in [list(kind)]
        for first in range(0, len(same), batch_size)
    ]
    for batch in batches:
        graphs, labels = zip(*batch, strict=True)
        graph, truth = collate(graphs).to(device), collate_labels(labels).to(device)
        wanted = stress and truth.stress is not None
        guess = predict(model, graph, forces=truth.forces is not None, stress=wanted)
        per_atom = MEV * atoms_per_system(graph)
        for name, unit in (("energy", per_atom), ("forces", MEV), ("stress", GPA)):
            pair = getattr(truth, name), getattr(guess, name)
            if all(one is not None for one in pair):
                columns.setdefault(name, []).append(
                    tuple((one.detach().double() / unit).flatten().cpu().numpy() for one in pair)
                )
    joined = {
        name: tuple(np.concatenate(side) for side in zip(*pairs, strict=True))
        for name, pairs in columns.items()
    }
    return Comparison(*(joined.get(name) for name in ("energy", "forces", "stress")))


def errors_of(
    model: torch.nn.Module, data: dict[str, Data], device: torch.device
) -> dict[str, dict[str, dict[str, float]]]:
    """MAE, RMSE and R² (meV/atom, meV/Å, GPa) of each part that has structures, computed on a
    device; the model is on the cpu afterwards."""
    model.to(device)
    try:
        return {
            name: compare(model, part, device=device).as_dict()
            for name, part in data.items()
            if part
        }
    finally:
        model.cpu()


def in_model_precision(model: torch.nn.Module, data: Data) -> list[tuple[AtomGraph, Labels]]:
    """The same data in the precision and on the device of the model's numbers."""
    one = next(one for one in model.state_dict().values() if one.is_floating_point())
    return [
        (graph.to(one.device, one.dtype), labels.to(one.device, one.dtype))
        for graph, labels in data
    ]
