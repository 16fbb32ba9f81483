"""SOAP as DScribe computes it, for tests/descriptors.

Run it in an environment of its own (see README.md here); it needs dscribe and ase:

    OMP_NUM_THREADS=1 python dscribe_soap.py          # rewrites dscribe_soap.npz beside this file

The structures are those of dscribe_acsf.py. At most the first eight atoms of each are stored.
"""

import json
import platform
from importlib.metadata import version
from pathlib import Path

import numpy as np
from dscribe.descriptors import SOAP
from dscribe_acsf import elements_for, structures

ONE_ELEMENT = {
    "gto, n 8, l 6": {"rbf": "gto", "r_cut": 5.0, "n_max": 8, "l_max": 6, "sigma": 0.5},
    "gto, n 5, l 9": {"rbf": "gto", "r_cut": 4.2, "n_max": 5, "l_max": 9, "sigma": 0.3},
    "polynomial, n 6, l 4": {
        "rbf": "polynomial",
        "r_cut": 5.0,
        "n_max": 6,
        "l_max": 4,
        "sigma": 0.5,
    },
    "polynomial, n 8, l 2": {
        "rbf": "polynomial",
        "r_cut": 5.0,
        "n_max": 8,
        "l_max": 2,
        "sigma": 0.5,
    },
}
MORE_ELEMENTS = {
    "gto, n 4, l 4": {"rbf": "gto", "r_cut": 4.0, "n_max": 4, "l_max": 4, "sigma": 0.5},
    "gto, n 3, l 3": {"rbf": "gto", "r_cut": 3.3, "n_max": 3, "l_max": 3, "sigma": 1.0},
    "polynomial, n 4, l 3": {
        "rbf": "polynomial",
        "r_cut": 4.0,
        "n_max": 4,
        "l_max": 3,
        "sigma": 0.5,
    },
}
STORED = 8  # atoms of a structure


def main() -> None:
    arrays: dict[str, np.ndarray] = {}
    cases = []
    for s, (title, atoms) in enumerate(structures().items()):
        arrays[f"positions_{s}"] = atoms.positions
        arrays[f"numbers_{s}"] = atoms.numbers
        arrays[f"cell_{s}"] = atoms.cell.array
        arrays[f"pbc_{s}"] = atoms.pbc
        elements = elements_for(atoms)
        for label, parameters in (ONE_ELEMENT if len(elements) == 1 else MORE_ELEMENTS).items():
            periodic = bool(atoms.pbc.any())
            soap = SOAP(species=elements, periodic=periodic, **parameters)
            features = soap.create(atoms, centers=list(range(min(STORED, len(atoms)))))
            print(f"{title:45s} {label:22s} {features.shape}")
            arrays[f"features_{len(cases)}"] = features
            cases.append(
                {
                    "structure": s,
                    "title": f"{title}; {label}",
                    "parameters": parameters,
                    "elements": elements,
                }
            )
    packages = {name: version(name) for name in ("dscribe", "ase", "numpy")}
    index = {"versions": packages | {"python": platform.python_version()}, "cases": cases}
    arrays["index"] = np.array(json.dumps(index))
    np.savez_compressed(Path(__file__).with_suffix(".npz"), **arrays)


if __name__ == "__main__":
    main()
