"""DimeNet, DimeNet++ and SchNet with PyG's weights: the same energies, forces and stress."""

import json
import re
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import torch
from ase import Atoms

from mlp_teach.basis.expansions import GaussianSmearing
from mlp_teach.models.dimenet import DimeNet
from mlp_teach.models.dimenet_plus_plus import DimeNetPlusPlus
from mlp_teach.models.schnet import SchNet
from mlp_teach.neighbors import atom_graph
from mlp_teach.potential import predict

ELEMENTS = (1, 6, 7, 8)
NAMES = {  # theirs, ours; the first that fits counts, for each kind of model
    "SchNet": [
        (r"interactions\.(\d+)\.mlp\.(\d)", r"layers.\1.filter.\2"),
        (r"interactions\.(\d+)\.conv\.nn\.(\d)", r"layers.\1.filter.\2"),  # the same one again
        (r"interactions\.(\d+)\.conv\.lin1", r"layers.\1.send"),
        (r"interactions\.(\d+)\.conv\.lin2", r"layers.\1.update.0"),
        (r"interactions\.(\d+)\.lin", r"layers.\1.update.2"),
        (r"^lin1", "readout.0"),
        (r"^lin2", "readout.2"),
    ],
    "DimeNet": [
        (r"rbf\.freq", "frequencies"),
        (r"emb\.emb", "embedding"),
        (r"emb\.lin_rbf", "near"),
        (r"emb\.lin", "join"),
        (r"output_blocks\.(\d+)\.lin_rbf", r"outputs.\1.by_distance"),
        (r"output_blocks\.(\d+)\.lin_up", r"outputs.\1.up"),
        (r"output_blocks\.(\d+)\.lins", r"outputs.\1.layers"),
        (r"output_blocks\.(\d+)\.lin", r"outputs.\1.last"),
        (r"interaction_blocks\.(\d+)\.layers_before_skip\.0\.lin1", r"layers.\1.before.inner"),
        (r"interaction_blocks\.(\d+)\.layers_before_skip\.0\.lin2", r"layers.\1.before.outer"),
        (r"interaction_blocks\.(\d+)\.layers_after_skip\.(\d)\.lin1", r"layers.\1.after.\2.inner"),
        (r"interaction_blocks\.(\d+)\.layers_after_skip\.(\d)\.lin2", r"layers.\1.after.\2.outer"),
        (r"interaction_blocks\.(\d+)\.lin_kj", r"layers.\1.carry"),
        (r"interaction_blocks\.(\d+)\.lin_ji", r"layers.\1.own"),
        (r"interaction_blocks\.(\d+)\.lin_rbf1", r"layers.\1.by_distance.0"),
        (r"interaction_blocks\.(\d+)\.lin_rbf2", r"layers.\1.by_distance.1"),
        (r"interaction_blocks\.(\d+)\.lin_sbf1", r"layers.\1.by_angle"),
        (r"interaction_blocks\.(\d+)\.lin_sbf2", r"layers.\1.spread"),
        (r"interaction_blocks\.(\d+)\.lin_rbf", r"layers.\1.by_distance"),
        (r"interaction_blocks\.(\d+)\.lin_sbf", r"layers.\1.by_angle"),
        (r"interaction_blocks\.(\d+)\.lin_down", r"layers.\1.down"),
        (r"interaction_blocks\.(\d+)\.lin_up", r"layers.\1.up"),
        (r"interaction_blocks\.(\d+)\.lin", r"layers.\1.middle"),
        (r"interaction_blocks\.(\d+)\.W", r"layers.\1.bilinear.weight"),
    ],
}
NAMES["DimeNetPlusPlus"] = NAMES["DimeNet"]


@cache
def stored() -> dict[str, np.ndarray]:
    with np.load(Path(__file__).parents[1] / "reference" / "pyg_models.npz") as file:
        return dict(file)


def index() -> dict:
    return json.loads(str(stored()["index"]))


