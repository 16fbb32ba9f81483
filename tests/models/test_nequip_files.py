"""Reading nequip's checkpoints: what the package says with them, and what is refused."""

import io
import pickle
import zipfile
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import torch
from ase import Atoms

from mlp_teach.models.nequip_files import FIXED, NequipError, nequip_of, read_nequip
from mlp_teach.neighbors import atom_graph
from mlp_teach.potential import predict
from tests.models.test_nequip_reference import index, weights

REFERENCE = Path(__file__).parents[1] / "reference"
TRAINED = REFERENCE / "nequip_trained.ckpt"


@cache
def said() -> dict[str, np.ndarray]:
    with np.load(REFERENCE / "nequip_trained.npz") as file:
        return dict(file)


def frame(n: int) -> Atoms:
    return Atoms(said()[f"numbers_{n}"], positions=said()[f"positions_{n}"])


def checkpoint() -> dict:
    return torch.load(TRAINED, weights_only=True)


def saved(content: object, folder: Path) -> Path:
    torch.save(content, folder / "changed.ckpt")
    return folder / "changed.ckpt"


@pytest.mark.parametrize("n", range(5))
def test_a_trained_model_says_what_it_says_in_nequip(n):
    model = read_nequip(TRAINED)
    found = predict(model, atom_graph(frame(n), model.cutoff))
    assert np.abs(said()[f"forces_{n}"]).max() > 1  # eV/Å
    assert np.abs(found.energies.numpy() - said()[f"energies_of_atoms_{n}"]).max() < 1e-10  # eV
    assert np.abs(found.forces.numpy() - said()[f"forces_{n}"]).max() < 1e-9  # eV/Å


def test_the_averaged_weights_are_read_and_without_them_the_last_ones(tmp_path):
    stored = checkpoint()
    state = stored["state_dict"]
    stored["state_dict"] = {name: w for name, w in state.items() if not name.startswith("ema.")}
    assert len(stored["state_dict"]) < len(state)
    averaged, last = read_nequip(TRAINED), read_nequip(saved(stored, tmp_path))
    name = "model.sole_model.model.func.type_embed.embed_module.weight"
    assert torch.equal(last.embedding.weight, state[name])
    assert torch.equal(averaged.embedding.weight, state["ema.ema_weight_0"])
    assert not torch.equal(averaged.embedding.weight, last.embedding.weight)


def test_a_missing_average_is_refused_in_words(tmp_path):
    stored = checkpoint()
    del stored["state_dict"]["ema.ema_weight_3"]
    with pytest.raises(NequipError, match="is no checkpoint of nequip-train that this reader"):
        read_nequip(saved(stored, tmp_path))


def test_a_file_that_holds_the_wrong_half_of_its_weights_is_refused(tmp_path):
    stored = checkpoint()
    stored["state_dict"]["ema._extra_state"]["is_holding_ema_weights"] = False
    with pytest.raises(NequipError, match="while its averaged weights were in use"):
        read_nequip(saved(stored, tmp_path))


@pytest.mark.parametrize("types", [["O", "H", "C"], ["C", "O", "H"]], ids="".join)
def test_the_order_of_types_does_not_matter(types):
    """Weights that belong to a type stand in the order of the types."""
    given, theirs = index()["models"]["uneven"], weights("uneven")
    model = nequip_of(theirs, given)
    names = [*types, "N"]
    order = [given["type_names"].index(name) for name in names]
    for name in ("type_embed.embed_module.weight", "per_type_energy_scale_shift.shifts"):
        theirs[f"model.func.{name}"] = theirs[f"model.func.{name}"][order]
    turned = nequip_of(theirs, given | {"type_names": names})
    graph = atom_graph(frame(0), model.cutoff)
    torch.testing.assert_close(turned(graph), model(graph), rtol=0, atol=1e-12)


# What is refused ---------------------------------------------------------------------------------


