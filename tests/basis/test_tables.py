"""Tables: exact for cubics, as exact as promised for waves, smooth, and zero beyond."""

import numpy as np
import pytest
import torch

from mlp_teach.basis.tables import PER_LENGTH, cubic_table
from mlp_teach.basis.tables import interpolate as one_by_one


def interpolate(table, squares: torch.Tensor) -> torch.Tensor:
    return torch.stack([*one_by_one(table, squares)])


def at(table, *distances: float) -> torch.Tensor:
    return interpolate(table, torch.tensor(distances, dtype=torch.float64).square())


def cosine(k: float):
    """cos(kr) and its slope as cubic_table takes them: for one l and one k."""
    return lambda r: (np.cos(k * r)[None, None], -k * np.sin(k * r)[None, None])


def test_a_cubic_is_reproduced():
    table = cubic_table(
        lambda r: ((3 - 2 * r + r**3)[None, None], (-2 + 3 * r**2)[None, None]), 2.0
    )
    r = np.random.default_rng(0).uniform(0, 2, 100)
    np.testing.assert_allclose(at(table, *r)[0, 0], 3 - 2 * r + r**3, rtol=1e-13, atol=1e-13)


def test_the_error_is_that_of_the_header():
    h, k = 1 / PER_LENGTH, 9.0
    table = cubic_table(cosine(k), 3.0)
    r = np.random.default_rng(0).uniform(0, 3, 4000)
    worst = np.abs(at(table, *r)[0, 0].numpy() - np.cos(k * r)).max()
    bound = h**4 / 384 * k**4
    assert 0.8 * bound < worst < 1.01 * bound


def test_value_and_slope_are_those_of_the_function_at_the_knots():
    knots = torch.tensor([1.0, 100.0, 777.0]).double() / PER_LENGTH
    squares = knots.square().requires_grad_()
    values = interpolate(cubic_table(cosine(1.0), 2.0), squares)
    (slope,) = torch.autograd.grad(values.sum(), squares)
    torch.testing.assert_close(values[0, 0], torch.cos(knots), rtol=1e-14, atol=0)
    torch.testing.assert_close(slope * 2 * knots, -torch.sin(knots), rtol=1e-11, atol=1e-12)


def test_value_and_slope_do_not_jump_from_piece_to_piece():
    knot = 300 / PER_LENGTH
    squares = torch.tensor([knot - 1e-9, knot + 1e-9]).double().square().requires_grad_()
    values = interpolate(cubic_table(cosine(9.0), 2.0), squares)[0, 0]
    (slopes,) = torch.autograd.grad(values.sum(), squares)
    assert values.diff().abs().item() < 3e-8
    assert slopes.diff().abs().item() < 1e-6


def test_beyond_the_table_there_is_nothing():
    assert at(cubic_table(cosine(1.0), 2.0), 2.01, 10.0, 1e3).abs().max() == 0


def test_functions_stay_in_their_places():
    def numbered(r):
        values = np.arange(6.0).reshape(2, 3, 1) + 0 * r
        return values, 0 * values

    found = interpolate(cubic_table(numbered, 1.0), torch.full((4, 5), 0.3).double())
    assert found.shape == (2, 3, 4, 5)
    assert found[:, :, 2, 3].tolist() == [[0, 1, 2], [3, 4, 5]]


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_the_precision_of_the_distances_is_kept(dtype):
    table = cubic_table(cosine(1.0), 2.0)
    found = interpolate(table, torch.tensor([1.0], dtype=dtype))
    assert found.dtype == dtype
    assert found.item() == pytest.approx(np.cos(1), abs=1e-5 if dtype == torch.float32 else 1e-12)
