"""NequIP with the nequip package's weights: the same energies, forces and stress."""

from functools import cache

import numpy as np
import pytest
import torch
from ase import Atoms

from mlp_teach.models.nequip import NequIP
from mlp_teach.models.nequip_files import nequip_of
from mlp_teach.neighbors import atom_graph
from mlp_teach.potential import predict
from tests.models.stored_models import StoredModels

STORED = StoredModels("nequip_models")
structure, weights = STORED.structure, STORED.weights


def index() -> dict:
    return STORED.index


@cache
def model(name: str) -> NequIP:
    return nequip_of(weights(name), index()["models"][name])


EVERY_MODEL = pytest.mark.parametrize("which", index()["models"])


@EVERY_MODEL
@pytest.mark.parametrize("name", index()["structures"])
def test_energies_forces_and_stress_equal_nequips(which, name):
    ours = model(which)
    found = predict(ours, atom_graph(structure(name), ours.cutoff))
    STORED.check(which, name, found, forces=1e-9, stress=1e-11)


@EVERY_MODEL
def test_the_stored_numbers_are_not_small(which):
    assert STORED.least_largest_force(which) > 1e-3


@EVERY_MODEL
def test_no_weight_is_left_at_chance(which):
    """Two readings are the same, though each model starts from other random numbers."""
    first, again = model(which).state_dict(), model.__wrapped__(which).state_dict()
    assert all(torch.equal(first[name], again[name]) for name in first)


@EVERY_MODEL
def test_sizes_are_those_of_the_arguments(which):
    given, sizes = index()["models"][which], model(which).settings()
    assert sizes["elements"] == [1, 6, 7, 8]
    assert sizes["cutoff"] == given["r_max"]
    widths = np.atleast_1d(given["num_features"])
    assert sizes["channels"] == max(*widths, given.get("type_embed_num_features", 0))
    assert sizes["l_max"] == given["l_max"]
    assert sizes["parity"] == given["parity"]
    assert sizes["layers"] == given["num_layers"]
    assert sizes["n_radial"] == given["num_bessels"]
    assert sizes["envelope"] == given["polynomial_cutoff_p"]
    assert sizes["radial_widths"] == [given["radial_mlp_width"]] * given["radial_mlp_depth"]


def test_a_graph_may_reach_further_than_the_model():
    ours = model("tensors")
    atoms = structure("triclinic")
    near, wide = (predict(ours, atom_graph(atoms, ours.cutoff + more)) for more in (0, 1.5))
    assert torch.allclose(near.energies, wide.energies, atol=1e-12)
    assert torch.allclose(near.forces, wide.forces, atol=1e-12)


def test_an_atom_alone_has_its_shift():
    for z, shift in zip([1, 6, 7, 8], [-3.4, -9.1, -11.7, -8.3], strict=True):
        found = model("vectors")(atom_graph(Atoms(numbers=[z]), 4.0)).detach()
        assert float(found[0]) == pytest.approx(shift, abs=1e-12)
