"""Learning curves of strategies: what is drawn, what is said, both languages."""

import pytest

from mlp_teach.active_learning.records import curves, recorded
from mlp_teach.plotting.strategies import strategy_curves, strategy_curves_text


@pytest.fixture(scope="module")
def runs():
    return recorded("mlearn_Cu")


@pytest.mark.parametrize("lang", ["en", "ja"])
@pytest.mark.parametrize("error", ["force_rmse", "force_max", "energy_rmse"])
def test_it_draws_without_a_missing_glyph_and_says_its_numbers(runs, lang, error):
    ax = strategy_curves(runs, error, lang=lang)
    ax.figure.draw_without_rendering()
    assert ax.figure.in_words == strategy_curves_text(runs, error, lang=lang)
    last = curves(runs, "random", error)[1].mean(0)[-1]
    assert f"{last:.4g}" in ax.figure.in_words
    assert "meV/" in ax.get_ylabel()
    assert lang == "en" or "誤差" in ax.get_ylabel() or "RMSE" in ax.get_ylabel()


def test_every_strategy_has_a_line_of_its_own_and_a_band(runs):
    ax = strategy_curves(runs)
    assert len(ax.lines) == len(ax.collections) == 5
    assert (
        len({(line.get_color(), line.get_linestyle(), line.get_marker()) for line in ax.lines}) == 5
    )
    labels, errors = curves(runs, "random", "force_rmse")
    assert ax.lines[0].get_xdata() == pytest.approx(labels)
    assert ax.lines[0].get_ydata() == pytest.approx(errors.mean(0))
    band = ax.collections[0].get_paths()[0].vertices[:, 1]
    assert (band.min(), band.max()) == pytest.approx((errors.min(), errors.max()))
