"""One experiment, one folder: its progress, its errors, and a card that a stranger can use."""

import json
import os
import shutil
import sys
from dataclasses import replace

import pytest
import torch

import mlp_teach
from mlp_teach.datasets import dataset
from mlp_teach.training import processes
from mlp_teach.training.asked import read_run, write_run
from mlp_teach.training.checkpoint import load_model, read_checkpoint
from mlp_teach.training.device import DeviceMemoryError, device_name
from mlp_teach.training.ensemble import members
from mlp_teach.training.experiment import ExperimentError, build_model, read_experiment
from mlp_teach.training.fit import TrainingError
from mlp_teach.training.lock import InUseError
from mlp_teach.training.many_runs import Finished, Run, train_one
from mlp_teach.training.model_card import Circumstances, circumstances, model_card
from mlp_teach.training.progress import Epoch, read_progress
from mlp_teach.training.regression import Regression
from mlp_teach.training.run import run
from tests.training.small_experiment import small_experiment


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    folder = tmp_path_factory.mktemp("run")
    experiment = read_experiment(small_experiment(folder))
    told = []
    errors = run(experiment, folder / "out", on_epoch=told.append)
    return experiment, folder / "out", errors, told


def test_the_progress_is_that_of_the_training(trained):
    _, folder, _, told = trained
    progress = read_progress(folder)
    assert (progress.state, progress.epochs) == ("finished", 3)
    assert progress.history == tuple(told)


def test_errors_of_each_part_are_returned_and_written(trained):
    _, folder, errors, _ = trained
    assert list(errors) == ["training", "validation", "test"]
    assert json.loads((folder / "errors.json").read_text()) == errors


def test_the_card_holds_what_a_stranger_needs(trained):
    experiment, folder, errors, told = trained
    card = (folder / "model_card.md").read_text()
    for words in (
        "BehlerParrinello",
        f"{experiment.dataset}, of the user's own",
        "9 for training, 2 for validation, 3 for test; validation drawn with seed 3",
        f"test part: {experiment.test}",
        f"3 epochs; the model is the average after number {told[-1].number} ",
        "learning_rate = 0.01\n",
        '"cutoff": 3.0',
        "float32",
        f"torch {torch.__version__}",
        f"mlp_teach {mlp_teach.__version__}",
        f"Python {sys.version.split()[0]}",
        device_name(torch.device("cpu")),
        f"1 process(es), {torch.get_num_threads()} thread(s)",
        f"{told[-1].seconds:.1f} s for the epochs",
    ):
        assert words in card, words
    for part, quantities in errors.items():
        for name, one in quantities.items():
            assert f"| {part} | {name} | {one['mae']:.4g} | {one['rmse']:.4g} |" in card
    assert "| test | energy |" in card


def test_the_card_is_in_the_models_file_too(trained):
    _, folder, errors, _ = trained
    _, _, facts = read_checkpoint(folder / "model.safetensors")
    assert facts["card"] == (folder / "model_card.md").read_text()
    assert facts["errors"] == errors


NOW = Circumstances(
    command="mlp-teach train a.toml",
    date="2026-11-26T05:00:00+00:00",
    device="H100",
    products="TF32",
    processes=2,
    threads=1,
    wall_seconds=9.0,
    cpu_seconds=8.0,
)


def test_the_card_of_a_shipped_set_names_its_licence_and_what_to_cite(trained):
    experiment = replace(
        trained[0], dataset="mlearn_Cu", test="", stress_offset=0.8, weights_from="other"
    )
    losses = [(2.0, 3.0), (1.5, 2.5), (1.0, 9.0)]
    history = [Epoch(number, *pair, 0.1, 1.0) for number, pair in enumerate(losses)]
    model = build_model(experiment)
    card = model_card(experiment, model, {"training": 236}, history, {}, NOW)
    one = dataset("mlearn_Cu")
    for words in (one.title, one.licence, one.notice, one.level, "doi:10.1021/acs.jpca.9b08723"):
        assert words in card, words
    for words in (
        "0.8 GPa",
        "the average after number 1 ",
        "weights of other",
        "H100; 2 process",
        "TF32",
    ):
        assert words in card, words
    parameters = sum(one.numel() for one in model.parameters())
    assert f" {parameters:,} parameters" in card
    assert "kinds" not in card
    chosen = replace(experiment, kinds=("Surface", "Vac*"), test_share=0.25)
    card = model_card(chosen, model, {}, [], {}, NOW)
    assert "frames of these kinds only: Surface, Vac*" in card
    assert "test part: a share of 0.25, drawn with that seed" in card


