"""SchNet and PaiNN with SchNetPack's weights: the same energies, forces and stress."""

import json
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import torch
from ase import Atoms

from mlp_teach.basis.expansions import GaussianSmearing, SineWaves
from mlp_teach.models.painn import PaiNN
from mlp_teach.models.schnet import SchNet
from mlp_teach.neighbors import atom_graph
from mlp_teach.potential import predict

ELEMENTS = (1, 6, 7, 8)


@cache
def stored() -> dict[str, np.ndarray]:
    with np.load(Path(__file__).parents[1] / "reference" / "schnetpack_models.npz") as file:
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


def numbered(theirs: dict, old: str, new: str) -> dict[str, torch.Tensor]:
    """Weight and bias of one of their layers under our name."""
    return {
        f"{new}.{kind}": theirs[f"{old}.{kind}"]
        for kind in ("weight", "bias")
        if f"{old}.{kind}" in theirs
    }


def common(theirs: dict) -> dict[str, torch.Tensor]:
    return (
        {"embedding.weight": theirs["representation.embedding.weight"][list(ELEMENTS)]}
        | numbered(theirs, "output_modules.0.outnet.0", "readout.0")
        | numbered(theirs, "output_modules.0.outnet.1", "readout.2")
    )


def schnet(theirs: dict) -> dict[str, torch.Tensor]:
    ours = common(theirs)
    for layer in range(index()["layers"]):
        old, new = f"representation.interactions.{layer}", f"layers.{layer}"
        for there, here in (
            ("filter_network.0", "filter.0"),
            ("filter_network.1", "filter.2"),
            ("in2f", "send"),
            ("f2out.0", "update.0"),
            ("f2out.1", "update.2"),
        ):
            ours |= numbered(theirs, f"{old}.{there}", f"{new}.{here}")
    return ours


def painn(theirs: dict) -> dict[str, torch.Tensor]:
    ours = common(theirs)
    filters = numbered(theirs, "representation.filter_net", "filters")
    for layer in range(index()["layers"]):
        for kind in ("weight", "bias"):  # theirs makes the filters of all layers at once
            parts = filters[f"filters.{kind}"].chunk(index()["layers"])
            ours[f"filters.{layer}.{kind}"] = parts[layer]
        for there, here in (
            ("interactions.{}.interatomic_context_net.0", "messages.{}.phi.0"),
            ("interactions.{}.interatomic_context_net.1", "messages.{}.phi.2"),
            ("mixing.{}.mu_channel_mix", "updates.{}.mix"),
            ("mixing.{}.intraatomic_context_net.0", "updates.{}.gate.0"),
            ("mixing.{}.intraatomic_context_net.1", "updates.{}.gate.2"),
        ):
            old = f"representation.{there.format(layer)}"
            ours |= numbered(theirs, old, here.format(layer))
    return ours


@cache
def model(name: str) -> torch.nn.Module:
    kind, basis = name.split("_")
    expansion = {"GaussianSmearing": GaussianSmearing, "SineWaves": SineWaves}[basis]
    ours = {"SchNet": SchNet, "PaiNN": PaiNN}[kind](
        ELEMENTS,
        expansion(index()["n_radial"], index()["cutoff"]),
        features=index()["features"],
        layers=index()["layers"],
    ).double()
    converted = {"SchNet": schnet, "PaiNN": painn}[kind](weights(name))
    if basis == "SineWaves":  # SchNetPack leaves out √(2/r_c)
        for place in converted:
            if place.startswith("filters") and place.endswith("weight"):
                converted[place] = converted[place] * (index()["cutoff"] / 2) ** 0.5
    missing = ours.load_state_dict(converted, strict=False)
    assert set(missing.missing_keys) == {"reference", "energy_scale"}
    assert missing.unexpected_keys == []
    return ours


@pytest.mark.parametrize("name", index()["structures"])
@pytest.mark.parametrize("which", index()["models"])
def test_energies_forces_and_stress_equal_schnetpacks(which, name):
    ours = model(which)
    found = predict(ours, atom_graph(structure(name), ours.cutoff))
    expected = {part: stored().get(f"{which}/{name}/{part}") for part in ("energy", "forces")}
    assert abs(float(found.energy) - float(expected["energy"][0])) < 1e-8  # eV
    assert np.abs(found.forces.numpy() - expected["forces"]).max() < 1e-7  # eV/Å
    stress = stored().get(f"{which}/{name}/stress")
    if stress is not None:
        assert np.abs(found.stress[0].numpy() - stress).max() < 1e-9  # eV/Å³


@pytest.mark.parametrize("which", index()["models"])
def test_the_stored_numbers_are_not_small(which):
    sizes = [
        np.abs(stored()[f"{which}/{name}/forces"]).max()
        for name in index()["structures"]
        if name not in ("far", "alone")
    ]
    assert min(sizes) > 1e-3


def test_a_graph_may_reach_further_than_the_model():
    ours = model("PaiNN_SineWaves")
    atoms = structure("triclinic")
    near, wide = (predict(ours, atom_graph(atoms, ours.cutoff + more)) for more in (0, 1.5))
    assert torch.allclose(near.energies, wide.energies, atol=1e-12)
    assert torch.allclose(near.forces, wide.forces, atol=1e-12)
