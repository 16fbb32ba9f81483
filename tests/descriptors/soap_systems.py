"""Structures and radial bases on which SOAP is tested: molecules, tiny cells, three elements."""

from ase import Atoms
from ase.build import bulk, molecule

from mlp_teach.basis.radial import GaussianOrbitals, Polynomials, RadialPoints, SineBessel
from mlp_teach.descriptors.soap import SOAP


def rattled(atoms: Atoms, seed: int = 0) -> Atoms:
    atoms = atoms.copy()
    atoms.rattle(0.1, seed=seed)
    return atoms


def three_elements() -> Atoms:
    """A small skewed cell, two atoms of one element, positions outside the cell too."""
    return Atoms(
        "OCuHO",
        positions=[[0, 0, 0], [1.9, 0.3, 0.1], [0.4, 1.5, -0.2], [-1.2, 0.7, 4.1]],
        cell=[[3.3, 0, 0], [1.1, 3.6, 0], [-0.8, 0.9, 3.9]],
        pbc=True,
    )


SLAB = Atoms("Cu2", positions=[[0, 0, 0], [1.3, 1.2, 1.7]], cell=[2.6, 2.6, 0], pbc=[1, 1, 0])
SYSTEMS = {
    "one element, an atom and its images": (bulk("Cu"), (29,)),
    "two elements": (rattled(bulk("NaCl", "rocksalt", a=4.6)), (11, 17)),
    "three elements, periodic": (three_elements(), (1, 8, 29)),
    "three elements, a molecule": (rattled(molecule("CH3OH")), (1, 6, 8)),
    "an element that is not in the structure": (molecule("H2O"), (1, 6, 8)),
    "periodic in two directions": (SLAB, (29,)),
    "one atom alone": (Atoms("Cu", positions=[[0.3, -0.2, 0.1]]), (29,)),
}

# Every radial basis, with and without a transition where both make sense
KINDS = {
    "orbitals": lambda elements: SOAP(GaussianOrbitals(3.0, 3, 3, 0.5), elements),
    "orbitals, fading": lambda elements: SOAP(GaussianOrbitals(3.0, 3, 3, 0.5), elements, 0.7),
    "polynomials": lambda elements: SOAP(Polynomials(3.0, 3, 2, 0.6), elements),
    "polynomials, fading": lambda elements: SOAP(Polynomials(3.0, 3, 2, 0.6), elements, 3.0),
    "sine waves, fading": lambda elements: SOAP(SineBessel(3.0, 3, 4, 0.5), elements, 0.7),
    "points, fading": lambda elements: SOAP(RadialPoints(3.0, 4, 3, 0.5), elements, 0.7),
}
FADING = [name for name in KINDS if name.endswith("fading")]
