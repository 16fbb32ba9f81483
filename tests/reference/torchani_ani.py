"""AEVs, energies and forces as TorchANI computes them, for tests/descriptors and tests/models.

Run it in an environment of its own (see README.md here); it needs torchani 2.2.4 and ase:

    OMP_NUM_THREADS=1 python torchani_ani.py          # rewrites torchani_ani.npz beside this file

All in float64. TorchANI keeps the grid's constants in float32 and then makes them double, so shifts
and sections are rounded to float32 here too. Before anything is written, each AEV is computed a
second time by plain loops over the formulas of README.md, and both must agree.
"""

import json
import platform
from importlib.metadata import version
from itertools import combinations, combinations_with_replacement, product
from math import acos, ceil, cos, exp, inf, pi
from pathlib import Path

import ase
import numpy as np
import torch
import torchani
from ase.build import bulk, molecule
from torchani import neurochem

SEED = 2017
FOLDER = Path(torchani.__file__).parent / "resources" / "ani-1x_8x"
AGREE = 1e-11  # largest difference of TorchANI and the loops; the largest AEV element is about 5


def rounded(*values: float) -> list[float]:
    return np.asarray(values, np.float32).astype(float).tolist()


def shifts(start: float, end: float, n: int) -> list[float]:
    return rounded(*(start + k * (end - start) / n for k in range(n)))


def sections(n: int) -> list[float]:
    return rounded(*((k + 0.5) * pi / n for k in range(n)))


GRIDS = {
    "ANI-1x": {
        "cutoff": 5.2,
        "elements": [1, 6, 7, 8],
        "eta": 16.0,
        "shifts": shifts(0.9, 5.2, 16),
        "angular_cutoff": 3.5,
        "angular_eta": 8.0,
        "angular_shifts": shifts(0.9, 3.5, 4),
        "zeta": 32.0,
        "sections": sections(8),
    },
    # seven elements that do not rise, a ζ that is no whole number, other counts of everything
    "fractional": {
        "cutoff": 5.1,
        "elements": [1, 6, 7, 8, 16, 9, 17],
        "eta": rounded(19.7)[0],
        "shifts": shifts(0.8, 5.1, 5),
        "angular_cutoff": 3.5,
        "angular_eta": 12.5,
        "angular_shifts": shifts(0.8, 3.5, 3),
        "zeta": rounded(14.1)[0],
        "sections": sections(4),
    },
}


def structures() -> dict[str, ase.Atoms]:
    """Molecules, crystals with small and skewed cells, and atoms that nobody sees."""
    random = np.random.default_rng(SEED)

    def shaken(atoms: ase.Atoms, width: float = 0.05) -> ase.Atoms:
        atoms.positions += random.normal(0.0, width, atoms.positions.shape)
        atoms.wrap()  # TorchANI looks for images of atoms that lie in the cell
        return atoms

    names = ("CH3CH2OH", "H2O", "CH4", "NH3", "C6H6", "CH3NO2", "CH3CONH2", "HCOOH", "HCN", "N2")
    found = {name: shaken(molecule(name)) for name in names}
    water = molecule("H2O")
    water.set_cell([3.1, 3.0, 3.2])
    water.pbc = True
    box = water.repeat((2, 2, 2))
    mixed = ase.Atoms(
        "OCNH2",
        positions=[[0, 0, 0], [1.3, 0.2, 0.1], [1.9, 1.3, 0.3], [2.9, 1.4, 0.2], [1.2, 2.1, 0.9]],
        cell=[[4.2, 0, 0], [1.4, 4.0, 0], [-1.0, 0.9, 3.8]],
        pbc=True,
    )
    far = ase.Atoms("CO", positions=[[1, 1, 1], [7, 7, 7]], cell=[20, 20, 20], pbc=True)
    return found | {
        "carbon dioxide, exactly linear": ase.Atoms("OCO", [[0, 0, z] for z in (-1.16, 0, 1.16)]),
        "one oxygen atom": ase.Atoms("O", [[0.3, -0.2, 0.1]]),
        "two atoms out of reach": ase.Atoms("CH", [[0, 0, 0], [0, 0, 6.0]]),
        "two atoms between the cutoffs": ase.Atoms("CN", [[0, 0, 0], [0, 3.0, 3.0]]),
        "water, 8 molecules, periodic": shaken(box),
        "four elements, skewed cell": shaken(mixed),
        "diamond, cell of two atoms": shaken(bulk("C", "diamond", a=3.57), 0.08),
        "two atoms alone in a large cell": far,
    }


def neighbours(atoms: ase.Atoms, i: int, cutoff: float) -> list[tuple[int, np.ndarray]]:
    """Element and r_j - r_i of everything within the cutoff of atom i, all images included."""
    heights = [
        1 / np.linalg.norm(row) if periodic else inf
        for row, periodic in zip(atoms.cell.complete().reciprocal(), atoms.pbc, strict=True)
    ]
    reach = [ceil(cutoff / h) + 1 if np.isfinite(h) else 0 for h in heights]
    found = []
    for image in product(*(range(-n, n + 1) for n in reach)):
        for j, number in enumerate(atoms.numbers):
            d = atoms.positions[j] + np.array(image) @ atoms.cell.array - atoms.positions[i]
            if 1e-6 < np.linalg.norm(d) <= cutoff:
                found.append((int(number), d))
    return found


