"""Ensembles: members that differ by chance alone, at once or in turn, killed and gone on with."""

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
import torch
from ase.io import write

from mlp_teach.active_learning.uncertainty import committee, force_deviation
from mlp_teach.cli import main
from mlp_teach.labelling.workers import local_workers
from mlp_teach.models.gap import GAP
from mlp_teach.training import many_runs, prepared
from mlp_teach.training.asked import FILE
from mlp_teach.training.checkpoint import load_model
from mlp_teach.training.ensemble import load_ensemble, members, train_ensemble
from mlp_teach.training.experiment import ExperimentError, load_frames, make_data, read_experiment
from mlp_teach.training.many_runs import Failure, Finished, Run, train_all
from mlp_teach.training.progress import read_progress
from mlp_teach.training.regression import Regression
from mlp_teach.training.run import run
from tests.labelling.one_node_slurm import missing_programs, one_node_slurm
from tests.training.test_learning_curve import TEXT, frame

needs_slurm = pytest.mark.skipif(
    bool(missing_programs()),
    reason=f"no Slurm here: {', '.join(missing_programs())} missing (Debian: slurm-wlm, munge)",
)
needs_signals = pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")


@pytest.fixture(scope="module")
def file(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("experiment")
    write(folder / "learn.xyz", [frame(seed) for seed in range(10)])
    write(folder / "test.xyz", [frame(seed) for seed in range(20, 24)])
    (folder / "experiment.toml").write_text(TEXT, encoding="utf-8")
    return folder / "experiment.toml"


@pytest.fixture(scope="module")
def experiment(file):
    return read_experiment(file)


@pytest.fixture(scope="module")
def trained(experiment, tmp_path_factory):
    """A folder with three members, and what became of them."""
    folder = tmp_path_factory.mktemp("ensemble")
    return folder, train_ensemble(experiment, 3, folder, progress=False)


def weights(folder: Path) -> list[dict]:
    return [model.state_dict() for model in load_ensemble(folder)]


def same(one: Path, other: Path) -> bool:
    both = weights(one), weights(other)
    return len(both[0]) == len(both[1]) and all(
        torch.equal(a[name], b[name]) for a, b in zip(*both, strict=True) for name in a
    )


def test_members_differ_by_two_seeds_and_the_first_is_the_experiment(experiment):
    runs = members(experiment, 3)
    assert [one.name for one in runs] == ["member_0", "member_1", "member_2"]
    assert runs[0].experiment == experiment
    for k, one in enumerate(runs[1:], 1):
        assert one.experiment.model_seed == experiment.seed + k
        assert one.experiment.training.seed == experiment.training.seed + k
        alike = replace(one.experiment, model_seed=None, training=experiment.training)
        assert alike == experiment  # the split's seed, too
    with pytest.raises(ValueError, match="ensemble of 1 cannot disagree"):
        members(experiment, 1)


def test_members_of_a_gap_draw_other_sparse_points(experiment):
    gap = replace(experiment, model=f"{GAP.__module__}:GAP", training=Regression(seed=5))
    assert [one.experiment.training.seed for one in members(gap, 2)] == [5, 6]


def test_the_first_member_is_what_train_gives(experiment, trained, tmp_path):
    folder, answers = trained
    assert run(experiment, tmp_path / "member_0") == answers[0].errors
    (alone,) = weights(tmp_path)
    assert all(torch.equal(alone[name], value) for name, value in weights(folder)[0].items())


def test_members_learn_the_same_frames_and_disagree(experiment, trained):
    folder, answers = trained
    first, *others = weights(folder)
    for other in others:
        assert torch.equal(first["shift"], other["shift"])  # of the same frames
        assert not torch.equal(first["networks.0.0.weight"], other["networks.0.0.weight"])
    assert len({json.dumps(one.errors) for one in answers}) == 3
    assert all(one.cpu_seconds > 0 for one in answers)
    models = load_ensemble(folder)
    _, _, test = load_frames(experiment)
    graph = make_data(models[0], test, torch.float64)[0][0]
    assert (force_deviation(committee(models, graph)) > 1e-6).all()


def test_what_is_finished_is_not_trained_again_and_members_can_be_added(
    experiment, trained, monkeypatch, tmp_path
):
    folder, answers = trained
    begun = []

    def noted(experiment, folder, **others):
        begun.append(folder.name)
        return run(experiment, folder, **others)

    monkeypatch.setattr(many_runs, "run", noted)
    assert train_ensemble(experiment, 3, folder, progress=False) == answers
    assert begun == []
    train_ensemble(experiment, 2, tmp_path, progress=False)
    train_ensemble(experiment, 3, tmp_path, progress=False)
    assert begun == ["member_0", "member_1", "member_2"]
    assert same(folder, tmp_path)


def test_a_folder_of_other_settings_is_refused_before_anything_is_trained(experiment, trained):
    folder, _ = trained
    other = replace(experiment, training=replace(experiment.training, learning_rate=0.01))
    with pytest.raises(ExperimentError, match="member_0 holds a run of other settings"):
        train_ensemble(other, 4, folder, progress=False)
    assert not (folder / "member_3").exists()


def test_a_run_that_fails_is_reported_and_the_rest_go_on(experiment, tmp_path):
    wild = replace(experiment, training=replace(experiment.training, learning_rate=1e30, clip=1e30))
    runs = [Run("wild", wild), Run("good", experiment)]
    found = train_all(runs, tmp_path, progress=False)
    assert isinstance(found[0], Failure)
    assert (found[0].name, found[0].kind) == ("wild", "TrainingError")
    assert "The loss became" in found[0].message
    assert found[1].errors["test"]
    with pytest.raises(ValueError, match="Two of the runs have one name"):
        train_all([runs[1], runs[1]], tmp_path)


def test_graphs_that_the_next_run_needs_too_are_made_once(experiment, tmp_path, monkeypatch):
    made = []

    def noted(*arguments):
        made.append(len(arguments[1]))
        return make_data(*arguments)

    monkeypatch.setattr(prepared, "make_data", noted)
    parts = [8, 2, 4]
    functions = experiment.model_settings["functions"] | {"cutoff": 4.5}
    settings = experiment.model_settings | {"functions": functions}
    runs = [*members(experiment, 3), Run("near", replace(experiment, model_settings=settings))]
    runs.append(Run("other_split", replace(experiment, seed=experiment.seed + 1)))
    found = train_all(runs, tmp_path, progress=False)
    assert made == 3 * parts  # of the members together, of the other cutoff and of the other split
    assert [one for one in found if isinstance(one, Failure)] == []
    for one in runs[2:]:  # with graphs of its own it is the same model
        run(one.experiment, tmp_path / "alone" / one.name)
        files = (tmp_path / one.name, tmp_path / "alone" / one.name)
        ours, theirs = (load_model(path / "model.safetensors").state_dict() for path in files)
        assert all(torch.equal(ours[name], value) for name, value in theirs.items())


NEQUIP = {
    "model": "mlp_teach.models.nequip:NequIP",
    "model_settings": {"elements": [18], "cutoff": 4.5, "channels": 4, "l_max": 1, "layers": 1},
}


@pytest.mark.parametrize("change", [{}, NEQUIP])
@pytest.mark.parametrize("precision", [torch.float32, torch.float64])
def test_a_member_that_found_graphs_made_is_the_one_that_is_trained_alone(
    experiment, change, precision, tmp_path
):
    of_kind = replace(experiment, **change, precision=precision)
    runs, kept = members(of_kind, 2), prepared.Prepared()
    for one in runs:
        assert isinstance(many_runs.train_one(one, tmp_path, "cpu", prepared=kept), Finished)
    assert isinstance(many_runs.train_one(runs[1], tmp_path / "alone", "cpu"), Finished)
    files = (path / "member_1" / "model.safetensors" for path in (tmp_path, tmp_path / "alone"))
    ours, theirs = (load_model(file).state_dict() for file in files)
    assert all(torch.equal(ours[name], value) for name, value in theirs.items())


def test_tf32_reaches_each_run(experiment, tmp_path):
    found = train_ensemble(experiment, 2, tmp_path, tf32=True, progress=False)
    assert ["TF32" in one.message for one in found] == [True, True]  # a processor has none


def test_copies_of_members_are_not_members(trained, tmp_path):
    for name in ("member_0", "member_1", "member_0 (1)", "member_old"):
        shutil.copytree(trained[0] / "member_0", tmp_path / name)
    assert len(load_ensemble(tmp_path)) == 2


def test_members_of_a_larger_ensemble_are_left_out_where_names_are_given(trained, tmp_path):
    folder, _ = trained
    for k, name in enumerate(("member_0", "member_1", "member_4")):
        shutil.copytree(folder / f"member_{k % 2}", tmp_path / name)
    assert len(load_ensemble(tmp_path)) == 3
    (only,) = load_ensemble(tmp_path, ["member_1"])
    expected = weights(folder)[1]
    assert all(torch.equal(value, expected[name]) for name, value in only.state_dict().items())
    with pytest.raises(FileNotFoundError, match="no trained member"):
        load_ensemble(tmp_path, ["member_7"])


def test_no_member_and_a_file_of_something_else_are_said(experiment, tmp_path):
    with pytest.raises(FileNotFoundError, match="holds no trained member"):
        load_ensemble(tmp_path)
    (tmp_path / "member_1").mkdir()
    (tmp_path / "member_1" / FILE).write_text("[]")
    with pytest.raises(ExperimentError, match=r"run\.json tells nothing of a run"):
        train_ensemble(experiment, 2, tmp_path, progress=False)


def test_two_worker_processes_give_the_members_that_are_trained_in_turn(
    experiment, trained, tmp_path
):
    folder, answers = trained
    with local_workers(2) as executor:
        found = train_ensemble(experiment, 3, tmp_path, executor, progress=False)
    assert same(folder, tmp_path)
    assert [one.errors for one in found] == [one.errors for one in answers]
    told = [json.loads((tmp_path / f"member_{k}/progress.json").read_text()) for k in range(3)]
    assert os.getpid() not in {one["process"] for one in told}


def long(experiment):
    """The same with epochs for some seconds."""
    return replace(experiment, training=replace(experiment.training, epochs=200))


@pytest.fixture(scope="module")
def long_trained(experiment, tmp_path_factory):
    folder = tmp_path_factory.mktemp("long")
    train_ensemble(long(experiment), 2, folder, progress=False)
    return folder


def wait_for_epochs(folder: Path, count: int) -> int:
    """The process that trains in a folder, once it has made so many epochs."""
    end = time.monotonic() + 600
    while time.monotonic() < end:
        found = read_progress(folder)
        if found.state == "running" and len(found.history) >= count:
            return json.loads((folder / "progress.json").read_text())["process"]
        time.sleep(0.02)
    raise TimeoutError(f"No {count} epochs in {folder}.")


@pytest.mark.slow
@needs_signals
def test_a_killed_worker_changes_nothing(experiment, long_trained, tmp_path):
    killed = []

    def kill_one() -> None:
        killed.append(wait_for_epochs(tmp_path / "member_1", 5))
        os.kill(killed[0], signal.SIGKILL)

    killing = threading.Thread(target=kill_one)
    killing.start()
    with local_workers(2) as executor:
        found = train_ensemble(long(experiment), 2, tmp_path, executor, progress=False)
    killing.join()
    assert [one.name for one in found if not isinstance(one, Failure)] == ["member_0", "member_1"]
    assert json.loads((tmp_path / "member_1/progress.json").read_text())["process"] != killed[0]
    assert same(long_trained, tmp_path)


@pytest.mark.slow
@needs_signals
def test_a_run_that_is_killed_goes_on_with_all_members(file, long_trained, tmp_path):
    text = file.read_text().replace("epochs = 4\n", "epochs = 200\n")
    own = file.with_name("long.toml")
    own.write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "mlp_teach.cli", "ensemble", own, "--out", tmp_path]
    command += ["--members", "2", "--workers", "2"]
    environment = os.environ | {"PYTHONPATH": os.getcwd()}
    process = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
    try:
        wait_for_epochs(tmp_path / "member_0", 5)
        family = psutil.Process(process.pid).children(recursive=True)
    finally:
        process.kill()
        process.wait()
    _, alive = psutil.wait_procs(family, timeout=20)
    assert not [one for one in alive if one.status() != psutil.STATUS_ZOMBIE]
    assert not (tmp_path / "ensemble.json").exists()
    subprocess.run(command, env=environment, check=True, capture_output=True)
    assert same(long_trained, tmp_path)
    assert len(json.loads((tmp_path / "ensemble.json").read_text())["members"]) == 2


@pytest.mark.slow
@needs_slurm
def test_jobs_of_slurm_give_the_same_members(file, trained):
    with one_node_slurm() as folder:
        command = ["ensemble", str(file), "--members", "3", "--out", str(folder / "out")]
        jobs = ["--slurm", "--workers", "2", "--memory", "1 GB", "--walltime", "00:10:00"]
        assert main([*command, *jobs, "--queue", "debug", "--interface", "lo"]) == 0
        for one in trained[1]:
            found = json.loads((folder / "out" / one.name / FILE).read_text())
            assert found["errors"] == one.errors
        assert same(trained[0], folder / "out")
        assert list((folder / "out" / "slurm").glob("*.out"))  # what the jobs printed
        assert not list((folder / "out" / "slurm").glob(".key-*"))
