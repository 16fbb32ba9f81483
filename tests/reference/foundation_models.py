"""What CHGNet's and SevenNet's own calculators say of a few small cells; see README.md.

OMP_NUM_THREADS=1 python foundation_models.py chgnet     # in an environment with that package
OMP_NUM_THREADS=1 python foundation_models.py sevenn
"""

import json
import sys
from importlib.metadata import version
from pathlib import Path

import numpy as np
from ase import Atoms
from ase.build import bulk

NAMES = {
    "chgnet": ("0.3.0", "0.2.0", "r2scan"),
    "sevenn": ("7net-0", "7net-0_22May2024", "7net-l3i5"),
}


def cells() -> list[Atoms]:
    """Copper, silicon, salt and copper with a gap, all shaken."""
    slab = bulk("Cu", cubic=True)
    slab.center(vacuum=5.0, axis=2)
    salt = bulk("NaCl", "rocksalt", a=5.69)
    found = [bulk("Cu", cubic=True), bulk("Si", cubic=True), salt, slab]
    for seed, atoms in enumerate(found):
        atoms.rattle(0.1, seed=seed)
    return found


def calculator(package: str, name: str):
    if package == "chgnet":
        from chgnet.model.dynamics import CHGNetCalculator
        from chgnet.model.model import CHGNet

        return CHGNetCalculator(CHGNet.load(model_name=name, use_device="cpu"), use_device="cpu")
    from sevenn.calculator import SevenNetCalculator

    return SevenNetCalculator(name, device="cpu")


def main(package: str) -> None:
    arrays = {}
    for c, atoms in enumerate(cells()):
        for field in ("positions", "numbers", "pbc"):
            arrays[f"{field}_{c}"] = getattr(atoms, field)
        arrays[f"cell_{c}"] = atoms.cell.array
    for name in NAMES[package]:
        calc = calculator(package, name)
        for c, atoms in enumerate(cells()):
            atoms.calc = calc
            arrays[f"{name}/energy_{c}"] = np.float64(atoms.get_potential_energy())
            arrays[f"{name}/forces_{c}"] = atoms.get_forces()
            arrays[f"{name}/stress_{c}"] = atoms.get_stress()
    used = {one: version(one) for one in (package, "torch", "ase", "numpy")}
    index = {"versions": used, "names": NAMES[package], "cells": len(cells())}
    path = Path(__file__).with_name(f"{package}_models.npz")
    np.savez_compressed(path, index=json.dumps(index), **arrays)
    print(path.name, used, f"{path.stat().st_size} bytes")


if __name__ == "__main__":
    main(sys.argv[1])
