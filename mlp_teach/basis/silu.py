"""silu(x) = x σ(x), σ(x) = 1/(1 + e^-x): the activation of DimeNet, PaiNN and their successors.

    σ' = σ - σ²,   t = 2 + x - 2xσ,   t' = 1 - 2σ - 2xσ'
    silu' = σ + x σ',   silu'' = σ' t,   silu''' = σ' [(1 - 2σ) t + t']

A network that is trained on forces needs the slope of the slope. PyTorch, asked for it, makes the
first slope of several operations and then goes back through each of them; told these formulas, it
need not.
"""

import torch
from jaxtyping import Float
from torch import Tensor


def silu(x: Float[Tensor, "*batch"]) -> Float[Tensor, "*batch"]:
    """x σ(x); any number of derivatives."""
    return _SiLU.apply(x)


class _SiLU(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return torch.nn.functional.silu(x)

    @staticmethod
    def backward(ctx, gradient):
        (x,) = ctx.saved_tensors
        if torch.is_grad_enabled():
            return _Slope.apply(gradient, x)
        return torch.ops.aten.silu_backward(gradient, x)


class _Slope(torch.autograd.Function):
    """gradient · silu'(x)."""

    @staticmethod
    def forward(ctx, gradient, x):
        ctx.save_for_backward(gradient, x)
        return torch.ops.aten.silu_backward(gradient, x)

    @staticmethod
    def backward(ctx, again):
        gradient, x = ctx.saved_tensors
        return _Slope.apply(again, x), _Bend.apply(again * gradient, x)


class _Bend(torch.autograd.Function):
    """gradient · silu''(x), with two arrays for all that is between."""

    @staticmethod
    def forward(ctx, gradient, x):
        ctx.save_for_backward(gradient, x)
        sigma = torch.sigmoid(x)
        t = torch.addcmul(x, x, sigma, value=-2).add_(2)
        return sigma.addcmul_(sigma, sigma, value=-1).mul_(t).mul_(gradient)

    @staticmethod
    def backward(ctx, again):
        # Of plain operations, so that it can be differentiated on.
        gradient, x = ctx.saved_tensors
        sigma = torch.sigmoid(x)
        change = sigma - sigma * sigma
        t, t_slope = 2 + x - 2 * x * sigma, 1 - 2 * sigma - 2 * x * change
        return _Bend.apply(again, x), again * gradient * change * ((1 - 2 * sigma) * t + t_slope)
