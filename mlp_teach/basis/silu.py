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
        return _Slopes.apply(again, *ctx.saved_tensors)


class _Slopes(torch.autograd.Function):
    """again · silu'(x) and again · gradient · silu''(x), with few arrays for what is between."""

    @staticmethod
    def forward(ctx, again, gradient, x):
        ctx.save_for_backward(again, gradient, x)
        sigma = torch.sigmoid(x)
        change = torch.addcmul(sigma, sigma, sigma, value=-1)
        t = torch.addcmul(x, x, sigma, value=-2).add_(2)
        first = sigma.addcmul_(x, change).mul_(again)
        return first, t.mul_(change).mul_(again).mul_(gradient)

    @staticmethod
    def backward(ctx, by_first, by_second):
        # Of plain operations, so that it can be differentiated on.
        again, gradient, x = ctx.saved_tensors
        sigma = torch.sigmoid(x)
        change = sigma - sigma * sigma
        t, t_slope = 2 + x - 2 * x * sigma, 1 - 2 * sigma - 2 * x * change
        first, second = sigma + x * change, change * t
        third = change * ((1 - 2 * sigma) * t + t_slope)
        return (
            by_first * first + by_second * gradient * second,
            by_second * again * second,
            by_first * again * second + by_second * again * gradient * third,
        )
