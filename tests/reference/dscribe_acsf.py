"""Symmetry functions as DScribe computes them, for tests/descriptors.

Run it in an environment of its own (see README.md here); it needs dscribe and ase:

    OMP_NUM_THREADS=1 python dscribe_acsf.py          # rewrites dscribe_acsf.npz beside this file

Every number is computed twice: by DScribe and by the plain loops of `by_loops`, which are written
from the formulas in README.md and name every feature. The file is written only if the two agree,
so that the feature names stored in it are known to be right.
"""

import itertools
import json
import math
import platform
from importlib.metadata import version
from pathlib import Path

import ase
import numpy as np
from ase.build import bulk, fcc111, molecule
from dscribe.descriptors import ACSF

SEED = 2011
RELATIVE = 1e-10  # DScribe against the loops
ROUNDING = 1e-14  # of a feature that is nothing but the rounding of 1 - cos 0

RADIAL = {
    "g2": [(0.003, 0.0), (0.05, 0.0), (0.5, 0.0), (4.0, 0.0), (1.0, 2.2), (16.0, 3.1)],
    "g3": [0.0, 0.7, 2.5],
}
ETAS = (0.0005, 0.02, 0.2)
INTEGER = [(eta, zeta, sign) for eta in ETAS for zeta in (1, 2, 4, 16) for sign in (-1, 1)]
FRACTIONAL = [
    (eta, zeta, sign) for eta in (0.005, 0.1) for zeta in (1, 1.5, 2.5) for sign in (-1, 1)
]
PARAMETERS = {
    "radial": RADIAL,
    "angular": {"g4": INTEGER, "g5": INTEGER},
    "fractional": {"g4": FRACTIONAL, "g5": FRACTIONAL},
}
CUTOFFS = (4.0, 6.0)


def structures() -> dict[str, ase.Atoms]:
    """Crystals, a slab, molecules and one atom; all but the linear molecule are shaken."""
    random = np.random.default_rng(SEED)

    def shaken(atoms: ase.Atoms, width: float) -> ase.Atoms:
        atoms.positions += random.normal(0.0, width, atoms.positions.shape)
        atoms.wrap()  # DScribe loses neighbours of atoms that lie outside the cell
        return atoms

    triclinic = bulk("Cu", cubic=True)
    triclinic.set_cell([[3.4, 0.2, -0.3], [0.9, 3.7, 0.4], [-0.7, 1.1, 3.9]], scale_atoms=True)
    perovskite = ase.Atoms(
        "BaTiO3",
        scaled_positions=[[0, 0, 0], [0.5, 0.5, 0.5], [0.5, 0.5, 0], [0.5, 0, 0.5], [0, 0.5, 0.5]],
        cell=[3.99, 3.99, 4.04],
        pbc=True,
    )
    slab = fcc111("Cu", (2, 2, 3), vacuum=5.0)
    slab.pbc = (True, True, False)
    oxygen_on_copper = fcc111("Cu", (1, 1, 3), vacuum=5.0)
    oxygen_on_copper += ase.Atoms("O", [oxygen_on_copper.positions[-1] + [0.1, 0.2, 1.8]])
    oxygen_on_copper.pbc = (True, True, False)
    return {
        "copper, 32 atoms": shaken(bulk("Cu", cubic=True) * 2, 0.1),
        "copper, skewed cell of one atom": bulk("Cu"),
        "copper, triclinic cell of four atoms": shaken(triclinic, 0.1),
        "sodium chloride, 8 atoms": shaken(bulk("NaCl", "rocksalt", a=5.64, cubic=True), 0.1),
        "barium titanate, 5 atoms": shaken(perovskite, 0.08),
        "copper slab, periodic in two directions": shaken(slab, 0.1),
        "oxygen on copper, two directions, small cell": shaken(oxygen_on_copper, 0.05),
        "ethanol": shaken(molecule("CH3CH2OH"), 0.05),
        "water": shaken(molecule("H2O"), 0.05),
        "carbon dioxide, exactly linear": ase.Atoms("OCO", [[0, 0, z] for z in (-1.16, 0, 1.16)]),
        "one copper atom": ase.Atoms("Cu", [[0.3, -0.2, 0.1]]),
    }


def elements_for(atoms: ase.Atoms) -> list[int]:
    """The elements present; for the small molecules those of ethanol, so that some are absent."""
    organic = {1, 6, 8}
    present = set(atoms.numbers.tolist())
    return sorted(organic if present <= organic else present)


def feature_names(elements: list[int], parameters: dict) -> list[str]:
    """DScribe's order: blocks of G1, G2, G3 by element, then of G4, G5 by pair of elements."""
    names = []
    for z in elements:
        names.append(f"G1 {z}")
        names += [f"G2 {z} eta={eta} r_s={r_s}" for eta, r_s in parameters.get("g2", [])]
        names += [f"G3 {z} kappa={kappa}" for kappa in parameters.get("g3", [])]
    for high in range(len(elements)):
        for low in range(high + 1):
            pair = f"{elements[low]}-{elements[high]}"
            for kind in ("g4", "g5"):
                for eta, zeta, sign in parameters.get(kind, []):
                    names.append(f"{kind.upper()} {pair} eta={eta} zeta={zeta} lambda={sign}")
    return names


