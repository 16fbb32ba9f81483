"""MACE with mace-torch's weights: the same energies, forces and stress."""

from functools import cache

import numpy as np
import pytest
import torch
from ase import Atoms

from mlp_teach.models.mace import MACE
from mlp_teach.models.mace_torch import MaceError, mace_of
from mlp_teach.neighbors import atom_graph
from mlp_teach.potential import predict
from tests.models.stored_models import StoredModels

STORED = StoredModels("mace_models")
structure, weights = STORED.structure, STORED.weights


def index() -> dict:
    return STORED.index


@cache
def model(name: str) -> MACE:
    sizes = index()["models"][name]
    first = sizes["interaction_cls_first"] == "RealAgnosticResidualInteractionBlock"
    return mace_of(weights(name), first, sizes["avg_num_neighbors"])


MODELS = index()["models"]
EVERY_MODEL = pytest.mark.parametrize("which", MODELS)


@EVERY_MODEL
@pytest.mark.parametrize("name", index()["structures"])
def test_energies_forces_and_stress_equal_mace_torchs(which, name):
    ours = model(which)
    found = predict(ours, atom_graph(structure(name), ours.cutoff))
    STORED.check(which, name, found, forces=1e-10, stress=1e-10)


@EVERY_MODEL
def test_the_stored_numbers_are_not_small(which):
    assert STORED.least_largest_force(which) > 1e-3


@EVERY_MODEL
def test_sizes_are_read_from_the_tensors(which):
    given, sizes = MODELS[which], model(which).settings()
    assert sizes["elements"] == index()["elements"]
    assert sizes["cutoff"] == given["r_max"]
    assert sizes["l_max"] == given["max_ell"]
    assert sizes["correlation"] == given["correlation"]
    assert sizes["layers"] == given["num_interactions"]
    assert sizes["n_radial"] == given["num_bessel"]
    assert sizes["envelope"] == given["num_polynomial_cutoff"]
    assert sizes["radial_widths"] == given["radial_MLP"]
    hidden = given["hidden_irreps"].replace(" ", "").split("+")
    assert sizes["channels"] == int(hidden[0].split("x")[0])
    assert sizes["l_hidden"] == len(hidden) - 1
    assert sizes["n_readout"] == int(given["MLP_irreps"].split("x")[0])


@EVERY_MODEL
def test_no_weight_is_left_at_chance(which):
    """Two readings are the same, though each model starts from other random numbers."""
    again = model.__wrapped__(which).state_dict()
    for name, value in model(which).state_dict().items():
        torch.testing.assert_close(again[name], value, rtol=0, atol=1e-13)


@pytest.mark.parametrize("name", ["CH3CONH2", "triclinic", "C6H6"])
def test_single_precision_is_near_double(name):
    double = model("vectors")
    single = MACE.from_settings(double.settings()).double()
    single.load_state_dict(double.state_dict())
    graph = atom_graph(structure(name), double.cutoff)
    exact = predict(double, graph)
    found = predict(single.float(), graph.to(dtype=torch.float32))
    energy_gap = (found.energies.double() - exact.energies).abs().max()
    force_gap = (found.forces.double() - exact.forces).abs().max()
    assert energy_gap < 7e-6  # eV; the largest of the three was 6.8e-7
    assert force_gap < 2e-5 * exact.forces.abs().max()  # the largest was 1.7e-6


def test_a_graph_may_reach_further_than_the_model():
    ours = model("vectors")
    atoms = structure("triclinic")
    near, wide = (predict(ours, atom_graph(atoms, ours.cutoff + more)) for more in (0, 1.5))
    assert torch.allclose(near.energies, wide.energies, atol=1e-12)
    assert torch.allclose(near.forces, wide.forces, atol=1e-12)


def test_an_atom_alone_has_its_own_energy_and_the_shift():
    given = MODELS["vectors"]
    shifted = np.array(given["atomic_energies"]) + given["atomic_inter_shift"]
    for z, expected in zip(index()["elements"], shifted, strict=True):
        found = model("vectors")(atom_graph(Atoms(numbers=[z]), 4.0)).detach()
        assert float(found[0]) == pytest.approx(expected, abs=1e-12)


def test_products_of_unnatural_parity_are_refused_in_words():
    theirs = weights("vectors")
    name = "products.0.symmetric_contractions.contractions.0.U_matrix_2"
    theirs[name] = theirs[name] + torch.eye(16, dtype=torch.float64)[:, :, None].roll(1, 0)
    with pytest.raises(MaceError, match=r"products\.0.*are not those of features of natural par"):
        mace_of(theirs, False, 1.0)
