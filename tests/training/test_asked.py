"""What is kept beside a result says which experiment it is of, wherever its files lie; another one
in its folder is refused, and a refusal changes nothing."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from mlp_teach.cli import main
from mlp_teach.training.asked import FILE, MODEL, STATE, asked, keep_asked
from mlp_teach.training.checkpoint import CheckpointError, load_model, save_checkpoint
from mlp_teach.training.experiment_file import ExperimentError, read_experiment
from mlp_teach.training.job import ThisComputer, submit
from mlp_teach.training.progress import ASKED, read_progress
from mlp_teach.training.run import run
from mlp_teach.training.subsets import Sizes
from tests.training.small_experiment import small_experiment

GAP = """
[data]
set = "learn.xyz"
test = "test.xyz"
validation = 0.2
seed = 3
precision = "float64"
[model]
class = "mlp_teach.models.gap:GAP"
elements = [29]
transition = 0.5
n_points = {points}
[model.radial]
basis = "GaussianOrbitals"
cutoff = 3.0
n_max = 2
l_max = 1
sigma = 0.6
[regression]
sigma_forces = 0.1
"""


@pytest.fixture
def file(tmp_path):
    (tmp_path / "here").mkdir()
    return small_experiment(tmp_path / "here")


def test_the_same_files_in_another_folder_are_the_same_experiment(file, tmp_path):
    there = shutil.copytree(file.parent, tmp_path / "there") / file.name
    assert asked(read_experiment(there)) == asked(read_experiment(file))


def test_kinds_and_a_test_share_make_another_experiment_and_none_the_old_one(file):
    experiment = read_experiment(file)
    assert not {"kinds", "test_share"} & asked(experiment).keys()
    assert asked(replace(experiment, kinds=("fcc*",)))["kinds"] == ["fcc*"]
    assert asked(replace(experiment, test_share=0.5))["test_share"] == 0.5


@pytest.mark.parametrize("name", ["learn.xyz", "test.xyz"])
def test_changed_frames_make_another_experiment(file, name):
    before = asked(read_experiment(file))
    frames = file.parent / name
    frames.write_text(frames.read_text().replace("3", "4", 1))
    assert asked(read_experiment(file)) != before


def test_missing_frames_are_named(file):
    (file.parent / "test.xyz").unlink()
    with pytest.raises(FileNotFoundError, match=r"test\.xyz"):
        asked(read_experiment(file))


# Other experiments in a folder that is in use --------------------------------------------------


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """A folder with an experiment's file and data, and `out` with its finished run."""
    folder = tmp_path_factory.mktemp("trained")
    run(read_experiment(small_experiment(folder)), folder / "out")
    shutil.copy(folder / "out" / MODEL, folder / "first.safetensors")
    (folder / "gap.toml").write_text(GAP.format(points=4))
    (folder / "gap10.toml").write_text(GAP.format(points=10))
    return folder


@pytest.fixture
def folder(trained, tmp_path):
    return shutil.copytree(trained, tmp_path / "again")


OTHERS = [
    ("hidden = [4]", 'hidden = [4]\nweights_from = "first.safetensors"', r"\[model\] weights_from"),
    ("hidden = [4]", "hidden = [4]\nseed = 77", r"\[model\] seed"),
    ("hidden = [4]", "hidden = [5]", r"\[model\] hidden"),
    ("epochs = 3", "epochs = 4\nclip = 3.0", r"\[training\] clip, \[training\] epochs"),
    ("seed = 3", "seed = 4", r"\[data\] seed"),
    ('test = "test.xyz"', 'test = "learn.xyz"', r"\[data\] test"),
]


def changed(folder: Path, old: str, new: str) -> Path:
    path = folder / "other.toml"
    path.write_text((folder / "small.toml").read_text().replace(old, new, 1))
    return path


@pytest.mark.parametrize(("old", "new", "entry"), OTHERS)
def test_another_experiment_is_refused_by_its_entry_and_nothing_is_changed(
    old, new, entry, folder, capsys
):
    before = files(folder / "out")
    other = changed(folder, old, new)
    with pytest.raises(ExperimentError, match=f"run of other settings: {entry}. Choose"):
        run(read_experiment(other), folder / "out")
    assert main(["train", str(other), "--out", str(folder / "out")]) == 1
    assert "run of other settings" in capsys.readouterr().err
    with pytest.raises(ExperimentError, match=entry):
        submit(other, folder / "out", ThisComputer())
    before["lock"] = files(folder / "out")["lock"]  # submit asked it whether somebody is at work
    assert files(folder / "out") == before
    progress = read_progress(folder / "out")
    assert (progress.state, progress.epochs) == ("finished", 3)


