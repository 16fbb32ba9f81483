"""NequIP's side of the comparison of NequIP; compare.py starts it.

In float32, 4 layers, 32 features of each parity up to l = 1 or 2, cutoff 5 Å, the rest as the
package has it by default; the batch, with its neighbour list, is given.
"""

import sys
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import ase
import numpy as np
import torch
from by_name import numbers, training_step
from nequip.data import AtomicDataDict, from_dict
from nequip.data.ase import from_ase
from nequip.data.transforms import ChemicalSpeciesToAtomTypeMapper, NeighborListTransform
from nequip.model import NequIPGNNModel
from nequip.utils.global_state import set_global_state
from work import copper, ethanol, serve

ELEMENTS = ["H", "C", "O", "Cu"]
CUTOFF = 5.0


def model(l_max: int) -> torch.nn.Module:
    made = NequIPGNNModel(
        seed=0,
        model_dtype="float32",
        type_names=ELEMENTS,
        r_max=CUTOFF,
        num_layers=4,
        l_max=l_max,
        parity=True,
        num_features=32,
        avg_num_neighbors=20.0,
        per_type_energy_scales=1.0,
        per_type_energy_shifts=0.0,
    )
    with torch.no_grad():
        for name, weight in made.named_parameters():
            weight.copy_(numbers(name, weight.numel()).view(weight.shape))
    return made


def batch(frames: list[ase.Atoms]) -> AtomicDataDict.Type:
    graphs = [from_dict(from_ase(atoms)) for atoms in frames]
    to_types, to_graph = ChemicalSpeciesToAtomTypeMapper(ELEMENTS), NeighborListTransform(CUTOFF)
    return AtomicDataDict.batched_from_list([to_graph(to_types(graph)) for graph in graphs])


def forces(made: torch.nn.Module, given: AtomicDataDict.Type) -> np.ndarray:
    made.eval().requires_grad_(False)  # in training mode it keeps what a step would need
    return made(dict(given))[AtomicDataDict.FORCE_KEY].numpy()


def step(made: torch.nn.Module, given: AtomicDataDict.Type) -> np.ndarray:
    made.train().requires_grad_(True)

    def answer():
        found = made(dict(given))
        return found[AtomicDataDict.TOTAL_ENERGY_KEY], found[AtomicDataDict.FORCE_KEY]

    return training_step(made, answer)


def tasks() -> dict:
    set_global_state()  # before a model is built
    found = {}
    batches = {"32_ethanol": batch(ethanol(32)), "256_Cu": batch([copper(256)])}
    for l_max in (1, 2):
        made = model(l_max)
        for name, given in batches.items():
            found[f"NequIP_l{l_max}_forces,_{name}"] = partial(forces, made, given)
            found[f"NequIP_l{l_max}_training_step,_{name}"] = partial(step, made, given)
    return found


if __name__ == "__main__":
    torch.set_num_threads(1)
    serve(tasks())
