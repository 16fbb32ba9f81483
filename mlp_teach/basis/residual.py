"""A layer that adds to what it was given, and weights that neither swell nor shrink numbers.

K. He et al., CVPR 2016, arXiv:1512.03385 (residual layers); A. M. Saxe, J. L. McClelland and
S. Ganguli, ICLR 2014, arXiv:1312.6120 (orthogonal weights).

    y = x + silu(A_2 silu(A_1 x + a_1) + a_2),   silu(x) = x / (1 + e^-x)
"""

import torch
from jaxtyping import Float
from torch import Tensor, nn

from mlp_teach.basis.silu import silu


class Residual(nn.Module):
    """y, as long as x."""

    def __init__(self, features: int):
        super().__init__()
        self.inner = orthogonal(features, features)
        self.outer = orthogonal(features, features)

    def forward(self, x: Float[Tensor, "*batch features"]) -> Float[Tensor, "*batch features"]:
        return silu(self.outer(silu(self.inner(x)))).add_(x)


def orthogonal(n_in: int, n_out: int, bias: bool = True) -> nn.Linear:
    """A linear layer with orthogonal rows or columns, mean square 2/(n_in + n_out); a bias of 0."""
    layer = nn.Linear(n_in, n_out, bias=bias)
    with torch.no_grad():
        nn.init.orthogonal_(layer.weight)
        layer.weight *= (2 / ((n_in + n_out) * layer.weight.square().mean())).sqrt()
        if bias:
            layer.bias.zero_()
    return layer
