"""DimeNet, DimeNet++ and SchNet as PyTorch Geometric computes them, for tests/models.

Run it in an environment of its own (see README.md here):

    OMP_NUM_THREADS=1 python pyg_models.py          # rewrites pyg_models.npz

Small models with random weights and biases (PyG starts many at zero, where a mistake would not
show), in float64: weights, energies, forces, and stress of periodic cells. PyG's neighbour search
and its list of triplets need compiled packages that PyPI does not have; both are a few lines here.
PyG's models know no periodic images: a cell is given as a cluster of its images, large enough for
the model's whole receptive field, of which the energies of the first copies count.
"""

import json
import platform
from itertools import pairwise
from pathlib import Path

import ase
import numpy as np
import torch
import torch_geometric
from ase.build import bulk, molecule
from torch_geometric.nn.models import dimenet, dimenet_utils, schnet

HERE = Path(__file__).parent
CUTOFF, LAYERS = 3.0, 2
SIZES = {
    "SchNet": {"hidden_channels": 8, "num_filters": 8, "num_interactions": LAYERS},
    "DimeNet": {"hidden_channels": 8, "num_blocks": LAYERS, "num_bilinear": 3},
    "DimeNetPlusPlus": {"hidden_channels": 8, "num_blocks": LAYERS, "int_emb_size": 6},
}
SIZES["SchNet"]["num_gaussians"] = 6
SIZES["DimeNetPlusPlus"] |= {"basis_emb_size": 3, "out_emb_channels": 10}
for sizes in (SIZES["DimeNet"], SIZES["DimeNetPlusPlus"]):
    sizes |= {"out_channels": 1, "num_spherical": 5, "num_radial": 4}


def radius_graph(pos, r, batch, max_num_neighbors):
    """All pairs closer than r: from row to column; PyG's would stop at max_num_neighbors."""
    near = (pos[:, None] - pos).square().sum(2) < r**2
    near.fill_diagonal_(False)
    return near.nonzero().T.flip(0)


def triplets(edge_index, num_nodes):
    """All k -> j -> i with k other than i, as torch_geometric.nn.models.dimenet.triplets."""
    row, col = edge_index
    follows = (row[:, None] == col) & (col[:, None] != row)
    idx_ji, idx_kj = follows.nonzero().T
    return col, row, col[idx_ji], row[idx_ji], row[idx_kj], idx_kj, idx_ji


def roots(n, k):
    """dimenet_utils.Jn_zeros in double precision: PyG's roots are rounded to 1e-7."""
    found = np.zeros((n, k))
    points = np.arange(1, k + n) * np.pi
    found[0] = points[:k]
    for i in range(1, n):
        ends = pairwise(points)
        points = np.array([dimenet_utils.brentq(dimenet_utils.Jn, *end, (i,)) for end in ends])
        found[i] = points[:k]
    return found


dimenet.radius_graph = schnet.radius_graph = radius_graph
dimenet.triplets = triplets
dimenet_utils.Jn_zeros = roots


def structures() -> dict[str, ase.Atoms]:
    random = np.random.default_rng(2020)

    def shaken(atoms: ase.Atoms) -> ase.Atoms:
        atoms.positions += random.normal(0, 0.05, atoms.positions.shape)
        return atoms

    names = ("CH3CH2OH", "H2O", "NH3", "CO2", "C6H6", "HCN", "CH3CONH2", "C2H4", "O3")
    found = {name: shaken(molecule(name)) for name in names}
    triclinic = ase.Atoms(
        "CHON",
        scaled_positions=[[0, 0, 0], [0.3, 0.2, 0.1], [0.5, 0.6, 0.4], [0.8, 0.3, 0.7]],
        cell=[[4.1, 0.3, -0.2], [0.8, 4.4, 0.5], [-0.6, 0.9, 3.9]],
        pbc=True,
    )
    tiny = shaken(bulk("C", "diamond", a=3.57))  # its cell is smaller than the cutoff
    one = bulk("N", "fcc", a=3.3)  # all neighbours are images of the atom itself
    far = ase.Atoms("CO", positions=[[0, 0, 0], [0, 0, 9.0]])
    alone = ase.Atoms("N", positions=[[0.1, 0.2, 0.3]])
    more = {"triclinic": triclinic, "tiny": tiny, "one": one, "far": far, "alone": alone}
    return found | more


