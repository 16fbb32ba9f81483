"""Layers of tanh that add to what they were given, also where the result is twice as long.

K. He et al., CVPR 2016, arXiv:1512.03385 (layers that add); as in DeePMD-kit.

    y = [x] + dt ∘ tanh(A x + c)

[x] is x, or x twice, if y is as long as that; otherwise it is missing, and dt with it. dt is 1, or
learned, from 0.1 on: a deep network then begins close to one that only hands on.
"""

from itertools import pairwise

import torch
from jaxtyping import Float
from torch import Tensor, nn


class TanhLayer(nn.Module):
    """y."""

    def __init__(self, n_in: int, n_out: int, learned_step: bool):
        super().__init__()
        self.linear = nn.Linear(n_in, n_out)
        self.copies = {n_in: 1, 2 * n_in: 2}.get(n_out)
        learned = learned_step and self.copies is not None
        self.dt = nn.Parameter(torch.full((n_out,), 0.1)) if learned else None

    def forward(self, x: Float[Tensor, "rows n_in"]) -> Float[Tensor, "rows n_out"]:
        y = torch.tanh(self.linear(x))
        y = y if self.dt is None else y * self.dt
        if self.copies is None:
            return y
        return (y.unflatten(1, (self.copies, -1)) + x[:, None]).flatten(1)


def tanh_layers(n_in: int, widths: tuple[int, ...], learned_step: bool = False) -> list[TanhLayer]:
    """Layers from n_in numbers through `widths`."""
    return [TanhLayer(*sizes, learned_step) for sizes in pairwise((n_in, *widths))]
