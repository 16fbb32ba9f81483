"""MACE as mace-torch computes it, for tests/models.

Run it in an environment of its own (see README.md here):

    OMP_NUM_THREADS=1 python mace_models.py          # rewrites mace_models.npz

Small models with random weights in float64: weights, coupling tensors U, energies, energies of the
atoms, forces, and stress of periodic cells. The structures are those of schnetpack_models.npz.
"""

import json
import platform
from importlib.metadata import version
from pathlib import Path

import ase
import numpy as np
import torch
from mace import data, modules  # before e3nn, which PyTorch could not load otherwise
from mace.tools import AtomicNumberTable, torch_geometric

from e3nn import o3  # isort: skip

HERE = Path(__file__).parent
ELEMENTS = (1, 6, 7, 8)
COMMON = {
    "r_max": 4.0,
    "num_bessel": 8,
    "num_polynomial_cutoff": 5,
    "radial_MLP": [16, 16, 16],
    "max_ell": 3,
    "correlation": 3,
    "num_interactions": 2,
    "hidden_irreps": "8x0e + 8x1o",
    "MLP_irreps": "16x0e",
    "gate": "silu",
    "interaction_cls": "RealAgnosticResidualInteractionBlock",
    "interaction_cls_first": "RealAgnosticInteractionBlock",
    "atomic_energies": [-3.4, -9.1, -11.7, -8.3],
    "avg_num_neighbors": 2.7,
    "atomic_inter_scale": 0.83,
    "atomic_inter_shift": 0.21,
}
# the sizes by which each model differs from COMMON
MODELS = {
    "vectors": {},
    "scalars": {"hidden_irreps": "8x0e", "correlation": 2},
    "tensors": {"hidden_irreps": "8x0e + 8x1o + 8x2e", "max_ell": 2},
    "three_layers": {
        "num_interactions": 3,
        "correlation": 1,
        "r_max": 3.5,
        "num_bessel": 6,
        "num_polynomial_cutoff": 6,
        "radial_MLP": [12, 20],
        "MLP_irreps": "10x0e",
    },
    "residual_first": {"interaction_cls_first": "RealAgnosticResidualInteractionBlock"},
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
    torch.manual_seed(2022)
    given = sizes(name)
    for key in ("interaction_cls", "interaction_cls_first"):
        given[key] = modules.interaction_classes[given[key]]
    for key in ("hidden_irreps", "MLP_irreps"):
        given[key] = o3.Irreps(given[key])
    given["gate"] = modules.gate_dict[given["gate"]]
    given["atomic_energies"] = np.array(given["atomic_energies"])
    made = modules.ScaleShiftMACE(
        **given, num_elements=len(ELEMENTS), atomic_numbers=list(ELEMENTS), use_reduced_cg=False
    )
    with torch.no_grad():  # MACE starts these small: terms of third order would hardly show
        for label, weight in made.named_parameters():
            if "symmetric_contractions" in label:
                weight.mul_(weight.shape[1])
    return made.eval()


def answer(made: torch.nn.Module, atoms: ase.Atoms) -> dict[str, np.ndarray]:
    graph = data.AtomicData.from_config(
        data.config_from_atoms(atoms),
        z_table=AtomicNumberTable(list(ELEMENTS)),
        cutoff=float(made.r_max),
    )
    batch = torch_geometric.batch.Batch.from_data_list([graph])
    found = made(batch.to_dict(), compute_stress=bool(atoms.pbc.all()))
    kept = {
        "energy": found["energy"][0],
        "energies_of_atoms": found["node_energy"],
        "forces": found["forces"],
    }
    if atoms.pbc.all():
        kept["stress"] = found["stress"][0]
    return {key: value.detach().numpy() for key, value in kept.items()}


def main() -> None:
    torch.set_default_dtype(torch.float64)
    stored = {}
    for name, atoms in structures().items():
        stored[f"{name}_positions"] = atoms.positions
        stored[f"{name}_numbers"] = atoms.numbers
        stored[f"{name}_cell"] = atoms.cell.array
        stored[f"{name}_pbc"] = atoms.pbc
    for key in MODELS:
        made = model(key)
        for name, value in made.state_dict().items():
            if value.numel() and "graph_opt" not in name:
                stored[f"{key}/weights/{name}"] = value.numpy()
        for name, atoms in structures().items():
            for part, value in answer(made, atoms).items():
                stored[f"{key}/{name}/{part}"] = value
            print(key, name, stored[f"{key}/{name}/energy"])
    index = {
        "structures": list(structures()),
        "elements": ELEMENTS,
        "models": {name: sizes(name) for name in MODELS},
        "versions": {
            "mace-torch": version("mace-torch"),
            "e3nn": version("e3nn"),
            "torch": torch.__version__,
            "ase": ase.__version__,
            "python": platform.python_version(),
        },
    }
    np.savez_compressed(HERE / "mace_models.npz", index=json.dumps(index), **stored)


if __name__ == "__main__":
    main()
