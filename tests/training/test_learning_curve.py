"""Learning curves of a small network on argon: what they hold, go on with, and refuse."""

import json
import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from ase import Atoms
from ase.build import bulk
from ase.calculators.lj import LennardJones as AseLennardJones
from ase.calculators.singlepoint import SinglePointCalculator
from ase.io import write

from mlp_teach.training import compiled
from mlp_teach.training.checkpoint import load_model, read_checkpoint
from mlp_teach.training.experiment import (
    Experiment,
    ExperimentError,
    build_model,
    load_frames,
    make_data,
    read_experiment,
    train,
)
from mlp_teach.training.learning_curve import FILE, measure, read_points, table
from mlp_teach.training.lock import InUseError
from mlp_teach.training.metrics import compare
from mlp_teach.training.progress import read_progress
from mlp_teach.training.run import run
from mlp_teach.training.subsets import Sizes

TEXT = """
[data]
set = "learn.xyz"
test = "test.xyz"
validation = 0.2
seed = 3
precision = "float32"

[model]
class = "mlp_teach.models.behler_parrinello:BehlerParrinello"
hidden = [4]

[model.functions]
cutoff = 5.0
elements = [18]
g2 = [[0.3, 3.0], [0.8, 4.0]]

[training]
epochs = 4
batch_size = 2

[learning_curve]
frames = [2, 5, 8]
epochs = [2, 3, 4]
"""


def frame(seed: int) -> Atoms:
    atoms = bulk("Ar", "fcc", a=5.4, cubic=True)
    atoms.rattle(0.1, seed=seed)
    atoms.calc = AseLennardJones(epsilon=0.1, sigma=3.4, rc=6.0)
    known = {"energy": atoms.get_potential_energy(), "forces": atoms.get_forces()}
    atoms.calc = SinglePointCalculator(atoms, **known)
    return atoms


