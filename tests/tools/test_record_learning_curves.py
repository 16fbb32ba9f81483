"""The tool that records learning curves: what it takes, joins and refuses."""

import json
from dataclasses import asdict, replace
from pathlib import Path

import pytest
import record_learning_curves as tool

from mlp_teach.training.experiment import read_experiment
from mlp_teach.training.learning_curve import FILE, Point
from mlp_teach.training.recorded_curves import read_curves
from mlp_teach.training.subsets import sizes_of

TEXT = """
[data]
set = "ethanol"
validation = 0.05
seed = {seed}
precision = "float32"

[model]
class = "mlp_teach.models.behler_parrinello:BehlerParrinello"
hidden = [4]

[model.functions]
cutoff = 5.0
elements = [1, 6, 8]
g2 = [[0.3, 3.0], [0.8, 4.0]]

[training]
epochs = 4
seed = 0

[learning_curve]
frames = [50, 100]
"""


def experiment(folder: Path, name: str, seed: int = 0):
    path = folder / f"{name}.toml"
    path.write_text(TEXT.format(seed=seed), encoding="utf-8")
    found = read_experiment(path)
    return name, found, sizes_of(found.sizes, 950, found.training)


def points(of, mae: float = 80.0, training_seed: int = 0) -> list[Point]:
    """As `measure` would leave them."""
    _, asked, sizes = of
    errors = {"forces": {"mae": mae, "rmse": 2 * mae, "r2": 0.9}}
    found = []
    for size in sizes:
        size = replace(size, settings=replace(size.settings, seed=training_seed))
        settings = asdict(asked) | {"precision": str(asked.precision), "sizes": asdict(size)}
        del settings["training"]
        settings = json.loads(json.dumps(settings))
        parts = dict.fromkeys(("training", "validation", "test"), errors)
        found.append(Point(size.frames, size.steps, 3.2, parts, settings))
    return found


def leave(folder: Path, found: list[Point]) -> Path:
    folder.mkdir()
    content = {"points": [asdict(point) for point in found]}
    (folder / FILE).write_text(json.dumps(content), encoding="utf-8")
    return folder


@pytest.fixture
def one(tmp_path):
    return experiment(tmp_path, "one")


def test_points_of_several_folders_make_one_curve_with_its_errors(one, tmp_path):
    first, second = points(one, 81.23456)
    folders = [leave(tmp_path / "a", [second]), leave(tmp_path / "b", [first])]
    (curve,), problems = tool.collect(folders, [one], "a machine")
    assert problems == []
    assert [point.frames for point in curve.points] == [50, 100]
    assert curve.points[0].steps == first.steps
    assert curve.points[0].errors["test"]["forces"] == {"mae": 81.23, "rmse": 162.5}
    assert (curve.experiment, curve.seed, curve.machine) == ("one", 0, "a machine")
    assert curve.training["learning_rate"] == one[1].training.learning_rate
    assert "epochs" not in curve.training


def test_another_seed_of_the_training_is_a_curve_of_its_own(one, tmp_path):
    folders = [leave(tmp_path / "a", points(one)), leave(tmp_path / "b", points(one, 70.0, 1))]
    curves, problems = tool.collect(folders, [one], "")
    assert problems == []
    assert [(curve.experiment, curve.seed) for curve in curves] == [("one", 0), ("one", 1)]


def test_points_are_added_to_the_curves_that_a_file_has(one, tmp_path, monkeypatch):
    first, second = points(one)
    folders = [leave(tmp_path / "a", [first]), leave(tmp_path / "b", [second])]
    folders.append(leave(tmp_path / "c", points(one, 70.0, 1)))
    monkeypatch.setattr(tool, "asked_for", lambda folder: [one])
    file = tmp_path / "curves.json"
    for words in ([folders[0]], ["--add", folders[1], folders[2]]):
        assert tool.main(["--out", str(file), *map(str, words)]) == 0
    whole = tmp_path / "whole.json"
    assert tool.main(["--out", str(whole), *map(str, folders)]) == 0
    assert read_curves(file) == read_curves(whole)
    assert len(read_curves(file)) == 2


@pytest.mark.parametrize("key", ["model_settings", "sizes", "validation"])
def test_a_point_that_no_experiment_asks_for_is_left_out(one, tmp_path, key):
    known, strange = points(one)
    other = {"model_settings": {"hidden": [5]}, "sizes": {"times": 3}, "validation": 0.1}[key]
    strange.asked[key] = strange.asked[key] | other if key != "validation" else other
    (curve,), problems = tool.collect([leave(tmp_path / "a", [known, strange])], [one], "")
    assert [point.frames for point in curve.points] == [50]
    assert len(problems) == 1
    assert "100 frames: no file of experiments/ asks for it" in problems[0]


def test_a_file_may_say_more_than_was_asked_when_the_point_was_made(one, tmp_path):
    (point, _) = points(one)
    del point.asked["sizes"]["settings"]["patience"]  # a setting that came later
    (curve,), problems = tool.collect([leave(tmp_path / "a", [point])], [one], "")
    assert problems == []
    assert curve.points[0].frames == 50


def test_curves_of_other_frames_are_refused(one, tmp_path):
    other = experiment(tmp_path, "other", seed=1)
    folders = [leave(tmp_path / "a", points(one)), leave(tmp_path / "b", points(other))]
    curves, problems = tool.collect(folders, [one, other], "")
    assert [curve.experiment for curve in curves] == ["one"]
    assert "other frames than one has" in problems[0]


def test_one_size_measured_twice_is_said_where_the_errors_differ(one, tmp_path):
    folders = [leave(tmp_path / "a", points(one)), leave(tmp_path / "b", points(one))]
    assert tool.collect(folders, [one], "")[1] == []
    folders.append(leave(tmp_path / "c", points(one, 70.0)))
    (curve,), problems = tool.collect(folders, [one], "")
    assert len(problems) == 2
    assert "measured twice" in problems[0]
    assert curve.points[0].errors["test"]["forces"]["mae"] == 80.0


def test_a_folder_without_a_curve_is_said(one, tmp_path):
    curves, problems = tool.collect([tmp_path / "nothing"], [one], "")
    assert curves == []
    assert FILE in problems[0]


def test_the_files_of_experiments_are_found_with_their_sizes():
    found = {
        name: [size.frames for size in sizes]
        for name, _, sizes in tool.asked_for(tool.ROOT / "experiments")
    }
    assert found["gap_ethanol_50"] == [50]
    assert "gap_cu" not in found  # it has no curve
