"""Sweeps: which experiments a list of changes makes, their names, and the table of results."""

import json

import pytest
from ase.io import write

from mlp_teach.cli import main
from mlp_teach.training.experiment import ExperimentError, read_experiment
from mlp_teach.training.many_runs import Failure, Finished, train_all
from mlp_teach.training.sweep import (
    FILE,
    combinations,
    name_of,
    read_changes,
    side_by_side,
    table,
    variants,
    write_sweep,
)
from tests.training.test_learning_curve import TEXT, frame

RATES = {"training.learning_rate": [1e-3, 3e-3], "model.hidden": [[4], [3, 3]]}


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    folder = tmp_path_factory.mktemp("experiment")
    write(folder / "learn.xyz", [frame(seed) for seed in range(10)])
    write(folder / "test.xyz", [frame(seed) for seed in range(20, 24)])
    (folder / "experiment.toml").write_text(TEXT, encoding="utf-8")
    return folder / "experiment.toml"


@pytest.mark.parametrize(
    ("text", "name", "values"),
    [
        ("training.learning_rate=1e-3,3e-3", "training.learning_rate", [1e-3, 3e-3]),
        ("model.layers=2,3", "model.layers", [2, 3]),
        ("model.hidden=[4],[3,3]", "model.hidden", [[4], [3, 3]]),
        ("data.set=mlearn_Cu", "data.set", ["mlearn_Cu"]),
        ('training.optimizer="adam","sgd"', "training.optimizer", ["adam", "sgd"]),
        ("training.optimizer=adam, sgd", "training.optimizer", ["adam", "sgd"]),
        ("model.parity=true,false", "model.parity", [True, False]),
        ("training.weights.energy=1", "training.weights.energy", [1]),
    ],
)
def test_values_are_read_as_in_a_toml_file(text, name, values):
    found = read_changes(text)
    assert found == (name, values)
    assert [type(one) for one in found[1]] == [type(one) for one in values]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("training.learning_rate", "should read TABLE.ENTRY=VALUE"),
        ("learning_rate=1", "should read TABLE.ENTRY=VALUE"),
        ("model.layers=", "has no values"),
        ("model.layers=2,,3", "are no values of a TOML file"),
        ("model.layers=2 3", "are no values of a TOML file"),
    ],
)
def test_what_is_no_value_is_said(text, sentence):
    with pytest.raises(ValueError, match=sentence):
        read_changes(text)


def test_all_combinations_or_side_by_side():
    found = combinations({"a.x": [1, 2], "a.y": [5, 6, 7]})
    assert [tuple(one.values()) for one in found] == [
        (1, 5),
        (1, 6),
        (1, 7),
        (2, 5),
        (2, 6),
        (2, 7),
    ]
    assert side_by_side({"a.x": [1, 2], "a.y": [5, 6]}) == [
        {"a.x": 1, "a.y": 5},
        {"a.x": 2, "a.y": 6},
    ]
    with pytest.raises(ValueError, match=r"equally many; there are \{'a.x': 1, 'a.y': 2\}"):
        side_by_side({"a.x": [1], "a.y": [5, 6]})


def test_a_run_is_the_experiment_with_what_was_changed(file):
    plain = read_experiment(file)
    runs = variants(file, combinations(RATES))
    assert [
        (one.experiment.training.learning_rate, one.experiment.model_settings["hidden"])
        for one in runs
    ] == [
        (1e-3, [4]),
        (1e-3, [3, 3]),
        (3e-3, [4]),
        (3e-3, [3, 3]),
    ]
    for one in runs:
        assert one.experiment.dataset == plain.dataset
        assert one.experiment.training.epochs == plain.training.epochs
    (new,) = variants(file, [{"training.weights.energy": 7.0}])  # a table that the file has not
    assert new.experiment.training.weights.energy == 7
    assert read_experiment(file) == plain


def test_names_say_what_was_changed_and_are_fit_for_folders():
    assert (
        name_of({"training.learning_rate": 1e-3, "model.hidden": [3, 3]})
        == "learning_rate=0.001,hidden=_3,3_"
    )
    assert name_of({"data.seed": 1, "training.seed": 2}) == "data.seed=1,training.seed=2"
    assert "/" not in name_of({"data.set": "../../mine.xyz"})