def test_a_folder_in_which_nothing_was_trained_can_be_used_again(tmp_path):
    """As one whose first weights did not fit: only run.json stands in the way."""
    file = small_experiment(tmp_path)
    keep_asked(tmp_path / "out", asked(read_experiment(file)))
    other = read_experiment(small_experiment(tmp_path, epochs=4))
    with pytest.raises(ExperimentError, match="Nothing is trained there yet: remove"):
        run(other, tmp_path / "out")
    (tmp_path / "out" / "run.json").unlink()
    run(other, tmp_path / "out")
    with pytest.raises(ExperimentError, match=r"with the settings of that one\.$"):
        run(read_experiment(small_experiment(tmp_path, epochs=5)), tmp_path / "out")


def test_a_network_and_gaps_do_not_replace_each_other(folder):
    for name, others in (
        ("gap", {"gap10": r"\[model\] n_points", "small": r"\[model\] class"}),
        ("small", {"gap": r"\[training\] or \[regression\]"}),
    ):
        out = folder / f"of_{name}"
        errors = run(read_experiment(folder / f"{name}.toml"), out)
        before = files(out)
        for other, entry in others.items():
            with pytest.raises(ExperimentError, match=entry):
                run(read_experiment(folder / f"{other}.toml"), out)
        assert files(out) == before
        assert run(read_experiment(folder / f"{name}.toml"), out) == errors


def test_weights_to_begin_with_are_known_by_what_their_file_holds(folder):
    other = changed(folder, "hidden = [4]", 'hidden = [4]\nweights_from = "first.safetensors"')
    experiment, out = read_experiment(other), folder / "tuned"
    run(experiment, out)
    shutil.move(folder / "first.safetensors", folder / "moved.safetensors")
    with pytest.raises(FileNotFoundError, match=r"no checkpoint at .*first\.safetensors"):
        run(experiment, out)
    run(replace(experiment, weights_from=str(folder / "moved.safetensors")), out)
    model = load_model(folder / "moved.safetensors")
    with torch.no_grad():
        next(model.parameters()).add_(1.0)
    save_checkpoint(folder / "first.safetensors", model)
    with pytest.raises(ExperimentError, match="weights_from"):
        run(experiment, out)


def test_sizes_of_a_curve_do_not_matter_to_one_training(folder):
    experiment = replace(read_experiment(folder / "small.toml"), sizes=Sizes([4, 8]))
    errors = json.loads((folder / "out" / "errors.json").read_text())
    assert run(experiment, folder / "out") == errors
    kept = folder / "out" / FILE
    for sizes in (None, {"frames": [3]}):  # older files tell them
        kept.write_text(json.dumps({"asked": asked(experiment) | {"sizes": sizes}}))
        assert run(experiment, folder / "out") == errors


def test_a_file_that_tells_nothing_is_named(folder):
    tables = '{"asked": {"training": %s, "model_settings": %s}}'
    spoilt = (tables % ("null", "{}"), tables % ("{}", "[]"), "[" * 100_000)
    for content in ("[]", "{", '{"asked": 3}', *spoilt):
        (folder / "out" / FILE).write_text(content)
        with pytest.raises(ExperimentError, match=r"run\.json tells nothing of a run"):
            run(read_experiment(folder / "small.toml"), folder / "out")
    assert FILE == ASKED
    (folder / "out" / FILE).write_text('{"asked": {}}')
    with pytest.raises(ExperimentError, match=r"of other settings: .*\[training\] or"):
        run(read_experiment(folder / "small.toml"), folder / "out")


def test_folders_of_a_version_that_did_not_keep_what_was_asked(folder):
    """A training is known by its checkpoint, a model alone by nothing."""
    out = folder / "out"
    (out / FILE).unlink()
    before = files(out)
    other = read_experiment(changed(folder, "epochs = 3", "epochs = 4"))
    with pytest.raises(CheckpointError, match="other settings"):
        run(other, out)
    for (old, new, _), entry in zip(OTHERS[:2], ("weights_from", "seed"), strict=True):
        with pytest.raises(ExperimentError, match=rf"whether it began as \[model\] {entry} asks"):
            run(read_experiment(changed(folder, old, new)), out)
    with pytest.raises(ExperimentError, match="holds the training of a network"):
        run(read_experiment(folder / "gap.toml"), out)
    assert files(out) == before
    experiment = read_experiment(folder / "small.toml")
    run(experiment, out)
    assert json.loads((out / FILE).read_text())["asked"] == asked(experiment)
    (out / FILE).unlink()
    (out / STATE).unlink()
    before = files(out)
    with pytest.raises(ExperimentError, match=r"holds a model .*no run\.json tells"):
        run(experiment, out)
    assert files(out) == before


def test_a_damaged_checkpoint_is_refused_and_the_end_that_was_told_stays(folder):
    state = folder / "out" / STATE
    state.write_bytes(state.read_bytes()[:-10])
    before = files(folder / "out")
    with pytest.raises(CheckpointError, match="not a whole checkpoint"):
        run(read_experiment(folder / "small.toml"), folder / "out")
    assert files(folder / "out") == before
