"""DeepPot-SE as DeePMD-kit computes it, for tests/models.

Run it in an environment of its own (see README.md here):

    OMP_NUM_THREADS=1 python deepmd_models.py          # rewrites deepmd_models.npz

Small models with random weights in float64: weights, energies of atoms, forces, and stress of
periodic cells, of the structures of schnetpack_models.npz. Also the statistics that DeePMD-kit
makes of the environment matrices of a few structures and their mirror images.
"""

import json
import platform
from importlib.metadata import version
from pathlib import Path

import ase
import numpy as np
import torch
from deepmd.pt.model.model import get_model

HERE = Path(__file__).parent
ELEMENTS = ("H", "C", "N", "O")
CUTOFF = 4.0
MODELS = {
    "plain": {  # nothing is shifted or scaled, no learned steps
        "smooth_from": 1.0,
        "slots": (12, 50, 12, 12),
        "embedding": (4, 8, 16),
        "axes": 4,
        "fitting": (10, 10),
        "gain": 12.0,
        "step": False,
    },
    "shifted": {
        "smooth_from": 0.5,
        "slots": (14, 48, 10, 12),
        "embedding": (5, 5, 7),  # layers that keep their input, and that cannot
        "axes": 7,
        "fitting": (8, 16, 16),
        "gain": 4.0,
        "step": True,
    },
    "compact": {  # the first layer is twice as long as its input
        "smooth_from": 2.5,
        "slots": (20, 46, 9, 9),
        "embedding": (2, 6),
        "axes": 1,
        "fitting": (6,),
        "gain": 8.0,
        "step": True,
    },
}
STATISTICS = ("CH3CH2OH", "CH3CONH2", "HCN", "H2O")


def stored_structures() -> dict[str, ase.Atoms]:
    with np.load(HERE / "schnetpack_models.npz") as file:
        names = json.loads(str(file["index"]))["structures"]
        return {
            name: ase.Atoms(
                file[f"{name}_numbers"],
                positions=file[f"{name}_positions"],
                cell=file[f"{name}_cell"],
                pbc=file[f"{name}_pbc"],
            )
            for name in names
        }


def types(atoms: ase.Atoms) -> torch.Tensor:
    return torch.tensor([[ELEMENTS.index(symbol) for symbol in atoms.symbols]])


def model(sizes: dict) -> torch.nn.Module:
    descriptor = {
        "type": "se_e2_a",
        "rcut": CUTOFF,
        "rcut_smth": sizes["smooth_from"],
        "sel": list(sizes["slots"]),
        "neuron": list(sizes["embedding"]),
        "axis_neuron": sizes["axes"],
        "type_one_side": False,
        "resnet_dt": False,
        "precision": "float64",
        "seed": 1,
    }
    fitting = {
        "neuron": list(sizes["fitting"]),
        "resnet_dt": sizes["step"],
        "precision": "float64",
        "seed": 2,
    }
    whole = get_model(
        {"type_map": list(ELEMENTS), "descriptor": descriptor, "fitting_net": fitting}
    )
    torch.manual_seed(2018)
    fit = whole.atomic_model.fitting_net
    fit["bias_atom_e"] = torch.linspace(-1.0, 2.0, len(ELEMENTS), dtype=torch.float64)
    with torch.no_grad():
        for name, value in whole.named_parameters():
            if name.endswith("idt"):  # else all near 0.1: one that is forgotten would hardly show
                value.uniform_(0.3, 0.9)
            elif name.startswith("atomic_model.fitting_net") and name.endswith("matrix"):
                value.mul_(sizes["gain"])  # forces of the order of 0.1 eV/Å
    return whole


def statistics(whole: torch.nn.Module) -> tuple[torch.Tensor, torch.Tensor]:
    """μ and σ of each element, as training would set them from structures and mirror images."""
    data = []
    for name in STATISTICS:
        atoms = stored_structures()[name]
        both = torch.from_numpy(np.stack([atoms.positions, -atoms.positions]))
        data.append({"coord": both, "atype": types(atoms).repeat(2, 1), "box": None})
    descriptor = whole.atomic_model.descriptor
    descriptor.compute_input_stats(data)
    assert (descriptor.sea.mean == descriptor.sea.mean[:, :1]).all()
    return descriptor.sea.mean[:, 0].clone(), descriptor.sea.stddev[:, 0].clone()


def main() -> None:
    stored = {}
    for key, sizes in MODELS.items():
        whole = model(sizes)
        if key != "plain":
            stored[f"{key}/mean"], stored[f"{key}/width"] = (x.numpy() for x in statistics(whole))
        for name, value in whole.state_dict().items():
            if not any(part in name for part in ("_networks", "compress", "mean", "stddev")):
                stored[f"{key}/weights/{name}"] = value.numpy()
        for name, atoms in stored_structures().items():
            box = torch.from_numpy(atoms.cell.array)[None] if atoms.pbc.all() else None
            found = whole(torch.from_numpy(atoms.positions)[None], types(atoms), box)
            found = {part: value.detach().numpy()[0] for part, value in found.items()}
            stored[f"{key}/{name}/energies"] = found["atom_energy"][:, 0]
            stored[f"{key}/{name}/forces"] = found["force"]
            if box is not None:
                stress = -found["virial"].reshape(3, 3) / atoms.cell.volume
                stored[f"{key}/{name}/stress"] = stress
    index = {
        "models": MODELS,
        "cutoff": CUTOFF,
        "structures": list(stored_structures()),
        "statistics": STATISTICS,
        "versions": {
            "deepmd-kit": version("deepmd-kit"),
            "torch": torch.__version__,
            "ase": ase.__version__,
            "python": platform.python_version(),
        },
    }
    np.savez_compressed(HERE / "deepmd_models.npz", index=json.dumps(index), **stored)


if __name__ == "__main__":
    main()