def test_a_file_that_is_not_there_is_named():
    with pytest.raises(FileNotFoundError, match=r"There is no checkpoint nowhere\.ckpt"):
        read_nequip("nowhere.ckpt")


def package() -> bytes:
    """What nequip-package writes is a zip file of code and tensors."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("trained.nequip/model/model.pkl", b"")
    return file.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"E = m c^2\n",
        TRAINED.read_bytes()[:-1],
        TRAINED.read_bytes()[: TRAINED.stat().st_size // 2],
        pickle.dumps({"weights": [1.0]}, protocol=2),
        package(),
    ],
    ids=["empty", "text", "a byte missing", "half", "pickle", "package"],
)
def test_what_is_no_checkpoint_is_refused_in_words(content, tmp_path):
    file = tmp_path / "model.ckpt"
    file.write_bytes(content)
    with pytest.raises(NequipError, match=r"model\.ckpt is no checkpoint of nequip-train") as error:
        read_nequip(file)
    assert "()" not in str(error.value)  # a reason is given
    assert "weights_only=False" not in str(error.value)  # PyTorch's advice would run what is in it


@pytest.mark.parametrize(
    "stored",
    [{}, [], torch.zeros(2), {"state_dict": {}}, {"hyper_parameters": {"model": {}}}],
    ids=["nothing", "list", "tensor", "no arguments", "no weights"],
)
def test_other_files_of_pytorch_are_refused_in_words(stored, tmp_path):
    with pytest.raises(NequipError, match="is no checkpoint of nequip-train that this reader"):
        read_nequip(saved(stored, tmp_path))


@pytest.mark.parametrize("missing", ["linear_1.weight", "edge_mlp.mlp.2.weight", "sc.weight"])
def test_a_checkpoint_without_some_weights_is_refused_in_words(missing, tmp_path):
    stored = checkpoint()
    kept = {name: w for name, w in stored["state_dict"].items() if not name.endswith(missing)}
    stored["state_dict"] = {name: w for name, w in kept.items() if not name.startswith("ema.")}
    with pytest.raises(NequipError, match="is no checkpoint of nequip-train that this reader"):
        read_nequip(saved(stored, tmp_path))


@pytest.mark.parametrize(
    "argument",
    [
        {"per_edge_type_cutoff": {"H": 2.0}},
        {"bessel_trainable": True},
        {"pair_potential": {"_target_": "nequip.nn.pair_potential.ZBL"}},
        {"readout_mlp_nonlinearity": "tanh"},
        {"convnet_resnet": True},
        {"type_names": ["H", "C", "water"]},
    ],
    ids=lambda argument: next(iter(argument)),
)
def test_a_model_that_would_be_another_one_is_refused_in_words(argument, tmp_path):
    stored = checkpoint()
    stored["hyper_parameters"]["model"] |= argument
    (name,) = argument
    said = "water" if name == "type_names" else name
    with pytest.raises(NequipError, match=f"This model has .*{said}.*; this reader knows"):
        read_nequip(saved(stored, tmp_path))


def test_arguments_at_their_usual_values_are_accepted(tmp_path):
    stored = checkpoint()
    stored["hyper_parameters"]["model"] |= FIXED
    model, same = read_nequip(saved(stored, tmp_path)), read_nequip(TRAINED)
    graph = atom_graph(frame(0), model.cutoff)
    assert torch.equal(model(graph), same(graph))


class Trap:
    """Unpickled, it would make a file."""

    def __init__(self, file: Path):
        self.file = file

    def __reduce__(self):
        return Path.touch, (self.file,)


def test_code_in_a_file_is_not_run(tmp_path):
    sprung = tmp_path / "sprung"
    with pytest.raises(NequipError, match="is no checkpoint of nequip-train that this reader"):
        read_nequip(saved(checkpoint() | {"callbacks": Trap(sprung)}, tmp_path))
    assert not sprung.exists()
    torch.load(tmp_path / "changed.ckpt", weights_only=False)
    assert sprung.exists()  # the trap works
