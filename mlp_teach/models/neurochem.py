"""Reads potentials in NeuroChem's files, among them ANI-1x, which TorchANI's package carries.

J. S. Smith, B. Nebgen, N. Lubbers, O. Isayev, A. E. Roitberg, J. Chem. Phys. 148, 241733 (2018),
doi:10.1063/1.5023802 (ANI-1x: eight networks, fitted to ωB97X/6-31G(d) energies of molecules of H,
C, N and O that were chosen by where the networks disagreed).

    *.params                        cutoffs and grid of the AEV: Rcr, EtaR, ShfR, Rca, EtaA, ...
    sae_linfit.dat                  E0 of each element, Hartree: "C,1=-38.08"
    train0/networks/ANN-C.nnf       layers of member 0's network for C: its length in bytes, "=",
                                    then text packed by bzip2
    ANN-C.nnf-l1.wparam, .bparam    weights (out in) and biases (out) of layer 1: plain float32

The wheel of TorchANI 2.2.4 holds all of ANI-1x; of ANI-1ccx and ANI-2x it has empty files. Nothing
of it is imported or run, only its data are read. NeuroChem computes in float32, and so the grid's
numbers are rounded to float32 here: the networks were trained with these.
"""

from __future__ import annotations

import bz2
import re
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import torch
from torch import nn

from mlp_teach.descriptors.aev import AEV
from mlp_teach.elements import NUMBERS
from mlp_teach.models.ani import ANI, Layer
from mlp_teach.units import HARTREE

CELU, LINEAR = 9, 6  # NeuroChem's numbers of activations
NAMES = {  # theirs and ours; grid numbers that we have one of come first
    "EtaR": "eta",
    "EtaA": "angular_eta",
    "Zeta": "zeta",
    "ShfR": "shifts",
    "ShfA": "angular_shifts",
    "ShfZ": "sections",
}


class NeuroChemError(ValueError):
    """Files that do not make a potential this reader knows; the message says which and why."""


def ani_1x(members: int = 8) -> ANI:
    """ANI-1x from the installed torchani package, in float64: the first `members` of its 8 nets.

    Valid for neutral molecules of H, C, N and O. Raises ModuleNotFoundError, with what to install,
    where torchani is missing.
    """
    return read_neurochem(torchani_folder() / "resources" / "ani-1x_8x", members)


def torchani_folder() -> Path:
    """Where the package lies. It is not imported: its import would ask the network for files."""
    spec = find_spec("torchani")
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError(
            "The weights of ANI-1x come with the package torchani 2.2.4, which is not installed. "
            "Install its files alone: pip install --no-deps torchani==2.2.4 (what it asks for "
            "besides would overwrite a part of JupyterLab, and is not needed to read them)."
        )
    return Path(next(iter(spec.submodule_search_locations)))


def read_neurochem(folder: Path | str, members: int) -> ANI:
    """The potential in a folder with a .params file, sae_linfit.dat and train0, train1, ...

    Raises FileNotFoundError for a missing file and NeuroChemError for an empty or strange one.
    """
    folder = Path(folder)
    found = sorted(folder.glob("*.params"))
    if not found:
        raise FileNotFoundError(f"{folder} holds no .params file. Is it NeuroChem's folder?")
    if type(members) is not int or members < 1:
        raise NeuroChemError(f"members is {members!r}; give a whole number from 1 on.")
    functions, symbols = _functions(found[0])
    places = [folder / f"train{m}" / "networks" for m in range(members)]
    widths = [_widths(places[0] / f"ANN-{symbol}.nnf", functions) for symbol in symbols]
    model = ANI(functions, tuple(w[1:-1] for w in widths), members).double()
    for symbol, networks in zip(symbols, model.networks, strict=True):
        for member, place in enumerate(places):
            _fill(networks, member, place / f"ANN-{symbol}.nnf", functions)
    energies = _self_energies(folder / "sae_linfit.dat")
    if missing := set(symbols) - energies.keys():
        raise NeuroChemError(
            f"{folder}/sae_linfit.dat has no energy of {sorted(missing)}. Was it cut short?"
        )
    free = torch.tensor([energies[symbol] for symbol in symbols], dtype=torch.float64)
    model.reference.copy_(free * HARTREE)
    model.energy_scale.fill_(HARTREE)
    return model.eval()