def by_loops(atoms: ase.Atoms, i: int, grid: dict) -> list[float]:
    """The AEV of atom i, as loops over the formulas of README.md."""

    def fc(r: float, cutoff: float) -> float:
        return 0.5 * cos(pi * r / cutoff) + 0.5

    row = []
    near = neighbours(atoms, i, grid["cutoff"])
    for z in grid["elements"]:
        lengths = [float(np.linalg.norm(d)) for number, d in near if number == z]
        for r_s in grid["shifts"]:
            terms = [exp(-grid["eta"] * (r - r_s) ** 2) * fc(r, grid["cutoff"]) for r in lengths]
            row.append(0.25 * sum(terms))
    inner = grid["angular_cutoff"]
    near = [(z, d, float(np.linalg.norm(d))) for z, d in near if np.linalg.norm(d) <= inner]
    for pair in combinations_with_replacement(grid["elements"], 2):
        both = [
            (a[2], b[2], acos(0.95 * float(a[1] @ b[1]) / (a[2] * b[2])))
            for a, b in combinations(near, 2)
            if sorted((a[0], b[0])) == sorted(pair)
        ]
        for r_s, theta_s in product(grid["angular_shifts"], grid["sections"]):
            total = 0.0
            for r_j, r_k, theta in both:
                bump = 2 * ((1 + cos(theta - theta_s)) / 2) ** grid["zeta"]
                radial = exp(-grid["angular_eta"] * ((r_j + r_k) / 2 - r_s) ** 2)
                total += bump * radial * fc(r_j, inner) * fc(r_k, inner)
            row.append(total)
    return row


def computer(grid: dict) -> torchani.AEVComputer:
    return torchani.AEVComputer(
        Rcr=grid["cutoff"],
        Rca=grid["angular_cutoff"],
        EtaR=torch.tensor([grid["eta"]]),
        ShfR=torch.tensor(grid["shifts"]),
        EtaA=torch.tensor([grid["angular_eta"]]),
        Zeta=torch.tensor([grid["zeta"]]),
        ShfA=torch.tensor(grid["angular_shifts"]),
        ShfZ=torch.tensor(grid["sections"]),
        num_species=len(grid["elements"]),
    ).double()


def inputs(atoms: ase.Atoms, elements: list[int]) -> tuple:
    species = torch.tensor([[elements.index(z) for z in atoms.numbers.tolist()]])
    positions = torch.tensor(atoms.positions)[None].requires_grad_()
    if not atoms.pbc.any():
        return species, positions, {}
    return (
        species,
        positions,
        {"cell": torch.tensor(atoms.cell.array), "pbc": torch.tensor([True] * 3)},
    )


def energies(atoms: ase.Atoms, ensemble, shifter) -> dict[str, np.ndarray]:
    """Hartree and Hartree/Å: each member's energy, the ensemble's, forces of both kinds."""
    species, positions, cell = inputs(atoms, GRIDS["ANI-1x"]["elements"])
    aevs = computer(GRIDS["ANI-1x"])((species, positions), **cell)
    free = shifter.sae(species)
    members = torch.cat([net(aevs).energies for net in ensemble])
    mean = ensemble(aevs).energies[0]

    def forces(energy: torch.Tensor) -> np.ndarray:
        if not energy.requires_grad:
            return np.zeros_like(atoms.positions)
        (slope,) = torch.autograd.grad(energy, positions, retain_graph=True, allow_unused=True)
        return np.zeros_like(atoms.positions) if slope is None else -slope[0].numpy()

    return {
        "members": (members + free).detach().numpy(),
        "energy": (mean + free).detach().numpy(),
        "forces": forces(mean),
        "forces_of_member_3": forces(members[3]),
    }


def main() -> None:
    constants = neurochem.Constants(str(next(FOLDER.glob("*.params"))))
    ensemble = neurochem.load_model_ensemble(constants.species, str(FOLDER / "train"), 8).double()
    shifter = neurochem.load_sae(str(FOLDER / "sae_linfit.dat"))
    arrays, titles = {}, []
    for s, (title, atoms) in enumerate(structures().items()):
        titles.append(title)
        for name in ("positions", "numbers", "pbc"):
            arrays[f"{name}_{s}"] = getattr(atoms, name)
        arrays[f"cell_{s}"] = atoms.cell.array
        for g, grid in enumerate(GRIDS.values()):
            species, positions, cell = inputs(atoms, grid["elements"])
            aevs = computer(grid)((species, positions), **cell).aevs[0].detach().numpy()
            loops = np.array([by_loops(atoms, i, grid) for i in range(len(atoms))])
            apart = np.abs(aevs - loops).max()
            print(f"{title:35s} {aevs.shape} largest {aevs.max():.3f}, loops differ by {apart:.1e}")
            assert apart < AGREE
            arrays[f"aevs_{s}_{g}"] = aevs
        for name, values in energies(atoms, ensemble, shifter).items():
            arrays[f"{name}_{s}"] = values
    packages = {name: version(name) for name in ("torchani", "torch", "ase", "numpy")}
    index = {
        "versions": packages | {"python": platform.python_version()},
        "seed": SEED,
        "titles": titles,
        "grids": list(GRIDS.values()),
    }
    arrays["index"] = np.array(json.dumps(index))
    np.savez_compressed(Path(__file__).with_suffix(".npz"), **arrays)


if __name__ == "__main__":
    main()
