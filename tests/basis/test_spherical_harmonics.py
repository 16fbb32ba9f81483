"""Solid harmonics: by hand, against scipy's, turned, and where angles have no sense."""

from math import pi, sqrt

import numpy as np
import pytest
import torch
from scipy.special import sph_harm_y

from mlp_teach.basis.spherical_harmonics import (
    gradient_matrices,
    solid_harmonics,
    solid_harmonics_gradient,
    spherical_harmonics,
)
from mlp_teach.checks.deformations import random_orthogonal

L_MAX = 8


def vectors(count: int = 40, seed: int = 0) -> torch.Tensor:
    return torch.from_numpy(np.random.default_rng(seed).normal(size=(count, 3)) * 1.7)


def by_scipy(points: np.ndarray, l_max: int) -> np.ndarray:
    """r^l Y_lm from angles and scipy's complex harmonics, whose sign (-1)^m is taken away."""
    r = np.linalg.norm(points, axis=1)
    polar, azimuth = np.arccos(points[:, 2] / r), np.arctan2(points[:, 1], points[:, 0])
    rows = []
    for l in range(l_max + 1):
        for m in range(-l, l + 1):
            y = sph_harm_y(l, abs(m), polar, azimuth) * (-1) ** m
            rows.append(r**l * (y.real if m == 0 else sqrt(2) * (y.real if m > 0 else y.imag)))
    return np.array(rows)


def size(l_max: int, points: torch.Tensor) -> torch.Tensor:
    """√((2l+1)/4π) r^l in each row: no harmonic is larger (the addition theorem)."""
    r = points.norm(dim=1)
    return torch.stack(
        [sqrt((2 * l + 1) / (4 * pi)) * r**l for l in range(l_max + 1) for _ in range(2 * l + 1)]
    )


# By hand -----------------------------------------------------------------------------------------


def test_degree_0_is_one_over_the_root_of_4_pi():
    torch.testing.assert_close(
        solid_harmonics(vectors(), 0), torch.full((1, 40), 1 / sqrt(4 * pi)).double()
    )


def test_degree_1_is_y_z_x():
    x, y, z = vectors().T
    expected = sqrt(3 / (4 * pi)) * torch.stack([y, z, x])
    torch.testing.assert_close(solid_harmonics(vectors(), 1)[1:], expected)


def test_degree_2_by_hand():
    x, y, z = vectors().T
    expected = torch.stack(
        [
            sqrt(15 / (4 * pi)) * x * y,
            sqrt(15 / (4 * pi)) * y * z,
            sqrt(5 / (16 * pi)) * (2 * z * z - x * x - y * y),
            sqrt(15 / (4 * pi)) * x * z,
            sqrt(15 / (16 * pi)) * (x * x - y * y),
        ]
    )
    torch.testing.assert_close(solid_harmonics(vectors(), 2)[4:], expected)


def test_on_the_polar_axis_only_m_0_is_left():
    found = solid_harmonics(torch.tensor([[0.0, 0.0, 2.0], [0.0, 0.0, -2.0]]).double(), L_MAX)
    for l in range(L_MAX + 1):
        rows = found[l * l : (l + 1) ** 2]
        assert rows[l].tolist() == pytest.approx(
            [sqrt((2 * l + 1) / (4 * pi)) * end**l for end in (2, -2)], rel=1e-14
        )
        assert not rows[torch.arange(2 * l + 1) != l].any()


# The slow twin -----------------------------------------------------------------------------------


def test_they_are_scipys_up_to_degree_8():
    points = vectors(200)
    apart = solid_harmonics(points, L_MAX).numpy() - by_scipy(points.numpy(), L_MAX)
    assert (np.abs(apart) < 1e-14 * size(L_MAX, points).numpy()).all()


def test_their_mean_squares_over_the_sphere_are_one_and_their_products_none():
    z, weights = np.polynomial.legendre.leggauss(10)  # exact up to degree 19
    phi = np.arange(20) * 2 * pi / 20
    ring = np.sqrt(1 - z**2)
    points = np.stack(
        [
            np.outer(ring, np.cos(phi)),
            np.outer(ring, np.sin(phi)),
            np.outer(z, np.ones(20)),
        ],
        axis=-1,
    )
    found = solid_harmonics(torch.from_numpy(points), L_MAX)
    weights = torch.from_numpy(weights * 2 * pi / 20)
    products = torch.einsum("azp,bzp,z->ab", found, found, weights)
    torch.testing.assert_close(products, torch.eye(81).double(), rtol=0, atol=1e-14)


def test_the_gradient_is_that_of_differences():
    points, h = vectors(20), 1e-4
    found = solid_harmonics_gradient(solid_harmonics(points, L_MAX))
    for axis in range(3):
        step = torch.zeros(3).double()
        step[axis] = h
        ends = [solid_harmonics(points + sign * step, L_MAX) for sign in (1, -1)]
        expected = (ends[0] - ends[1]) / (2 * h)
        scale = size(L_MAX, points) / points.norm(dim=1) * L_MAX**3
        assert ((found[axis] - expected).abs() < 1e-7 * scale).all()


