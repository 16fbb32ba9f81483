"""Radial bases: orthonormal, and their overlaps with a smeared neighbour against quadrature."""

from functools import cache
from itertools import product
from math import exp, log, pi, sin, sqrt

import mpmath
import numpy as np
import pytest
import torch
from scipy.special import spherical_in

from mlp_teach.basis.orbitals import GaussianOrbitals
from mlp_teach.basis.radial import Polynomials, RadialPoints, SineBessel, sine_bessel

SIGMA = 0.5
BASES = (
    GaussianOrbitals(4.0, 4, 5, SIGMA),
    Polynomials(4.0, 4, 5, SIGMA),
    SineBessel(4.0, 5, 5, SIGMA),
    RadialPoints(4.0, 5, 5, SIGMA),
)
every_basis = pytest.mark.parametrize("basis", BASES, ids=lambda basis: type(basis).__name__)
DISTANCES = np.array([0.0, 1e-6, 0.3, 1.0, 2.2, 3.1, 3.97])


def primitives(basis, squares: torch.Tensor) -> torch.Tensor:
    return torch.stack([*basis.primitives(squares)])


@cache
def legendre_points(end: float, count: int = 400):
    x, weights = np.polynomial.legendre.leggauss(count)
    return (x + 1) * end / 2, weights * end / 2


def simple_functions(basis, l: int, r: np.ndarray) -> np.ndarray:
    """f_k of the header, one row a k."""
    k = range(1, basis.n_max + 1)
    if isinstance(basis, GaussianOrbitals):
        radii = np.linspace(1, basis.cutoff, basis.n_max)
        return np.array([r**l * np.exp(log(1e-3 / r_k**l) / r_k**2 * r**2) for r_k in radii])
    if isinstance(basis, Polynomials):
        return np.array([np.clip(basis.cutoff - r, 0, None) ** (n + 2) for n in k])
    waves = [sqrt(2 / basis.cutoff) * np.sin(n * pi * r / basis.cutoff) / r for n in k]
    return np.array(waves) * (r < basis.cutoff)


def smeared_by_quadrature(basis, l: int, away: float) -> np.ndarray:
    """∫ f_k Y_lm exp(-|r - R|²/2σ²) dr over R^l Y_lm(R̂), for one l and R and every k."""
    away = max(away, 1e-6)
    r, weights = legendre_points(basis.cutoff + 8 * SIGMA)
    if not isinstance(basis, GaussianOrbitals):
        r, weights = legendre_points(basis.cutoff)
    x = r * away / SIGMA**2
    bessel = spherical_in(l, x) * np.exp(-(r * r + away * away) / (2 * SIGMA**2))
    return 4 * pi * simple_functions(basis, l, r) @ (weights * r**2 * bessel) / away**l


@every_basis
def test_the_functions_are_orthonormal(basis):
    end = 12.0 if isinstance(basis, GaussianOrbitals | RadialPoints) else basis.cutoff
    r, weights = legendre_points(end)
    found = basis.orthonormal(torch.from_numpy(r)).numpy()
    products = np.einsum("lnr,lmr,r->lnm", found, found, weights * r**2)
    expected = np.broadcast_to(np.eye(basis.n_max), products.shape)
    np.testing.assert_allclose(products, expected, rtol=0, atol=1e-11)


@pytest.mark.parametrize("basis", BASES[:3], ids=lambda basis: type(basis).__name__)
def test_overlaps_with_a_smeared_neighbour_are_those_of_quadrature(basis):
    squares = torch.from_numpy(DISTANCES**2)
    found = (basis.mixing @ primitives(basis, squares)).numpy()
    for l, (i, away) in product(range(basis.l_max + 1), enumerate(DISTANCES)):
        by_hand = smeared_by_quadrature(basis, l, away)
        if isinstance(basis, GaussianOrbitals):
            mixing = lowdin_orbitals(basis, l)
            np.testing.assert_allclose(found[l, :, i], mixing @ by_hand, rtol=1e-7, atol=1e-10)
        else:
            if isinstance(basis, Polynomials):
                by_hand = basis.coefficients.numpy() @ by_hand
            np.testing.assert_allclose(found[l, :, i], by_hand, rtol=1e-8, atol=1e-9)


