"""The offer is a device that is there; what is not there costs a sentence, never an error."""

import pytest
import torch

from mlp_teach.kernels.offer import WORDS, kernel_offer


@pytest.fixture
def no_gpu(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)
    monkeypatch.delenv("MLP_TEACH_DEVICE", raising=False)
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)


@pytest.fixture
def gpu(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda: "Tensor 9000")
    monkeypatch.delenv("MLP_TEACH_DEVICE", raising=False)
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)


def test_without_a_gpu_the_size_is_small(no_gpu):
    offer = kernel_offer()
    assert (offer.device, offer.size) == ("cpu", "small")
    assert offer.message == WORDS["en"]["cpu"]


def test_with_a_gpu_the_size_is_full_and_its_name_is_told(gpu):
    offer = kernel_offer("ja")
    assert (offer.device, offer.size) == ("cuda", "full")
    assert "Tensor 9000" in offer.message


def test_a_kernel_that_asks_for_the_cpu_gets_it_beside_a_gpu(gpu, monkeypatch):
    monkeypatch.setenv("MLP_TEACH_DEVICE", "cpu")
    assert (kernel_offer().device, kernel_offer().size) == ("cpu", "small")
    assert kernel_offer(asked="cuda").device == "cuda"


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_what_nbgrader_executes_is_small_and_on_the_cpu_beside_a_gpu(gpu, monkeypatch, lang):
    monkeypatch.setenv("MLP_TEACH_DEVICE", "cuda")
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    offer = kernel_offer(lang)
    assert (offer.device, offer.size) == ("cpu", "small")
    assert offer.message == WORDS[lang]["nbgrader"]


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_a_gpu_that_is_not_there_is_named_and_the_cpu_taken(no_gpu, monkeypatch, lang):
    monkeypatch.setenv("MLP_TEACH_DEVICE", "cuda")
    offer = kernel_offer(lang)
    assert (offer.device, offer.size) == ("cpu", "small")
    assert "cuda" in offer.message
    assert offer.message != WORDS[lang]["cpu"]


@pytest.mark.parametrize(
    ("lang", "words"), [("en", "No GPU was found"), ("ja", "GPU が見つからない")]
)
def test_a_kernel_that_takes_a_gpu_if_there_is_one_says_that_it_found_none(
    no_gpu, monkeypatch, lang, words
):
    monkeypatch.setenv("MLP_TEACH_DEVICE", "auto")
    offer = kernel_offer(lang)
    assert (offer.device, offer.size) == ("cpu", "small")
    assert words in offer.message
    assert WORDS["en"].keys() == WORDS["ja"].keys()


def test_a_name_that_is_no_device_is_shown(no_gpu, monkeypatch):
    monkeypatch.setenv("MLP_TEACH_DEVICE", "gpu0")
    offer = kernel_offer()
    assert (offer.device, offer.size) == ("cpu", "small")
    assert "'gpu0'" in offer.message


def test_an_apple_gpu_is_not_promised_to_hold_the_full_size(no_gpu, monkeypatch):
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: True)
    assert (kernel_offer().device, kernel_offer().size) == ("mps", "small")
