"""Curves that ship with the package: what they hold, and how they become lines."""

import tomllib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from mlp_teach.training.recorded_curves import (
    RecordedCurve,
    RecordedPoint,
    exponent,
    line_of,
    points_of,
    range_of,
    read_curves,
    recorded,
    seeds_of,
    write_curves,
)

EXPERIMENTS = Path(__file__).resolve().parents[2] / "experiments"


def point(frames, test, validation, training=1.0):
    errors = {"training": training, "validation": validation, "test": test}
    of_part = {
        part: {name: {"mae": mae, "rmse": 2 * mae} for name in ("energy", "forces")}
        for part, mae in errors.items()
    }
    return RecordedPoint(frames, 0, 1.0, of_part)


def curve(*points, seed=0, experiment="a"):
    return RecordedCurve(
        model="mlp_teach.models.gap:GAP",
        experiment=experiment,
        seed=seed,
        model_settings={},
        training={},
        data={},
        points=list(points),
        date="2026-11-26",
        machine="",
        versions={},
    )


@pytest.fixture(scope="module", params=["ethanol", "mlearn_Cu"])
def shipped(request):
    return recorded(request.param)


def test_all_shipped_curves_learn_from_the_same_frames(shipped):
    shared = {
        (one.data["dataset"], one.data["validation"], one.data["seed"], one.data["test"])
        for one in shipped
    }
    assert shared in ({("ethanol", 0.05, 0, "")}, {("mlearn_Cu", 0.1, 0, "")})


def test_each_shipped_curve_names_an_experiment_that_reports_its_errors(shipped):
    for one in shipped:
        table = tomllib.loads((EXPERIMENTS / f"{one.experiment}.toml").read_text("utf-8"))
        assert table["model"]["class"] == one.model
        result = table["result"]
        reported = result["learning_curve_forces_meV_per_A"]
        errors = dict(zip(result["learning_curve_frames"], reported, strict=True))
        for point in one.points if one.seed == 0 else ():
            found = point.errors["test"]["forces"]["mae"]
            assert errors[point.frames] == pytest.approx(found, abs=0.06)


def test_the_command_is_that_of_the_experiment():
    assert curve(experiment="gap_ethanol").command == (
        "mlp-teach learning-curve experiments/gap_ethanol.toml --out FOLDER"
    )


def test_curves_are_read_as_they_were_written(tmp_path):
    curves = [curve(point(50, 3.0, 4.0)), curve(point(100, 2.0, 3.0), seed=1)]
    write_curves(curves, tmp_path / "curves.json")
    assert read_curves(tmp_path / "curves.json") == curves


def test_of_two_points_of_one_size_validation_decides_and_not_the_test():
    few = curve(point(50, 9.0, 9.0), point(100, test=5.0, validation=8.0))
    many = curve(point(100, test=6.0, validation=7.0), point(200, 4.0, 5.0), experiment="b")
    frames, errors = line_of([few, many], "GAP")
    assert frames.tolist() == [50, 100, 200]
    assert errors.tolist() == [9.0, 6.0, 4.0]
    assert line_of([many, few], "GAP")[1].tolist() == [9.0, 6.0, 4.0]


def test_seeds_are_not_mixed():
    curves = [curve(point(50, 9.0, 9.0)), curve(point(50, 1.0, 1.0), seed=1)]
    assert line_of(curves, "GAP")[1] == [9.0]
    assert line_of(curves, "GAP", seed=1)[1] == [1.0]


def test_the_part_and_the_quantity_are_those_asked_for():
    one = curve(point(50, 9.0, 8.0, training=7.0))
    found = [line_of([one], "GAP", "energy", part=part)[1][0] for part in ("training", "test")]
    assert found == [7.0, 9.0]


def test_the_range_of_seeds_is_told_where_there_are_several():
    first = curve(point(50, 9.0, 9.0), point(100, 4.0, 4.0))
    others = [curve(point(50, test, 9.0), seed=seed) for seed, test in ((2, 8.0), (1, 11.0))]
    curves = [first, *others]
    assert seeds_of(curves, "GAP") == [0, 1, 2]
    assert range_of(curves, "GAP") == {50: (8.0, 11.0)}
    assert range_of(curves, "GAP", part="validation") == {50: (9.0, 9.0)}
    assert range_of([first], "GAP") == {}
    assert seeds_of(curves, "MACE") == []


@pytest.mark.parametrize(("name", "seed"), [("MACE", 0), ("GAP", 3)])
def test_a_model_without_a_curve_is_refused_with_those_that_have_one(name, seed):
    with pytest.raises(ValueError, match="there are: GAP"):
        points_of([curve(point(50, 9.0, 8.0))], name, seed)


def test_the_exponent_is_that_of_a_power_law():
    frames = np.array([50.0, 100.0, 200.0])
    assert exponent(frames, 7.0 * frames**-0.5) == pytest.approx(0.5)
    with pytest.raises(ValueError, match="two at least"):
        exponent(frames[:1], frames[:1])


def test_a_set_without_a_record_is_refused_with_those_that_have_one():
    with pytest.raises(ValueError, match="there are: ethanol"):
        recorded("water")


def test_a_changed_setting_is_another_curve():
    assert curve() != replace(curve(), training={"n": 1})
