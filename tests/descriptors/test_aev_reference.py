"""AEVs against TorchANI's numbers; tests/reference/README.md says how they were made."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from ase import Atoms

from mlp_teach.descriptors.aev import AEV, aev
from mlp_teach.graph import collate
from mlp_teach.neighbors import atom_graph

FILE = np.load(Path(__file__).parents[1] / "reference" / "torchani_ani.npz")
INDEX = json.loads(str(FILE["index"]))
TITLES = INDEX["titles"]
GRIDS = [
    AEV(**{name: tuple(v) if isinstance(v, list) else v for name, v in grid.items()})
    for grid in INDEX["grids"]
]
FIELDS = ("positions", "numbers", "cell", "pbc")
STRUCTURES = [Atoms(**{f: FILE[f"{f}_{s}"] for f in FIELDS}) for s in range(len(TITLES))]
ABSOLUTE = 1e-12  # the largest elements are near 5

each_structure = pytest.mark.parametrize("s", range(len(TITLES)), ids=TITLES)
each_grid = pytest.mark.parametrize("g", range(len(GRIDS)), ids=["ANI-1x", "fractional zeta"])


@each_structure
@each_grid
def test_every_aev_equals_torchanis(s, g):
    value = aev(atom_graph(STRUCTURES[s], GRIDS[g].cutoff), GRIDS[g])
    np.testing.assert_allclose(value, FILE[f"aevs_{s}_{g}"], rtol=0, atol=ABSOLUTE)


@each_grid
def test_all_structures_in_one_batch_have_torchanis_aevs(g):
    graph = collate([atom_graph(atoms, GRIDS[g].cutoff) for atoms in STRUCTURES])
    expected = np.concatenate([FILE[f"aevs_{s}_{g}"] for s in range(len(TITLES))])
    np.testing.assert_allclose(aev(graph, GRIDS[g]), expected, rtol=0, atol=ABSOLUTE)


@each_grid
def test_single_precision_agrees_to_its_own_rounding(g):
    s = TITLES.index("water, 8 molecules, periodic")
    graph = atom_graph(STRUCTURES[s], GRIDS[g].cutoff, torch.float32)
    np.testing.assert_allclose(aev(graph, GRIDS[g]), FILE[f"aevs_{s}_{g}"], rtol=0, atol=2e-5)


def test_the_reference_covers_what_it_should():
    molecules = [atoms for atoms in STRUCTURES if not atoms.pbc.any() and len(atoms) > 1]
    assert len(molecules) >= 9
    assert sum(atoms.pbc.all() for atoms in STRUCTURES) >= 4
    assert {z for atoms in STRUCTURES for z in atoms.numbers} == {1, 6, 7, 8}
    assert any(len(atoms) == 1 for atoms in STRUCTURES)
    assert min(atoms.cell.lengths().min() for atoms in STRUCTURES if atoms.pbc.any()) < 3.5
    used = np.concatenate([FILE[f"aevs_{s}_0"] for s in range(len(TITLES))])
    assert (used > 1e-3).any(axis=0).mean() > 0.7  # most of the 384 columns are not empty
