"""Checkpoints: one safetensors file, whole or not there at all.

A file holds the tensors (parameters, buffers and, while training, the optimiser's state) and in its
header a JSON text: which model, its settings, how far training is. safetensors holds numbers only,
so reading a stranger's file runs none of the stranger's code (a pickle can). The file is written
under another name, flushed to the disk and then renamed: a process killed at any moment, or a full
disk, leaves the old file or the new one, never half of one. A checksum finds a file that was
damaged since: one bit that flips in a weight would give wrong energies without a word.
"""

from __future__ import annotations

import hashlib
import json
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor, nn

from mlp_teach import models
from mlp_teach.training.whole_file import make_folder as make_folder  # for those who save beside it
from mlp_teach.training.whole_file import write_whole as write_whole

FORMAT = "mlp_teach checkpoint 1"


class CheckpointError(ValueError):
    """A file from which no model can be read; the message says why and what to do."""


def save_checkpoint(
    path: Path | str, model: nn.Module, *, extra: dict[str, Tensor] | None = None, **facts
) -> Path:
    """Writes the model, further tensors and facts (plain data) to `path`. Raises OSError if the
    disk refuses; the file that was there before is untouched then."""
    path = Path(path)
    header = {
        "format": FORMAT,
        "model": f"{type(model).__module__}:{type(model).__qualname__}",
        "settings": model.settings(),
        "facts": facts,
    }
    tensors = {f"model.{name}": value for name, value in model.state_dict().items()}
    tensors |= {f"extra.{name}": value for name, value in (extra or {}).items()}
    tensors = {name: value.detach().cpu().contiguous().clone() for name, value in tensors.items()}
    text = json.dumps(header)
    write_whole(
        path, save(tensors, metadata={"mlp_teach": text, "sha256": _checksum(text, tensors)})
    )
    return path


def _checksum(text: str, tensors: dict[str, Tensor]) -> str:
    found = hashlib.sha256(text.encode())
    for name in sorted(tensors):
        value = tensors[name]
        found.update(f"{name} {value.dtype} {tuple(value.shape)}".encode())
        plain = torch.cat([value.reshape(-1)])  # one number may have any stride, which view refuses
        found.update(plain.view(torch.uint8).numpy().tobytes())
    return found.hexdigest()


def read_checkpoint(path: Path | str) -> tuple[nn.Module, dict[str, Tensor], dict]:
    """The model, the further tensors and the facts. Raises CheckpointError or FileNotFoundError."""
    path = Path(path)
    if path.is_dir():
        raise CheckpointError(f"{path} is a folder; a checkpoint is one file. Is the path right?")
    if not path.is_file():
        raise FileNotFoundError(f"There is no checkpoint at {path}. Is the path right?")
    try:
        with safe_open(path, framework="pt") as file:
            metadata = file.metadata() or {}
            header = json.loads(metadata.get("mlp_teach", "null"))
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    except (SafetensorError, json.JSONDecodeError, OSError) as error:
        raise CheckpointError(
            f"{path} is not a whole checkpoint ({error}): it was cut short or is another kind of "
            "file. Copy it again, or remove it and train the model again."
        ) from error
    if not isinstance(header, dict) or header.get("format") != FORMAT:
        raise CheckpointError(
            f"{path} is a safetensors file, but not one of ours ('{FORMAT}'). Models of other "
            "packages are read by their own readers, for instance mlp_teach.models.n2p2."
        )
    if metadata.get("sha256", "") not in ("", _checksum(metadata["mlp_teach"], tensors)):
        raise CheckpointError(
            f"{path} was altered or damaged after it was written: its checksum is another one. "
            "Copy it again, or remove it and train the model again."
        )
    try:
        facts = header["facts"]
        model = model_class(header["model"]).from_settings(header["settings"])
    except CheckpointError:
        raise
    except (KeyError, TypeError, AttributeError, ValueError, RuntimeError) as error:
        raise CheckpointError(
            f"The header of {path} makes no model ({type(error).__name__}: {error}): it was altered"
            " or is from another version of mlp_teach. Copy it again, or train the model again."
        ) from error
    own, extra = (
        {name[6:]: value for name, value in tensors.items() if name.startswith(start)}
        for start in ("model.", "extra.")
    )
    try:
        model.load_state_dict(own, assign=True)  # as it was saved, also in precision
    except RuntimeError as error:
        raise CheckpointError(f"The weights in {path} do not fit its settings: {error}") from error
    return model, extra, facts


def load_model(path: Path | str) -> nn.Module:
    """The model of a checkpoint, ready to predict."""
    return read_checkpoint(path)[0].eval()


def model_class(name: str) -> type[nn.Module]:
    """The class that "mlp_teach.models.module:Class" names. Raises CheckpointError."""
    module, _, class_name = name.partition(":")
    if not module.startswith("mlp_teach.models."):  # a file must not choose what gets imported
        raise CheckpointError(f"The file names the model {name!r}, which is none of mlp_teach's.")
    try:
        kind = getattr(import_module(module), class_name)
    except (ImportError, AttributeError) as error:
        raise CheckpointError(
            f"The file holds a {name}, which this version of mlp_teach does not have. Update it."
        ) from error
    if not hasattr(kind, "from_settings"):
        raise CheckpointError(f"The file names {name}, which is no model that can be made anew.")
    return kind


def known_models() -> list[str]:
    """Every name that `model_class` knows."""
    modules = [f"{models.__name__}.{one.name}" for one in iter_modules(models.__path__)]
    return [
        f"{module}:{name}"
        for module in modules
        for name, kind in vars(import_module(module)).items()
        if getattr(kind, "__module__", "") == module and hasattr(kind, "from_settings")
    ]