@pytest.fixture(scope="module")
def file(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("experiment")
    write(folder / "learn.xyz", [frame(seed) for seed in range(10)])
    write(folder / "test.xyz", [frame(seed) for seed in range(20, 24)])
    (folder / "experiment.toml").write_text(TEXT, encoding="utf-8")
    return folder / "experiment.toml"


@pytest.fixture(scope="module")
def experiment(file) -> Experiment:
    return read_experiment(file)


@pytest.fixture(scope="module")
def curve(experiment, tmp_path_factory):
    """A folder with the whole curve, and its points."""
    folder = tmp_path_factory.mktemp("curve")
    return folder, measure(experiment, folder)


def prepared(experiment, frames):
    return make_data(build_model(experiment), frames, experiment.precision)


def without_time(points):
    return [replace(point, cpu_seconds=0.0) for point in points]


def test_the_sizes_come_from_the_file(experiment):
    assert experiment.sizes == Sizes([2, 5, 8], [2, 3, 4])


def test_a_point_for_each_size_is_kept_in_the_folder(curve):
    folder, points = curve
    assert [point.frames for point in points] == [2, 5, 8]
    assert [point.steps for point in points] == [2 * 4, 5 * 3, 4 * 4]  # 5 of 5 are 3 of 8
    assert read_points(folder) == points


def test_its_models_have_the_errors_that_it_says(experiment, curve):
    folder, points = curve
    _, _, test = load_frames(experiment)
    for point in points:
        model = load_model(folder / f"frames_{point.frames}" / "model.safetensors")
        errors = compare(model, prepared(experiment, test))
        assert errors.as_dict() == point.errors["test"]


def test_each_model_has_its_card(curve):
    folder, points = curve
    for point in points:
        own = folder / f"frames_{point.frames}"
        card = (own / "model_card.md").read_text("utf-8")
        assert f"{point.frames} for training, 2 for validation, 4 for test" in card
        assert f"epochs = {len(read_progress(own).history)}" in card
        said = {2: "showed each training frame 4 times", 5: "showed", 8: "showed"}[point.frames]
        assert (said in card) == (point.frames == 2)  # of 8 frames there are
        mae = point.errors["test"]["forces"]["mae"]
        assert f"| test | forces | {mae:.4g} |" in card
        assert read_checkpoint(own / "model.safetensors")[2]["card"] == card


def test_the_card_tells_of_steps_that_could_not_be_compiled(experiment, tmp_path, monkeypatch):
    def failed(model, training, settings):
        return None, training

    monkeypatch.setattr(compiled, "compiled_step", failed)
    asked = replace(experiment, training=replace(experiment.training, compile=True))
    measure(replace(asked, sizes=Sizes([8], [1])), tmp_path / "curve")
    run(asked, tmp_path / "run")
    run(experiment, tmp_path / "plain")
    said = "steps: not compiled ones, as `compile` asks: the compiler failed"
    for folder, told in (("curve/frames_8", True), ("run", True), ("plain", False)):
        card = (tmp_path / folder / "model_card.md").read_text("utf-8")
        assert (said in card) == told


def test_tf32_is_refused_on_a_processor_before_anything_is_written(experiment, tmp_path):
    with pytest.raises(ValueError, match="TF32"):
        measure(experiment, tmp_path / "out", tf32=True)
    assert not (tmp_path / "out").exists()


def test_errors_of_the_training_part_are_those_of_the_frames_it_was_given(experiment, curve):
    folder, points = curve
    training, _, _ = load_frames(experiment)
    model = load_model(folder / "frames_5" / "model.safetensors")
    errors = compare(model, prepared(experiment, training[:5]))
    assert errors.as_dict() == points[1].errors["training"]


def test_all_frames_give_the_model_that_train_gives(experiment, curve):
    model = build_model(experiment)
    parts = [make_data(model, part, experiment.precision) for part in load_frames(experiment)]
    train(model, parts[0], parts[1], experiment.training)
    assert compare(model, parts[2]).as_dict() == curve[1][-1].errors["test"]


def test_a_finished_size_is_not_trained_again(experiment, curve):
    folder, points = curve
    trained, shown = [], []
    again = measure(
        experiment,
        folder,
        on_epoch=lambda size, epoch: trained.append(size.frames),
        on_point=shown.append,
    )
    assert again == shown == points
    assert trained == []


def test_a_size_that_comes_later_is_trained_alone(experiment, curve, tmp_path):
    small = replace(experiment, sizes=Sizes([2, 8], [2, 4]))
    measure(small, tmp_path)
    trained = []
    points = measure(experiment, tmp_path, on_epoch=lambda size, epoch: trained.append(size.frames))
    assert trained == [5] * 5
    assert without_time(points) == without_time(curve[1])


def test_a_curve_that_was_cut_off_goes_on_to_the_same_points(experiment, curve, tmp_path):
    seen = []

    def cut(size, epoch):
        seen.append((size.frames, epoch.number))
        if len(seen) == 4:  # within the second size
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        measure(experiment, tmp_path, on_epoch=cut)
    assert [point.frames for point in read_points(tmp_path)] == [2]
    points = measure(experiment, tmp_path, on_epoch=cut)
    assert seen[4][0] == 5
    assert seen[4][1] > 0  # not from the start
    assert without_time(points) == without_time(curve[1])


def test_each_size_tells_its_epochs_and_the_folder_how_many_are_done(experiment, tmp_path):
    assert read_progress(tmp_path).state == "waiting"
    seen = []

    def look(size, epoch):
        own = read_progress(tmp_path / f"frames_{size.frames}")
        assert (own.state, own.epochs, own.history[-1]) == ("running", size.settings.epochs, epoch)
        whole = read_progress(tmp_path)
        seen.append((whole.state, whole.message))

    measure(experiment, tmp_path, on_epoch=look)
    said = [("running", f"{done} of 3 sizes are done") for done in range(3)]
    assert list(dict.fromkeys(seen)) == said
    assert read_progress(tmp_path).state == "finished"
    for size in (2, 5, 8):
        own = read_progress(tmp_path / f"frames_{size}")
        assert (own.state, len(own.history)) == ("finished", own.epochs)
    with pytest.raises(KeyboardInterrupt):
        cut_off(experiment, tmp_path / "cut")
    assert read_progress(tmp_path / "cut").state == "stopped"
    assert read_progress(tmp_path / "cut" / "frames_2").state == "stopped"


def cut_off(experiment, folder):
    def interrupt(size, epoch):
        raise KeyboardInterrupt

    measure(experiment, folder, on_epoch=interrupt)


def test_a_folder_that_holds_a_training_gets_no_curve(experiment, tmp_path):
    run(experiment, tmp_path)
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    with pytest.raises(ExperimentError, match="holds a training"):
        measure(experiment, tmp_path)
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before
    (tmp_path / "run.json").unlink()  # as of a version that did not keep what was asked
    with pytest.raises(ExperimentError, match="holds a training"):
        measure(experiment, tmp_path)


def test_a_curve_that_has_no_point_yet_stays_one(experiment, tmp_path):
    def interrupt(size, epoch):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        measure(experiment, tmp_path, on_epoch=interrupt)
    assert not (tmp_path / FILE).exists()
    with pytest.raises(ExperimentError, match="holds a learning curve"):
        run(experiment, tmp_path)


def test_two_curves_do_not_write_to_one_folder(experiment, tmp_path):
    refused = []

    def another(size, epoch):
        with pytest.raises(InUseError, match=f"process {os.getpid()}"):
            measure(experiment, tmp_path)
        refused.append(size.frames)

    measure(experiment, tmp_path, on_epoch=another)
    assert set(refused) == {2, 5, 8}


def test_a_size_that_was_cut_off_is_not_gone_on_with_from_other_first_weights(experiment, tmp_path):
    with pytest.raises(KeyboardInterrupt):
        cut_off(experiment, tmp_path)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    with pytest.raises(ExperimentError, match=r"frames_2 holds a run .*\[model\] seed"):
        measure(replace(experiment, model_seed=77), tmp_path)
    assert before == {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}


FIRST_ENTRIES = {  # of [training], of the version before `compile`
    "batch_size": 2,
    "learning_rate": 0.005,
    "last_learning_rate": 1e-05,
    "weights": {"energy": 1.0, "forces": 0.01, "stress": 0.0},
    "optimizer": "adam",
    "l2": 0.0,
    "average": 0.99,
    "patience": 0,
    "clip": 10.0,
    "seed": 0,
}


def test_a_curve_from_before_there_was_compile_is_gone_on_with(experiment, curve, tmp_path):
    shutil.copytree(curve[0], tmp_path, dirs_exist_ok=True)
    content = json.loads((tmp_path / FILE).read_text())
    for point in content["points"]:
        own = point["asked"]["sizes"]
        own["settings"] = FIRST_ENTRIES | {"epochs": own["settings"]["epochs"]}
        kept = {"asked": point["asked"]}
        (tmp_path / f"frames_{point['frames']}" / "run.json").write_text(json.dumps(kept))
    del content["points"][2]  # as if it had been cut off in its last size
    (tmp_path / FILE).write_text(json.dumps(content))
    trained = []
    points = measure(experiment, tmp_path, on_epoch=lambda size, epoch: trained.append(size.frames))
    assert trained == []  # all epochs of the last one were in its checkpoint
    assert without_time(points) == without_time(curve[1])
    other = replace(experiment, training=replace(experiment.training, compile=True))
    with pytest.raises(ExperimentError, match="a curve of other settings"):
        measure(other, tmp_path)


def test_a_size_in_double_precision_is_the_model_that_a_training_alone_gives(experiment, tmp_path):
    double = replace(experiment, precision=torch.float64, sizes=Sizes([8], [4]))
    measure(double, tmp_path / "curve")
    run(double, tmp_path / "alone")
    files = (tmp_path / "curve" / "frames_8", tmp_path / "alone")
    ours, theirs = (load_model(file / "model.safetensors").state_dict() for file in files)
    assert all(torch.equal(ours[name], value) for name, value in theirs.items())


def test_points_of_other_settings_are_refused(experiment, curve):
    folder, _ = curve
    for other in (
        replace(experiment, seed=4),
        replace(experiment, model_settings=experiment.model_settings | {"hidden": [5]}),
        replace(experiment, training=replace(experiment.training, learning_rate=0.01)),
        replace(experiment, sizes=Sizes([2, 5, 8], [2, 3, 5])),
        # Of a size that the folder has not: all its points are of one curve.
        replace(experiment, sizes=Sizes([3], [2]), model_seed=1),
    ):
        with pytest.raises(ExperimentError, match="a curve of other settings: what it has for"):
            measure(other, folder)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"sizes": None}, r"no sizes. Add two lines: \[learning_curve\]"),
        ({"sizes": Sizes([2, 9])}, "is 9, but the training part has only 8"),
        ({"test": ""}, "no `test`"),
    ],
)
def test_what_makes_no_curve_is_said_before_anything_is_written(
    experiment, change, sentence, tmp_path
):
    with pytest.raises(ExperimentError, match=sentence):
        measure(replace(experiment, **change), tmp_path / "new")
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("content", ["", "[]", '{"points": [{"frames": 3}]}'])
def test_a_file_of_something_else_is_refused(content, tmp_path):
    (tmp_path / FILE).write_text(content)
    with pytest.raises(ExperimentError, match="holds no points of a learning curve"):
        read_points(tmp_path)


def test_the_table_has_the_numbers(curve):
    folder, points = curve
    lines = table(points).splitlines()
    assert len(lines) == 1 + 2 * 3  # energy and forces of three sizes
    test, own = (points[0].errors[part]["forces"] for part in ("test", "training"))
    numbers = [f"{one:.3f}" for one in (test["mae"], test["rmse"], own["mae"])]
    assert lines[2].split() == ["2", "8", "forces", *numbers, "meV/Å"]
    assert json.loads((folder / FILE).read_text())["points"][0]["errors"]["test"]["forces"] == test
