"""DeepPot-SE with DeePMD-kit's weights: the same energies, forces, stress and statistics."""

import json
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import torch

from mlp_teach.models.deep_pot import DeepPot
from mlp_teach.neighbors import atom_graph
from mlp_teach.potential import predict
from tests.models.test_schnetpack_reference import structure

ELEMENTS = (1, 6, 7, 8)


@cache
def stored() -> dict[str, np.ndarray]:
    with np.load(Path(__file__).parents[1] / "reference" / "deepmd_models.npz") as file:
        return dict(file)


def index() -> dict:
    return json.loads(str(stored()["index"]))


def converted(name: str, layers: list[int]) -> dict[str, torch.Tensor]:
    """DeePMD-kit's weights under our names; it counts networks N_ab with a fastest."""
    start, n, ours = f"{name}/weights/atomic_model.", len(ELEMENTS), {}
    for place, value in stored().items():
        if not place.startswith(start) or "networks" not in place:
            continue
        parts = place.split(".")
        kind, number, layer = parts[1], int(parts[-4]), int(parts[-2])
        if kind == "descriptor":
            where = f"embedding.{number % n * n + number // n}.{layer}"
        else:
            where = f"fitting.{number}.{layer}"
        last = kind == "fitting_net" and layer == layers[1]
        new = {"matrix": "weight", "bias": "bias", "idt": "dt"}[parts[-1]]
        inner = "" if last or new == "dt" else "linear."
        ours[f"{where}.{inner}{new}"] = torch.from_numpy(value.T)
    ours["reference"] = torch.from_numpy(stored()[f"{start}fitting_net.bias_atom_e"][:, 0])
    return ours


@cache
def model(name: str) -> DeepPot:
    sizes = index()["models"][name]
    widths = tuple(sizes["embedding"]), tuple(sizes["fitting"])
    ours = DeepPot(
        ELEMENTS, index()["cutoff"], sizes["smooth_from"], widths[0], sizes["axes"], widths[1]
    )
    ours = ours.double()
    found = converted(name, [len(w) for w in widths])
    if not sizes["step"]:
        found |= {k: torch.ones_like(v) for k, v in ours.state_dict().items() if k.endswith("dt")}
    missing = ours.load_state_dict(found, strict=False)
    assert set(missing.missing_keys) == {"mean", "width", "slots", "energy_scale"}
    assert missing.unexpected_keys == []
    ours.slots.copy_(torch.tensor(sizes["slots"]))
    if f"{name}/mean" in stored():
        ours.mean.copy_(torch.from_numpy(stored()[f"{name}/mean"]))
        ours.width.copy_(torch.from_numpy(stored()[f"{name}/width"]))
    return ours


@pytest.mark.parametrize("name", index()["structures"])
@pytest.mark.parametrize("which", index()["models"])
def test_energies_forces_and_stress_equal_deepmds(which, name):
    ours = model(which)
    found = predict(ours, atom_graph(structure(name), ours.cutoff))
    expected = {part: stored()[f"{which}/{name}/{part}"] for part in ("energies", "forces")}
    assert np.abs(found.energies.numpy() - expected["energies"]).max() < 1e-8  # eV
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


@pytest.mark.parametrize("which", [name for name in index()["models"] if name != "plain"])
def test_adapt_finds_deepmds_statistics(which):
    """Of structures and their mirror images: DeePMD-kit's σ of the vectors is that around their
    mean, which depends on how a structure lies; here the mean is 0."""
    theirs = model(which)
    ours = DeepPot(ELEMENTS, theirs.cutoff, theirs.smooth_from, (2,), 1, (2,))
    slots = index()["models"][which]["slots"]
    graphs = []
    for name in index()["statistics"]:
        graphs.append(atom_graph(structure(name), ours.cutoff))
    ours.adapt(graphs, torch.zeros(len(graphs)).double())
    share = float(ours.slots.sum()) / sum(slots)  # they divide by more slots
    assert torch.allclose(ours.mean * share, theirs.mean, atol=1e-12)
    squares = (ours.width**2 + ours.mean**2) * share
    assert torch.allclose(squares, theirs.width**2 + theirs.mean**2, atol=1e-12)
