"""SchNetPack's side of the comparison of SchNet and PaiNN; compare.py starts it.

In float32; the batch, with its neighbour list, is given.
"""

import sys
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import numpy as np
import torch
import torch.utils.data.dataloader
from networks import filled, training_step
from work import copper, ethanol, serve

torch.utils.data.dataloader.T_co = torch.utils.data.dataset._T_co  # gone since torch 2.12

import schnetpack as spk  # noqa: E402
import schnetpack.transform as trn  # noqa: E402
from schnetpack.nn.activations import shifted_softplus  # noqa: E402

CUTOFF = 5.0


def model(kind: str) -> torch.nn.Module:
    representation = getattr(spk.representation, kind)(
        n_atom_basis=128,
        n_interactions=3,
        radial_basis=spk.nn.GaussianRBF(20, CUTOFF),
        cutoff_fn=spk.nn.CosineCutoff(CUTOFF),
    )
    activation = shifted_softplus if kind == "SchNet" else torch.nn.functional.silu
    whole = spk.model.NeuralNetworkPotential(
        representation,
        input_modules=[spk.atomistic.PairwiseDistances()],
        output_modules=[
            spk.atomistic.Atomwise(128, output_key="energy", activation=activation),
            spk.atomistic.Forces(),
        ],
    )
    return filled(whole)


def answer(whole: torch.nn.Module, inputs: dict):
    found = whole(whole.initialize_derivatives(dict(inputs)))
    return found["energy"], found["forces"]


def forces(whole: torch.nn.Module, inputs: dict) -> np.ndarray:
    whole.eval()  # without it SchNetPack keeps what a training step would need
    return answer(whole, inputs)[1].detach().numpy()


def step(whole: torch.nn.Module, inputs: dict) -> np.ndarray:
    whole.train()
    return training_step(whole, partial(answer, whole, inputs))


def tasks() -> dict:
    converter = spk.interfaces.AtomsConverter(
        neighbor_list=trn.ASENeighborList(cutoff=CUTOFF), dtype=torch.float32
    )
    found = {}
    molecules, crystal = converter(ethanol(32)), converter(copper(256))
    for kind in ("SchNet", "PaiNN"):
        whole = model(kind)
        found[f"{kind}_forces,_32_ethanol"] = partial(forces, whole, molecules)
        found[f"{kind}_training_step,_32_ethanol"] = partial(step, whole, molecules)
        found[f"{kind}_forces,_256_Cu"] = partial(forces, whole, crystal)
    return found


if __name__ == "__main__":
    torch.set_num_threads(1)
    serve(tasks())
