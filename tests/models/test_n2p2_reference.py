"""The published n2p2 networks of mlearn: their errors, and an independent evaluation of them.

Networks and test sets are those of Zuo et al., J. Phys. Chem. A 124, 731 (2020),
doi:10.1021/acs.jpca.9b08723; files and licence lie in tests/reference/published_nnp. Energies and
forces are held against an evaluation of the same files by plain NumPy that shares no code with the
reader: tests/reference/n2p2_networks.py.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from mlp_teach.datasets import load
from mlp_teach.graph import collate
from mlp_teach.models.n2p2 import read_n2p2
from mlp_teach.neighbors import atom_graph
from mlp_teach.potential import predict

REFERENCE = Path(__file__).parents[1] / "reference"
STORED = np.load(REFERENCE / "n2p2_networks.npz")
ELEMENTS = ("Cu", "Si")
ERRORS = {"Cu": (1.68, 0.063), "Si": (6.93, 0.170)}  # meV/atom, eV/Å


@dataclass(frozen=True)
class Evaluated:
    energies: np.ndarray
    reference: np.ndarray
    atoms: np.ndarray
    forces: list[np.ndarray]
    reference_forces: list[np.ndarray]


@cache
def evaluated(element: str) -> Evaluated:
    """The whole test set, as one batch."""
    model = read_n2p2(
        REFERENCE / "published_nnp" / element,
        length=float(STORED["bohr"]),
        energy=float(STORED["hartree"]),
    )
    frames = load(f"mlearn_{element}", "test")
    graph = collate([atom_graph(atoms, model.cutoff) for atoms in frames])
    prediction = predict(model, graph, stress=False)
    sizes = [len(atoms) for atoms in frames]
    return Evaluated(
        energies=prediction.energy.numpy(),
        reference=np.array([atoms.get_potential_energy() for atoms in frames]),
        atoms=np.array(sizes),
        forces=np.split(prediction.forces.numpy(), np.cumsum(sizes)[:-1]),
        reference_forces=[atoms.get_forces() for atoms in frames],
    )


def rmse(errors: np.ndarray) -> float:
    return float(np.sqrt(np.mean(errors**2)))


@pytest.mark.parametrize("element", ELEMENTS)
def test_the_published_networks_have_their_known_errors(element: str):
    result = evaluated(element)
    energy = 1e3 * rmse((result.energies - result.reference) / result.atoms)
    forces = rmse(np.concatenate(result.forces) - np.concatenate(result.reference_forces))
    assert (round(energy, 2), round(forces, 3)) == ERRORS[element]


@pytest.mark.parametrize("element", ELEMENTS)
def test_every_energy_equals_that_of_an_independent_evaluation(element: str):
    np.testing.assert_allclose(
        evaluated(element).energies, STORED[f"{element}_energies"], rtol=0, atol=1e-8
    )


@pytest.mark.parametrize("element", ELEMENTS)
def test_forces_equal_those_of_an_independent_evaluation(element: str):
    frame = int(STORED[f"{element}_frame"])
    stored = STORED[f"{element}_forces"]
    assert np.abs(stored).max() > 0.1
    np.testing.assert_allclose(evaluated(element).forces[frame], stored, rtol=0, atol=1e-8)