@pytest.mark.parametrize("l_max", [0, 1, 4])
def test_autograd_is_told_the_right_derivatives_of_every_order(l_max):
    points = vectors(3).requires_grad_()
    assert torch.autograd.gradcheck(lambda v: solid_harmonics(v, l_max), points)
    if l_max:
        assert torch.autograd.gradgradcheck(lambda v: solid_harmonics(v, l_max), points)


def test_the_gradient_of_a_harmonic_has_no_divergence():
    # Each r^l Y_lm solves Laplace's equation: Σ_a ∂²/∂r_a² = 0.
    for l in range(2, L_MAX + 1):
        laplace = sum(gradient_matrices(l)[a] @ gradient_matrices(l - 1)[a] for a in range(3))
        assert laplace.abs().max() < 1e-11


# Properties --------------------------------------------------------------------------------------


def test_addition_theorem():
    a, b = vectors(30, 1), vectors(30, 2)
    one, other = solid_harmonics(a, L_MAX), solid_harmonics(b, L_MAX)
    lengths = a.norm(dim=1) * b.norm(dim=1)
    cosine = ((a * b).sum(1) / lengths).numpy()
    for l in range(L_MAX + 1):
        of_l = slice(l * l, (l + 1) ** 2)
        found = (one[of_l] * other[of_l]).sum(0) / lengths**l
        legendre = np.polynomial.legendre.Legendre.basis(l)(cosine)
        np.testing.assert_allclose(found, (2 * l + 1) / (4 * pi) * legendre, rtol=0, atol=1e-13)


@pytest.mark.parametrize("determinant", [1, -1])
def test_turned_vectors_have_harmonics_that_mix_within_each_degree_alone(determinant):
    q = torch.from_numpy(random_orthogonal(np.random.default_rng(3), determinant))
    points = vectors(60)
    old, new = solid_harmonics(points, L_MAX), solid_harmonics(points @ q.T, L_MAX)
    for l in range(L_MAX + 1):
        of_l = slice(l * l, (l + 1) ** 2)
        mixed = torch.linalg.lstsq(old[of_l].T, new[of_l].T)
        matrix = mixed.solution
        torch.testing.assert_close(old[of_l].T @ matrix, new[of_l].T, rtol=1e-9, atol=1e-9)
        identity = torch.eye(2 * l + 1).double()
        torch.testing.assert_close(matrix @ matrix.T, identity, rtol=0, atol=1e-11)


def test_a_reflection_through_the_origin_changes_the_sign_of_odd_degrees():
    old, new = solid_harmonics(vectors(), L_MAX), solid_harmonics(-vectors(), L_MAX)
    for l in range(L_MAX + 1):
        torch.testing.assert_close(
            new[l * l : (l + 1) ** 2], (-1) ** l * old[l * l : (l + 1) ** 2], rtol=0, atol=0
        )


def test_single_precision_keeps_five_digits_up_to_degree_8():
    points = vectors(2000)
    found = solid_harmonics(points.float(), L_MAX)
    assert found.dtype == torch.float32
    apart = (found.double() - solid_harmonics(points.float().double(), L_MAX)).abs()
    assert (apart / size(L_MAX, points)).max() < 2e-6


# Degenerate input --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "point", [[0, 0, 0], [0, 0, 1], [0, 0, -1], [1, 0, 0], [1e-200, 0, 0], [0, 0, 1e-9]]
)
def test_values_slopes_and_curvatures_are_finite_everywhere(point):
    where = torch.tensor([point], dtype=torch.float64, requires_grad=True)
    for harmonics in (solid_harmonics, spherical_harmonics):
        values = harmonics(where, L_MAX)
        weights = torch.linspace(1, 2, 81).double()[:, None]
        (slope,) = torch.autograd.grad((values * weights).sum(), where, create_graph=True)
        assert values.isfinite().all()
        assert slope.isfinite().all()
        if harmonics is solid_harmonics:
            assert torch.autograd.grad(slope.sum(), where)[0].isfinite().all()


def test_at_the_origin_degree_1_still_has_its_slope():
    where = torch.zeros(1, 3, dtype=torch.float64, requires_grad=True)
    (slope,) = torch.autograd.grad(solid_harmonics(where, 3)[2].sum(), where)  # z
    assert slope[0].tolist() == pytest.approx([0, 0, sqrt(3 / (4 * pi))])


def test_a_direction_of_no_length_has_degree_0_alone():
    found = spherical_harmonics(torch.zeros(1, 3).double(), 2)[:, 0]
    assert found.tolist() == pytest.approx([1 / sqrt(4 * pi)] + [0] * 8)


def test_directions_do_not_depend_on_the_length():
    short, long = (spherical_harmonics(length * vectors(), L_MAX) for length in (1e-3, 1e3))
    torch.testing.assert_close(short, long, rtol=0, atol=1e-13)


def test_no_vectors_have_no_harmonics_and_any_shape_is_kept():
    assert solid_harmonics(torch.zeros(0, 3), 2).shape == (9, 0)
    assert solid_harmonics(torch.zeros(4, 5, 3), 2).shape == (9, 4, 5)


def test_a_negative_degree_is_refused_with_a_sentence():
    with pytest.raises(ValueError, match="l_max is -1; the lowest degree of a harmonic is 0"):
        solid_harmonics(vectors(), -1)
