"""Trained potentials that ship with the package, each made by a file of `experiments/`."""

from __future__ import annotations

from pathlib import Path

from torch import nn

from mlp_teach.training.checkpoint import load_model

FOLDER = Path(__file__).parent


def names() -> list[str]:
    """Which potentials there are."""
    return sorted(path.stem for path in FOLDER.glob("*.safetensors"))


def load_pretrained(name: str) -> nn.Module:
    """A shipped potential, in double precision. Raises ValueError for a name that is not there."""
    if name not in names():
        raise ValueError(f"There is no trained potential {name!r}; there are {names()}.")
    return load_model(FOLDER / f"{name}.safetensors").double()
