"""MACE with mace-torch's weights: the same energies, forces and stress."""

import json
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import torch
from ase import Atoms

from mlp_teach.models.mace import MACE
from mlp_teach.models.mace_torch import MaceError, mace_of
from mlp_teach.neighbors import atom_graph
from mlp_teach.potential import predict


@cache
def stored() -> dict[str, np.ndarray]:
    with np.load(Path(__file__).parents[1] / "reference" / "mace_models.npz") as file:
        return dict(file)


def index() -> dict:
    return json.loads(str(stored()["index"]))


def structure(name: str) -> Atoms:
    numbers, positions, cell, pbc = (
        stored()[f"{name}_{part}"] for part in ("numbers", "positions", "cell", "pbc")
    )
    return Atoms(numbers, positions=positions, cell=cell, pbc=pbc)


def weights(model: str) -> dict[str, torch.Tensor]:
    start = f"{model}/weights/"
    return {
        name.removeprefix(start): torch.from_numpy(value)
        for name, value in stored().items()
        if name.startswith(start)
    }


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
    kept = {
        part: stored().get(f"{which}/{name}/{part}")
        for part in ("energy", "energies_of_atoms", "forces", "stress")
    }
    assert abs(float(found.energy) - float(kept["energy"])) < 1e-10  # eV
    assert np.abs(found.energies.numpy() - kept["energies_of_atoms"]).max() < 1e-10  # eV
    assert np.abs(found.forces.numpy() - kept["forces"]).max() < 1e-10  # eV/Å
    assert (kept["stress"] is None) == (not structure(name).pbc.all())
    if kept["stress"] is not None:
        assert np.abs(found.stress[0].numpy() - kept["stress"]).max() < 1e-10  # eV/Å³


@EVERY_MODEL
def test_the_stored_numbers_are_not_small(which):
    sizes = [
        np.abs(stored()[f"{which}/{name}/forces"]).max()
        for name in index()["structures"]
        if name not in ("far", "alone")
    ]
    assert min(sizes) > 1e-3


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
