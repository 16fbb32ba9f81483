"""Experiments: one TOML file says which data, which model, which training, and what came out.

    [data]      which set (or file of labelled frames), the share of it for validation, seed,
                precision, stress offset; `test`, if not the set's split of that name: another
                split, or a file
    [model]     class and the settings that make it
    [training]  see fit.Settings; [training.weights] see losses.Weights; or, for a model that is
                linear in its weights, [regression], see regression.Regression
    [learning_curve]  with how many frames besides, see subsets.Sizes; may be missing
    [result]    errors, date and machine of the run that the file reports (written by hand from one)

`build_model` and `make_data` make ready, `train` trains; a notebook, the command line and a test
call the same functions.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
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
from mlp_teach.training.fit import Epoch, Settings, TrainingError, check_data, fit
from mlp_teach.training.losses import Weights
from mlp_teach.training.regression import Regression, fit_gap
from mlp_teach.training.split import random_split
from mlp_teach.training.subsets import Sizes
from mlp_teach.units import GPA

Data = list[tuple[AtomGraph, Labels]]

DATA = ("set", "test", "validation", "seed", "precision", "stress_offset_GPa")  # of [data]
PRECISIONS = {"float32": torch.float32, "float64": torch.float64}
KINDS = {
    dict: "a table",
    list: "a list",
    str: "a text in quotes",
    float: "a number",
    int: "a whole number",
}


class ExperimentError(ValueError):
    """An experiment file that cannot be run; the message says which entry and why."""


@dataclass(frozen=True)
class Experiment:
    """What a TOML file asks for."""

    dataset: str  # a shipped set, or a file of labelled frames
    validation: float  # share of the training frames, drawn by `seed`, that decide when to stop
    seed: int
    precision: torch.dtype
    stress_offset: float  # GPa, a known error of the labels: pressure that is not in the energy
    model: str  # "module:class" within mlp_teach.models
    model_settings: dict
    training: Settings | Regression
    test: str = ""  # a file to test on, or a split of the set; "" is its split "test"
    sizes: Sizes | None = None  # of the learning curve


def read_experiment(path: Path | str) -> Experiment:
    """Reads a TOML file. Raises ExperimentError for entries that are missing or unknown."""
    path = Path(path)
    if not path.is_file():
        raise FileNotFoundError(f"There is no experiment file {path}.")
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ExperimentError(f"{path} is not valid TOML: {error}") from error
    try:
        known = ("data", "model", "training", "regression", "learning_curve", "result")
        _refuse_strange(table, known, "an experiment")
        data, model = (_entry(table, name, dict) for name in ("data", "model"))
        _refuse_strange(data, DATA, "[data]")
        training = _training(table)
        return Experiment(
            dataset=_data_file(data, "set", path.parent),
            test=_data_file({"test": ""} | data, "test", path.parent),
            validation=_share(data, "validation", least_is_zero=isinstance(training, Regression)),
            seed=_seed(data),
            stress_offset=_entry({"stress_offset_GPa": 0.0} | data, "stress_offset_GPa", float),
            precision=_precision(_entry(data, "precision", str), training),
            model=_entry(model, "class", str),
            model_settings={name: value for name, value in model.items() if name != "class"},
            training=training,
            sizes=_sizes(table),
        )
    except ValueError as error:
        raise ExperimentError(f"{path}: {error}") from error


def build_model(experiment: Experiment) -> torch.nn.Module:
    """The untrained model; its first weights follow from the experiment's seed.

    Raises ExperimentError for settings that make no model.
    """
    kind = model_class(experiment.model)
    torch.manual_seed(experiment.seed)
    try:
        return kind.from_settings(experiment.model_settings)
    except (TypeError, KeyError, ValueError, RuntimeError) as error:
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
    on_epoch: Callable[[Epoch], None] | None = None,
    progress: Callable[[Sequence], Sequence] = lambda items: items,
    device: str = "cpu",
) -> list[Epoch]:
    """Adapts the model's scales to the data, then fits it in the data's precision.

    `device` is "cpu", "cuda", "mps" or "auto" (device.py); a regression stays on the cpu. It has no
    epochs: it shows its structures to `progress`, returns an empty history and begins anew after a
    kill. Raises TrainingError as `fit` and `fit_gap` do, and for structures without an energy.
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
        model.adapt(graphs, energies)
    where = choose_device(device)
    model.to(where, graphs[0].positions.dtype)
    here = [[(graph.to(where), one.to(where)) for graph, one in p] for p in (training, validation)]
    try:
        return fit(model, *here, settings, checkpoint=checkpoint, on_epoch=on_epoch)
    finally:
        model.cpu()


