"""Uncertainties drawn against errors: what is drawn, what is said, both languages."""

import re
from dataclasses import replace

import numpy as np
import pytest

from mlp_teach import plotting
from mlp_teach.active_learning.calibration import calibrate, sparsification


def made(count: int = 400):
    rng = np.random.default_rng(0)
    uncertainty = np.exp(rng.normal(size=count))
    errors = 2 * uncertainty * rng.normal(size=count)
    errors[7] = 0.0
    found = calibrate(uncertainty, errors, np.arange(count), rng)
    return uncertainty, errors, found


def drawings(lang: str):
    uncertainty, errors, found = made()
    measures = {"committee": uncertainty, "distance": uncertainty[::-1].copy()}
    return [
        (
            plotting.calibration_plot(uncertainty, errors, found, lang=lang),
            plotting.calibration_text(found, lang=lang),
        ),
        (
            plotting.sparsification_plot(measures, errors, lang=lang),
            plotting.sparsification_text(measures, errors, lang=lang),
        ),
    ]


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_figures_draw_without_a_missing_glyph_and_name_their_units(lang):
    for ax, text in drawings(lang):
        ax.figure.draw_without_rendering()
        for label in (ax.get_xlabel(), ax.get_ylabel()):
            assert re.search(r"[(（].+[)）]", label)
        assert ax.get_title(loc="left")
        assert ax.figure.in_words == text


def test_both_languages_give_the_same_numbers():
    for (_, english), (_, japanese) in zip(drawings("en"), drawings("ja"), strict=True):
        numbers = [sorted(re.findall(r"-?\d+(?:\.\d+)?", t)) for t in (english, japanese)]
        assert numbers[0] == numbers[1]


def test_points_stand_at_the_scaled_uncertainty_and_lines_at_one_and_two_of_it():
    uncertainty, errors, found = made()
    points, one, two, bins = plotting.calibration_plot(
        uncertainty, errors, replace(found, scales=(1.0, 3.0)), bins=4
    ).get_lines()
    kept = np.arange(400) != 7
    np.testing.assert_allclose(points.get_xdata(), 2 * uncertainty[kept])
    np.testing.assert_allclose(points.get_ydata(), np.abs(errors[kept]))
    np.testing.assert_allclose(one.get_ydata(), one.get_xdata())
    np.testing.assert_allclose(two.get_ydata(), 2 * two.get_xdata())
    assert len(bins.get_xdata()) == 4
    np.testing.assert_allclose(bins.get_ydata() / bins.get_xdata(), 1, rtol=0.25)


def test_curves_fall_from_the_mean_of_all_errors():
    uncertainty, errors, _ = made()
    level, line, best = plotting.sparsification_plot({"one": uncertainty}, errors).get_lines()
    mean = np.abs(errors).mean()
    assert level.get_ydata()[0] == pytest.approx(mean)
    assert line.get_ydata()[0] == best.get_ydata()[0] == pytest.approx(mean)
    half = list(line.get_xdata()).index(50.0)
    assert line.get_ydata()[half] == sparsification(uncertainty, errors)[200]
    assert (best.get_ydata() <= line.get_ydata() + 1e-12).all()
    assert max(line.get_xdata()) <= 98


def test_the_words_carry_the_numbers():
    _, _, found = made()
    text = plotting.calibration_text(found)
    assert f"Rank correlation {found.rank:.2f}" in text
    assert "(68.3 % if normal)" in text
    uncertainty, errors = np.array([1.0, 2, 3, 4]), np.array([1.0, -1, 3, -3])
    text = plotting.sparsification_text({"u": uncertainty}, errors, unit="meV/Å")
    assert "All: mean |error| 2 meV/Å." in text
    assert "the surer half has 1 meV/Å; area 0.00." in text


def test_many_points_are_drawn_pale():
    uncertainty, errors, found = made(3000)
    assert plotting.calibration_plot(uncertainty, errors, found).get_lines()[0].get_alpha() < 0.5
