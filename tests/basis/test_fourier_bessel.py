"""Waves in a ball: by hand, orthonormal, exact near 0 also in float32, and their derivatives."""

import math

import numpy as np
import pytest
import torch
from scipy.special import eval_legendre, spherical_jn

from mlp_teach.basis.fourier_bessel import (
    bessel_roots,
    radial_waves,
    spherical_bessel,
    zonal_harmonics,
)


def test_the_lowest_functions_are_what_one_writes_down():
    y = torch.tensor([0.5, 2.0, 7.0], dtype=torch.float64)
    found = spherical_bessel(y.expand(3, 1, 3))[:, 0]
    sin, cos = torch.sin(y), torch.cos(y)
    assert torch.allclose(found[0], sin / y, rtol=1e-14)
    assert torch.allclose(found[1], sin / y**2 - cos / y, rtol=1e-14)
    assert torch.allclose(found[2], (3 / y**3 - 1 / y) * sin - 3 / y**2 * cos, rtol=1e-12)


@pytest.mark.parametrize(
    ("dtype", "allowed"), [(torch.float64, 4e-15), (torch.float32, 1.2e-6)], ids=["64", "32"]
)
def test_no_digits_are_lost_near_zero(dtype, allowed):
    y = torch.linspace(0.01, 30, 3000).to(dtype)
    found = spherical_bessel(y.expand(7, 1, -1))[:, 0].double().numpy()
    for l in range(7):
        exact = spherical_jn(l, y.double().numpy())
        assert np.abs(found[l] - exact).max() < allowed * np.abs(exact).max()
        near = y.numpy() < l + 1  # where the recursion of the closed forms fails: relative there
        if l and dtype is torch.float64:
            assert np.abs(found[l] / exact - 1)[near].max() < 1e-13


def test_roots_are_those_that_tables_list():
    roots = bessel_roots(6, 6)
    assert roots[0].tolist() == pytest.approx([n * math.pi for n in range(1, 7)], abs=1e-14)
    assert roots[1, :3].tolist() == pytest.approx([4.4934094579, 7.7252518369, 10.9041216594])
    assert roots[2, 0] == pytest.approx(5.7634591969)
    for l, of_l in enumerate(roots.numpy()):
        assert np.abs(spherical_jn(l, of_l)).max() < 1e-15
        signs = np.sign(spherical_jn(l, np.linspace(0.1, of_l[-1] + 1, 5000)))
        assert (np.diff(signs) != 0).sum() == 6  # none is left out


def test_waves_are_orthonormal_in_the_ball():
    nodes, weights = np.polynomial.legendre.leggauss(60)
    x, weights = torch.from_numpy((nodes + 1) / 2), torch.from_numpy(weights / 2)
    radial = radial_waves(x, 4, 5)
    overlaps = torch.einsum("x,xln,xlm->lnm", weights * x**2, radial, radial)
    assert torch.allclose(overlaps, torch.eye(5, dtype=torch.float64).expand(5, 5, 5), atol=1e-12)
    cosines = torch.from_numpy(nodes)
    harmonics = zonal_harmonics(cosines, 4)
    overlaps = 2 * math.pi * torch.einsum("x,xl,xk->lk", 2 * weights, harmonics, harmonics)
    assert torch.allclose(overlaps, torch.eye(5, dtype=torch.float64), atol=1e-12)


@pytest.mark.parametrize("l_max", [0, 1, 6])
def test_zonal_harmonics_are_legendre_polynomials(l_max):
    cosines = torch.linspace(-1, 1, 9, dtype=torch.float64)
    found = zonal_harmonics(cosines, l_max)
    assert found.shape == (9, l_max + 1)
    for l in range(l_max + 1):
        expected = eval_legendre(l, cosines.numpy()) * math.sqrt((2 * l + 1) / (4 * math.pi))
        assert found[:, l].numpy() == pytest.approx(expected, abs=1e-14)


def test_derivatives_of_any_order_are_right():
    generator = torch.Generator().manual_seed(2020)
    y = torch.rand(5, 2, 3, dtype=torch.float64, generator=generator) * 8 + 0.2
    y.requires_grad_()
    assert torch.autograd.gradcheck(spherical_bessel, y)
    assert torch.autograd.gradgradcheck(spherical_bessel, y)


def test_waves_vanish_on_the_surface():
    assert radial_waves(torch.ones(1, dtype=torch.float64), 6, 6).abs().max() < 1e-13


def test_no_distances_give_no_waves():
    assert radial_waves(torch.zeros(0), 6, 6).shape == (0, 7, 6)
