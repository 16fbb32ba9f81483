"""The f_a of a network by its name in torch.nn: a function that is applied to each number."""

import torch
from torch import nn


def activation_of(name: object) -> nn.Module:
    """The module. Raises ValueError for a name of anything that does not keep numbers apart."""
    try:
        module = getattr(nn, name)()
        works = module(torch.zeros(3, 2)).shape == (3, 2)
    except (AttributeError, TypeError, ValueError, RuntimeError):
        works = False
    if not works:
        raise ValueError(
            f"The activation is {name!r}; it must be the name of a module of torch.nn that is "
            "applied to each number, such as 'SiLU' or 'Tanh'."
        )
    return module
