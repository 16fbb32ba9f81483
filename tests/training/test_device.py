"""Where a training runs: names, refusals, and the same result on a graphics card."""

import pytest
import torch

from mlp_teach.training.device import choose_device, judge_on
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


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
def test_a_graphics_card_gives_the_same_model_and_goes_on_from_a_checkpoint(tmp_path):
    models = []
    for device in ("cpu", "cuda"):
        model, state = small_model(), tmp_path / f"{device}.safetensors"
        half = Settings(epochs=4, batch_size=4, weights=Weights(forces=1.0))
        train(model, small_data()[:8], small_data()[8:], half, checkpoint=state, device=device)
        train(model, small_data()[:8], small_data()[8:], half, checkpoint=state, device=device)
        models.append(model)
    for one, other in zip(*(m.state_dict().values() for m in models), strict=True):
        assert torch.allclose(one, other, rtol=1e-6, atol=1e-9)


def test_errors_are_measured_where_it_trained_but_not_where_double_precision_lacks():
    where = {name: judge_on(torch.device(name)).type for name in ("cpu", "cuda", "mps")}
    assert where == {"cpu": "cpu", "cuda": "cuda", "mps": "cpu"}
