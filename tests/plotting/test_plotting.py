"""Every figure: drawn without a warning, with units, in both languages, its numbers in the text."""

import html
import itertools
import re
import subprocess
import sys
from pathlib import Path

import matplotlib
import numpy as np
import pytest
from ase.build import bulk
from ase.calculators.emt import EMT

from mlp_teach import plotting
from mlp_teach.analysis.mechanics import equation_of_state
from mlp_teach.analysis.structure import radial_distribution
from mlp_teach.simulation.conservation import energy_drift
from mlp_teach.training.fit import Epoch
from mlp_teach.training.metrics import Comparison

SIZES = (50, 100, 200)
ERRORS = {"Behler-Parrinello": (80.0, 40.0, 20.0), "linear": (60.0, 50.0, 45.0)}


@pytest.fixture(scope="module")
def results():
    rng = np.random.default_rng(0)
    energy, forces, stress = rng.normal(size=40), rng.normal(size=3000), rng.normal(size=60)
    times = np.linspace(0, 10, 200)
    return plotting.Workflow(
        history=[
            Epoch(i, 1.0 / (i + 1), 2.0 / (i + 1) + 0.01 * i, 1e-3, 0.5 * i) for i in range(40)
        ],
        comparison=Comparison(
            energy=(energy, energy + 0.5),
            forces=(forces, forces + 25.0),
            stress=(stress, stress - 0.1),
        ),
        states={"EMT": equation_of_state(bulk("Cu", cubic=True), EMT())},
        functions={"Cu": radial_distribution(bulk("Cu", a=3.6), bins=400)},
        drift=energy_drift(times, 1e-3 * times, 10),
    )


def drawings(results, lang):
    """Every single figure with its text."""
    comparison = results.comparison
    return {
        "loss": (
            plotting.loss_curves(results.history, lang=lang),
            plotting.loss_curves_text(results.history, lang=lang),
        ),
        "learning": (
            plotting.learning_curve(SIZES, ERRORS, lang=lang),
            plotting.learning_curve_text(SIZES, ERRORS, lang=lang),
        ),
        **{
            name: (
                plotting.parity(comparison, name, lang=lang),
                plotting.parity_text(comparison, lang=lang),
            )
            for name in ("energy", "forces", "stress")
        },
        "state": (
            plotting.equation_of_state_plot(results.states, 4, lang=lang),
            plotting.equation_of_state_text(results.states, lang=lang),
        ),
        "rdf": (
            plotting.rdf_plot(results.functions, coordination=True, lang=lang),
            plotting.rdf_text(results.functions, lang=lang),
        ),
        "drift": (
            plotting.drift_plot(results.drift, lang=lang),
            plotting.drift_text(results.drift, lang=lang),
        ),
    }


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_every_figure_draws_without_a_missing_glyph(results, lang):
    for ax, _ in drawings(results, lang).values():  # a missing glyph would warn, and so fail
        ax.figure.draw_without_rendering()
    plotting.workflow_summary(results, lang=lang).draw_without_rendering()
    plotting.parity_figure(results.comparison, lang=lang).draw_without_rendering()


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_every_axis_names_what_it_shows_with_its_unit(results, lang):
    without_unit = {
        "epoch",
        "loss",
        "エポック",
        "損失",
        "g(r)",
        "training structures",
        "訓練構造の数",
    }
    for name, (ax, text) in drawings(results, lang).items():
        assert ax.get_title(loc="left"), name
        for label in (ax.get_xlabel(), ax.get_ylabel()):
            assert label in without_unit or re.search(r"[(（].+[)）]", label), (name, label)
        assert text.strip(), name


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("loss", "40 epochs in 20 s"),
        ("loss", "lowest 0.273 in epoch 14"),  # 2/14 + 0.13
        ("learning", "80 with 50, 40 with 100, 20 with 200 training structures, about as n^-1.00"),
        ("energy", "Energy: 40 reference values from "),
        ("energy", "MAE 0.5 meV/atom, RMSE 0.5 meV/atom"),
        ("forces", "MAE 25 meV/Å, RMSE 25 meV/Å"),
        ("stress", "MAE 0.1 GPa, RMSE 0.1 GPa"),
        ("state", "EMT: lattice constant 3.5899 Å, bulk modulus 134.2 GPa."),
        ("rdf", "12.00 neighbours up to the first minimum"),
        ("drift", "drifts by +1 meV/atom in 10 ps"),
    ],
)
def test_the_text_gives_the_numbers(results, name, words):
    assert words in drawings(results, "en")[name][1]


