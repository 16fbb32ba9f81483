"""DeePMD-kit's side of the comparison of DeepPot-SE; compare.py starts it.

In float64, its default; the neighbour list is given, with slots as its `sel: auto` gives them.
"""

import sys
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import ase
import numpy as np
import torch
from deepmd.pt.model.model import get_model
from deepmd.pt.utils.nlist import extend_input_and_build_neighbor_list
from networks import rows, training_step
from work import copper, ethanol, serve

CUTOFF, SMOOTH_FROM = 6.0, 0.5
SLOTS = {("H", "C", "O"): [8, 4, 4], ("Cu",): [96]}


def model(elements: tuple[str, ...]) -> torch.nn.Module:
    descriptor = {
        "type": "se_e2_a",
        "rcut": CUTOFF,
        "rcut_smth": SMOOTH_FROM,
        "sel": SLOTS[elements],
        "neuron": [25, 50, 100],
        "axis_neuron": 16,
        "type_one_side": False,
        "precision": "float64",
    }
    fitting = {"neuron": [120, 120, 120], "resnet_dt": True, "precision": "float64"}
    whole = get_model(
        {"type_map": list(elements), "descriptor": descriptor, "fitting_net": fitting}
    )
    with torch.no_grad():
        for name, weight in whole.named_parameters():
            if name.endswith("idt"):
                weight.fill_(0.5)
            elif name.endswith("bias"):
                weight.copy_(0.3 * rows(len(weight), 1)[:, 0])
            elif name.endswith("matrix"):
                weight.copy_((0.5 * rows(*weight.T.shape) / len(weight) ** 0.5).T)
    return whole


def prepared(whole: torch.nn.Module, frames: list[ase.Atoms], elements: tuple[str, ...]) -> dict:
    """Atoms with their images, and who is whose neighbour."""
    types = torch.tensor([[elements.index(symbol) for symbol in frame.symbols] for frame in frames])
    positions = torch.from_numpy(np.stack([frame.positions for frame in frames]))
    boxes = torch.from_numpy(np.stack([frame.cell.array for frame in frames]))
    slots = SLOTS[elements]
    positions, types, mapping, neighbors = extend_input_and_build_neighbor_list(
        positions.flatten(1), types, CUTOFF, slots, box=boxes if frames[0].pbc.all() else None
    )
    return {"args": (positions, types, neighbors), "mapping": mapping}


def answer(whole: torch.nn.Module, inputs: dict) -> tuple[torch.Tensor, torch.Tensor]:
    positions, *others = inputs["args"]
    found = whole.forward_lower(positions.detach(), *others)
    # The forces on images belong to the atoms that they are images of.
    n_atoms = others[1].shape[1]
    index = inputs["mapping"][:, :, None].expand(-1, -1, 3)
    forces = torch.zeros(len(index), n_atoms, 3, dtype=torch.float64)
    return found["energy"], forces.scatter_add(1, index, found["extended_force"]).flatten(0, 1)


def forces(whole: torch.nn.Module, inputs: dict) -> np.ndarray:
    whole.eval()
    for weight in whole.parameters():
        weight.requires_grad_(False)
    return answer(whole, inputs)[1].detach().numpy()


def step(whole: torch.nn.Module, inputs: dict) -> np.ndarray:
    whole.train()
    for weight in whole.parameters():
        weight.requires_grad_(True)
    return training_step(whole, partial(answer, whole, inputs))


def tasks() -> dict:
    organic, metal = model(("H", "C", "O")), model(("Cu",))
    molecules = prepared(organic, ethanol(32), ("H", "C", "O"))
    crystal = prepared(metal, [copper(256)], ("Cu",))
    return {
        "forces,_32_ethanol": partial(forces, organic, molecules),
        "training_step,_32_ethanol": partial(step, organic, molecules),
        "forces,_256_Cu": partial(forces, metal, crystal),
    }


if __name__ == "__main__":
    torch.set_num_threads(1)
    serve(tasks())
