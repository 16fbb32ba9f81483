"""What was saved: worked out by hand on curves that are known, and read from the recorded runs."""

import numpy as np
import pytest

from mlp_teach.active_learning import records
from mlp_teach.active_learning.records import (
    RECORDED,
    Run,
    curves,
    labels_needed,
    ratio_of,
    read_runs,
    recorded,
    run_of,
    saving,
    write_runs,
)
from tests.active_learning.small_loop import pool_loop

LABELS = np.array([10.0, 20.0, 40.0, 80.0, 160.0])


def run(strategy: str, seed: int, errors, labels=LABELS) -> Run:
    errors = {"force_rmse": [float(one) for one in errors]}
    return Run("a set", strategy, seed, [int(n) for n in labels], errors, 1.0, "2026-01-01", {}, {})


def test_labels_are_read_off_a_straight_line_in_both_logarithms():
    errors = 100 / LABELS  # one straight line
    for n in (10.0, 12.5, 63.0, 160.0):
        assert labels_needed(LABELS, errors, 100 / n) == pytest.approx(n)
    assert labels_needed(LABELS, errors, 100.0) == 10.0  # good enough from the start
    assert labels_needed(LABELS, errors, 0.1) == np.inf


def test_a_step_of_one_rounding_is_no_division_by_zero():
    errors = np.array([8.0, np.nextafter(4.0, 5.0), 4.0, 3.0, 2.0])
    assert labels_needed(LABELS, errors, 4.0) == 40.0


def test_a_curve_that_rises_again_counts_where_it_is_first_down():
    assert labels_needed(LABELS, np.array([8.0, 4.0, 6.0, 2.0, 1.0]), 4.0) == pytest.approx(20.0)


def test_a_strategy_that_needs_a_quarter_has_a_ratio_of_four():
    chance, own = 100 / LABELS**0.5, 50 / LABELS**0.5
    assert ratio_of(LABELS, chance, LABELS, own) == pytest.approx(4.0)


def test_one_that_never_gets_there_has_a_ratio_below_one():
    assert ratio_of(LABELS, 50 / LABELS**0.5, LABELS, 100 / LABELS**0.5) == pytest.approx(0.25)
    assert ratio_of(LABELS, 1 / LABELS, LABELS, 1 / LABELS) == pytest.approx(1.0)


def test_the_interval_comes_from_the_seeds():
    factors = [0.9, 1.0, 1.1, 0.95, 1.05]
    runs = [run("random", k, 100 * f / LABELS**0.5) for k, f in enumerate(factors)]
    runs += [run("clever", k, 50 * f / LABELS**0.5) for k, f in enumerate(factors)]
    same = saving(runs, "clever", "force_rmse")
    assert same.ratio == pytest.approx(4.0)
    assert same.ratio_interval == pytest.approx((4.0, 4.0))  # paired: seeds vary together
    assert same.percent == pytest.approx(75.0)
    assert same.target == pytest.approx(100 / 160**0.5)
    crossed = [one for one in runs if one.strategy == "random"]
    crossed += [run("clever", k, 50 * f / LABELS**0.5) for k, f in enumerate(factors[::-1])]
    apart = saving(crossed, "clever", "force_rmse")
    low, high = apart.ratio_interval
    assert low < 4.0 < high
    assert apart.percent_interval == pytest.approx((100 - 100 / low, 100 - 100 / high))


def test_an_earlier_end_may_be_asked_for():
    runs = [run("random", 0, 100 / LABELS**0.5), run("clever", 0, 50 / LABELS**0.5)]
    found = saving(runs, "clever", "force_rmse", labels=80)
    assert found.labels == 80
    assert found.ratio == pytest.approx(4.0)


def test_the_end_is_a_point_that_was_measured():
    runs = [run("random", 0, 100 / LABELS**0.5), run("clever", 0, 50 / LABELS**0.5)]
    assert saving(runs, "clever", "force_rmse", labels=100).labels == 80
    short = [runs[0], run("clever", 0, 50 / LABELS**0.5, [*LABELS[:4], 159])]
    assert saving(short, "clever", "force_rmse").labels == 80
    with pytest.raises(ValueError, match="with 5 labels or fewer"):
        saving(runs, "clever", "force_rmse", labels=5)


