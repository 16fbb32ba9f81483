"""What decides the result of an experiment, kept beside that result as run.json.

A folder that is gone on with must be of the same experiment: results of two settings side by side
would be taken for those of one, and a card would tell of weights that nobody began with. Whoever
writes to a folder asks here first, so that a refusal leaves every file as it was.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from pathlib import Path

from mlp_teach.training.experiment_file import Experiment, ExperimentError, is_file
from mlp_teach.training.progress import ASKED as FILE
from mlp_teach.training.state import entries
from mlp_teach.training.transfer import digest
from mlp_teach.training.whole_file import write_whole

STATE, MODEL = "training.safetensors", "model.safetensors"
CURVE = "learning_curve.json"  # of a folder that holds a curve, and none of these files
ENTRIES = {  # in the words of the TOML file
    "dataset": "[data] set",
    "stress_offset": "[data] stress_offset_GPa",
    "model": "[model] class",
    "model_seed": "[model] seed",
    "weights_from": "[model] weights_from",
    "sizes": "[learning_curve]",
}


def asked(experiment: Experiment) -> dict:
    """All entries but the sizes of a curve, as JSON gives them back; files by what they hold, not
    by where they are.

    Raises FileNotFoundError where weights to begin with or frames are not there.
    """
    found = asdict(experiment) | {"precision": str(experiment.precision)}
    found["training"] = entries(experiment.training)
    del found["sizes"]
    for name in ("dataset", "test"):
        if is_file(found[name]):
            found[name] = _digest_of_frames(Path(found[name]))
    if found.pop("weights_from"):
        found["weights_from"] = digest(experiment.weights_from)
    if found["model_seed"] is None:  # folders from before there was one are still good
        del found["model_seed"]
    for name in ("kinds", "test_share"):
        if not found[name]:  # likewise
            del found[name]
    return json.loads(json.dumps(found))


def check_asked(folder: Path | str, wanted: dict) -> None:
    """Raises ExperimentError where the folder holds a run that something else was asked of, or a
    model of which nothing tells what was asked."""
    folder, known = Path(folder), read_run(folder)
    if known:
        before = {name: known["asked"][name] for name in known["asked"] if name != "sizes"}
        before = known["asked"] if "sizes" in wanted else before  # older files have them always
        if before != wanted:
            begun = (folder / STATE).exists() or (folder / MODEL).exists()
            empty = "" if begun else f" Nothing is trained there yet: remove its {FILE} to use it."
            raise ExperimentError(
                f"{folder} holds a run of other settings: {_differences(before, wanted)}. Choose "
                f"another folder for this one, or go on with the settings of that one.{empty}"
            )
    elif (folder / STATE).exists():  # of an older version: it knows all but its first weights
        if own := [name for name in ("weights_from", "model_seed") if name in wanted]:
            raise ExperimentError(
                f"{folder} holds a training, and no {FILE} tells whether it began as "
                f"{ENTRIES[own[0]]} asks. Choose another folder for this one."
            )
    elif (folder / MODEL).exists():
        raise ExperimentError(
            f"{folder} holds a model ({MODEL}), and no {FILE} tells what it is of. Choose another "
            "folder, so that it is not replaced."
        )


def keep_asked(folder: Path | str, wanted: dict) -> None:
    """Writes run.json, unless there is one."""
    if not read_run(folder):
        write_run(folder, {"asked": wanted})


def read_run(folder: Path | str) -> dict:
    """What a folder's run.json says, "asked" at least; nothing where there is none yet.

    Raises ExperimentError for a file that is none of ours.
    """
    path = Path(folder) / FILE
    if not path.exists():
        return {}
    try:
        known = json.loads(path.read_text("utf-8"))
        if not isinstance(known["asked"], dict):
            raise TypeError(f"asked is {known['asked']!r}")
        for name in ("training", "model_settings"):  # tables, whose differences can be told
            if not isinstance(known["asked"].get(name, {}), dict):
                raise TypeError(f"{name} is {known['asked'][name]!r}")
        return known
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise ExperimentError(
            f"{path} tells nothing of a run ({type(error).__name__}: {error}). Remove it, or "
            "choose another folder."
        ) from error


def write_run(folder: Path | str, content: dict) -> None:
    """Replaces run.json. Raises OSError if the disk refuses."""
    write_whole(Path(folder) / FILE, (json.dumps(content, indent=1) + "\n").encode())


def _digest_of_frames(path: Path) -> str:
    if not path.is_file():
        raise FileNotFoundError(f"There is no file {path} with frames to learn from or to test on.")
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16]


def _differences(one: dict, other: dict) -> str:
    """The entries that are not the same, by their names in the TOML file."""
    names = [name for name in sorted(one.keys() | other.keys()) if one.get(name) != other.get(name)]
    if "model" in names:  # whose settings are other ones, then
        names = [name for name in names if name != "model_settings"]
    found = []
    for name in names:
        pair = one.get(name) or {}, other.get(name) or {}
        if name == "model_settings":
            found += [f"[model] {entry}" for entry in _changed(*pair)]
        elif name == "training" and ("epochs" in pair[0]) != ("epochs" in pair[1]):
            found.append("[training] or [regression]")
        elif name == "training":
            table = "training" if "epochs" in pair[0] else "regression"
            found += [f"[{table}] {entry}" for entry in _changed(*pair)]
        else:
            found.append(ENTRIES.get(name, f"[data] {name}"))
    return ", ".join(found)


def _changed(one: dict, other: dict) -> list[str]:
    return [name for name in sorted(one | other) if one.get(name) != other.get(name)]
