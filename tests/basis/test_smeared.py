"""What a smeared neighbour is on a sphere: Bessel functions, by hand and by quadrature."""

from math import exp, pi, sinh, sqrt

import numpy as np
import pytest
import torch
from scipy.linalg import sqrtm
from scipy.special import spherical_in

from mlp_teach.basis.radial import SineBessel
from mlp_teach.basis.smeared import Expansion, inverse_root, scaled_bessel, shells


def test_degrees_0_and_1_of_the_bessel_functions_by_hand():
    # i_0 = sinh(x)/x and i_1 = (x cosh x - sinh x)/x²
    x = 1.7
    zero = exp(-x) * sinh(x) / x
    one = exp(-x) / x * (x * np.cosh(x) - sinh(x)) / x**2
    found = scaled_bessel(1, np.array([x]))[:, 0]
    assert found.tolist() == pytest.approx([zero, one], rel=1e-14)


def test_at_zero_the_bessel_functions_are_one_over_double_factorials():
    found = scaled_bessel(4, np.zeros(1))[:, 0]
    assert found.tolist() == pytest.approx([1, 1 / 3, 1 / 15, 1 / 105, 1 / 945], rel=1e-15)


def test_the_bessel_functions_are_scipys():
    x = np.geomspace(0.3, 300, 200)
    found = scaled_bessel(10, x)
    for l in range(11):
        expected = spherical_in(l, x) * np.exp(-x) / x**l
        np.testing.assert_allclose(found[l], expected, rtol=1e-12)


@pytest.mark.parametrize("x", [1e-8, 1e-4, 1.0001e-4, 1e-2])
def test_small_arguments_follow_the_series(x):
    # x^-l i_l = Σ_k (x²/2)^k / (k! (2l+2k+1)!!)
    found = scaled_bessel(6, np.array([x]))[:, 0]
    for l, value in enumerate(found):
        double = np.prod(np.arange(1.0, 2 * l + 2, 2))
        series = (1 + x * x / 2 / (2 * l + 3) + x**4 / 8 / ((2 * l + 3) * (2 * l + 5))) / double
        assert value == pytest.approx(exp(-x) * series, rel=1e-13)


def test_a_shell_is_the_mean_of_the_density_times_a_harmonic():
    # A neighbour on the z axis: 2π ∫ exp(-|r - R|²/2σ²) Y_l0(cos θ) d cos θ = shell · R^l Y_l0(ẑ)
    basis = SineBessel(cutoff=4.0, n_max=1, l_max=6, sigma=0.5)
    cosine, weights = np.polynomial.legendre.leggauss(80)
    for r, away in ((0.0, 1.3), (0.7, 0.4), (2.1, 2.4), (3.0, 0.0)):
        density = np.exp(-(r * r + away * away - 2 * r * away * cosine) / (2 * basis.sigma**2))
        found = shells(basis, np.array([r]), np.array([away]))[0][:, 0, 0]
        for l in range(7):
            norm = sqrt((2 * l + 1) / (4 * pi))
            legendre = np.polynomial.legendre.Legendre.basis(l)(cosine)
            mean = 2 * pi * (weights * density * legendre).sum() * norm
            assert found[l] * away**l * norm == pytest.approx(mean, rel=1e-12, abs=1e-13)


def test_the_slope_of_a_shell_is_that_of_differences():
    basis = SineBessel(cutoff=4.0, n_max=1, l_max=6, sigma=0.5)
    radii, away, h = np.linspace(0, 4, 30), np.linspace(0.1, 6, 50), 1e-5
    _, slopes = shells(basis, radii, away)
    ends = [shells(basis, radii, away + sign * h)[0] for sign in (1, -1)]
    np.testing.assert_allclose(slopes, (ends[0] - ends[1]) / (2 * h), rtol=1e-6, atol=1e-6)


def test_the_inverse_root_is_scipys_and_closer_than_any_other():
    matrix = torch.from_numpy(np.random.default_rng(0).normal(size=(6, 9)))
    overlaps = matrix @ matrix.T
    root = inverse_root(overlaps)
    np.testing.assert_allclose(root, np.linalg.inv(sqrtm(overlaps.numpy())), rtol=1e-10, atol=1e-11)
    identity = torch.eye(6).double()
    torch.testing.assert_close(root @ overlaps @ root.T, identity, rtol=0, atol=1e-11)
    # distance to the functions themselves, Σ ∫ (f_n - f_k)²: Löwdin's is the least
    cholesky = torch.linalg.inv(torch.linalg.cholesky(overlaps))
    assert torch.trace(root @ overlaps) > torch.trace(cholesky @ overlaps)


def test_a_neighbour_is_seen_while_a_thousandth_of_its_density_reaches_the_cutoff():
    basis = SineBessel(cutoff=4.0, n_max=1, l_max=0, sigma=0.5)
    assert basis.reach == pytest.approx(4.0 + 3.7169 * 0.5, abs=1e-4)
    assert exp(-((basis.reach - 4.0) ** 2) / (2 * 0.5**2)) == pytest.approx(1e-3)


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"n_max": 0}, "n_max is 0; a whole number from 1 on is needed"),
        ({"l_max": -1}, "l_max is -1; a whole number from 0 on is needed"),
        ({"cutoff": 0.0}, "cutoff is 0.0; it must be a length above 0 Å"),
        ({"cutoff": float("nan")}, "cutoff is nan; it must be a length above 0 Å"),
        ({"cutoff": float("inf")}, "cutoff is inf; it must be a length above 0 Å"),
        ({"sigma": -0.5}, "sigma is -0.5; it must be a length above 0 Å"),
    ],
)
def test_parameters_without_sense_are_named(given, sentence):
    with pytest.raises(ValueError, match=sentence):
        Expansion(**{"cutoff": 4.0, "n_max": 2, "l_max": 2, "sigma": 0.5} | given)
