"""featomic's side of the comparison of SOAP; compare.py starts it.

featomic lists every p_nn' and p_n'n, 448 features where 252 are different.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import numpy as np
from featomic import SoapPowerSpectrum
from later import Later
from work import copper, serve


def tasks() -> dict:
    atoms = copper(256)
    soap = SoapPowerSpectrum(
        cutoff={"radius": 5.0, "smoothing": {"type": "ShiftedCosine", "width": 0.5}},
        density={"type": "Gaussian", "width": 0.5},
        basis={
            "type": "TensorProduct",
            "max_angular": 6,
            "radial": {"type": "Gto", "max_radial": 7},
        },
    )

    def values() -> Later:
        found = soap.compute(atoms)
        return Later(lambda: found.block().values)

    def values_and_slopes() -> Later:
        found = soap.compute(atoms, gradients=["positions"])

        def of_neighbours() -> np.ndarray:
            """Without those by the centre itself, which are minus the sum of the others."""
            slopes = found.block().gradient("positions")
            sample, atom = np.array(slopes.samples["sample"]), np.array(slopes.samples["atom"])
            center = np.array(found.block().samples["atom"])[sample]
            return np.asarray(slopes.values)[atom != center].reshape(-1, 448)

        return Later(of_neighbours)

    return {"values": values, "values_and_slopes": values_and_slopes}


if __name__ == "__main__":
    serve(tasks())
