"""Linear maps of equivariant features: channels are mixed, components are not.

A map that a rotation may pass through, before or after, can only mix channels of one irrep, and all
components of it alike (Schur's lemma). So there is one matrix for each irrep, and no bias.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt

import torch
from jaxtyping import Float
from torch import Tensor, nn

from mlp_teach.basis.tensor_product import Irrep, slices


class EquivariantLinear(nn.Module):
    """y_lm = x_lm W_l for the channels of each irrep, in the layout of tensor_product.py."""

    def __init__(self, irreps: Sequence[Irrep], n_in: int, n_out: int):
        super().__init__()
        self.slices = slices(irreps)
        self.weight = nn.Parameter(torch.randn(len(irreps), n_in, n_out) / sqrt(n_in))

    def forward(self, x: Float[Tensor, "atoms lm n_in"]) -> Float[Tensor, "atoms lm n_out"]:
        return torch.cat([x[:, lm] @ w for lm, w in zip(self.slices, self.weight, strict=True)], 1)


class ElementLinear(nn.Module):
    """The same with other matrices for each element; atoms are sorted by it, `counts` of each."""

    def __init__(self, irreps: Sequence[Irrep], n_elements: int, n_in: int, n_out: int):
        super().__init__()
        self.slices = slices(irreps)
        self.size = self.slices[-1].stop
        shape = n_elements, len(irreps), n_in, n_out
        self.weight = nn.Parameter(torch.randn(shape) / sqrt(n_in))

    def forward(
        self, x: Float[Tensor, "atoms lm n_in"], counts: Sequence[int]
    ) -> Float[Tensor, "atoms lm n_out"]:
        parts = []
        for of_element, weight in zip(x.split(counts), self.weight, strict=True):
            mixed = [of_element[:, lm] @ w for lm, w in zip(self.slices, weight, strict=True)]
            parts.append(torch.cat(mixed, 1))
        return torch.cat(parts)
