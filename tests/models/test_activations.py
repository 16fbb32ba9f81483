"""An activation is a module of torch.nn that takes each number by itself."""

import pytest
import torch
from torch import nn

from mlp_teach.models.activations import activation_of


@pytest.mark.parametrize("name", ["SiLU", "Tanh", "Sigmoid", "Softplus", "CELU", "PReLU"])
def test_an_activation_is_the_module_of_its_name(name):
    module = activation_of(name)
    assert type(module) is getattr(nn, name)
    assert module(torch.zeros(5)).shape == (5,)


@pytest.mark.parametrize("name", ["Module", "Linear", "GLU", "silu", "functional", "", "RNN", 1])
def test_what_is_no_activation_is_refused_when_the_model_is_built(name):
    with pytest.raises(ValueError, match=f"The activation is {name!r}; .* such as 'SiLU'"):
        activation_of(name)
