"""Reading a network that another package saved whole, without that package.

torch.save(model) writes a pickle: names of classes and functions, and the numbers of each object.
Loaded as usual it imports and runs whatever it names. Here everything but tensors becomes a
stand-in, which holds the numbers and does nothing: the package need not be there, and a file from
a stranger cannot run code.
"""

from __future__ import annotations

import pickle
from pathlib import Path
from types import SimpleNamespace
from zipfile import is_zipfile

import torch
from torch import Tensor

TENSORS = {  # what makes tensors and plain containers; nothing else is ever called
    ("torch._utils", "_rebuild_tensor_v2"),
    ("torch._utils", "_rebuild_parameter"),
    ("torch", "Size"),
    ("collections", "OrderedDict"),
    *(("torch", name) for name in vars(torch) if name.endswith("Storage")),
    *(("torch", name) for name in ("float64", "float32", "int64", "int32", "bool")),
}
BROKEN = (  # what reading a damaged file may raise
    *(pickle.UnpicklingError, RuntimeError, EOFError, TypeError, AttributeError, KeyError),
    *(IndexError, ValueError, OSError, MemoryError),
)


class StandIn:
    """An object of a class that is not here: its numbers, by the names it had there."""

    def __init__(self, *given):
        self.given = given

    def __setstate__(self, state):
        self.__dict__.update(state if isinstance(state, dict) else {"state": state})

    def __call__(self, *given):
        return StandIn(*given)

    def __getattr__(self, name: str):
        for kept in ("_parameters", "_buffers", "_modules"):
            if name in (found := self.__dict__.get(kept) or {}):
                return found[name]
        raise AttributeError(f"What was stored holds no {name!r}.")


class _Unpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str):
        if (module, name) in TENSORS:
            return super().find_class(module, name)
        return type(name, (StandIn,), {"__module__": module})


def stored_module(file: str | Path) -> StandIn:
    """What torch.save wrote, as stand-ins. Raises ValueError for any other file."""
    if not is_zipfile(file):  # older formats torch.load reads in pieces; they are not needed here
        raise ValueError(f"{file} is no network that torch.save wrote: it is no whole zip file.")
    reader = SimpleNamespace(__name__="stand-ins", Unpickler=_Unpickler)
    try:
        found = torch.load(file, map_location="cpu", weights_only=False, pickle_module=reader)
    except BROKEN as error:
        raise ValueError(f"{file} is no network that torch.save wrote: {error}") from error
    if not isinstance(found, StandIn):
        kind = type(found).__name__
        raise ValueError(f"{file} is no network that torch.save wrote: it holds a {kind}.")
    return found


def parameters(module: StandIn, before: str = "") -> dict[str, Tensor]:
    """All tensors of a module and those inside it by name, as state_dict gives them."""
    found = {}
    for kept in ("_parameters", "_buffers"):
        for name, tensor in (module.__dict__.get(kept) or {}).items():
            if isinstance(tensor, Tensor):
                found[before + name] = tensor.detach()
    for name, inner in (module.__dict__.get("_modules") or {}).items():
        if isinstance(inner, StandIn):
            found |= parameters(inner, f"{before}{name}.")
    return found
