"""SOAP as QUIP computes it, for tests/descriptors.

Run it in an environment of its own (see README.md here); it needs quippy-ase and ase:

    OMP_NUM_THREADS=1 python quip_soap.py             # rewrites quip_soap.npz beside this file

The structures are those of dscribe_soap.npz; at most the first eight atoms of each are stored.
"""

import json
import platform
from importlib.metadata import version
from pathlib import Path

import numpy as np
from ase import Atoms
from quippy.descriptors import Descriptor

FOLDER = Path(__file__).parent
STORED = 8  # atoms of a structure
ONE_ELEMENT = {
    "n 8, l 8": {"cutoff": 4.1, "width": 0.5, "n_max": 8, "l_max": 8, "sigma": 0.5},
    "n 10, l 3": {"cutoff": 5.5, "width": 2.0, "n_max": 10, "l_max": 3, "sigma": 0.4},
}
MORE_ELEMENTS = {
    "n 6, l 4": {"cutoff": 4.0, "width": 0.5, "n_max": 6, "l_max": 4, "sigma": 0.5},
    "n 3, l 5": {"cutoff": 3.0, "width": 1.0, "n_max": 3, "l_max": 5, "sigma": 0.7},
}


def by_quip(atoms: Atoms, elements: list[int], p: dict) -> np.ndarray:
    """The descriptor of the first atoms, in the order of the atoms, without its last element."""
    atoms = atoms.copy()
    for axis in np.flatnonzero(~atoms.pbc).tolist():  # QUIP needs three lattice vectors
        atoms.center(vacuum=2 * p["cutoff"], axis=axis)
    number = len(elements)
    listed = "{" + " ".join(map(str, elements)) + "}"
    descriptor = Descriptor(
        f"soap cutoff={p['cutoff']} cutoff_transition_width={p['width']} n_max={p['n_max']} "
        f"l_max={p['l_max']} atom_sigma={p['sigma']} n_Z={number} Z={listed} "
        f"n_species={number} species_Z={listed}"
    )
    found = descriptor.calc(atoms)
    assert (found["data"][:, -1] == 0).all()
    place = np.argsort(np.ravel(found["ci"]))
    assert len(place) == len(atoms)
    return found["data"][place, :-1][:STORED]


def main() -> None:
    stored = np.load(FOLDER / "dscribe_soap.npz")
    known = json.loads(str(stored["index"]))["cases"]
    structures = {
        case["structure"]: (case["title"].split(";")[0], case["elements"]) for case in known
    }
    arrays: dict[str, np.ndarray] = {}
    cases = []
    for s, (title, elements) in structures.items():
        fields = ("positions", "numbers", "cell", "pbc")
        arrays |= {f"{field}_{s}": stored[f"{field}_{s}"] for field in fields}
        atoms = Atoms(**{field: stored[f"{field}_{s}"] for field in fields})
        for label, parameters in (ONE_ELEMENT if len(elements) == 1 else MORE_ELEMENTS).items():
            features = by_quip(atoms, elements, parameters)
            print(f"{title:45s} {label:12s} {features.shape}")
            arrays[f"features_{len(cases)}"] = features
            cases.append(
                {
                    "structure": s,
                    "title": f"{title}; {label}",
                    "parameters": parameters,
                    "elements": elements,
                }
            )
    packages = {name: version(name) for name in ("quippy-ase", "ase", "numpy")}
    index = {"versions": packages | {"python": platform.python_version()}, "cases": cases}
    arrays["index"] = np.array(json.dumps(index))
    np.savez_compressed(Path(__file__).with_suffix(".npz"), **arrays)


if __name__ == "__main__":
    main()
