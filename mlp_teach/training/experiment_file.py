"""The TOML file of an experiment: which data, which model, which training, and what came out.

[data]      which set (or file of labelled frames), the share of it for validation, seed,
            precision, stress offset; `test`, if not the set's split of that name: another
            split, or a file; or `test_share`, the share of all its frames that are the test;
            `kinds`, if not all frames of the set (split.of_kinds)
[model]     class and the settings that make it; `seed` of the first weights, if not that of
            [data]; `weights_from`: a trained model to begin with instead, a file or the name of a
            shipped potential (transfer.py)
[training]  see fit.Settings; [training.weights] see losses.Weights; or, for a model that is
            linear in its weights, [regression], see regression.Regression
[learning_curve]  with how many frames besides, see subsets.Sizes; may be missing
[result]    errors, date and machine of the run that the file reports (written by hand from one)
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path

import torch

from mlp_teach.training.checkpoint import CheckpointError, known_models, model_class
from mlp_teach.training.fit import Settings
from mlp_teach.training.losses import Weights, is_finite
from mlp_teach.training.regression import Regression
from mlp_teach.training.subsets import Sizes

FRAMES = ("set", "kinds", "test", "test_share", "validation", "seed")
DATA = (*FRAMES, "precision", "stress_offset_GPa")  # of [data]
LISTS = (  # settings of models that are lists, whatever the model
    *("elements", "hidden", "embedding", "fitting"),
    *("pair_widths", "layer_widths", "radial_widths", "readout_widths"),
)
NO_SETTINGS = ("class", "seed", "weights_from")  # of [model]: not of the class
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
    model_seed: int | None = None  # of the first weights; None is `seed`
    weights_from: str = ""  # a trained model to begin with; "" is random weights
    kinds: tuple[str, ...] = ()  # of frames, out of the set's; none is all of them
    test_share: float = 0.0  # of the set, drawn by `seed` to test on; 0 is what `test` says


def read_experiment(path: Path | str) -> Experiment:
    """Reads a TOML file. Raises ExperimentError for entries that are missing or unknown."""
    return experiment_of(read_table(path), path)


def read_table(path: Path | str) -> dict:
    """The entries of a TOML file as they are. Raises ExperimentError or FileNotFoundError."""
    path = Path(path)
    if not path.is_file():
        raise FileNotFoundError(
            f"There is no experiment file {path}. Those of the course lie in its folder "
            "experiments/; paths begin in the folder where the command or the notebook runs."
        )
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))  # Windows' Notepad adds a mark
    except (ValueError, RecursionError) as error:
        raise ExperimentError(f"{path} is not valid TOML: {error}") from error


def experiment_of(table: dict, path: Path | str) -> Experiment:
    """What entries ask for that stand in `path`, or could. Raises ExperimentError."""
    folder = Path(path).parent
    try:
        known = ("data", "model", "training", "regression", "learning_curve", "result")
        _refuse_strange(table, known, "an experiment")
        data, model = (_entry(table, name, dict) for name in ("data", "model"))
        _refuse_strange(data, DATA, "[data]")
        training = _training(table)
        return Experiment(
            dataset=_data_file(data, "set", folder),
            test=_data_file({"test": ""} | data, "test", folder),
            validation=_share(data, "validation", least_is_zero=isinstance(training, Regression)),
            seed=_seed(data),
            stress_offset=_number({"stress_offset_GPa": 0.0} | data, "stress_offset_GPa"),
            precision=_precision(_entry(data, "precision", str), training),
            model=_model(model),
            model_settings=_model_settings(model),
            training=training,
            sizes=_sizes(table),
            model_seed=_seed(model) if "seed" in model else None,
            weights_from=_weights_from(model, training, folder),
            kinds=_kinds(data),
            test_share=_test_share(data),
        )
    except ValueError as error:
        raise ExperimentError(f"{path}: {error}") from error


def _model(table: dict) -> str:
    name = _entry(table, "class", str)
    try:
        model_class(name)
    except CheckpointError as error:
        known = "\n  ".join(known_models())
        raise ValueError(f"the entry 'class' is {name!r}; it is one of\n  {known}") from error
    return name


def _model_settings(table: dict) -> dict:
    settings = {k: value for k, value in table.items() if k not in NO_SETTINGS}
    _check_settings(settings)
    return settings


def _check_settings(table: dict) -> None:
    """Refuses what no model takes: numbers that are none, and one number in place of a list."""
    for name, value in table.items():
        if isinstance(value, dict):
            _check_settings(value)
            continue
        if name in LISTS and not isinstance(value, list):
            raise ValueError(f"the entry '{name}' is {value!r}; it must be a list, such as [29].")
        if name == "elements" and not all(type(one) is int for one in value):
            raise ValueError(
                f"the entry 'elements' is {value!r}; give atomic numbers, such as [1, 6, 8]."
            )
        if not all(map(is_finite, _numbers(value))):
            raise ValueError(f"the entry '{name}' is {value!r}; finite numbers are needed.")


def _numbers(value: object) -> list[float | int]:
    """All numbers of an entry, in lists too; true and false are none."""
    if isinstance(value, list):
        return [number for one in value for number in _numbers(one)]
    return [value] if type(value) in (float, int) else []


def _training(table: dict) -> Settings | Regression:
    if "regression" in table and "training" in table:
        raise ValueError("it has both [training] and [regression]; a model is fitted by one.")
    if "regression" in table:
        return _known(Regression, _entry(table, "regression", dict))
    training = _entry(table, "training", dict)
    weights = _known(Weights, _entry({"weights": {}} | training, "weights", dict))
    return _known(Settings, training | {"weights": weights})


def _kinds(data: dict) -> tuple[str, ...]:
    if "kinds" not in data:
        return ()
    kinds = _entry(data, "kinds", list)
    if not kinds or not all(isinstance(kind, str) for kind in kinds):
        raise ValueError(f"the entry 'kinds' is {kinds!r}; give texts, such as ['fcc*', '*surf*'].")
    return tuple(kinds)


def _test_share(data: dict) -> float:
    if "test_share" not in data:
        return 0.0
    if "test" in data:
        raise ValueError("[data] has both 'test' and 'test_share'; the test part is one of them.")
    return float(_share(data, "test_share", least_is_zero=False))


def _weights_from(model: dict, training: Settings | Regression, folder: Path) -> str:
    if "weights_from" in model and isinstance(training, Regression):
        raise ValueError("the entry 'weights_from' is for [training]; a regression begins anew.")
    return _data_file({"weights_from": ""} | model, "weights_from", folder)


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


def _number(table: dict, name: str) -> float | int:
    value = _entry(table, name, float)
    if not is_finite(value):
        raise ValueError(f"the entry '{name}' is {value}; a finite number is needed.")
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


def is_file(name: str) -> bool:
    """Whether an entry names a file, and not a shipped set."""
    return Path(name).suffix != ""


def _data_file(table: dict, name: str, folder: Path) -> str:
    """The name of a set as it is; that of a file from the folder of the experiment on."""
    value = _entry(table, name, str)
    return str(folder / value) if is_file(value) else value


def _precision(name: str, training: Settings | Regression) -> torch.dtype:
    if name not in PRECISIONS:
        raise ValueError(f"the entry 'precision' is '{name}'; choose one of {list(PRECISIONS)}.")
    if isinstance(training, Regression) and name != "float64":
        raise ValueError("the entry 'precision' is 'float32'; a regression needs 'float64'.")
    return PRECISIONS[name]
