"""NequIP as the nequip package computes it, for tests/models.

Run it in an environment of its own (see README.md here):

    OMP_NUM_THREADS=1 python nequip_models.py          # rewrites nequip_models.npz

Small models with random weights in float64: weights, energies, energies of the atoms, forces, and
stress of periodic cells. The structures are those of schnetpack_models.npz.
"""

import json
import platform
from importlib.metadata import version
from pathlib import Path

import ase
import numpy as np
import torch
from nequip.data import AtomicDataDict, from_dict
from nequip.data.ase import from_ase
from nequip.data.transforms import ChemicalSpeciesToAtomTypeMapper, NeighborListTransform
from nequip.model import NequIPGNNModel
from nequip.utils.global_state import set_global_state

HERE = Path(__file__).parent
COMMON = {
    "type_names": ["H", "C", "N", "O"],
    "r_max": 4.0,
    "num_bessels": 8,
    "polynomial_cutoff_p": 6,
    "num_layers": 4,
    "l_max": 1,
    "parity": True,
    "num_features": 8,
    "radial_mlp_depth": 1,
    "radial_mlp_width": 16,
    "avg_num_neighbors": 7.3,
    "per_type_energy_scales": {"H": 1.3, "C": 0.7, "N": 1.1, "O": 0.9},
    "per_type_energy_shifts": {"H": -3.4, "C": -9.1, "N": -11.7, "O": -8.3},
}
# the sizes by which each model differs from COMMON
MODELS = {
    "vectors": {},
    "tensors": {"l_max": 2, "num_features": 4, "radial_mlp_depth": 2},
    "no_parity": {"l_max": 2, "parity": False, "num_layers": 3},
    "uneven": {
        "r_max": 3.5,
        "num_bessels": 6,
        "polynomial_cutoff_p": 5,
        "num_layers": 3,
        "l_max": 2,
        "num_features": [8, 3, 5],
        "type_embed_num_features": 6,
        "avg_num_neighbors": {"H": 5.1, "C": 8.3, "N": 7.7, "O": 6.9},
        "readout_mlp_hidden_layers_depth": 1,
        "readout_mlp_hidden_layers_width": 10,
        "per_type_energy_scales": 0.83,
    },
}


def structures() -> dict[str, ase.Atoms]:
    with np.load(HERE / "schnetpack_models.npz") as file:
        return {
            name: ase.Atoms(
                file[f"{name}_numbers"],
                positions=file[f"{name}_positions"],
                cell=file[f"{name}_cell"],
                pbc=file[f"{name}_pbc"],
            )
            for name in json.loads(str(file["index"]))["structures"]
        }


def sizes(name: str) -> dict:
    return COMMON | MODELS[name]


def model(name: str) -> torch.nn.Module:
    return NequIPGNNModel(seed=2022, model_dtype="float64", **sizes(name)).eval()


def answer(made: torch.nn.Module, given: dict, atoms: ase.Atoms) -> dict[str, np.ndarray]:
    graph = from_dict(from_ase(atoms))
    for prepare in (
        ChemicalSpeciesToAtomTypeMapper(given["type_names"]),
        NeighborListTransform(given["r_max"]),
    ):
        graph = prepare(graph)
    found = made(graph)
    kept = {
        "energy": found[AtomicDataDict.TOTAL_ENERGY_KEY][0, 0],
        "energies_of_atoms": found[AtomicDataDict.PER_ATOM_ENERGY_KEY][:, 0],
        "forces": found[AtomicDataDict.FORCE_KEY],
    }
    if atoms.pbc.all():
        kept["stress"] = found[AtomicDataDict.STRESS_KEY][0]
    return {key: value.detach().numpy() for key, value in kept.items()}


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
            "nequip": version("nequip"),
            "e3nn": version("e3nn"),
            "torch": torch.__version__,
            "ase": ase.__version__,
            "python": platform.python_version(),
        },
    }
    np.savez_compressed(HERE / "nequip_models.npz", index=json.dumps(index), **stored)


if __name__ == "__main__":
    main()
