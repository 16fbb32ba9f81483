"""ANI-1x as our code evaluates it, against TorchANI's numbers; see tests/reference/README.md."""

import json
import sys
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import torch
from ase import Atoms

from mlp_teach.graph import collate
from mlp_teach.models.ani import ANI
from mlp_teach.models.neurochem import ani_1x
from mlp_teach.neighbors import atom_graph
from mlp_teach.potential import predict
from mlp_teach.units import HARTREE

FILE = np.load(Path(__file__).parents[1] / "reference" / "torchani_ani.npz")
TITLES = json.loads(str(FILE["index"]))["titles"]
FIELDS = ("positions", "numbers", "cell", "pbc")
STRUCTURES = [Atoms(**{f: FILE[f"{f}_{s}"] for f in FIELDS}) for s in range(len(TITLES))]
HARTREES = 1e-9  # largest difference of energies, in Hartree; they are of the order of 100
FORCES = 1e-9  # eV/Å

each_structure = pytest.mark.parametrize("s", range(len(TITLES)), ids=TITLES)


@cache
def model() -> ANI:
    return ani_1x()


@each_structure
def test_energies_of_the_ensemble_and_of_each_member_equal_torchanis(s):
    graph = atom_graph(STRUCTURES[s], 5.2)
    energy = predict(model(), graph, forces=False, stress=False).energy
    np.testing.assert_allclose(energy / HARTREE, FILE[f"energy_{s}"], rtol=0, atol=HARTREES)
    members = model().member_energies(graph).detach().sum(1)
    np.testing.assert_allclose(members / HARTREE, FILE[f"members_{s}"], rtol=0, atol=HARTREES)


@each_structure
def test_forces_equal_torchanis(s):
    forces = predict(model(), atom_graph(STRUCTURES[s], 5.2), stress=False).forces
    np.testing.assert_allclose(forces, FILE[f"forces_{s}"] * HARTREE, rtol=0, atol=FORCES)


def test_forces_of_one_member_equal_torchanis():
    for s, title in enumerate(TITLES):
        graph = atom_graph(STRUCTURES[s], 5.2)

        def member_3(graph):
            return model().member_energies(graph)[3]

        forces = predict(member_3, graph, stress=False).forces
        expected = FILE[f"forces_of_member_3_{s}"] * HARTREE
        np.testing.assert_allclose(forces, expected, rtol=0, atol=FORCES, err_msg=title)


def test_the_spread_is_that_of_torchanis_members():
    graph = collate([atom_graph(atoms, 5.2) for atoms in STRUCTURES])
    expected = [FILE[f"members_{s}"].std() * HARTREE for s in range(len(TITLES))]
    np.testing.assert_allclose(model().spread(graph).detach(), expected, rtol=0, atol=1e-8)
    assert max(expected) > 1.0  # crystals squeezed into small cells: it has seen no such thing


def test_single_precision_agrees_to_its_own_rounding():
    s = TITLES.index("CH3CONH2")
    graph = atom_graph(STRUCTURES[s], 5.2, torch.float32)
    found = predict(ani_1x().float(), graph, stress=False)
    np.testing.assert_allclose(found.forces, FILE[f"forces_{s}"] * HARTREE, rtol=0, atol=1e-4)


def test_reading_does_not_import_the_package():
    assert model().members == 8
    assert not {"torchani", "pkg_resources"} & sys.modules.keys()


def test_the_reference_covers_what_it_should():
    molecules = [atoms for atoms in STRUCTURES if not atoms.pbc.any() and len(atoms) > 1]
    assert len(molecules) >= 9
    assert all(len(FILE[f"members_{s}"]) == 8 for s in range(len(TITLES)))
    assert max(np.abs(FILE[f"forces_{s}"]).max() for s in range(len(TITLES))) > 0.1