def model(kind: str) -> torch.nn.Module:
    torch.manual_seed(2020)
    made = {
        "SchNet": schnet.SchNet,
        "DimeNet": dimenet.DimeNet,
        "DimeNetPlusPlus": dimenet.DimeNetPlusPlus,
    }[kind](cutoff=CUTOFF, **SIZES[kind])
    made = made.double()
    with torch.no_grad():
        for name, parameter in made.named_parameters():
            if name.endswith("bias"):
                parameter.normal_(0, 0.3)
            if name.startswith("output_blocks") and name.endswith("lin.weight"):
                parameter.normal_(0, 0.05)
        if kind == "SchNet":  # made in single precision
            made.distance_expansion.offset = torch.linspace(
                0, CUTOFF, SIZES[kind]["num_gaussians"], dtype=torch.float64
            )
            width = CUTOFF / (SIZES[kind]["num_gaussians"] - 1)
            made.distance_expansion.coeff = -0.5 / width**2
            made.act.shift = float(torch.log(torch.tensor(2.0, dtype=torch.float64)))
            for block in made.interactions:
                block.act.shift = block.mlp[1].shift = made.act.shift
        else:
            numbers = torch.arange(1, SIZES[kind]["num_radial"] + 1, dtype=torch.float64)
            made.rbf.freq.copy_(numbers * torch.pi + 0.1 * torch.randn(len(numbers)))
    return made.eval()


def cluster(atoms: ase.Atoms) -> tuple[np.ndarray, np.ndarray]:
    """Which atom and which image: all that can matter to atoms of the cell itself."""
    if not atoms.pbc.any():
        return np.arange(len(atoms)), np.zeros((len(atoms), 3))
    reach = (LAYERS + 2) * CUTOFF
    heights = 1 / np.linalg.norm(np.linalg.inv(atoms.cell.array), axis=0)
    n = [int(np.ceil(reach / height)) + 1 for height in heights]
    grid = np.stack(np.meshgrid(*(np.arange(-k, k + 1) for k in n), indexing="ij"), -1)
    images = grid.reshape(-1, 3)
    images = images[np.argsort(np.abs(images).sum(1), kind="stable")]  # home first
    which = np.tile(np.arange(len(atoms)), len(images))
    images = np.repeat(images, len(atoms), axis=0)
    places = atoms.positions[which] + images @ atoms.cell.array
    apart = np.linalg.norm(places[:, None] - atoms.positions, axis=2).min(1)
    return which[apart < reach], images[apart < reach]


def answer(made: torch.nn.Module, atoms: ase.Atoms) -> dict[str, np.ndarray]:
    which, images = cluster(atoms)
    positions = torch.tensor(atoms.positions, requires_grad=True)
    strain = torch.zeros(3, 3, dtype=torch.float64, requires_grad=True)
    deform = torch.eye(3, dtype=torch.float64) + (strain + strain.T) / 2
    everywhere = positions[which] + torch.from_numpy(images @ atoms.cell.array)
    batch = (torch.arange(len(which)) >= len(atoms)).long()
    z = torch.from_numpy(atoms.numbers[which])
    energy = made(z, everywhere @ deform, batch)[0, 0]
    forces, virial = torch.autograd.grad(
        energy, [positions, strain], allow_unused=True, materialize_grads=True
    )
    found = {"energy": energy.detach().numpy(), "forces": -forces.numpy()}
    if atoms.pbc.all():
        found["stress"] = virial.numpy() / atoms.get_volume()
    return found


def main() -> None:
    stored = {}
    for name, atoms in structures().items():
        stored[f"{name}_positions"] = atoms.positions
        stored[f"{name}_numbers"] = atoms.numbers
        stored[f"{name}_cell"] = atoms.cell.array
        stored[f"{name}_pbc"] = atoms.pbc
    for kind in SIZES:
        made = model(kind)
        for name, value in made.state_dict().items():
            if name in ("embedding.weight", "emb.emb.weight"):
                value = value[:10]
            stored[f"{kind}/weights/{name}"] = value.numpy()
        for name, atoms in structures().items():
            for part, value in answer(made, atoms).items():
                stored[f"{kind}/{name}/{part}"] = value
            print(kind, name, stored[f"{kind}/{name}/energy"])
    index = {
        "structures": list(structures()),
        "sizes": SIZES,
        "cutoff": CUTOFF,
        "versions": {
            "torch_geometric": torch_geometric.__version__,
            "torch": torch.__version__,
            "ase": ase.__version__,
            "python": platform.python_version(),
        },
    }
    np.savez_compressed(HERE / "pyg_models.npz", index=json.dumps(index), **stored)


if __name__ == "__main__":
    main()
