"""Where a training runs: names, refusals, and the same result on a graphics card."""

import pytest
import torch

from mlp_teach.training.checkpoint import read_checkpoint
from mlp_teach.training.device import choose_device, judge_on, visible_gpus
from mlp_teach.training.experiment import train
from mlp_teach.training.fit import Settings
from mlp_teach.training.losses import Weights
from tests.training.small_data import small_data, small_model


def test_auto_is_the_best_there_is():
    expected = "cuda" if torch.cuda.is_available() else None
    expected = expected or ("mps" if torch.backends.mps.is_available() else "cpu")
    assert choose_device("auto").type == expected
    assert choose_device("cpu").type == "cpu"


def test_a_name_that_is_not_known_is_refused():
    with pytest.raises(ValueError, match="The device is 'gpu'; choose one of cpu, cuda, mps"):
        choose_device("gpu")


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is one")
def test_a_device_that_is_not_there_is_refused():
    with pytest.raises(ValueError, match="finds no cuda device here"):
        choose_device("cuda")


SETTINGS = Settings(epochs=4, batch_size=4, weights=Weights(forces=1.0))


def test_a_training_leaves_the_model_on_the_processor():
    model = small_model()
    train(model, small_data()[:8], small_data()[8:], SETTINGS, device="cpu")
    assert {value.device.type for value in model.state_dict().values()} == {"cpu"}


NEAR = {"cpu": 0.0, "cuda": 1e-6}  # relative, of a weight; a GPU adds in another order each time
DEVICES = [
    "cpu",
    pytest.param(
        "cuda",
        marks=[
            pytest.mark.gpu,
            pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device"),
        ],
    ),
]


def trained(device, checkpoint=None, on_epoch=None):
    """The model that 4 epochs in float64 make, with those told."""
    model = small_model()
    parts = small_data()[:8], small_data()[8:]
    train(model, *parts, SETTINGS, checkpoint=checkpoint, on_epoch=on_epoch, device=device)
    return model


def assert_near(one, other, rtol):
    for a, b in zip(one.state_dict().values(), other.state_dict().values(), strict=True):
        torch.testing.assert_close(a, b, rtol=rtol, atol=1e-3 * rtol)


@pytest.mark.parametrize("device", DEVICES)
def test_a_training_that_was_cut_off_goes_on_to_the_same_model(device, tmp_path):
    state, told = tmp_path / "training.safetensors", []

    def cut(epoch):
        told.append(epoch.number)
        if len(told) == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        trained(device, state, cut)
    went_on = trained(device, state, cut)
    kept = len(read_checkpoint(state)[2]["history"])
    assert kept == 4
    assert 0 < told[2] <= 2  # from the checkpoint, not from the start; and not from the end
    assert told[-1] == 3
    assert_near(went_on, trained(device), rtol=NEAR[device])


@pytest.mark.parametrize("device", DEVICES[1:])
def test_a_graphics_card_gives_the_model_of_the_processor(device):
    assert_near(trained(device), trained("cpu"), rtol=NEAR[device])


@pytest.mark.parametrize(
    ("visible", "count", "names"),
    [
        (None, 3, ["0", "1", "2"]),
        ("2, 0", 2, ["2", "0"]),
        ("GPU-89,-1,0", 1, ["GPU-89"]),  # CUDA reads up to what names none
        ("", 0, []),
    ],
)
def test_gpus_are_named_as_a_worker_is_told_them(visible, count, names, monkeypatch):
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    if visible is not None:
        monkeypatch.setenv("CUDA_VISIBLE_DEVICES", visible)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: count)
    assert visible_gpus() == names


def test_errors_are_measured_where_it_trained_but_not_where_double_precision_lacks():
    where = {name: judge_on(torch.device(name)).type for name in ("cpu", "cuda", "mps")}
    assert where == {"cpu": "cpu", "cuda": "cuda", "mps": "cpu"}
