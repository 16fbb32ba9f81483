"""The cutoff function: its values by hand, its slope at the edge, and that it stays exact."""

import math

import pytest
import torch

from mlp_teach.basis.cutoffs import cosine_cutoff, cosine_transition, polynomial_cutoff


@pytest.mark.parametrize(
    ("share", "value"), [(0.0, 1.0), (1 / 3, 0.75), (0.5, 0.5), (2 / 3, 0.25), (1.0, 0.0)]
)
def test_values_by_hand(share, value):
    r_c = 6.0
    r = torch.tensor([share * r_c], dtype=torch.float64)
    assert cosine_cutoff(r, r_c).item() == pytest.approx(value, abs=1e-15)


def test_it_is_zero_beyond_the_cutoff_and_never_rises_again():
    r = torch.linspace(6.0, 60.0, 500, dtype=torch.float64)
    assert (cosine_cutoff(r, 6.0) == 0).all()


def test_it_falls_everywhere_within_the_cutoff():
    r = torch.linspace(0.0, 6.0, 500, dtype=torch.float64)
    assert (cosine_cutoff(r, 6.0).diff() < 0).all()


def test_value_and_slope_are_zero_at_the_cutoff_and_the_curvature_jumps():
    r = torch.tensor([6.0 - 1e-7, 6.0, 6.0 + 1e-7], dtype=torch.float64, requires_grad=True)
    value = cosine_cutoff(r, 6.0)
    (slope,) = torch.autograd.grad(value.sum(), r, create_graph=True)
    (curvature,) = torch.autograd.grad(slope.sum(), r)
    torch.testing.assert_close(value, torch.zeros_like(r), atol=1e-14, rtol=0)
    torch.testing.assert_close(slope, torch.zeros_like(r), atol=1e-7, rtol=0)
    assert curvature[0].item() == pytest.approx(0.5 * (math.pi / 6) ** 2)
    assert curvature[2].item() == 0


def test_slope_and_curvature_within_are_those_of_the_formula():
    r = torch.tensor([1.0, 2.5, 5.9], dtype=torch.float64, requires_grad=True)
    k = math.pi / 6
    (slope,) = torch.autograd.grad(cosine_cutoff(r, 6.0).sum(), r, create_graph=True)
    (curvature,) = torch.autograd.grad(slope.sum(), r)
    torch.testing.assert_close(slope.detach(), -0.5 * k * torch.sin(k * r.detach()))
    torch.testing.assert_close(curvature, -0.5 * k**2 * torch.cos(k * r.detach()))


def test_no_distances_give_no_values():
    assert cosine_cutoff(torch.zeros(0), 6.0).shape == (0,)


def test_precision_and_shape_are_kept():
    r = torch.full((2, 3), 1.0, dtype=torch.float32)
    assert cosine_cutoff(r, 6.0).dtype == torch.float32
    assert cosine_cutoff(r, 6.0).shape == (2, 3)


@pytest.mark.parametrize(
    ("r", "value"), [(0.0, 1.0), (4.0, 1.0), (4.5, 0.75), (4.75, 0.5), (5.5, 0.0), (9.0, 0.0)]
)
def test_a_transition_by_hand(r, value):
    found = cosine_transition(torch.tensor([r], dtype=torch.float64), cutoff=5.5, width=1.5)
    assert found.item() == pytest.approx(value, abs=1e-15)


def test_a_transition_of_the_whole_way_is_the_cutoff_function():
    r = torch.linspace(0.0, 8.0, 50, dtype=torch.float64)
    torch.testing.assert_close(cosine_transition(r, 6.0, 6.0), cosine_cutoff(r, 6.0))


@pytest.mark.parametrize("edge", [4.0, 5.5])
def test_value_and_slope_of_a_transition_do_not_jump_where_it_starts_and_ends(edge):
    r = torch.tensor([edge - 1e-7, edge + 1e-7], dtype=torch.float64, requires_grad=True)
    value = cosine_transition(r, 5.5, 1.5)
    (slope,) = torch.autograd.grad(value.sum(), r)
    assert value.diff().abs().item() < 1e-12
    assert slope.abs().max().item() < 1e-6


def test_the_polynomial_goes_from_one_to_zero_with_two_derivatives_at_the_cutoff():
    x = torch.tensor([0.0, 0.5, 1.0, 1.7], dtype=torch.float64, requires_grad=True)
    value = polynomial_cutoff(x)
    expected = 1 - 28 / 2**6 + 48 / 2**7 - 21 / 2**8
    assert value.tolist() == pytest.approx([1.0, expected, 0.0, 0.0], abs=1e-14)
    (slope,) = torch.autograd.grad(value.sum(), x, create_graph=True)
    (bend,) = torch.autograd.grad(slope.sum(), x)
    assert slope.tolist() == pytest.approx([0.0, -168 / 2**5 * 0.25, 0.0, 0.0], abs=1e-12)
    assert bend[[0, 3]].tolist() == [0.0, 0.0]
    assert abs(float(bend[2])) < 1e-12