def lowdin_orbitals(basis: GaussianOrbitals, l: int) -> np.ndarray:
    """S^(-1/2) for one l with 40 digits."""
    with mpmath.workdps(40):
        radii = [
            1 + (basis.cutoff - 1) * mpmath.mpf(k) / (basis.n_max - 1) for k in range(basis.n_max)
        ]
        alpha = [-mpmath.log(mpmath.mpf(10) ** -3 / r**l) / r**2 for r in radii]
        overlaps = mpmath.matrix(basis.n_max)
        for a, b in product(range(basis.n_max), repeat=2):
            overlaps[a, b] = mpmath.gamma(l + 1.5) / 2 * (alpha[a] + alpha[b]) ** (-l - 1.5)
        return inverse_root(overlaps)


def inverse_root(overlaps) -> np.ndarray:
    values, vectors = mpmath.eigsy(overlaps)
    roots = mpmath.diag([1 / mpmath.sqrt(value) for value in values])
    return np.array((vectors * roots * vectors.T).tolist(), dtype=float)


# How many digits of S^(-1/2) double precision can keep: few, as some functions are nearly sums of
# others. What it costs is not orthonormality but which orthonormal functions these are.
@pytest.mark.parametrize(("n_max", "digits"), [(4, 1e-13), (8, 1e-9)])
def test_orbitals_are_mixed_as_with_40_digits(n_max, digits):
    basis = GaussianOrbitals(5.0, n_max, 6, SIGMA)
    for l in range(7):
        radii = np.linspace(1, 5, n_max)
        alpha = -np.log(1e-3 / radii**l) / radii**2
        nu = 1 / (1 + 2 * alpha * SIGMA**2)
        factor = (2 * pi * SIGMA**2 * nu) ** 1.5 * nu**l
        expected = lowdin_orbitals(basis, l)
        found = basis.mixing[l].numpy() / factor
        assert np.abs(found - expected).max() < digits * np.abs(expected).max()


def lowdin_polynomials(cutoff: float, n_max: int) -> np.ndarray:
    """S^(-1/2) with 40 digits."""
    with mpmath.workdps(40):
        overlaps = mpmath.matrix(n_max)
        for a, b in product(range(1, n_max + 1), repeat=2):
            three = (a + b + 5) * (a + b + 6) * (a + b + 7)
            overlaps[a - 1, b - 1] = 2 * mpmath.mpf(cutoff) ** (a + b + 7) / three
        return inverse_root(overlaps)


@pytest.mark.parametrize(("n_max", "digits"), [(4, 1e-11), (6, 1e-8), (8, 1e-6)])
def test_polynomials_are_mixed_as_with_40_digits_while_there_are_digits(n_max, digits):
    expected = lowdin_polynomials(5.0, n_max)
    found = Polynomials(5.0, n_max, 0, SIGMA).coefficients.numpy()
    assert np.abs(found - expected).max() < digits * np.abs(expected).max()


# By hand -----------------------------------------------------------------------------------------


def test_one_polynomial_by_hand():
    # (r_c - r)³ with ∫ r² (r_c - r)^6 dr = 2 r_c^9 / (7·8·9)
    basis = Polynomials(3.0, 1, 0, SIGMA)
    norm = sqrt(504 / (2 * 3.0**9))
    assert basis.coefficients.item() == pytest.approx(norm, rel=1e-14)
    found = basis.orthonormal(torch.tensor([0.0, 1.0, 3.0, 4.0]).double())
    assert found[0, 0].tolist() == pytest.approx([27 * norm, 8 * norm, 0, 0])


def test_one_orbital_by_hand():
    # exp(-αr²), α = ln 1000: normed by (2α/π)^(3/4) √4π
    basis = GaussianOrbitals(2.0, 1, 0, SIGMA)
    alpha = log(1000)
    norm = (2 * alpha / pi) ** 0.75 * sqrt(4 * pi)
    found = basis.orthonormal(torch.tensor([0.0, 1.0]).double())[0, 0]
    assert found.tolist() == pytest.approx([norm, norm * 1e-3])
    narrow = 1 / (1 + 2 * alpha * SIGMA**2)
    value = (basis.mixing @ primitives(basis, torch.tensor([1.0]).double())).item()
    expected = norm * (2 * pi * SIGMA**2 * narrow) ** 1.5 * exp(-alpha * narrow)
    assert value == pytest.approx(expected)


def test_sine_waves_by_hand():
    found = sine_bessel(torch.tensor([0.0, 1.0, 2.0]).double(), 2, 4.0)
    root = sqrt(2 / 4.0)
    assert found[0].tolist() == pytest.approx([root * pi / 4, root * pi / 2])
    assert found[1].tolist() == pytest.approx([root * sin(pi / 4), root])
    assert found[2].tolist() == pytest.approx([root / 2, 0], abs=1e-15)


