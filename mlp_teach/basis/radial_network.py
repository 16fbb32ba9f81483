"""A network of a distance: layers without biases, which leave 0 at 0.

    R = W_n silu(... silu(W_1 e)),   silu(x) = x / (1 + e^-x)

What fades out at the cutoff, the expansion e of the distance, is the only input; without biases the
output fades with it, and no further cutoff is needed. The weights start so large that numbers keep
their size from layer to layer: silu leaves 0.36 of the mean square. Readouts of features, and the
networks of pairs in Allegro, are of the same kind.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import sqrt

from jaxtyping import Float
from torch import Tensor, nn

from mlp_teach.basis.silu import silu

KEPT = 0.356  # mean square of silu(x) for normal x of mean square 1


def wave_size(cutoff: float | int) -> float:
    """Root mean square of the sine waves of radial.py in a ball of radius `cutoff`, Å^(-3/2)."""
    return sqrt(3 / cutoff**3)


class RadialNetwork(nn.Module):
    """R, from the widths of all layers: what comes in, the hidden ones, what goes out.

    `size` is the root mean square that e is expected to have.
    """

    def __init__(self, widths: Sequence[int], size: float | int = 1):
        super().__init__()
        self.layers = nn.ModuleList(
            nn.Linear(n_in, n_out, bias=False) for n_in, n_out in pairwise(widths)
        )
        for n, layer in enumerate(self.layers):
            mean_square = KEPT if n else size**2
            nn.init.normal_(layer.weight, std=1 / sqrt(layer.in_features * mean_square))

    def forward(self, e: Float[Tensor, "*batch n_in"]) -> Float[Tensor, "*batch n_out"]:
        for layer in self.layers[:-1]:
            e = silu(layer(e))
        return self.layers[-1](e)