def now(monkeypatch, *words: str, processes: int = 1, device: str = "cpu") -> Circumstances:
    monkeypatch.setattr(sys, "argv", list(words))
    return circumstances(
        torch.device(device),
        products="TF32",
        processes=processes,
        wall_seconds=0.0,
        cpu_seconds=0.0,
    )


def test_a_card_tells_our_command_in_full_and_of_other_programs_their_name(monkeypatch):
    def told(*words: str, processes: int = 1) -> str:
        return now(monkeypatch, *words, processes=processes).command

    ours = "/x/mlp_teach/cli/__main__.py"
    assert told("/bin/mlp-teach", "train", "a.toml") == "mlp-teach train a.toml"
    assert told(ours, "train", "a.toml") == "mlp-teach train a.toml"
    assert told(ours, "train", "a.toml", processes=2) == (
        "torchrun --nproc-per-node 2 -m mlp_teach.cli train a.toml"
    )
    assert told("/bin/mlp-teach", "train", "a b.toml", "--out", "çu 学生") == (
        "mlp-teach train 'a b.toml' --out 'çu 学生'"
    )
    for others in ("/x/kernel.py", "/x/cli/__main__.py", "/x/pytest/__main__.py"):
        name = others.rpartition("/")[2]
        assert told(others, "--token", "secret", processes=2) == (
            f"mlp_teach.training in Python, called by {name}"
        )


def test_a_card_of_a_gpu_tells_its_memory_and_the_cuda_of_pytorch(trained, monkeypatch):
    experiment, folder, _, _ = trained
    monkeypatch.setattr(torch.version, "cuda", "12.8")
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda device: "Tensor 9000")
    monkeypatch.setattr(torch.cuda, "max_memory_allocated", lambda device: 3 * 2**30)
    begun_anew = []
    monkeypatch.setattr(torch.cuda, "reset_peak_memory_stats", begun_anew.append)
    where = now(monkeypatch, "x", device="cuda")
    card = model_card(experiment, build_model(experiment), {}, [], {}, where)
    assert "- device: Tensor 9000; " in card
    assert "\n- memory of the GPU: 3.00 GiB at most" in card
    assert f"torch {torch.__version__}, CUDA 12.8, numpy" in card
    assert begun_anew == [torch.device("cuda")]  # the next training's is its own
    assert "memory of the GPU" not in (folder / "model_card.md").read_text()


def test_the_card_tells_the_seeds_of_first_weights_and_of_batches(trained):
    experiment, folder, _, _ = trained
    card = (folder / "model_card.md").read_text()
    assert "Its first weights were drawn with seed 3." in card
    assert "The batches were drawn with seed 0." in card
    member = members(experiment, 3)[2].experiment
    card = model_card(member, build_model(member), {}, [], {}, NOW)
    assert "Its first weights were drawn with seed 5." in card
    assert "The batches were drawn with seed 2." in card
    begun = replace(experiment, weights_from="other", model_seed=77)
    card = model_card(begun, build_model(begun), {}, [], {}, NOW)
    assert "It began with the weights of other." in card
    assert "first weights" not in card
    gap = replace(experiment, training=Regression(seed=4))
    card = model_card(gap, build_model(experiment), {}, [], {}, NOW)
    assert "The sparse points were drawn with seed 4." in card
    assert "first weights" not in card


def test_the_card_says_what_is_true_of_the_last_part_alone(tmp_path):
    experiment = read_experiment(small_experiment(tmp_path, epochs=5))

    def stop(epoch):
        if epoch.number == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(experiment, tmp_path / "out", on_epoch=stop)
    kept = len(read_checkpoint(tmp_path / "out" / "training.safetensors")[2]["history"])
    run(experiment, tmp_path / "out")
    card = (tmp_path / "out" / "model_card.md").read_text()
    assert f"(this and what follows: of its last part, after {kept} epochs)\n- device: " in card


def test_what_is_finished_stays_as_it_is(trained, tmp_path):
    experiment, folder, errors, told = trained
    again = shutil.copytree(folder, tmp_path / "again")
    assert run(experiment, again) == errors
    for name in ("model_card.md", "model.safetensors", "errors.json", "epochs.csv", "run.json"):
        assert (again / name).read_bytes() == (folder / name).read_bytes(), name
    assert read_progress(again).history == tuple(told)
    assert read_progress(again).state == "finished"


