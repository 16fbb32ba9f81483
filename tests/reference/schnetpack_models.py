"""SchNet and PaiNN as SchNetPack computes them, for tests/models.

Run it in an environment of its own (see README.md here):

    OMP_NUM_THREADS=1 python schnetpack_models.py          # rewrites schnetpack_models.npz

Small models with random weights, all of them also given biases by chance (SchNetPack starts them
at zero, where a forgotten bias would not show), in float64: weights, energies, forces, and stress
of periodic cells.
"""

import json
import math
import platform
from importlib.metadata import version
from pathlib import Path

import ase
import numpy as np
import torch
import torch.utils.data.dataloader
from ase.build import bulk, molecule

torch.utils.data.dataloader.T_co = torch.utils.data.dataset._T_co  # gone since torch 2.12

import schnetpack as spk  # noqa: E402
import schnetpack.transform as trn  # noqa: E402
from schnetpack.nn.activations import shifted_softplus  # noqa: E402

HERE = Path(__file__).parent
FEATURES, LAYERS, N_RADIAL, CUTOFF = 12, 3, 8, 4.0


def structures() -> dict[str, ase.Atoms]:
    random = np.random.default_rng(2017)

    def shaken(atoms: ase.Atoms, width: float) -> ase.Atoms:
        atoms.positions += random.normal(0, width, atoms.positions.shape)
        return atoms

    triclinic = ase.Atoms(
        "CHON",
        scaled_positions=[[0, 0, 0], [0.3, 0.2, 0.1], [0.5, 0.6, 0.4], [0.8, 0.3, 0.7]],
        cell=[[4.1, 0.3, -0.2], [0.8, 4.4, 0.5], [-0.6, 0.9, 3.9]],
        pbc=True,
    )
    tiny = bulk("C", "diamond", a=3.57)
    found = {
        name: shaken(molecule(name), 0.05)
        for name in ("CH3CH2OH", "H2O", "NH3", "CO2", "C6H6", "HCN", "CH3CONH2")
    }
    far = ase.Atoms("CO", positions=[[0, 0, 0], [0, 0, 9.0]])
    alone = ase.Atoms("N", positions=[[0.1, 0.2, 0.3]])
    return found | {
        "triclinic": triclinic,
        "tiny": shaken(tiny, 0.05),
        "far": far,
        "alone": alone,
    }


def model(kind: str, basis: str) -> torch.nn.Module:
    torch.manual_seed(2021)
    radial = (
        spk.nn.GaussianRBF(N_RADIAL, CUTOFF)
        if basis == "GaussianSmearing"
        else spk.nn.BesselRBF(N_RADIAL, CUTOFF)
    )
    representation = {"SchNet": spk.representation.SchNet, "PaiNN": spk.representation.PaiNN}[kind](
        n_atom_basis=FEATURES,
        n_interactions=LAYERS,
        radial_basis=radial,
        cutoff_fn=spk.nn.CosineCutoff(CUTOFF),
    )
    activation = shifted_softplus if kind == "SchNet" else torch.nn.functional.silu
    energy = spk.atomistic.Atomwise(FEATURES, output_key="energy", activation=activation)
    forces = spk.atomistic.Forces(calc_stress=True)
    whole = spk.model.NeuralNetworkPotential(
        representation,
        input_modules=[spk.atomistic.Strain(), spk.atomistic.PairwiseDistances()],
        output_modules=[energy, forces],
    )
    with torch.no_grad():
        for name, parameter in whole.named_parameters():
            if name.endswith("bias"):
                parameter.normal_(0, 0.3)
    whole = whole.double()
    with torch.no_grad():  # SchNetPack makes these in single precision: 1e-7 of an energy
        if basis == "GaussianSmearing":
            radial.offsets.copy_(torch.linspace(0, CUTOFF, N_RADIAL, dtype=torch.float64))
            radial.widths.fill_(CUTOFF / (N_RADIAL - 1))
        else:
            radial.freqs.copy_(
                torch.arange(1, N_RADIAL + 1, dtype=torch.float64) * math.pi / CUTOFF
            )
    return whole.eval()


def main() -> None:
    stored, names = {}, list(structures())
    converter = spk.interfaces.AtomsConverter(
        neighbor_list=trn.ASENeighborList(cutoff=CUTOFF), dtype=torch.float64
    )
    for name, atoms in structures().items():
        stored[f"{name}_positions"] = atoms.positions
        stored[f"{name}_numbers"] = atoms.numbers
        stored[f"{name}_cell"] = atoms.cell.array
        stored[f"{name}_pbc"] = atoms.pbc
    kinds = [("SchNet", "GaussianSmearing"), ("PaiNN", "GaussianSmearing"), ("PaiNN", "SineWaves")]
    for kind, basis in kinds:
        whole, key = model(kind, basis), f"{kind}_{basis}"
        for name, value in whole.state_dict().items():
            if name.endswith("embedding.weight"):
                value = value[:10]
            stored[f"{key}/weights/{name}"] = value.numpy()
        for name, atoms in structures().items():
            inputs = whole.initialize_derivatives(converter(atoms))
            found = whole(inputs)
            stored[f"{key}/{name}/energy"] = found["energy"].detach().numpy()
            stored[f"{key}/{name}/forces"] = found["forces"].detach().numpy()
            if atoms.pbc.all():
                stored[f"{key}/{name}/stress"] = found["stress"].detach().numpy().reshape(3, 3)
    index = {
        "structures": names,
        "models": [f"{kind}_{basis}" for kind, basis in kinds],
        "features": FEATURES,
        "layers": LAYERS,
        "n_radial": N_RADIAL,
        "cutoff": CUTOFF,
        "versions": {
            "schnetpack": version("schnetpack"),
            "torch": torch.__version__,
            "ase": ase.__version__,
            "python": platform.python_version(),
        },
    }
    np.savez_compressed(HERE / "schnetpack_models.npz", index=json.dumps(index), **stored)


if __name__ == "__main__":
    main()
