"""What a production package's models said, read from a file of tests/reference."""

import json
from functools import cached_property
from pathlib import Path

import numpy as np
import torch
from ase import Atoms


class StoredModels:
    """The structures, the weights and the answers of one file."""

    def __init__(self, name: str):
        self.path = Path(__file__).parents[1] / "reference" / f"{name}.npz"

    @cached_property
    def arrays(self) -> dict[str, np.ndarray]:
        with np.load(self.path) as file:
            return dict(file)

    @cached_property
    def index(self) -> dict:
        return json.loads(str(self.arrays["index"]))

    def structure(self, name: str) -> Atoms:
        numbers, positions, cell, pbc = (
            self.arrays[f"{name}_{part}"] for part in ("numbers", "positions", "cell", "pbc")
        )
        return Atoms(numbers, positions=positions, cell=cell, pbc=pbc)

    def weights(self, model: str) -> dict[str, torch.Tensor]:
        start = f"{model}/weights/"
        return {
            name.removeprefix(start): torch.from_numpy(value)
            for name, value in self.arrays.items()
            if name.startswith(start)
        }

    def check(self, model: str, name: str, found, *, forces: float, stress: float) -> None:
        """Energies to 1e-10 eV, forces (eV/Å) and stress (eV/Å³) to the bounds that are given."""
        kept = {
            part: self.arrays.get(f"{model}/{name}/{part}")
            for part in ("energy", "energies_of_atoms", "forces", "stress")
        }
        assert abs(float(found.energy) - float(kept["energy"])) < 1e-10
        assert np.abs(found.energies.numpy() - kept["energies_of_atoms"]).max() < 1e-10
        assert np.abs(found.forces.numpy() - kept["forces"]).max() < forces
        assert (kept["stress"] is None) == (not self.structure(name).pbc.all())
        if kept["stress"] is not None:
            assert np.abs(found.stress[0].numpy() - kept["stress"]).max() < stress

    def least_largest_force(self, model: str) -> float:
        """Of the structures whose atoms feel each other, eV/Å: with 0, equality says nothing."""
        names = set(self.index["structures"]) - {"far", "alone"}
        return min(np.abs(self.arrays[f"{model}/{name}/forces"]).max() for name in names)
