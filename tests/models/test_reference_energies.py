"""E0 of elements: exact where the data tell them apart, the smallest answer where they do not."""

import numpy as np
import pytest
import torch
from ase import Atoms

from mlp_teach.models.reference_energies import reference_energies
from mlp_teach.neighbors import atom_graph


def graphs(*formulas: str) -> list:
    return [atom_graph(spread(text), 1.0) for text in formulas]


def spread(text: str) -> Atoms:
    atoms = Atoms(text)
    atoms.positions = 9.0 * np.arange(len(atoms))[:, None]
    return atoms


def test_they_are_the_least_squares_answer():
    energies = torch.tensor([-13.0, -2066.0, -2040.0])
    found, left = reference_energies(graphs("H", "O", "H2O"), energies, (1, 8))
    # by hand: the normal equations [[5, 2], [2, 2]] E0 = [-13 - 2 * 2040, -2066 - 2040]
    assert found.tolist() == pytest.approx([4.333333, -2057.333333], abs=1e-5)
    assert left.tolist() == pytest.approx([-17.333333, -8.666667, 2.888889], abs=1e-5)


def test_an_exact_answer_leaves_nothing():
    energies = torch.tensor([-13.0, -2000.0, -2026.0])
    found, left = reference_energies(graphs("H", "O", "H2O"), energies, (1, 8))
    assert found.tolist() == pytest.approx([-13.0, -2000.0])
    assert left.abs().max() < 1e-9


def test_one_composition_gives_the_smallest_answer():
    found, left = reference_energies(graphs("H2O", "H2O"), torch.tensor([-50.0, -50.0]), (1, 8))
    assert found.tolist() == pytest.approx([-20.0, -10.0])
    assert left.abs().max() < 1e-12