def structure(name: str) -> Atoms:
    numbers, positions, cell, pbc = (
        stored()[f"{name}_{part}"] for part in ("numbers", "positions", "cell", "pbc")
    )
    return Atoms(numbers, positions=positions, cell=cell, pbc=pbc)


def converted(kind: str) -> dict[str, torch.Tensor]:
    ours, start = {}, f"{kind}/weights/"
    for place, value in stored().items():
        if not place.startswith(start):
            continue
        name = place.removeprefix(start)
        for theirs, here in NAMES[kind]:
            name, found = re.subn(theirs, here, name)
            if found:
                break
        value = torch.from_numpy(value)
        if name == "embedding.weight":
            value = value[list(ELEMENTS)]
        if name.endswith("bilinear.weight"):
            value = value.flatten(1)  # [i, b, l]: for each output i, the W_b side by side
        ours[name] = value
    return ours


def empty(kind: str) -> torch.nn.Module:
    sizes = index()["sizes"][kind]
    if kind == "SchNet":
        basis = GaussianSmearing(sizes["num_gaussians"], index()["cutoff"])
        return SchNet(ELEMENTS, basis, sizes["hidden_channels"], sizes["num_interactions"])
    both = {
        "elements": ELEMENTS,
        "cutoff": index()["cutoff"],
        "features": sizes["hidden_channels"],
        "layers": sizes["num_blocks"],
        "n_radial": sizes["num_radial"],
        "n_angular": sizes["num_spherical"],
    }
    if kind == "DimeNet":
        return DimeNet(**both, bilinear=sizes["num_bilinear"])
    return DimeNetPlusPlus(
        **both,
        n_meeting=sizes["int_emb_size"],
        n_basis=sizes["basis_emb_size"],
        n_output=sizes["out_emb_channels"],
    )


@cache
def model(kind: str) -> torch.nn.Module:
    ours = empty(kind).double()
    missing = ours.load_state_dict(converted(kind), strict=False)
    assert set(missing.missing_keys) == {"reference", "energy_scale"}
    assert set(missing.unexpected_keys) <= {"distance_expansion.offset"}  # SchNet's, not a weight
    return ours


@pytest.mark.parametrize("name", index()["structures"])
@pytest.mark.parametrize("kind", index()["sizes"])
def test_energies_forces_and_stress_equal_pygs(kind, name):
    ours = model(kind)
    found = predict(ours, atom_graph(structure(name), ours.cutoff))
    energy, forces = (stored()[f"{kind}/{name}/{part}"] for part in ("energy", "forces"))
    assert abs(float(found.energy) - float(energy)) < 1e-8  # eV
    assert np.abs(found.forces.numpy() - forces).max() < 1e-7  # eV/Å
    stress = stored().get(f"{kind}/{name}/stress")
    if stress is not None:
        assert np.abs(found.stress[0].numpy() - stress).max() < 1e-9  # eV/Å³


@pytest.mark.parametrize("kind", index()["sizes"])
def test_the_stored_numbers_are_not_small(kind):
    names = [name for name in index()["structures"] if name not in ("far", "alone", "one")]
    sizes = [np.abs(stored()[f"{kind}/{name}/forces"]).max() for name in names]
    stresses = [np.abs(stored()[f"{kind}/{name}/stress"]).max() for name in ("triclinic", "one")]
    assert min(sizes) > 1e-3
    assert min(stresses) > 1e-5


@pytest.mark.parametrize("kind", ["DimeNet", "DimeNetPlusPlus"])
def test_a_graph_may_reach_further_than_the_model(kind):
    ours = model(kind)
    near, wide = (
        predict(ours, atom_graph(structure("triclinic"), ours.cutoff + more)) for more in (0, 1.5)
    )
    assert torch.allclose(near.energies, wide.energies, atol=1e-12)
    assert torch.allclose(near.forces, wide.forces, atol=1e-12)