def test_a_folder_that_holds_a_learning_curve_gets_no_training(trained, tmp_path):
    (tmp_path / "learning_curve.json").write_text('{"points": []}')
    with pytest.raises(ExperimentError, match="holds a learning curve"):
        run(trained[0], tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["learning_curve.json"]


@pytest.mark.parametrize("name", ["model_card.md", "model.safetensors", "errors.json"])
@pytest.mark.parametrize("cut", [False, True])
def test_a_file_that_is_lost_or_spoilt_is_made_anew(name, cut, trained, tmp_path):
    experiment, folder, errors, _ = trained
    again = shutil.copytree(folder, tmp_path / "again")
    whole = (again / name).read_bytes()
    (again / name).unlink()
    if cut and name != "model_card.md":  # a text may say anything
        (again / name).write_bytes(whole[: len(whole) // 2])
    assert run(experiment, again) == errors
    assert load_model(again / "model.safetensors").cutoff == 3.0
    assert json.loads((again / "errors.json").read_text()) == errors
    assert "BehlerParrinello" in (again / "model_card.md").read_text()


NO_ERRORS = [
    *("[]", "1", "{}", "null", '{"training": 1}', '{"asked": {}}', '{"training": {}, "asked": {}}'),
    *('{"training": {"energy": {}}}', '{"training": {"mass": {"mae": 1.0}}}', "[" * 100_000),
    '{"training": {"energy": {"mae": "1", "rmse": 1.0, "r2": 1.0}}}',
    '{"test": {"energy": {"mae": 1.0, "rmse": 1.0, "r2": 1.0}}}',
]


@pytest.mark.parametrize("content", NO_ERRORS, ids=lambda content: content[:40])
def test_a_file_of_errors_that_holds_something_else_is_made_anew(content, trained, tmp_path):
    experiment, folder, errors, _ = trained
    again = shutil.copytree(folder, tmp_path / "again")
    (again / "errors.json").write_text(content)
    assert run(experiment, again) == errors
    assert json.loads((again / "errors.json").read_text()) == errors


def test_errors_of_a_finished_run_that_are_none_are_read_anew(trained, tmp_path):
    experiment, folder, errors, _ = trained
    shutil.copytree(folder, tmp_path / "again")
    known = read_run(folder)
    for spoilt in ({"errors": 1, "cpu_seconds": 2.0}, {"errors": errors}):
        write_run(tmp_path / "again", known | spoilt)
        found = train_one(Run("again", experiment), tmp_path, "cpu")
        assert isinstance(found, Finished)
        assert found.errors == errors == read_run(tmp_path / "again")["errors"]


def test_a_folder_named_in_another_encoding_makes_a_card_that_can_be_written(trained):
    named = replace(NOW, command="mlp-teach train a.toml --out lat\udcffin")
    card = model_card(trained[0], build_model(trained[0]), {}, [], {}, named)
    assert "--out lat\\udcffin" in card.encode().decode()


def test_a_training_that_fails_says_why_in_its_progress(tmp_path):
    experiment = read_experiment(small_experiment(tmp_path, rate=1e30))
    with pytest.raises(TrainingError, match=r"became|was finite"):
        run(experiment, tmp_path / "out")
    progress = read_progress(tmp_path / "out")
    assert progress.state == "failed"
    assert "rate" in progress.message


def test_a_gpu_without_memory_left_is_said_in_words(tmp_path):
    experiment = read_experiment(small_experiment(tmp_path))

    def full(epoch):
        raise torch.cuda.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB.")

    with pytest.raises(DeviceMemoryError, match="Lower batch_size"):
        run(experiment, tmp_path / "out", on_epoch=full)
    progress = read_progress(tmp_path / "out")
    assert progress.state == "failed"
    assert "Lower batch_size in [training]" in progress.message

    def other(epoch):
        raise RuntimeError("something else")

    with pytest.raises(RuntimeError, match="something else"):
        run(experiment, tmp_path / "out", on_epoch=other)


def test_two_trainings_do_not_write_to_one_folder(trained):
    experiment, folder, _, told = trained

    def another(epoch):
        with pytest.raises(InUseError, match=f"process {os.getpid()}"):
            run(experiment, folder.parent / "both")
        assert read_progress(folder.parent / "both").state == "running"

    run(experiment, folder.parent / "both", on_epoch=another)
    progress = read_progress(folder.parent / "both")
    assert [epoch.number for epoch in progress.history] == [epoch.number for epoch in told]
    assert progress.state == "finished"


def test_tf32_is_refused_on_a_processor_before_anything_is_written(tmp_path, trained):
    with pytest.raises(ValueError, match="TF32"):
        run(trained[0], tmp_path / "out", tf32=True)
    assert not (tmp_path / "out").exists()


def test_a_regression_is_not_divided(tmp_path, monkeypatch, trained):
    monkeypatch.setattr(processes, "count", lambda: 2)
    with pytest.raises(ValueError, match="without torchrun"):
        run(replace(trained[0], training=Regression()), tmp_path)
