"""DScribe's side of the comparison of SOAP; compare.py starts it."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from dscribe.descriptors import SOAP
from work import copper, serve


def main() -> None:
    atoms = copper(256)
    tasks = {}
    for sigma in (0.5, 1.0):
        soap = SOAP(species=["Cu"], r_cut=5.0, n_max=8, l_max=6, sigma=sigma, periodic=True)
        tasks[f"sigma_{sigma}"] = lambda soap=soap: soap.create(atoms)
    serve(tasks)


if __name__ == "__main__":
    main()
