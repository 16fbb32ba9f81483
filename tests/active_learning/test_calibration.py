"""Uncertainties against errors: numbers by hand, made errors whose truth is known, and refusals."""

import math

import numpy as np
import pytest
from scipy.stats import norm

from mlp_teach.active_learning.calibration import (
    calibrate,
    components,
    in_bins,
    negative_log_likelihood,
    normal_within,
    rank_correlation,
    scale,
    sparsification,
    sparsification_area,
    within,
)


def made(count: int = 20_000, factor: float = 2.5, seed: int = 0):
    """Uncertainties of many sizes, errors of `factor` times as large a spread, structures of 10."""
    rng = np.random.default_rng(seed)
    uncertainty = np.exp(rng.normal(size=count))
    return uncertainty, factor * uncertainty * rng.normal(size=count), np.arange(count) // 10


def judged(uncertainty, errors, structure, seed: int = 0):
    return calibrate(uncertainty, errors, structure, np.random.default_rng(seed))


def test_ranks_by_hand():
    u = np.array([1.0, 2.0, 3.0, 4.0])
    assert rank_correlation(u, np.array([0.1, -0.2, 5.0, -90.0])) == pytest.approx(1)
    assert rank_correlation(u, np.array([4.0, 3.0, -2.0, 1.0])) == pytest.approx(-1)
    swapped = 1 - 6 * 2 / (4 * 15)  # two neighbours exchanged: Σ d² = 2
    assert rank_correlation(u, np.array([2.0, 1.0, 3.0, 4.0])) == pytest.approx(swapped)
    assert math.isnan(rank_correlation(u, np.ones(4)))
    assert math.isnan(rank_correlation(np.ones(4), u))
    assert rank_correlation(np.array([1.0, 2.0, np.inf]), np.array([0.0, 1, 2])) == pytest.approx(1)


def test_the_scale_makes_the_variance_of_z_one_and_is_the_most_probable():
    u, errors, _ = made(count=500)
    s = scale(u, errors)
    assert np.mean((errors / (s * u)) ** 2) == pytest.approx(1)
    for other in (0.99 * s, 1.01 * s):
        assert negative_log_likelihood(s * u, errors) < negative_log_likelihood(other * u, errors)
    assert scale(np.array([1.0, 2.0]), np.array([3.0, -2.0])) == pytest.approx(math.sqrt(5))


def test_the_scale_takes_up_the_unit():
    u, errors, structure = made(count=500)
    one, other = judged(u, errors, structure), judged(1000 * u, errors, structure)
    assert np.array(one.scales) == pytest.approx(1000 * np.array(other.scales))
    for name in ("rank", "within", "likelihood", "constant", "area", "random_area"):
        assert getattr(one, name) == pytest.approx(getattr(other, name))


def test_a_perfect_uncertainty_is_recognised():
    u, errors, structure = made()
    found = judged(u, errors, structure)
    assert found.scales == pytest.approx((2.5, 2.5), rel=0.04)  # 4 / √(2 · 10000) = 3 %
    for share, sigmas in zip(found.within, (1, 2), strict=True):
        assert share == pytest.approx(normal_within(sigmas), abs=0.014)  # 4 √(0.22 / 20000)
    assert found.likelihood < found.constant - 0.3
    assert found.rank > 0.5
    assert 0 < found.area < 0.6 * found.random_area
    bins_u, bins_e = in_bins(u, errors)
    np.testing.assert_allclose(bins_e / bins_u, 2.5, rtol=0.15)


def test_an_uncertainty_by_chance_is_recognised():
    u, errors, structure = made()
    shuffled = np.random.default_rng(1).permutation(u)
    found = judged(shuffled, errors, structure)
    assert abs(found.rank) < 4 / math.sqrt(20_000)
    assert found.area == pytest.approx(found.random_area, rel=0.05)
    assert found.likelihood > found.constant


def test_errors_with_long_tails_are_recognised():
    rng = np.random.default_rng(0)
    u, structure = np.ones(20_000), np.arange(20_000)
    errors = rng.standard_t(df=3, size=20_000)  # a few are very large, so most are below s u
    found = judged(u, errors, structure)
    assert found.within[0] > 0.75
    assert math.isnan(found.rank)
    assert found.area == pytest.approx(found.random_area)


def test_shares_and_likelihood_by_hand():
    spread, errors = np.array([1.0, 1.0, 2.0, 2.0]), np.array([1.0, -2.5, 1.9, 4.1])
    assert within(spread, errors, 1) == 0.5
    assert within(spread, errors, 2) == 0.5
    assert within(spread, errors, 3) == 1
    expected = -np.mean([norm.logpdf(e, scale=s) for e, s in zip(errors, spread, strict=True)])
    assert negative_log_likelihood(spread, errors) == pytest.approx(expected)
    assert normal_within(1) == pytest.approx(0.682689, abs=1e-6)
    assert normal_within(2) == pytest.approx(0.954500, abs=1e-6)


