"""What an ensemble is worth: errors of its members and of their mean, and what its spread tells.

The mean of K models has a squared error that is never above the average of theirs, whatever they
are: what chance put into one is averaged away. What all have in common, a mistake of the data or of
the form of the model, stays, and shows in no spread (uncertainty.py). So the spread is held against
the true errors of the mean, as in calibration.py: does it find the bad structures, and what factor
makes of it a standard deviation of the error?

    here  | code          | shape          | unit
    E/N   | truth, said   | values         | eV/atom, one for each structure
    F     | truth, said   | values         | eV/Å, one for each component
    u     | spread        | values         | s_E, and s_i/√3 for each of three components
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import nn

from mlp_teach.active_learning.calibration import ZERO, Calibration, calibrate
from mlp_teach.active_learning.uncertainty import committee, energy_deviation, force_deviation
from mlp_teach.graph import AtomGraph, Labels
from mlp_teach.potential import Prediction
from mlp_teach.training.experiment import Data
from mlp_teach.training.metrics import Comparison
from mlp_teach.units import MEV

UNITS = {"energy": "meV/atom", "forces": "meV/Å"}


@dataclass(frozen=True)
class EnsembleErrors:
    """Errors on labelled structures, and the spread held against those of the mean.

    A calibration is None without labels of its kind, and where fewer than two structures have a
    spread.
    """

    members: list[dict]  # quantity -> mae, rmse, r2 (meV/atom, meV/Å)
    mean: dict
    energy: Calibration | None
    forces: Calibration | None

    def as_dict(self) -> dict:
        return asdict(self)


@dataclass(frozen=True)
class Held:
    """Labels, what each member says, and how much they deviate."""

    truth: Float[np.ndarray, " values"]
    said: Float[np.ndarray, "members values"]
    spread: Float[np.ndarray, " values"]
    structure: Int[np.ndarray, " values"]  # that a value belongs to


def judge(models: Sequence[nn.Module], data: Data, seed: int = 0) -> EnsembleErrors:
    """Holds an ensemble (training.ensemble.load_ensemble) against labelled graphs.

    `seed` draws the half of the structures that is judged with the scale of the other half. Raises
    ValueError for fewer than two models, and for data without labels.
    """
    energies, forces = [], []
    for number, (graph, truth) in enumerate(data):
        said = committee(models, graph, forces=truth.forces is not None)
        if truth.energy is not None:
            energies.append(_energies(said, graph, truth, number))
        if truth.forces is not None:
            forces.append(_forces(said, truth, number))
    if not energies and not forces:
        raise ValueError("No structure has an energy or forces to compare with.")
    energy, force = _joined(energies), _joined(forces)
    members = [_errors(energy, force, slice(k, k + 1)) for k in range(len(models))]
    return EnsembleErrors(
        members,
        _errors(energy, force, slice(None)),
        _calibration(energy, seed),
        _calibration(force, seed),
    )


def report(found: EnsembleErrors) -> str:
    """A table of the errors, and a sentence for each kind of label on what the spread tells."""
    lines = [f"{'':9} {'quantity':9} {'MAE':>9} {'RMSE':>9}  unit"]
    rows = [(f"member {k}", errors) for k, errors in enumerate(found.members)]
    for name, errors in [*rows, ("mean", found.mean)]:
        lines += [
            f"{name:9} {kind:9} {one['mae']:9.3f} {one['rmse']:9.3f}  {UNITS[kind]}"
            for kind, one in errors.items()
        ]
    for kind, one in (("energy", found.energy), ("forces", found.forces)):
        if one is not None:
            low, high = (100 * share for share in one.within)
            lines.append(
                f"Spread of {kind}: rank correlation with the error {one.rank:.2f}. Times "
                f"{np.mean(one.scales):.2g} it is a standard deviation: {low:.0f} % of the errors "
                f"are below one, {high:.0f} % below two (68 and 95 if they were normal)."
            )
    return "\n".join(lines)


def _energies(said: Sequence[Prediction], graph: AtomGraph, truth: Labels, number: int) -> Held:
    per_atom = torch.stack([one.energy for one in said]) / graph.n_atoms
    spread = energy_deviation(said, graph)
    return _held(truth.energy / graph.n_atoms, per_atom, spread, number)


def _forces(said: Sequence[Prediction], truth: Labels, number: int) -> Held:
    components = torch.stack([one.forces for one in said]).flatten(1)
    spread = (force_deviation(said) / 3**0.5).repeat_interleave(3)
    return _held(truth.forces.flatten(), components, spread, number)


def _held(truth, said, spread, number: int) -> Held:
    values = (one.detach().double().numpy() for one in (truth, said, spread))
    return Held(*values, np.full(len(truth), number))


def _joined(parts: Sequence[Held]) -> Held | None:
    if not parts:
        return None
    return Held(
        np.concatenate([one.truth for one in parts]),
        np.concatenate([one.said for one in parts], axis=1),
        np.concatenate([one.spread for one in parts]),
        np.concatenate([one.structure for one in parts]),
    )


def _errors(energy: Held | None, forces: Held | None, which: slice) -> dict:
    """Of the mean of some members."""
    pairs = [one and (one.truth / MEV, one.said[which].mean(0) / MEV) for one in (energy, forces)]
    return Comparison(*pairs, None).as_dict()


def _calibration(held: Held | None, seed: int) -> Calibration | None:
    if held is None:
        return None
    kept = held.spread > ZERO * held.spread.max()  # a force that symmetry forbids is certain
    if len(np.unique(held.structure[kept])) < 2:
        return None
    errors = (held.said.mean(0) - held.truth)[kept]
    return calibrate(held.spread[kept], errors, held.structure[kept], np.random.default_rng(seed))