def test_quips_points_by_hand():
    basis = RadialPoints(4.0, 8, 0, SIGMA)
    assert exp(-((basis.points[1] * 8 - 4.0) ** 2) / (2 * SIGMA**2)) == pytest.approx(1e-10)
    assert basis.points[0] == 0
    assert np.diff(basis.points) == pytest.approx(basis.points[1])


def test_one_point_by_hand():
    # At r_1 = 0 the density of a neighbour at R is exp(-R²/2σ²); its l = 0 part √4π times that.
    # It stands for a·exp(-r²/2σ²), whose norm is ∫ r² exp(-r²/σ²) dr = √π σ³/4.
    basis = RadialPoints(4.0, 1, 0, SIGMA)
    norm = sqrt(sqrt(pi) * SIGMA**3 / 4)
    assert basis.coefficients.item() == pytest.approx(norm)
    value = primitives(basis, torch.tensor([1.0]).double()).item() / sqrt(4 * pi)
    assert value == pytest.approx(norm * sqrt(4 * pi) * exp(-1 / (2 * SIGMA**2)), rel=1e-9)


def test_the_overlaps_of_gaussians_on_spheres_are_those_of_quadrature():
    basis = RadialPoints(4.0, 6, 0, SIGMA)
    r, weights = legendre_points(14.0)
    gaussians = np.exp(-((r - basis.points[:, None]) ** 2) / (2 * SIGMA**2))
    overlaps = np.einsum("kr,jr,r->kj", gaussians, gaussians, weights * r**2)
    values = np.exp(-((basis.points[:, None] - basis.points) ** 2) / (2 * SIGMA**2))
    expected = np.linalg.cholesky(overlaps).T @ np.linalg.inv(values)
    np.testing.assert_allclose(basis.coefficients, expected, rtol=1e-10, atol=1e-11)


# Properties and limits ---------------------------------------------------------------------------


@every_basis
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_precision_and_shape_are_kept(basis, dtype):
    r = torch.linspace(0.1, 3, 6, dtype=dtype).view(2, 3)
    for found in (primitives(basis, r.square()), basis.orthonormal(r)):
        assert found.shape == (basis.l_max + 1, basis.n_max, 2, 3)
        assert found.dtype == dtype


@every_basis
def test_a_far_neighbour_is_not_seen_at_all(basis):
    assert primitives(basis, torch.tensor([1e6]).double()).abs().max() == 0


@every_basis
def test_equal_parameters_share_their_tables_and_others_do_not(basis):
    wider = type(basis)(basis.cutoff + 1, basis.n_max, basis.l_max, basis.sigma)
    again = type(basis)(basis.cutoff, basis.n_max, basis.l_max, basis.sigma)
    squares = torch.tensor([2.0]).double()
    assert torch.equal(primitives(again, squares), primitives(basis, squares))
    assert not torch.allclose(
        wider.mixing @ primitives(wider, squares), basis.mixing @ primitives(basis, squares)
    )


def test_two_bases_with_the_same_numbers_do_not_share_their_tables():
    squares = torch.tensor([2.0]).double()
    sine, polynomial = (kind(4.0, 5, 5, SIGMA) for kind in (SineBessel, Polynomials))
    assert hash(sine) == hash(polynomial)
    assert sine != polynomial
    assert not torch.allclose(primitives(sine, squares), primitives(polynomial, squares))


def test_orbitals_need_a_cutoff_beyond_the_first_of_their_radii():
    with pytest.raises(ValueError, match=r"cutoff is 1\.0; it must be a length above 1 Å"):
        GaussianOrbitals(1.0, 4, 4, SIGMA)


@pytest.mark.parametrize("basis", [GaussianOrbitals(5.0, 16, 4, 0.5), Polynomials(5.0, 12, 4, 0.5)])
def test_more_functions_than_double_precision_can_tell_apart_are_refused(basis):
    with pytest.raises(ValueError, match=f"{basis.n_max} radial functions .* too much alike"):
        basis.orthonormal(torch.tensor([1.0], dtype=torch.float64))


@pytest.mark.parametrize("basis", [Polynomials, SineBessel, RadialPoints])
@pytest.mark.parametrize("sigma", [0.02, 60.0])
def test_a_width_that_a_table_cannot_hold_is_refused(basis, sigma):
    with pytest.raises(ValueError, match=rf"sigma is {sigma} Å; {basis.__name__} can be computed"):
        basis(5.0, 4, 3, sigma)
