"""Allegro as the nequip-allegro package computes it, for tests/models.

Run it in an environment of its own (see README.md here):

    OMP_NUM_THREADS=1 python allegro_models.py          # rewrites allegro_models.npz

Small models with random weights in float64: weights, energies, energies of the atoms, forces, and
stress of periodic cells. The structures are those of schnetpack_models.npz.
"""

import json
import platform
from importlib.metadata import version

import ase
import numpy as np
import torch
from allegro.model import AllegroModel
from nequip.utils.global_state import set_global_state
from nequip_models import HERE, answer, structures

BESSEL = {
    "_target_": "allegro.nn.TwoBodyBesselScalarEmbed",
    "num_bessels": 8,
    "polynomial_cutoff_p": 6,
}
COMMON = {
    "type_names": ["H", "C", "N", "O"],
    "r_max": 4.0,
    "l_max": 1,
    "parity": True,
    "radial_chemical_embed": BESSEL,
    "scalar_embed_mlp_hidden_layers_depth": 1,
    "scalar_embed_mlp_hidden_layers_width": 16,
    "num_layers": 2,
    "num_scalar_features": 12,
    "num_tensor_features": 4,
    "allegro_mlp_hidden_layers_depth": 1,
    "allegro_mlp_hidden_layers_width": 14,
    "readout_mlp_hidden_layers_depth": 1,
    "readout_mlp_hidden_layers_width": 10,
    "tp_path_channel_coupling": True,
    "avg_num_neighbors": 7.3,
    "per_type_energy_scales": {"H": 1.3, "C": 0.7, "N": 1.1, "O": 0.9},
    "per_type_energy_shifts": {"H": -3.4, "C": -9.1, "N": -11.7, "O": -8.3},
}
# the sizes by which each model differs from COMMON
MODELS = {
    "vectors": {},
    "tensors": {"l_max": 2, "num_layers": 3},
    "no_parity": {"l_max": 2, "parity": False, "tp_path_channel_coupling": False},
    "uneven": {
        "radial_chemical_embed": BESSEL | {"num_bessels": 6, "polynomial_cutoff_p": 5},
        "radial_chemical_embed_dim": 10,
        "scalar_embed_mlp_hidden_layers_depth": 0,
        "allegro_mlp_hidden_layers_depth": 2,
        "readout_mlp_hidden_layers_depth": 0,
        "avg_num_neighbors": {"H": 5.1, "C": 8.3, "N": 7.7, "O": 6.9},
    },
}


def sizes(name: str) -> dict:
    return COMMON | MODELS[name]


def model(name: str) -> torch.nn.Module:
    return AllegroModel(seed=2023, model_dtype="float64", **sizes(name)).eval()


def main() -> None:
    set_global_state()  # before a model is built
    stored = {}
    for name, atoms in structures().items():
        stored[f"{name}_positions"] = atoms.positions
        stored[f"{name}_numbers"] = atoms.numbers
        stored[f"{name}_cell"] = atoms.cell.array
        stored[f"{name}_pbc"] = atoms.pbc
    for key in MODELS:
        made = model(key)
        for name, value in made.state_dict().items():
            if value.numel():
                stored[f"{key}/weights/{name}"] = value.numpy()
        for name, atoms in structures().items():
            for part, value in answer(made, sizes(key), atoms).items():
                stored[f"{key}/{name}/{part}"] = value
            print(key, name, stored[f"{key}/{name}/energy"])
    index = {
        "structures": list(structures()),
        "models": {name: sizes(name) for name in MODELS},
        "versions": {
            "nequip-allegro": version("nequip-allegro"),
            "nequip": version("nequip"),
            "e3nn": version("e3nn"),
            "torch": torch.__version__,
            "ase": ase.__version__,
            "python": platform.python_version(),
        },
    }
    np.savez_compressed(HERE / "allegro_models.npz", index=json.dumps(index), **stored)


if __name__ == "__main__":
    main()
