"""silu: PyTorch's values, and derivatives of any order."""

import torch

from mlp_teach.basis.silu import silu


def slope(x: torch.Tensor) -> torch.Tensor:
    (first,) = torch.autograd.grad(silu(x).sum(), x, create_graph=True)
    return first


def test_values_are_pytorchs_and_do_not_overflow():
    x = torch.tensor([-500.0, -1.0, 0.0, 2.0, 500.0])
    assert torch.equal(silu(x), torch.nn.functional.silu(x))


def test_four_derivatives_are_right():
    x = torch.tensor([-3.0, -0.4, 0.0, 0.7, 5.0], dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(silu, x)
    assert torch.autograd.gradgradcheck(silu, x)
    assert torch.autograd.gradgradcheck(slope, x)


def test_derivatives_stay_finite_far_out():
    x = torch.tensor([-200.0, 200.0], requires_grad=True)
    (second,) = torch.autograd.grad(slope(x).sum(), x)
    assert second.tolist() == [0.0, 0.0]
