"""Transfer learning: a training that begins where another one ended.

What a network has learnt of one molecule (how bonds stretch, bend and turn) is partly true of the
next one, if both have the same elements and labels of the same kind. Its weights are then a better
start than random ones, and fewer frames of the new molecule do. How many fewer is measured, not
promised: docs/lesson_material/transfer.md has two cases.

One thing is not taken over as it is: E0, what an atom of each element has on its own. Frames of one
molecule do not tell the elements apart (any E0 with the right sum will do, reference_energies.py
takes the smallest), so that the E0 of ethanol are hundreds of eV wrong for methanol. They are moved
by the smallest δ that makes up for it,

    Σ_z N_z δ_z = E - E(source)      least squares over the new training frames              (1)

with N_z atoms of element z in a frame. Forces do not change by it. All else that `adapt` measures
in a training from random weights (energy scale, mean number of neighbours, sizes of the first
weights) is part of the function that was learnt, and is kept: with other numbers it would be
another function.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import torch
from jaxtyping import Float
from torch import Tensor, nn

from mlp_teach.graph import AtomGraph, collate
from mlp_teach.models.reference_energies import reference_energies
from mlp_teach.potential import predict
from mlp_teach.training.checkpoint import load_model
from mlp_teach.training.state import TrainingError

SHIPPED = Path(__file__).parent.parent / "pretrained"  # a layer further down; its files lie there
BATCH = 8


def source_file(name: Path | str) -> Path:
    """The checkpoint that a name means: a file, or one of the potentials that ship with us."""
    shipped = SHIPPED / f"{name}.safetensors"
    return shipped if Path(name).suffix == "" and shipped.is_file() else Path(name)


def digest(name: Path | str) -> str:
    """A short text that is another one for other weights. Raises FileNotFoundError."""
    path = source_file(name)
    if not path.is_file():
        raise FileNotFoundError(f"There is no checkpoint at {path}. Is the path right?")
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16]


@torch.no_grad()
def take_weights(
    model: nn.Module,
    source: Path | str,
    graphs: Sequence[AtomGraph],
    energies: Float[Tensor, " systems"],
) -> None:
    """Gives `model` the weights of a checkpoint, and moves its E0 by (1); energies in eV.

    The model is in double precision afterwards. Raises TrainingError for a checkpoint of another
    model, FileNotFoundError and CheckpointError as `load_model` does.
    """
    path = source_file(source)
    given = load_model(path)
    if type(given) is not type(model) or given.settings() != model.settings():
        raise TrainingError(
            f"{path} holds another model than [model] describes: {_difference(given, model)}. "
            "Weights fit into a model of the same class and settings only."
        )
    model.load_state_dict(given.state_dict())
    left = energies.double() - _energies(model.double().eval(), graphs)
    shift, _ = reference_energies(graphs, left, _elements(model))
    model.reference += shift  # (1)


def _energies(model: nn.Module, graphs: Sequence[AtomGraph]) -> Float[Tensor, " systems"]:
    found = []
    for first in range(0, len(graphs), BATCH):
        batch = collate([g.to(dtype=torch.float64) for g in graphs[first : first + BATCH]])
        found.append(predict(model, batch, forces=False, stress=False).energy)
    return torch.cat(found)


def _elements(model: nn.Module) -> tuple[int, ...]:
    return model.elements if hasattr(model, "elements") else model.functions.elements


def _difference(given: nn.Module, wanted: nn.Module) -> str:
    if type(given) is not type(wanted):
        return f"a {type(given).__name__}, not a {type(wanted).__name__}"
    theirs, ours = given.settings(), wanted.settings()
    names = [name for name in ours if theirs.get(name) != ours[name]]
    return ", ".join(f"{name} = {theirs.get(name)}, not {ours[name]}" for name in names)
