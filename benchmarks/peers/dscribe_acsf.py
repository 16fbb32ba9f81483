"""DScribe's side of the comparison of symmetry functions; compare.py starts it."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from dscribe.descriptors import ACSF
from work import CUTOFF, G2, G4, copper, serve


def main() -> None:
    atoms = copper(256)
    settings = {
        "G2": {"g2_params": G2},
        "G2+G4": {"g2_params": G2, "g4_params": G4},
        "G2+G5": {"g2_params": G2, "g5_params": G4},
    }
    tasks = {}
    for name, parameters in settings.items():
        acsf = ACSF(r_cut=CUTOFF, species=["Cu"], periodic=True, **parameters)
        tasks[name] = lambda acsf=acsf: acsf.create(atoms)
    serve(tasks)


if __name__ == "__main__":
    main()