def test_both_languages_give_the_same_numbers(results):
    english, japanese = drawings(results, "en"), drawings(results, "ja")
    for name in english:
        numbers = [
            sorted(re.findall(r"-?\d+(?:\.\d+)?", texts[name][1].replace("n^", "n ")))
            for texts in (english, japanese)
        ]
        assert numbers[0] == numbers[1], name


def test_the_title_of_a_parity_plot_gives_its_errors(results):
    title = plotting.parity(results.comparison, "forces").get_title(loc="left")
    assert title == "Forces: MAE 25, RMSE 25 meV/Å"
    title = plotting.parity(results.comparison, "forces", lang="ja").get_title(loc="left")
    assert title == "力: MAE 25, RMSE 25 meV/Å"


def test_parity_draws_the_points_and_the_diagonal(results):
    ax = plotting.parity(results.comparison, "energy", reference="EMT")
    diagonal, points = ax.get_lines()
    np.testing.assert_array_equal(diagonal.get_xdata(), diagonal.get_ydata())
    np.testing.assert_array_equal(points.get_xdata(), results.comparison.energy[0])
    np.testing.assert_array_equal(points.get_ydata(), results.comparison.energy[1])
    assert ax.get_xlabel() == "EMT (meV/atom)"
    assert ax.get_xlim() == ax.get_ylim()


def test_parity_of_one_value_or_equal_values_draws(results):
    one = Comparison(energy=(np.zeros(1), np.zeros(1)), forces=None, stress=None)
    plotting.parity(one, "energy").figure.draw_without_rendering()
    assert "R²" not in plotting.parity_text(one)
    assert len(plotting.parity_figure(one).axes) == 1


LEVELS = [(-468412.3, 20.0), (-468412.3, 0.5), (-1234567.0, 3e4), (-3520.0, 150.0), (0.0, 1.0)]


def parity_around(level: float, spread: float):
    truth = level + spread * np.linspace(-3, 3, 50)
    return plotting.parity(
        Comparison(energy=(truth, truth + 0.1 * spread), forces=None, stress=None), "energy"
    )


@pytest.mark.parametrize(("level", "spread"), LEVELS)
def test_numbers_below_and_beside_a_parity_plot_do_not_overlap(level, spread):
    ax = parity_around(level, spread)
    ax.figure.draw_without_rendering()
    for axis, low, high in ((ax.xaxis, "x0", "x1"), (ax.yaxis, "y0", "y1")):
        inside = [
            tick.label1.get_window_extent()
            for tick in axis.get_major_ticks()
            if ax.get_xlim()[0] <= tick.get_loc() <= ax.get_xlim()[1]
        ]
        assert len(inside) >= 3
        gaps = [getattr(b, low) - getattr(a, high) for a, b in itertools.pairwise(inside)]
        assert min(gaps) > 3  # pixels
        assert axis.get_offset_text().get_text() == ""


@pytest.mark.parametrize(("level", "spread"), LEVELS)
def test_the_axis_says_what_was_taken_off_its_numbers(level, spread):
    ax = parity_around(level, spread)
    ax.figure.draw_without_rendering()
    for axis in (ax.xaxis, ax.yaxis):
        shift = re.search(r" \+ ([\d.]+) \(", axis.get_label_text())
        assert (shift is not None) == (abs(level) > 1e5)
        for tick in axis.get_major_ticks():
            shown = float(tick.label1.get_text().replace("−", "-"))
            assert shown - float(shift.group(1) if shift else 0) == pytest.approx(tick.get_loc())


def test_a_high_level_is_taken_off_too():
    assert parity_around(468412.3, 20.0).get_xlabel() == "DFT − 468000 (meV/atom)"


def test_the_curve_of_state_is_drawn_per_atom_above_its_minimum(results):
    state = results.states["EMT"]
    curve, points = plotting.equation_of_state_plot(results.states, n_atoms=4).get_lines()
    np.testing.assert_allclose(points.get_ydata(), 250 * (state.energies - state.energy))
    np.testing.assert_allclose(points.get_xdata() ** 3, state.volumes)
    lowest = curve.get_ydata().argmin()
    assert curve.get_xdata()[lowest] == pytest.approx(state.lattice_constant, abs=0.002)


