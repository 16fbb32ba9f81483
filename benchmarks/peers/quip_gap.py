"""QUIP's side of the comparison of GAP; compare.py starts it.

QUIP's calculator keeps its last answer, so each call moves one atom by 1e-13 Å first.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import numpy as np
from quippy.potential import Potential
from work import copper, serve

FILE = Path(__file__).parents[2] / "tests" / "reference" / "quip_gap" / "Cu" / "gp.xml"


def tasks() -> dict:
    potential = Potential("", param_filename=str(FILE))
    atoms = copper(256)
    atoms.calc = potential

    def energy() -> np.ndarray:
        atoms.positions[0, 0] += 1e-13
        return np.array([atoms.get_potential_energy()])

    def everything() -> np.ndarray:
        energies = np.full((256, 1), energy())
        stress = np.broadcast_to(atoms.get_stress(voigt=False).reshape(1, 9), (256, 9))
        return np.hstack([energies, atoms.get_forces(), stress])

    return {"energy_forces_stress": everything, "energy": energy}


if __name__ == "__main__":
    serve(tasks())