def test_it_is_said_when_chance_was_there_before():
    falls = [run("random", 0, [8, 6, 4, 3, 2]), run("clever", 0, [8, 4, 2, 1, 1])]
    assert saving(falls, "clever", "force_rmse").chance_first == pytest.approx(160)
    rises = [run("random", 0, [8, 6, 2, 5, 4]), run("clever", 0, [8, 2, 2, 2, 2])]
    found = saving(rises, "clever", "force_rmse")
    assert 20 < found.chance_first < 40
    assert saving(rises, "random", "force_rmse").ratio == pytest.approx(160 / found.chance_first)


def test_curves_of_other_lengths_are_compared_as_far_as_all_go():
    runs = [run("random", 0, 100 / LABELS), run("random", 1, 100 / LABELS[:3], LABELS[:3])]
    labels, errors = curves(runs, "random", "force_rmse")
    assert labels.tolist() == [10, 20, 40]
    assert errors.shape == (2, 3)
    with pytest.raises(ValueError, match="no run of the strategy 'clever'; there are: random"):
        curves(runs, "clever", "force_rmse")


def test_a_run_of_the_loop_becomes_a_record_and_back(tmp_path):
    pool_loop(tmp_path, 2, judge=lambda fit: {"force_rmse": 1 / 3})
    one = run_of(tmp_path / "run", "copper", "uncertain", 0, 1.0)
    assert one.labels == [3, 6, 9]
    assert one.errors == {"force_rmse": [0.33333] * 3}
    assert one.settings == {"members": 4}
    write_runs([one, one], tmp_path / "runs.json")
    assert read_runs(tmp_path / "runs.json") == [one, one]


def test_every_recorded_system_has_all_its_strategies_with_five_seeds():
    files = sorted(RECORDED.glob("*.json"))
    assert files
    for file in files:
        runs = recorded(file.stem)
        strategies = {one.strategy for one in runs}
        assert "random" in strategies
        for strategy in strategies:
            mine = [one for one in runs if one.strategy == strategy]
            assert sorted(one.seed for one in mine) == [0, 1, 2, 3, 4]
            assert all(one.versions and one.date and one.cpu_seconds > 0 for one in mine)
        first = {one.seed: one.errors["force_rmse"][0] for one in runs if one.strategy == "random"}
        same = [one.errors["force_rmse"][0] == first[one.seed] for one in runs]
        assert all(same), f"{file.stem}: strategies began from other labels"


def test_an_unknown_system_is_named_with_those_that_there_are():
    with pytest.raises(ValueError, match=r"no recorded runs of 'gold'; there are: .*mlearn_Cu"):
        recorded("gold")
    assert records.DRAWS >= 1000


@pytest.mark.parametrize(
    ("system", "strategy", "ratio", "interval"),
    [
        ("mlearn_Cu", "uncertain", 4.47, (3.66, 5.21)),
        ("mlearn_Cu", "farthest", 2.21, (1.98, 2.32)),
        ("mlearn_Cu_by_kind", "by_kind", 1.03, (0.65, 1.41)),
        ("Cu_ACE21", "uncertain", 5.21, (4.58, 5.64)),
        ("formate", "uncertain", 0.69, (0.58, 0.76)),
        ("formate", "uncertain_apart", 0.93, (0.83, 1.41)),
        ("formate", "d_optimal", 1.88, (1.64, 2.12)),
        ("formate_strided", "uncertain", 1.06, (0.89, 1.20)),
        ("formate_few_points", "uncertain", 0.16, (0.13, 0.18)),
        ("ethanol_live", "uncertain", 0.37, (0.30, 1.37)),
        ("ethanol_live", "uncertain_apart", 1.25, (0.93, 1.47)),
    ],
)
def test_the_figures_of_the_table_of_claims_follow_from_the_recorded_runs(
    system, strategy, ratio, interval
):
    found = saving(recorded(system), strategy, "force_rmse")
    assert found.ratio == pytest.approx(ratio, abs=0.006)
    assert found.ratio_interval == pytest.approx(interval, abs=0.02)


def test_five_seeds_give_an_interval_that_is_too_narrow():
    """As the module says: the true mean is inside in 79 % of all cases, not in 90."""
    generator, inside = np.random.default_rng(0), []
    for _ in range(2000):
        values = generator.normal(size=5)
        means = values[generator.integers(5, size=(1000, 5))].mean(axis=1)
        low, high = np.percentile(means, [5, 95])
        inside.append(low <= 0 <= high)
    assert np.mean(inside) == pytest.approx(0.79, abs=0.03)
