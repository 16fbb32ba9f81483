"""The reader of mace-torch's files: a real one, and all that it refuses.

Larger models are held against mace-torch's numbers in test_mace_reference.py.
"""

import os
import pickle
from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import torch
from ase import Atoms

from mlp_teach.models import mace_torch
from mlp_teach.models.mace_torch import MaceError, mace_of, read_mace
from mlp_teach.models.stored_modules import StandIn, parameters, stored_module
from mlp_teach.neighbors import atom_graph
from mlp_teach.potential import predict

REFERENCE = Path(__file__).parents[1] / "reference"
FILE = REFERENCE / "mace_small.model"


@cache
def stored(name: str) -> dict[str, np.ndarray]:
    with np.load(REFERENCE / name) as file:
        return dict(file)


def structure(name: str) -> Atoms:
    numbers, positions, cell, pbc = (
        stored("mace_models.npz")[f"{name}_{part}"]
        for part in ("numbers", "positions", "cell", "pbc")
    )
    return Atoms(numbers, positions=positions, cell=cell, pbc=pbc)


# A real file -------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["CH3CH2OH", "HCN", "triclinic", "alone"])
def test_a_model_file_says_what_mace_torch_said_when_it_was_saved(name):
    model = read_mace(FILE)
    found = predict(model, atom_graph(structure(name), model.cutoff))
    kept = {
        part: stored("mace_small.npz").get(f"{name}/{part}")
        for part in ("energies_of_atoms", "forces", "stress")
    }
    assert np.abs(found.energies.numpy() - kept["energies_of_atoms"]).max() < 1e-10  # eV
    assert np.abs(found.forces.numpy() - kept["forces"]).max() < 1e-10  # eV/Å
    assert name == "alone" or np.abs(kept["forces"]).max() > 1e-3
    if name == "triclinic":
        assert np.abs(found.stress[0].numpy() - kept["stress"]).max() < 1e-10  # eV/Å³


def test_the_sizes_are_those_of_the_file():
    model = read_mace(str(FILE))
    assert model.settings() == {
        "elements": [1, 6, 7, 8],
        "cutoff": 4.0,
        "channels": 3,
        "l_hidden": 1,
        "l_max": 1,
        "correlation": 2,
        "layers": 2,
        "n_radial": 4,
        "radial_widths": [5],
        "n_readout": 2,
        "envelope": 5,
        "residual_first": False,
    }
    assert float(model.n_neighbors) == 2.7
    assert float(model.energy_scale) == 0.83
    assert model.reference.tolist() == pytest.approx([-3.19, -8.89, -11.49, -8.09])
    assert {p.dtype for p in model.parameters()} == {torch.float64}


def test_a_file_in_single_precision_makes_a_model_in_double():
    weights = {
        name: w.float() if w.is_floating_point() else w
        for name, w in parameters(stored_module(FILE)).items()
    }
    model, exact = mace_of(weights, False, 2.7), read_mace(FILE)
    graph = atom_graph(structure("HCN"), 4.0)
    assert model(graph).dtype == torch.float64
    torch.testing.assert_close(model(graph), exact(graph), rtol=1e-6, atol=0)


def test_a_plain_mace_has_no_scale_and_shift():
    weights = {
        name: w
        for name, w in parameters(stored_module(FILE)).items()
        if not name.startswith("scale_shift")
    }
    model = mace_of(weights, False, 2.7)
    assert float(model.energy_scale) == 1
    assert model.reference.tolist() == pytest.approx([-3.4, -9.1, -11.7, -8.3])


# Bad files ---------------------------------------------------------------------------------------


class Runs:
    """Unpickled as usual, it runs a command."""

    def __init__(self, command: str):
        self.command = command

    def __reduce__(self):
        return os.system, (self.command,)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"There is no model file .*nowhere\.model"):
        read_mace(tmp_path / "nowhere.model")
    with pytest.raises(FileNotFoundError, match="There is no model file"):
        read_mace(tmp_path)  # a folder


@pytest.mark.parametrize("content", [b"", b"hello\n" * 50, FILE.read_bytes()[:100_000]])
def test_a_text_an_empty_file_and_half_a_file_are_refused_in_words(content, tmp_path):
    file = tmp_path / "x.model"
    file.write_bytes(content)
    with pytest.raises(
        MaceError, match=r"x\.model is not a MACE that this reader knows: .* no network"
    ):
        read_mace(file)


@pytest.mark.parametrize("how", ["pickle", "torch"])
def test_a_file_that_would_run_code_runs_nothing(how, tmp_path):
    file, mark = tmp_path / "x.model", tmp_path / "it_ran"
    evil = Runs(f"touch {mark}")
    if how == "pickle":
        file.write_bytes(pickle.dumps(evil))
    else:
        torch.save(evil, file)
    with pytest.raises(MaceError, match=r"x\.model is not a MACE that this reader knows"):
        read_mace(file)
    assert not mark.exists()
    pickle.loads(pickle.dumps(evil))
    assert mark.exists()  # else the test could not fail