def _functions(path: Path) -> tuple[AEV, list[str]]:
    """The AEV's grid and the symbols of the elements, in the file's order."""
    lines = dict(re.findall(r"^(\w+)\s*=\s*\[?([^\]\n]*)\]?$", _bytes(path).decode(), re.MULTILINE))
    try:
        cutoffs = [float(lines[name]) for name in ("Rcr", "Rca")]
        numbers = {
            ours: tuple(float(np.float32(word)) for word in lines[theirs].split(","))
            for theirs, ours in NAMES.items()
        }
        symbols = [word.strip() for word in lines["Atyp"].split(",")]
        elements = tuple(NUMBERS[symbol] for symbol in symbols)
    except (KeyError, ValueError) as error:
        raise NeuroChemError(
            f"{path} cannot be understood ({error}). Was the file cut short?"
        ) from error
    single = {}
    for name in ("eta", "angular_eta", "zeta"):
        if len(numbers[name]) != 1:
            raise NeuroChemError(f"{path} has {len(numbers[name])} {name}; one is supported here.")
        (single[name],) = numbers.pop(name)
    return AEV(cutoffs[0], elements, angular_cutoff=cutoffs[1], **single, **numbers), symbols


def _widths(path: Path, functions: AEV) -> tuple[int, ...]:
    """Widths from the input to the output, as the .nnf file has them."""
    packed = _bytes(path)
    try:
        text = bz2.decompress(packed.split(b"=", 1)[1].lstrip()).decode()
    except (OSError, ValueError, IndexError, UnicodeDecodeError) as error:
        raise NeuroChemError(f"{path} cannot be unpacked. Was the file cut short?") from error
    inputs = [int(n) for n in re.findall(r"inputsize=(\d+);", text)]
    nodes = [int(n) for n in re.findall(r"nodes=(\d+);", text)]
    kinds = [int(n) for n in re.findall(r"activation=(\d+);", text)]
    if inputs != [functions.n_features] or kinds != [CELU] * (len(nodes) - 1) + [LINEAR]:
        raise NeuroChemError(
            f"{path} has the inputs {inputs}, layers of {nodes} nodes and the activations {kinds}; "
            f"supported are {functions.n_features} inputs, {CELU} (CELU) in all hidden layers and "
            f"{LINEAR} (none) at the end."
        )
    return (*inputs, *nodes)


@torch.no_grad()
def _fill(networks: nn.Sequential, member: int, path: Path, functions: AEV) -> None:
    layers = [layer for layer in networks if isinstance(layer, Layer)]
    widths = [layer.weight.shape[2] for layer in layers] + [1]
    if _widths(path, functions) != tuple(widths):
        raise NeuroChemError(f"{path} has other layers than the network of the first member.")
    for number, layer in enumerate(layers, 1):
        for parameter, kind in ((layer.weight, "wparam"), (layer.bias, "bparam")):
            file = path.with_name(f"{path.name}-l{number}.{kind}")
            values, own = _bytes(file), parameter[member]
            if len(values) != 4 * own.numel():
                raise NeuroChemError(
                    f"{file} has {len(values)} bytes; {own.numel()} numbers need "
                    f"{4 * own.numel()}. Was the file cut short?"
                )
            own.copy_(torch.from_numpy(np.frombuffer(values, "<f4").copy()).view_as(own))


def _self_energies(path: Path) -> dict[str, float]:
    """E0 by symbol, in Hartree, of whole lines: half a number is still a number."""
    lines = re.findall(r"^(\w+),\d+=(-?\d+\.\d+)\n", _bytes(path).decode(), re.MULTILINE)
    return {symbol: float(value) for symbol, value in lines}


def _bytes(path: Path) -> bytes:
    if not path.is_file():
        raise FileNotFoundError(f"{path} is missing. Are there fewer members, or is a file lost?")
    content = path.read_bytes()
    if not content:
        raise NeuroChemError(
            f"{path} is empty. The package torchani 2.2.4 carries ANI-1x only; of ANI-1ccx and "
            "ANI-2x it has empty files, and fetches them from the network when it is used."
        )
    return content