def load_frames(experiment: Experiment) -> tuple[list[Atoms], list[Atoms], list[Atoms]]:
    """Training, validation and test frames; a file has no test part, unless `test` names one."""
    name, other = experiment.dataset, experiment.test
    found = [read_frames(name) if _is_file(name) else load(name, "train")]
    if _is_file(other):
        found.append(read_frames(other))
    elif _is_file(name) and not other:
        found.append([])
    else:
        found.append(load(name, other or "test"))
    learnt, test = (without_stress_offset(part, experiment.stress_offset) for part in found)
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


def _training(table: dict) -> Settings | Regression:
    if "regression" in table and "training" in table:
        raise ValueError("it has both [training] and [regression]; a model is fitted by one.")
    if "regression" in table:
        return _known(Regression, _entry(table, "regression", dict))
    training = _entry(table, "training", dict)
    weights = _known(Weights, _entry({"weights": {}} | training, "weights", dict))
    return _known(Settings, training | {"weights": weights})


def _sizes(table: dict) -> Sizes | None:
    if "learning_curve" not in table:
        return None
    curve = _entry(table, "learning_curve", dict)
    for name in ("frames", "epochs"):
        _entry({"epochs": []} | curve, name, list)
    return _known(Sizes, curve)


def _known(kind: type, table: dict):
    _refuse_strange(table, [field.name for field in fields(kind)], kind.__name__)
    return kind(**table)


def _refuse_strange(table: dict, known: Sequence[str], name: str) -> None:
    if strange := sorted(set(table) - set(known)):
        raise ValueError(f"it has {strange}, which {name} does not know; it knows {sorted(known)}.")


def _entry(table: dict, name: str, kind: type):
    if name not in table:
        raise ValueError(f"it lacks the entry '{name}'.")
    value = table[name]
    if isinstance(value, bool) or not isinstance(value, (int, float) if kind is float else kind):
        raise ValueError(f"the entry '{name}' is {value!r}; it must be {KINDS[kind]}.")
    return value


def _share(table: dict, name: str, *, least_is_zero: bool) -> float:
    value = _entry(table, name, float)
    if not (0 < value < 1 or (least_is_zero and value == 0)):
        raise ValueError(f"the entry '{name}' is {value}; it is a share between 0 and 1.")
    return value


def _seed(table: dict) -> int:
    seed = _entry(table, "seed", int)
    if seed < 0:
        raise ValueError(f"the entry 'seed' is {seed}; it must be 0 or more.")
    if seed >= 2**63:  # TOML's largest whole number; PyTorch's is little larger
        raise ValueError(f"the entry 'seed' is {seed}; it must be below 2^63, about 9.2e18.")
    return seed


def _is_file(name: str) -> bool:
    return Path(name).suffix != ""


def _data_file(table: dict, name: str, folder: Path) -> str:
    """The name of a set as it is; that of a file from the folder of the experiment on."""
    value = _entry(table, name, str)
    return str(folder / value) if _is_file(value) else value


def _precision(name: str, training: Settings | Regression) -> torch.dtype:
    if name not in PRECISIONS:
        raise ValueError(f"the entry 'precision' is '{name}'; choose one of {list(PRECISIONS)}.")
    if isinstance(training, Regression) and name != "float64":
        raise ValueError("the entry 'precision' is 'float32'; a regression needs 'float64'.")
    return PRECISIONS[name]


def _in_words(error: Exception) -> str:
    if isinstance(error, KeyError):
        return f"the entry {error} is missing."
    return f"{error}".rstrip(".") + "."
