"""Experiments: from what a TOML file asks for (experiment_file.py) to a trained model.

`build_model` and `make_data` make ready, `train` trains; a notebook, the command line and a test
call the same functions.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import torch
from ase import Atoms
from ase.calculators.singlepoint import SinglePointCalculator

from mlp_teach.datasets import load, read_frames
from mlp_teach.graph import AtomGraph, Labels
from mlp_teach.models.gap import GAP
from mlp_teach.neighbors import atom_graph, labels
from mlp_teach.training.checkpoint import model_class
from mlp_teach.training.device import choose_device
from mlp_teach.training.experiment_file import (
    Experiment,
    ExperimentError,
    is_file,
    read_experiment,
)
from mlp_teach.training.fit import Epoch, Settings, TrainingError, check_data, fit
from mlp_teach.training.regression import Regression, fit_gap
from mlp_teach.training.split import of_kinds, random_split
from mlp_teach.training.transfer import take_weights
from mlp_teach.units import GPA

__all__ = [
    "Experiment",
    "ExperimentError",
    "build_model",
    "load_frames",
    "make_data",
    "read_experiment",
    "split_frames",
    "train",
    "without_stress_offset",
]

Data = list[tuple[AtomGraph, Labels]]


def build_model(experiment: Experiment) -> torch.nn.Module:
    """The untrained model; its first weights follow from the experiment's seed, or the model's own.

    Raises ExperimentError for settings that make no model.
    """
    kind = model_class(experiment.model)
    own = experiment.model_seed
    torch.manual_seed(experiment.seed if own is None else own)
    try:
        return kind.from_settings(experiment.model_settings)
    except (TypeError, KeyError, ValueError, RuntimeError, AttributeError) as error:
        raise ExperimentError(
            f"The entries of [model] make no {kind.__name__}: {_in_words(error)} Compare them with "
            "a file of experiments/ that works."
        ) from error


def split_frames(
    experiment: Experiment, frames: Sequence[Atoms]
) -> tuple[list[Atoms], list[Atoms]]:
    """Training and validation frames of the set's training part."""
    share = experiment.validation
    training, validation, _ = random_split(frames, (1 - share, share, 0.0), experiment.seed)
    return training, validation


def make_data(
    model: torch.nn.Module,
    frames: Sequence[Atoms],
    precision: torch.dtype = torch.float32,
    progress: Callable[[Sequence], Sequence] = lambda items: items,
) -> Data:
    """Graphs with labels, built once. A model with a fixed descriptor evaluates it here, once,
    in double precision; `precision` is what the training then works in."""
    data = []
    double = model.double()
    for atoms in progress(frames):
        graph = atom_graph(atoms, model.cutoff)
        graph = double.prepare(graph) if hasattr(model, "prepare") else graph
        data.append((graph.to(dtype=precision), labels(atoms).to(dtype=precision)))
    return data


def train(
    model: torch.nn.Module,
    training: Data,
    validation: Data,
    settings: Settings | Regression,
    *,
    checkpoint: Path | str | None = None,
    on_start: Callable[[list[Epoch]], None] | None = None,
    on_epoch: Callable[[Epoch], None] | None = None,
    on_plain: Callable[[], None] | None = None,
    progress: Callable[[Sequence], Sequence] = lambda items: items,
    device: str = "cpu",
    weights_from: str = "",
) -> list[Epoch]:
    """Adapts the model's scales to the data, then fits it in the data's precision.

    With `weights_from`, an entry of the experiment, it begins with trained weights (transfer.py).
    `device` is "cpu", "cuda", "mps" or "auto" (device.py); `on_start`, `on_epoch` and `on_plain`
    are told what `fit` says. A regression stays on the cpu and has no epochs: it shows its
    structures to `progress`, returns an empty history and begins anew after a kill. Raises
    TrainingError as `fit` and `fit_gap` do, and for structures without an energy.
    """
    if isinstance(settings, Regression):
        if not isinstance(model, GAP):
            raise TrainingError(
                f"[regression] fits a GAP; {type(model).__name__} is trained by [training]."
            )
        fit_gap(model, training, settings, progress=progress)
        return []
    if isinstance(model, GAP):
        raise TrainingError("A GAP has nothing to descend on; fit it by [regression].")
    check_data(training, validation)
    graphs, truths = zip(*training, strict=True)
    model.double()  # its scales too are found in double precision, whoever made the data
    if hasattr(model, "adapt"):
        unlabelled = sum(truth.energy is None for truth in truths)
        if unlabelled:
            raise TrainingError(
                f"{unlabelled} of {len(truths)} training structures have no energy, which the "
                "model's scales are adapted to. Label them, or leave them out."
            )
        energies = torch.cat([truth.energy for truth in truths])
        if not energies.isfinite().all():
            raise TrainingError(
                f"{int((~energies.isfinite()).sum())} of {len(truths)} training structures have an "
                "energy that is NaN or infinite. Leave them out, or label them again."
            )
        if weights_from:
            take_weights(model, weights_from, graphs, energies)
        else:
            model.adapt(graphs, energies)
    where = choose_device(device)
    model.to(where, graphs[0].positions.dtype)
    here = [[(graph.to(where), one.to(where)) for graph, one in p] for p in (training, validation)]
    try:
        return fit(
            model,
            *here,
            settings,
            checkpoint=checkpoint,
            on_start=on_start,
            on_epoch=on_epoch,
            on_plain=on_plain,
        )
    finally:
        model.cpu()


def load_frames(experiment: Experiment) -> tuple[list[Atoms], list[Atoms], list[Atoms]]:
    """Training, validation and test frames; a file has no test part, unless `test` names one.

    Raises ExperimentError where the set is a file and `test` is none: a file has no parts;
    ValueError as `of_kinds` and `random_split` do, and as the data are read.
    """
    name, other, kinds = experiment.dataset, experiment.test, experiment.kinds

    def part(split: str | None) -> list[Atoms]:
        frames = read_frames(name) if is_file(name) else load(name, split)
        return of_kinds(frames, kinds) if kinds else frames

    if share := experiment.test_share:
        learnt, _, test = random_split(part(None), (1 - share, 0.0, share), experiment.seed)
    else:
        learnt = part("train")
        if is_file(other):
            test = read_frames(other)
        elif not is_file(name):
            test = part(other or "test")
        elif not other:
            test = []
        else:
            raise ExperimentError(
                f"[data] has test = {other!r}, and the set is a file, which has no parts. Name a "
                'file of frames, such as test = "other.xyz", or keep some apart: test_share = 0.2.'
            )
    offset = experiment.stress_offset
    learnt, test = (without_stress_offset(frames, offset) for frames in (learnt, test))
    return *split_frames(experiment, learnt), test


def without_stress_offset(frames: Sequence[Atoms], offset_GPa: float) -> list[Atoms]:
    """Copies whose stress labels are less tensile by `offset_GPa` along all three axes.

    With a finite plane-wave basis the labels' stress is not the derivative of the labels' energy,
    but has a constant on top (Pulay stress). No potential can follow both.
    """
    corrected = []
    for frame in frames:
        atoms = frame.copy()
        known = dict(frame.calc.results) if frame.calc else {}
        if offset_GPa and "stress" in known:
            known["stress"] = known["stress"] - offset_GPa * GPA * np.array([1, 1, 1, 0, 0, 0])
        atoms.calc = SinglePointCalculator(atoms, **known)
        corrected.append(atoms)
    return corrected


def _in_words(error: Exception) -> str:
    if isinstance(error, KeyError):
        return f"the entry {error} is missing."
    return f"{error}".rstrip(".") + "."