def test_long_values_make_a_name_that_a_disk_takes(tmp_path):
    long = [f"{'原子' * 60}{end}.xyz" for end in "ab"]
    names = {name_of({"data.test": one}) for one in long}
    assert len(names) == 2
    for name in names:
        (tmp_path / name).mkdir()
        assert name.startswith("test=原子原子")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"training.rate": 1}, "has \\['rate'\\], which Settings does not know"),
        ({"training.epochs": -1}, "epochs is -1"),
        ({"data.seed.x": 1}, "names an entry of 'seed', which is no table"),
        ({"result.date": 1}, "result.date is nothing that a training reads"),
        ({"learning_curve.frames": 5}, "is nothing that a training reads"),
        ({"model.hiden": [4]}, "make no BehlerParrinello"),
    ],
)
def test_a_change_that_makes_no_experiment_is_said_before_anything_is_trained(
    file, tmp_path, change, sentence
):
    with pytest.raises(ValueError, match=sentence):
        train_all(variants(file, [{"model.hidden": [4]}, change]), tmp_path, progress=False)
    assert not list(tmp_path.iterdir())


def finished(name: str, validation: float, test: float) -> Finished:
    errors = {"validation": validation, "test": test}
    return Finished(
        name,
        {part: {"energy": {"mae": 1.0}, "forces": {"mae": mae}} for part, mae in errors.items()},
        12.3,
    )


def test_the_table_is_sorted_by_the_validation_part():
    answers = [
        finished("a", 30.0, 9.0),
        Failure("b", "TrainingError", "The loss became nan."),
        finished("c", 20.0, 99.0),
    ]
    lines = table(answers).splitlines()
    assert lines[2].split() == ["c", "1.000", "20.000", "1.000", "99.000", "12"]
    assert lines[3].split() == ["a", "1.000", "30.000", "1.000", "9.000", "12"]
    assert lines[4].split(maxsplit=1) == ["b", "TrainingError: The loss became nan."]


def test_the_file_says_what_was_changed_and_what_came_out(tmp_path):
    changes = [{"training.learning_rate": 1e-3}, {"training.learning_rate": 1e30}]
    answers = [finished("a", 1.0, 2.0), Failure("b", "TrainingError", "nan")]
    rows = json.loads(write_sweep(tmp_path, changes, answers).read_text())["runs"]
    assert [one["changes"] for one in rows] == changes
    assert rows[0]["errors"] == answers[0].errors
    assert rows[1]["failed"] == "TrainingError: nan"


def test_the_command_trains_all_and_prints_the_table(file, tmp_path, capsys):
    command = [
        "sweep",
        str(file),
        "--out",
        str(tmp_path),
        "--set",
        "training.learning_rate=1e-3,3e-2",
    ]
    assert main([*command, "--set", "training.epochs=2,3", "--side-by-side"]) == 0
    printed = capsys.readouterr().out
    names = ["learning_rate=0.001,epochs=2", "learning_rate=0.03,epochs=3"]
    assert all(name in printed for name in names)
    rows = json.loads((tmp_path / FILE).read_text())["runs"]
    assert [one["folder"] for one in rows] == names
    for one in rows:
        model_errors = json.loads((tmp_path / one["folder"] / "errors.json").read_text())
        assert model_errors == one["errors"]
    assert main([*command, "--set", "training.learning_rate=1"]) == 1
    assert "--set has training.learning_rate twice" in capsys.readouterr().err
    assert main([*command, "--slurm"]) == 1
    assert "--slurm needs --memory" in capsys.readouterr().err


def test_a_run_without_a_model_ends_the_command_with_status_1(file, tmp_path, capsys):
    command = [
        "sweep",
        str(file),
        "--out",
        str(tmp_path),
        "--set",
        "training.learning_rate=1e-3,1e30",
    ]
    assert main([*command, "--set", "training.clip=1e30"]) == 1
    said = capsys.readouterr()
    assert "1 of 2 runs have no model" in said.err
    assert "TrainingError: The loss became" in said.out
    assert ExperimentError.__name__ not in said.out
