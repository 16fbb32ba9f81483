"""nequip-allegro's side of the comparison of Allegro; compare.py starts it.

In float32, 2 layers, 64 scalars, 32 channels of each parity up to l = 1 or 2, cutoff 5 Å, the rest
as the package has it by default; the batch, with its neighbour list, is given.
"""

import sys
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import torch
from allegro.model import AllegroModel
from by_name import numbers
from nequip.utils.global_state import set_global_state
from nequip_models import CUTOFF, ELEMENTS, batch, forces, step
from work import copper, ethanol, serve


def model(l_max: int) -> torch.nn.Module:
    made = AllegroModel(
        seed=0,
        model_dtype="float32",
        type_names=ELEMENTS,
        r_max=CUTOFF,
        l_max=l_max,
        parity=True,
        radial_chemical_embed={
            "_target_": "allegro.nn.TwoBodyBesselScalarEmbed",
            "num_bessels": 8,
            "polynomial_cutoff_p": 6,
        },
        num_layers=2,
        num_scalar_features=64,
        num_tensor_features=32,
        avg_num_neighbors=20.0,
        per_type_energy_scales=1.0,
        per_type_energy_shifts=0.0,
    )
    with torch.no_grad():
        for name, weight in made.named_parameters():
            weight.copy_(numbers(name, weight.numel()).view(weight.shape))
    return made


def tasks() -> dict:
    set_global_state()  # before a model is built
    found = {}
    batches = {"32_ethanol": batch(ethanol(32)), "256_Cu": batch([copper(256)])}
    for l_max in (1, 2):
        made = model(l_max)
        for name, given in batches.items():
            found[f"Allegro_l{l_max}_forces,_{name}"] = partial(forces, made, given)
            found[f"Allegro_l{l_max}_training_step,_{name}"] = partial(step, made, given)
    return found


if __name__ == "__main__":
    torch.set_num_threads(1)
    serve(tasks())
