"""A checkpoint of nequip-train and what nequip says with it, for tests/models/test_nequip_files.py.

Run it in an environment of its own (see README.md here):

    OMP_NUM_THREADS=1 python nequip_trained.py    # rewrites nequip_trained.ckpt and .npz

Two epochs on 12 ethanol molecules with energies of ASE's EMT, as a user would train, with averaged
weights (EMALightningModule).
"""

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import ase
import ase.io
import numpy as np
import torch
from ase.build import molecule
from ase.calculators.emt import EMT
from nequip.data import AtomicDataDict, from_dict
from nequip.data.ase import from_ase
from nequip.data.transforms import ChemicalSpeciesToAtomTypeMapper, NeighborListTransform
from nequip.model import ModelFromCheckpoint
from nequip.utils.global_state import set_global_state

HERE = Path(__file__).parent
TYPES, CUTOFF = ["H", "C", "O"], 4.0
MODEL = {
    "_target_": "nequip.model.NequIPGNNModel",
    "seed": 1,
    "model_dtype": "float64",
    "type_names": TYPES,
    "r_max": CUTOFF,
    "l_max": 1,
    "parity": True,
    "num_layers": 3,
    "num_features": 6,
    "radial_mlp_depth": 1,
    "radial_mlp_width": 12,
    "avg_num_neighbors": "${training_data_stats:num_neighbors_mean}",
    "per_type_energy_shifts": {"H": -1.1, "C": -2.2, "O": -3.3},
    "per_type_energy_scales": "${training_data_stats:per_type_forces_rms}",
}
LOSS = {
    "_target_": "nequip.train.EnergyForceLoss",
    "per_atom_energy": True,
    "coeffs": {"total_energy": 1.0, "forces": 1.0},
}
METRICS = {
    "_target_": "nequip.train.EnergyForceMetrics",
    "coeffs": {"total_energy_mae": 1.0, "forces_mae": 1.0},
}
LOADER = {"_target_": "torch.utils.data.DataLoader", "batch_size": 3}
TRANSFORMS = "nequip.data.transforms"
DATA = {
    "_target_": "nequip.data.datamodule.ASEDataModule",
    "seed": 1,
    "split_dataset": {"file_path": "ethanol.xyz", "train": 9, "val": 3},
    "transforms": [
        {
            "_target_": f"{TRANSFORMS}.ChemicalSpeciesToAtomTypeMapper",
            "model_type_names": TYPES,
        },
        {"_target_": f"{TRANSFORMS}.NeighborListTransform", "r_max": CUTOFF},
    ],
    "train_dataloader": LOADER,
    "val_dataloader": LOADER,
    "stats_manager": {
        "_target_": "nequip.data.CommonDataStatisticsManager",
        "type_names": TYPES,
    },
}
TRAINING = {
    "run": ["train"],
    "data": DATA,
    "trainer": {
        "_target_": "lightning.Trainer",
        "accelerator": "cpu",
        "max_epochs": 2,
        "enable_progress_bar": False,
        "logger": False,
        "callbacks": [
            {
                "_target_": "lightning.pytorch.callbacks.ModelCheckpoint",
                "dirpath": ".",
                "filename": "trained",
            }
        ],
    },
    "training_module": {
        "_target_": "nequip.train.EMALightningModule",
        "loss": LOSS,
        "val_metrics": METRICS,
        "optimizer": {"_target_": "torch.optim.Adam", "lr": 0.01},
        "model": MODEL,
    },
    "global_options": {"allow_tf32": False},
}


def frames(first_seed: int, count: int) -> list[ase.Atoms]:
    found = []
    for seed in range(first_seed, first_seed + count):
        atoms = molecule("CH3CH2OH")
        atoms.rattle(0.1, seed=seed)
        atoms.calc = EMT()
        atoms.get_forces()
        found.append(atoms)
    return found


def train(folder: Path) -> Path:
    ase.io.write(folder / "ethanol.xyz", frames(0, 12), format="extxyz")
    (folder / "train.yaml").write_text(json.dumps(TRAINING))  # YAML too
    program = Path(sys.executable).with_name("nequip-train")
    options = ["-cp", str(folder), "-cn", "train", "hydra.run.dir=.", "hydra.output_subdir=null"]
    subprocess.run([program, *options], cwd=folder, check=True)
    return folder / "trained.ckpt"


def answer(made: torch.nn.Module, atoms: ase.Atoms) -> dict[str, np.ndarray]:
    graph = from_dict(from_ase(atoms))
    for prepare in (ChemicalSpeciesToAtomTypeMapper(TYPES), NeighborListTransform(CUTOFF)):
        graph = prepare(graph)
    found = made(graph)
    kept = {
        "energies_of_atoms": found[AtomicDataDict.PER_ATOM_ENERGY_KEY][:, 0],
        "forces": found[AtomicDataDict.FORCE_KEY],
    }
    return {part: value.detach().numpy() for part, value in kept.items()}


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(train(Path(folder)), HERE / "nequip_trained.ckpt")
    set_global_state()
    (made,) = ModelFromCheckpoint(HERE / "nequip_trained.ckpt", compile_mode="eager").values()
    made.eval()
    stored = {}
    for n, atoms in enumerate([*frames(90, 3), molecule("H2O"), molecule("CH3OH")]):
        stored |= {f"positions_{n}": atoms.positions, f"numbers_{n}": atoms.numbers}
        stored |= {f"{part}_{n}": value for part, value in answer(made, atoms).items()}
    np.savez_compressed(HERE / "nequip_trained.npz", **stored)


if __name__ == "__main__":
    main()
