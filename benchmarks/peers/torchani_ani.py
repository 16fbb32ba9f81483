"""TorchANI's side of the comparison of AEVs and ANI-1x; compare.py starts it.

Its input, species and float32 coordinates as padded tensors, is made before the clock starts; its
neighbour search is part of every call. TorchANI 2.9.0 has another interface and no weights: there
ANI_1X must name the folder of the 2.2.4 wheel with them, and of its two ways to evaluate an
ensemble the one meant for speed (`to_infer_model`) is taken.
"""

import os
import sys
import warnings
from importlib.metadata import version
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
warnings.filterwarnings("ignore")

import numpy as np
import torch
import torchani
from torchani import neurochem
from work import ethanol, serve

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
    ensemble = neurochem.load_ensemble(symbols, FOLDER / "train", members)
    return ensemble if os.environ.get("PLAIN") else ensemble.to_infer_model()


def tasks() -> dict:
    aev, symbols = computer()
    nets = {"1_net": networks(symbols, 1), "8_nets": networks(symbols, 8)}

    def values(species, x) -> np.ndarray:
        with torch.no_grad():
            return aev(species, x).flatten(0, 1).numpy()

    def gradient(species, x) -> np.ndarray:
        x.requires_grad_()
        (slope,) = torch.autograd.grad(aev(species, x).square().sum(), x)
        return slope.flatten(0, 1).numpy()

    def forces(net, species, x) -> np.ndarray:
        x.requires_grad_()
        energy = net(species, aev(species, x)).sum() * HARTREE
        (slope,) = torch.autograd.grad(energy, x)
        return -slope.flatten(0, 1).numpy()

    found = {}
    for count in (1, 32, 256):
        frames = ethanol(count)
        row = [list(symbols).index(symbol) for symbol in frames[0].get_chemical_symbols()]
        species = torch.tensor([row]).repeat(count, 1)
        x = torch.tensor(np.stack([atoms.positions for atoms in frames]), dtype=torch.float32)
        given = (species, x)
        found[f"AEV_of_{count}"] = lambda g=given: values(g[0], g[1].detach())
        found[f"AEV_and_gradient_of_{count}"] = lambda g=given: gradient(g[0], g[1].detach())
        for name, net in nets.items():
            found[f"ANI-1x_{name}_forces_of_{count}"] = lambda g=given, n=net: forces(
                n, g[0], g[1].detach()
            )
    return found


if __name__ == "__main__":
    torch.set_num_threads(1)
    serve(tasks())
