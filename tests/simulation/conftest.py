"""Small systems for the simulation tests: argon by Lennard-Jones, and a molecule of springs."""

import numpy as np
import pytest
from ase import Atoms
from ase.build import bulk, molecule
from ase.calculators.calculator import Calculator, all_changes

from mlp_teach.models.lennard_jones import LennardJones
from mlp_teach.simulation.calculator import MLPCalculator


class Springs(Calculator):
    """A spring between every two atoms, at rest in the given structure: quick, and never breaks."""

    implemented_properties = ["energy", "free_energy", "forces"]  # noqa: RUF012

    def __init__(self, atoms: Atoms, stiffness: float = 4.0):
        super().__init__()
        self.rest = atoms.get_all_distances()
        self.stiffness = stiffness  # eV/Å²

    def calculate(self, atoms=None, properties=(), system_changes=all_changes):
        super().calculate(atoms, properties, system_changes)
        vectors = self.atoms.positions[None] - self.atoms.positions[:, None]
        r = np.linalg.norm(vectors, axis=2) + np.eye(len(self.atoms))
        stretch = r - np.eye(len(self.atoms)) - self.rest
        energy = self.stiffness / 4 * (stretch**2).sum()
        forces = self.stiffness * ((stretch / r)[:, :, None] * vectors).sum(axis=1)
        self.results = {"energy": energy, "free_energy": energy, "forces": forces}


@pytest.fixture
def argon() -> Atoms:
    """32 argon atoms near their equilibrium, with a Lennard-Jones potential."""
    atoms = bulk("Ar", cubic=True, a=5.35) * (2, 2, 2)
    atoms.calc = MLPCalculator(LennardJones(cutoff=7.5))
    return atoms


@pytest.fixture
def ethanol() -> Atoms:
    """Nine atoms in the shape of ethanol, held together by springs."""
    atoms = molecule("CH3CH2OH")
    atoms.calc = Springs(atoms)
    return atoms
