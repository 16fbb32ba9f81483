"""TorchANI's side of the comparison of AEVs and ANI-1x; compare.py starts it.

From a list of ase.Atoms, in float32: species and coordinates as padded tensors, then TorchANI's
call with its neighbour search. TorchANI 2.9.0 has another interface and no weights: there ANI_1X
must name the folder of the 2.2.4 wheel with them. Its ensemble made for speed (`to_infer_model`)
takes one molecule only, and a CPU build of torch lacks the NVTX that it asks for: not used here.
"""

import os
import sys
from functools import partial
from importlib.metadata import version
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import ase
import numpy as np
import torch
import torchani
from ase.data import atomic_numbers as NUMBERS
from torchani import neurochem
from work import ethanol, serve, ten_in_a_row

HARTREE = 27.211386245988  # eV
OLD = version("torchani").startswith("2.2")
FOLDER = Path(os.environ.get("ANI_1X", Path(torchani.__file__).parent / "resources" / "ani-1x_8x"))
PARAMETERS = next(FOLDER.glob("*.params"))


def computer():
    """Species and coordinates -> AEVs, and the elements in the model's order."""
    if OLD:
        constants = neurochem.Constants(str(PARAMETERS))
        aev = torchani.AEVComputer(**constants)
        return (lambda species, x: aev((species, x)).aevs), constants.species
    return neurochem.load_aev_computer_and_symbols(PARAMETERS)


def networks(symbols, members: int):
    """Species and AEVs -> energies in Hartree."""
    if OLD:
        ensemble = neurochem.load_model_ensemble(symbols, str(FOLDER / "train"), members)
        nets = ensemble if members > 1 else ensemble[0]
        return lambda species, aevs: nets((species, aevs)).energies
    if members == 1:
        return neurochem.load_member(symbols, FOLDER / "train0" / "networks")
    return neurochem.load_ensemble(symbols, FOLDER / "train", members)


def tasks() -> dict:
    aev, symbols = computer()
    place = torch.full((119,), -1)
    place[[NUMBERS[symbol] for symbol in symbols]] = torch.arange(len(symbols))

    def tensors(frames: list[ase.Atoms]) -> tuple[torch.Tensor, torch.Tensor]:
        numbers = torch.from_numpy(np.stack([atoms.numbers for atoms in frames]))
        x = torch.from_numpy(np.stack([atoms.positions for atoms in frames]))
        return place[numbers], x.float()

    def values(given) -> np.ndarray:
        with torch.no_grad():
            return aev(*given).flatten(0, 1).numpy()

    def gradient(given) -> np.ndarray:
        species, x = given
        x.requires_grad_()
        (slope,) = torch.autograd.grad(aev(species, x).square().sum(), x)
        return slope.flatten(0, 1).numpy()

    def forces(net, given) -> np.ndarray:
        species, x = given
        x.requires_grad_()
        energy = net(species, aev(species, x)).sum() * HARTREE
        (slope,) = torch.autograd.grad(energy, x)
        return -slope.flatten(0, 1).numpy()

    work = {"AEV": values, "AEV_and_gradient": gradient}
    for members, name in ((1, "1_net"), (8, "8_nets")):
        work[f"ANI-1x_{name}_forces"] = partial(forces, networks(symbols, members))
    found = {}
    for count in (1, 32, 256):
        frames = ethanol(count)
        for name, task in work.items():
            found[f"{name}_of_{count}"] = lambda t=task, f=frames: t(tensors(f))
            if count == 1:
                found[f"{name}_of_1_ten_in_a_row"] = ten_in_a_row(found[f"{name}_of_1"])
    return found


if __name__ == "__main__":
    torch.set_num_threads(1)
    serve(tasks())