def neighbours(atoms: ase.Atoms, i: int, cutoff: float) -> list[tuple[int, np.ndarray]]:
    """Element and r_j - r_i of everything within the cutoff of atom i, all images included."""
    heights = [
        1 / np.linalg.norm(row) if periodic else np.inf
        for row, periodic in zip(atoms.cell.reciprocal(), atoms.pbc, strict=True)
    ]
    reach = [math.ceil(cutoff / h) + 1 if np.isfinite(h) else 0 for h in heights]
    found = []
    for image in itertools.product(*(range(-n, n + 1) for n in reach)):
        for j, number in enumerate(atoms.numbers):
            d = atoms.positions[j] + np.array(image) @ atoms.cell.array - atoms.positions[i]
            if 1e-6 < np.linalg.norm(d) <= cutoff:
                found.append((int(number), d))
    return found


def by_loops(atoms: ase.Atoms, i: int, cutoff: float, parameters: dict) -> dict[str, float]:
    """The features of atom i by name, as loops over the formulas of README.md."""
    values: dict[str, float] = {}

    def add(name: str, value: float) -> None:
        values[name] = values.get(name, 0.0) + value

    def fc(r: float) -> float:
        return 0.5 * (math.cos(math.pi * r / cutoff) + 1) if r <= cutoff else 0.0

    near = neighbours(atoms, i, cutoff)
    for z, d in near:
        r = float(np.linalg.norm(d))
        add(f"G1 {z}", fc(r))
        for eta, r_s in parameters.get("g2", []):
            add(f"G2 {z} eta={eta} r_s={r_s}", math.exp(-eta * (r - r_s) ** 2) * fc(r))
        for kappa in parameters.get("g3", []):
            add(f"G3 {z} kappa={kappa}", math.cos(kappa * r) * fc(r))
    if not parameters.keys() & {"g4", "g5"}:
        return values
    for (z_j, d_j), (z_k, d_k) in itertools.combinations(near, 2):
        r_j, r_k, r_jk = (float(np.linalg.norm(d)) for d in (d_j, d_k, d_k - d_j))
        cosine = min(1.0, max(-1.0, float(d_j @ d_k) / (r_j * r_k)))
        pair = f"{min(z_j, z_k)}-{max(z_j, z_k)}"
        for kind, r2, f in (
            ("g5", r_j**2 + r_k**2, fc(r_j) * fc(r_k)),
            ("g4", r_j**2 + r_k**2 + r_jk**2, fc(r_j) * fc(r_k) * fc(r_jk)),
        ):
            for eta, zeta, sign in parameters.get(kind, []):
                angular = 2 ** (1 - zeta) * (1 + sign * cosine) ** zeta
                name = f"{kind.upper()} {pair} eta={eta} zeta={zeta} lambda={sign}"
                add(name, angular * math.exp(-eta * r2) * f)
    return values


def by_dscribe(atoms: ase.Atoms, elements: list[int], cutoff: float, parameters: dict):
    arguments = {f"{kind}_params": values for kind, values in parameters.items()}
    periodic = bool(atoms.pbc.any())
    return ACSF(r_cut=cutoff, species=elements, periodic=periodic, **arguments).create(atoms)


def check(features: np.ndarray, names: list[str], atoms, cutoff: float, parameters: dict) -> int:
    """Raise unless the loops give the same numbers; return how many of DScribe's are NaN."""
    assert features.shape == (len(atoms), len(names))
    for i in range(len(atoms)):
        values = by_loops(atoms, i, cutoff, parameters)
        assert values.keys() <= set(names), values.keys() - set(names)
        loops = np.array([values.get(name, 0.0) for name in names])
        known = np.isfinite(features[i])
        np.testing.assert_allclose(features[i][known], loops[known], rtol=RELATIVE, atol=ROUNDING)
    return int(np.isnan(features).sum())


def main() -> None:
    arrays: dict[str, np.ndarray] = {}
    cases = []
    for s, (title, atoms) in enumerate(structures().items()):
        arrays[f"positions_{s}"] = atoms.positions
        arrays[f"numbers_{s}"] = atoms.numbers
        arrays[f"cell_{s}"] = atoms.cell.array
        arrays[f"pbc_{s}"] = atoms.pbc
        elements = elements_for(atoms)
        for (label, parameters), cutoff in itertools.product(PARAMETERS.items(), CUTOFFS):
            features = by_dscribe(atoms, elements, cutoff, parameters)
            names = feature_names(elements, parameters)
            nan = check(features, names, atoms, cutoff, parameters)
            print(f"{title:45s} {label:10s} {cutoff} {features.shape} NaN: {nan}")
            arrays[f"features_{len(cases)}"] = features
            cases.append(
                {
                    "structure": s,
                    "title": title,
                    "parameters": label,
                    "cutoff": cutoff,
                    "elements": elements,
                    "names": names,
                }
            )
    packages = {name: version(name) for name in ("dscribe", "ase", "numpy")}
    index = {
        "versions": packages | {"python": platform.python_version()},
        "seed": SEED,
        "parameters": PARAMETERS,
        "cases": cases,
    }
    arrays["index"] = np.array(json.dumps(index))
    np.savez_compressed(Path(__file__).with_suffix(".npz"), **arrays)


if __name__ == "__main__":
    main()