@pytest.mark.parametrize(
    "content",
    [
        torch.nn.Linear(2, 3),
        torch.nn.Linear(2, 3).state_dict(),
        {"model": 1},
        [1, 2, 3],
        torch.zeros(3),
    ],
    ids=["a layer", "weights alone", "dict", "list", "tensor"],
)
def test_a_file_of_something_else_is_refused_in_words(content, tmp_path):
    file = tmp_path / "x.model"
    torch.save(content, file)
    with pytest.raises(MaceError, match=r"x\.model is not a MACE that this reader knows"):
        read_mace(file)


# Other models ------------------------------------------------------------------------------------


def renamed(part: StandIn, name: str) -> None:
    part.__class__ = type(name, (StandIn,), {})


def inside(stored: StandIn, *names: str) -> StandIn:
    for name in names:
        stored = stored._modules[name]
    return stored


def activation(stored: StandIn) -> StandIn:
    return inside(stored, "readouts", "1", "non_linearity", "acts", "0")


OTHERS: dict[str, tuple[Callable[[StandIn], object], str]] = {
    "several heads": (
        lambda m: m.__dict__.update(heads=["Default", "dft"]),
        r"the heads \['Default', 'dft'\]",
    ),
    "another class": (lambda m: renamed(m, "EnergyDipolesMACE"), "It is a EnergyDipolesMACE"),
    "a repulsion": (
        lambda m: m._modules.update(pair_repulsion_fn=StandIn()),
        r"unknown here, \['pair_repulsion_fn'\]",
    ),
    "density first": (
        lambda m: renamed(inside(m, "interactions", "0"), "RealAgnosticDensityInteractionBlock"),
        r"unknown here, \['RealAgnosticDensityInteractionBlock'\]",
    ),
    "density later": (
        lambda m: renamed(
            inside(m, "interactions", "1"), "RealAgnosticDensityResidualInteractionBlock"
        ),
        r"unknown here, \['RealAgnosticDensityResidualInteractionBlock'\]",
    ),
    "no residual later": (
        lambda m: renamed(inside(m, "interactions", "1"), "RealAgnosticInteractionBlock"),
        r"unknown here, \['RealAgnosticInteractionBlock'\]",
    ),
    "Gaussians": (
        lambda m: renamed(inside(m, "radial_embedding", "bessel_fn"), "GaussianBasis"),
        r"unknown here, \['GaussianBasis'\]",
    ),
    "a transform of distances": (
        lambda m: renamed(
            inside(m, "radial_embedding")._modules.setdefault("distance_transform", StandIn()),
            "AgnesiTransform",
        ),
        r"unknown here, \['AgnesiTransform'\]",
    ),
    "tanh": (
        lambda m: activation(m).__dict__.update(f=type("tanh", (StandIn,), {})),
        r"unknown here, \['Activation'\]",
    ),
    "no cutoff on the waves": (
        lambda m: m.__dict__.update(apply_cutoff=False),
        r"unknown here, \['apply_cutoff=False'\]",
    ),
    "the last readout alone": (
        lambda m: m.__dict__.update(use_last_readout_only=True),
        r"unknown here, \['use_last_readout_only=True'\]",
    ),
    "no activation": (
        lambda m: inside(m, "readouts", "1")._modules.pop("non_linearity"),
        "is not a MACE that this reader knows: What was stored holds no 'non_linearity'",
    ),
    "no products": (
        lambda m: m._modules.pop("products"),
        "is not a MACE that this reader knows",
    ),
    "no element": (
        lambda m: m._buffers.pop("atomic_numbers"),
        "is not a MACE that this reader knows",
    ),
    "unequal weights": (
        lambda m: inside(m, "interactions", "0", "linear_up")._parameters.update(
            weight=torch.zeros(7)
        ),
        "is not a MACE that this reader knows",
    ),
    "no distance": (
        lambda m: m._buffers.update(r_max=torch.tensor(0.0)),
        "must be a positive length",
    ),
}


@pytest.mark.parametrize("name", OTHERS)
def test_other_models_are_refused_in_words(name, monkeypatch):
    change, sentence = OTHERS[name]
    stored = stored_module(FILE)
    change(stored)
    monkeypatch.setattr(mace_torch, "stored_module", lambda file: stored)
    with pytest.raises(MaceError, match=sentence):
        read_mace(FILE)


def test_an_unchanged_stand_in_is_read(monkeypatch):
    """Else the test above could not fail."""
    stored = stored_module(FILE)
    monkeypatch.setattr(mace_torch, "stored_module", lambda file: stored)
    assert read_mace(FILE).elements == (1, 6, 7, 8)


def test_a_first_layer_with_a_residual_is_known_by_its_class(monkeypatch):
    # The tensors of the two kinds have other shapes, so that here they do not fit.
    stored = stored_module(FILE)
    renamed(inside(stored, "interactions", "0"), "RealAgnosticResidualInteractionBlock")
    monkeypatch.setattr(mace_torch, "stored_module", lambda file: stored)
    with pytest.raises(MaceError, match="is not a MACE that this reader knows"):
        read_mace(FILE)