def test_the_line_of_the_drift_goes_through_the_energies(results):
    energies, line = plotting.drift_plot(results.drift).get_lines()
    np.testing.assert_allclose(line.get_ydata(), energies.get_ydata()[[0, -1]], atol=1e-9)


def test_the_best_epoch_is_marked(results):
    ax = plotting.loss_curves(results.history)
    mark = ax.get_lines()[2]
    assert mark.get_xdata()[0] == 14
    assert mark.get_ydata()[0] == min(epoch.validation_loss for epoch in results.history)


def test_the_summary_has_a_panel_for_each_result_that_is_there(results):
    assert sum(ax.get_visible() for ax in plotting.workflow_summary(results).axes) == 6
    some = plotting.Workflow(history=results.history, drift=results.drift)
    assert sum(ax.get_visible() for ax in plotting.workflow_summary(some).axes) == 2
    assert len(plotting.workflow_text(some).splitlines()) == 2
    assert len(plotting.workflow_text(results).splitlines()) == 7  # parity has three lines
    assert plotting.workflow_text(plotting.Workflow()) == ""


def test_what_is_drawn_into_given_axes_stays_there(results):
    figure = matplotlib.figure.Figure()
    ax = figure.subplots()
    assert plotting.drift_plot(results.drift, ax) is ax
    assert figure.axes == [ax]


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_a_notebook_is_given_the_picture_and_its_numbers_in_words(results, lang):
    figure = plotting.drift_plot(results.drift, lang=lang).figure
    data, metadata = figure._repr_mimebundle_()
    assert data["image/png"].startswith(b"\x89PNG")
    assert data["text/plain"] == plotting.drift_text(results.drift, lang=lang)
    assert metadata["image/png"] == {"width": 500, "height": 380}
    assert f'alt="{html.escape(data["text/plain"])}" width="500" height="380"' in data["text/html"]
    summary = plotting.workflow_summary(results, lang=lang)
    for line in summary.in_words.splitlines():
        assert line in plotting.workflow_text(results, lang=lang)
    assert len(summary.sentences) == 6


def test_matplotlibs_settings_are_left_alone(results):
    before = dict(matplotlib.rcParams)
    for lang in ("en", "ja"):
        drawings(results, lang)
        plotting.workflow_summary(results, lang=lang)
    assert dict(matplotlib.rcParams) == before


def test_the_japanese_font_is_loaded_when_needed_and_never_becomes_the_default():
    code = (
        "import sys, matplotlib; before = dict(matplotlib.rcParams)\n"
        "from mlp_teach import plotting\n"
        "plotting.learning_curve((1, 2), {'a': (2.0, 1.0)})\n"
        "assert 'matplotlib_fontja' not in sys.modules and 'matplotlib.pyplot' not in sys.modules\n"
        "assert dict(matplotlib.rcParams) == before\n"
        "plotting.learning_curve((1, 2), {'a': (2.0, 1.0)}, lang='ja')\n"
        "assert 'matplotlib_fontja' in sys.modules\n"
        "assert dict(matplotlib.rcParams) == before"
    )
    root = Path(plotting.__file__).parents[2]
    subprocess.run([sys.executable, "-c", code], check=True, cwd=root)


def test_bad_input_is_told(results):
    with pytest.raises(ValueError, match="languages are 'en' and 'ja'; 'fr' was given"):
        plotting.drift_text(results.drift, lang="fr")
    with pytest.raises(ValueError, match="history is empty"):
        plotting.loss_curves([])
    with pytest.raises(ValueError, match="'a' has 1 errors for 3 sizes"):
        plotting.learning_curve(SIZES, {"a": (1.0,)})
    only = Comparison(energy=(np.zeros(2), np.zeros(2)), forces=None, stress=None)
    with pytest.raises(ValueError, match=r"no reference values of 'forces'.*there are of: energy"):
        plotting.parity(only, "forces")
    with pytest.raises(ValueError, match="no results yet"):
        plotting.workflow_summary(plotting.Workflow())
