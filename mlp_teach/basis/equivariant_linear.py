"""Linear maps of equivariant features: channels are mixed, components are not.

A map that a rotation may pass through, before or after, can only mix channels of one irrep, and all
components of it alike (Schur's lemma). So there is one matrix for each irrep, and no bias. Features
are arrays `atoms lm channels` (tensor_product.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt

import torch
from jaxtyping import Float
from torch import Tensor, nn

from mlp_teach.basis.tensor_product import Irrep, Path, slices


class EquivariantLinear(nn.Module):
    """y_lm = x_lm W_l for the channels of each irrep."""

    def __init__(self, irreps: Sequence[Irrep], n_in: int, n_out: int):
        super().__init__()
        self.slices = slices(irreps)
        self.weight = nn.Parameter(torch.randn(len(irreps), n_in, n_out) / sqrt(n_in))

    def forward(self, x: Float[Tensor, "atoms lm n_in"]) -> Float[Tensor, "atoms lm n_out"]:
        return torch.cat([x[:, lm] @ w for lm, w in zip(self.slices, self.weight, strict=True)], 1)


class ElementLinear(nn.Module):
    """The same with matrices of each element, from some irreps to others: 0 for what x has not."""

    def __init__(
        self, n_elements: int, irreps: Sequence[Irrep], out: Sequence[Irrep], channels: int
    ):
        super().__init__()
        places = dict(zip(irreps, slices(irreps), strict=True))
        self.pieces = [(places.get(irrep), irrep.size) for irrep in out]
        n_maps = sum(irrep in places for irrep in out)
        self.weight = nn.Parameter(
            torch.randn(n_elements, n_maps, channels, channels) / sqrt(channels)
        )

    def forward(
        self, x: Float[Tensor, "atoms lm channels"], counts: Sequence[int]
    ) -> Float[Tensor, "atoms lm_out channels"]:
        """Atoms are sorted by element; `counts` says how many there are of each."""
        parts = []
        for of_element, weight in zip(x.split(counts), self.weight, strict=True):
            matrices = iter(weight)
            mapped = [
                of_element.new_zeros(len(of_element), size, x.shape[2])
                if lm is None
                else of_element[:, lm] @ next(matrices)
                for lm, size in self.pieces
            ]
            parts.append(torch.cat(mapped, 1))
        return torch.cat(parts)


class PathLinear(nn.Module):
    """From all paths that lead to an irrep, side by side in channels, to the irreps in `out`.

    `reached` are the irreps that the paths lead to; an irrep may stand in `out` several times.
    """

    def __init__(
        self,
        paths: Sequence[Path],
        reached: Sequence[Irrep],
        out: Sequence[Irrep],
        channels: int,
    ):
        super().__init__()
        self.places = [reached.index(irrep) for irrep in out]
        n_paths = [sum(path.out == place for path in paths) for place in self.places]
        self.weights = nn.ParameterList(
            torch.randn(n * channels, channels) / sqrt(n * channels) for n in n_paths
        )

    def forward(
        self, sums: Sequence[Float[Tensor, "atoms _ _"]]
    ) -> Float[Tensor, "atoms lm channels"]:
        mixed = [sums[place] @ w for place, w in zip(self.places, self.weights, strict=True)]
        return torch.cat(mixed, 1)