def test_each_half_is_judged_with_the_scale_of_the_other():
    """Two structures, one with errors of 1 and one with errors of 2, where u is 1."""
    u, structure = np.ones(8), np.repeat([3, 9], 4)
    errors = np.array([1.0, -1, 1, -1, 2, -2, 2, -2])
    found = judged(u, errors, structure)
    assert sorted(found.scales) == [1, 2]
    assert found.within == (0.5, 1.0)  # errors of 1 below 2; errors of 2 not below 1, but below 2·1
    expected = np.mean([norm.logpdf(1, scale=2), norm.logpdf(2, scale=1)])
    assert found.likelihood == pytest.approx(-expected)
    assert found.constant == pytest.approx(-expected)


def test_atoms_of_a_structure_stay_in_one_half():
    """Were atoms drawn one by one, both halves would know of the structure that is off."""
    structure = np.repeat(np.arange(10), 100)
    errors = np.where(structure == 4, 50.0, 1.0)
    scales = judged(np.ones(1000), errors, structure).scales
    assert min(scales) == 1
    assert max(scales) == pytest.approx(math.sqrt((4 + 2500) / 5))


def test_sparsification_by_hand():
    u, errors = np.array([3.0, 1.0, 2.0]), np.array([-6.0, 1.0, 2.0])
    assert sparsification(u, errors).tolist() == [3, 1.5, 1]
    assert sparsification_area(u, errors) == 0
    wrong = np.array([1.0, 2.0, 3.0])  # takes 2 away first, then 1
    assert sparsification(wrong, errors).tolist() == [3, 3.5, 6]
    assert sparsification_area(wrong, errors) == pytest.approx((0 + 2 + 5) / 3 / 3)
    assert sparsification(np.ones(3), errors).tolist() == pytest.approx([3, 3, 3])
    assert math.isnan(sparsification_area(u, np.zeros(3)))


def test_equal_uncertainties_do_not_depend_on_the_order_of_the_values():
    rng = np.random.default_rng(0)
    u, errors = rng.integers(0, 4, size=200) * 1.0, rng.normal(size=200)
    order = rng.permutation(200)
    np.testing.assert_allclose(sparsification(u, errors), sparsification(u[order], errors[order]))


def test_bins_by_hand():
    u, e = in_bins(np.array([3.0, 1.0, 4.0, 1.0]), np.array([-6.0, 1.0, 8.0, 7.0]), bins=2)
    assert u.tolist() == pytest.approx([1, math.sqrt(12.5)])
    assert e.tolist() == pytest.approx([5, math.sqrt(50)])


def test_three_components_of_a_force_share_its_uncertainty():
    u, e, s = components(np.array([3.0, 6.0]), np.arange(6.0).reshape(2, 3), np.array([7, 8]))
    assert u == pytest.approx(np.array([3.0, 3, 3, 6, 6, 6]) / math.sqrt(3))
    assert e.tolist() == [0, 1, 2, 3, 4, 5]
    assert s.tolist() == [7, 7, 7, 8, 8, 8]
    rng = np.random.default_rng(0)  # forces whose deviation is known are judged to have scale 1
    deviation = np.exp(rng.normal(size=5000))
    errors = rng.normal(size=(5000, 3)) * deviation[:, None] / math.sqrt(3)
    found = judged(*components(deviation, errors, np.arange(5000)))
    assert found.scales == pytest.approx((1, 1), rel=0.04)


def test_what_gives_no_error_bar_is_refused_in_words():
    good, structure = np.ones(4), np.arange(4)
    for bad in (0.0, 1e-12, np.inf, np.nan):
        with pytest.raises(ValueError, match="1 of 4 uncertainties are not finite, or 0 but for"):
            judged(np.array([1.0, 1, bad, 1]), good, structure)
    with pytest.raises(ValueError, match="2 of 4 errors are not finite"):
        judged(good, np.array([1.0, np.nan, np.inf, 0]), structure)
    with pytest.raises(ValueError, match="All errors of one half are 0"):
        judged(good, np.array([0.0, 0, 0, 1]), structure)
    with pytest.raises(ValueError, match="All values are of one structure"):
        judged(good, good, np.zeros(4, dtype=int))
    with pytest.raises(ValueError, match="no errors to compare with"):
        scale(good[:0], good[:0])
    for bins in (0, 5):
        with pytest.raises(ValueError, match=f"{bins} bins for 4 values"):
            in_bins(good, good, bins)
