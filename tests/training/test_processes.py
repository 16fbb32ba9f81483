"""Several processes: the sum of their gradients is that of one, and so is the trained model."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from ase import Atoms

from mlp_teach.graph import Labels
from mlp_teach.neighbors import atom_graph
from mlp_teach.training import processes
from mlp_teach.training.checkpoint import load_model
from mlp_teach.training.experiment import read_experiment
from mlp_teach.training.losses import Weights
from mlp_teach.training.process_list import ended
from mlp_teach.training.progress import read_progress
from mlp_teach.training.run import run
from mlp_teach.training.state import batch_loss
from tests.training.small_data import small_data, small_model
from tests.training.small_experiment import small_experiment

ROOT = Path(__file__).parents[2]
WEIGHTS = Weights(1.0, 0.03, 0.5)


def as_process(monkeypatch, number: int, count: int) -> None:
    monkeypatch.setattr(processes, "rank", lambda: number)
    monkeypatch.setattr(processes, "count", lambda: count)


def gradient(data, weights) -> torch.Tensor:
    model = small_model()
    batch_loss(model, data, weights, train=True).backward()
    return torch.cat([one.grad.flatten() for one in model.parameters()])


@pytest.mark.parametrize("count", [2, 3])
def test_gradients_of_the_shares_add_up_to_that_of_the_batch(count, monkeypatch):
    batch, found = small_data(5), 0.0
    for number in range(count):
        as_process(monkeypatch, number, count)
        part = processes.share(batch)
        found = found + gradient(part, processes.share_of_weights(WEIGHTS, batch, part))
    torch.testing.assert_close(found, gradient(batch, WEIGHTS), rtol=1e-12, atol=1e-14)


def test_every_structure_is_in_one_share(monkeypatch):
    for count in (1, 2, 3, 7):
        shares = []
        for number in range(count):
            as_process(monkeypatch, number, count)
            shares += processes.share(range(5))
        assert sorted(shares) == list(range(5))


def test_atoms_weigh_the_forces_and_structures_the_rest():
    chains = [atom_graph(Atoms(f"H{n}", [[0.7 * i, 0, 0] for i in range(n)]), 1.0) for n in (2, 6)]
    batch = [(graph, Labels()) for graph in chains]
    found = processes.share_of_weights(Weights(1.0, 1.0, 1.0), batch, batch[:1])
    assert found == Weights(energy=0.5, forces=0.25, stress=0.5)


def test_one_process_is_left_alone():
    assert (processes.rank(), processes.count()) == (0, 1)
    assert processes.total(1.5, torch.device("cpu")) == 1.5
    with processes.joined("cpu"):
        assert processes.count() == 1


def test_without_torchrun_its_words_in_the_environment_mean_nothing(monkeypatch):
    monkeypatch.setenv("WORLD_SIZE", "2")
    with processes.joined("cpu"):
        assert processes.count() == 1


def torchrun(*words: str, ends_well: bool = True) -> str:
    """What two processes print that torchrun starts."""
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node"]
    ran = subprocess.run(
        [*command, "2", *words], cwd=ROOT, capture_output=True, text=True, check=False, timeout=600
    )
    assert (ran.returncode == 0) == ends_well, ran.stderr
    return ran.stdout if ends_well else ran.stderr


GRADIENTS = """
import sys
import torch
from torch.nn.parallel import DistributedDataParallel
from mlp_teach.training import processes
from mlp_teach.training.losses import Weights
from mlp_teach.training.state import batch_loss
from tests.training.small_data import small_data, small_model

class Loss(torch.nn.Module):
    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, *arguments):
        return batch_loss(self.model, *arguments, train=True)

def worst(model):
    pairs = zip(model.parameters(), whole.parameters(), strict=True)
    return max(((a.grad - b.grad).abs().max() / b.grad.abs().max()).item() for a, b in pairs)

def check(batch):
    part = processes.share(batch)
    ours = small_model()
    if part:
        weights = processes.share_of_weights(WEIGHTS, batch, part)
        batch_loss(ours, part, weights, train=True).backward()
    processes.add_gradients(ours)
    assert worst(ours) < 1e-12, worst(ours)
    return part

WEIGHTS, data = Weights(1.0, 0.03, 0.5), small_data(5)
with processes.joined("cpu"):
    for batch in (data[:1], data):  # the first is too small for two: one share is empty
        whole = small_model()
        batch_loss(whole, batch, WEIGHTS, train=True).backward()
        part = check(batch)
    theirs = small_model()
    weights = processes.share_of_weights(WEIGHTS, data, part)
    divided = DistributedDataParallel(Loss(theirs))
    (2 * divided(part, weights)).backward()  # it takes the mean
    assert worst(theirs) < 1e-12, worst(theirs)
    sys.stdout.write(f"process {processes.rank()} agrees\\n")  # in one go: the other writes too
"""


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="torchrun with gloo")
def test_the_sum_is_the_gradient_of_one_process_and_that_of_distributed_data_parallel(tmp_path):
    (tmp_path / "gradients.py").write_text(f"import sys; sys.path.insert(0, {str(ROOT)!r})\n")
    with open(tmp_path / "gradients.py", "a", encoding="utf-8") as file:
        file.write(GRADIENTS)
    said = torchrun(str(tmp_path / "gradients.py"))
    assert sorted(said.split("process")[1:]) == [" 0 agrees\n", " 1 agrees\n"]


def test_more_processes_than_gpus_are_refused_in_words(monkeypatch):
    monkeypatch.setattr(processes.dist, "is_torchelastic_launched", lambda: True)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    for name, value in (("LOCAL_RANK", "0"), ("LOCAL_WORLD_SIZE", "4")):
        monkeypatch.setenv(name, value)
    with (
        pytest.raises(ValueError, match=r"4 processes, and PyTorch finds 2 .*--nproc-per-node 2"),
        processes.joined("cuda"),
    ):
        pass


TOLERANCE = {"float64": 1e-10, "float32": 1e-5}  # of a weight, to the largest


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="torchrun with gloo")
@pytest.mark.parametrize("precision", TOLERANCE)
def test_two_processes_train_the_model_of_one(precision, tmp_path):
    path = small_experiment(tmp_path, epochs=10, precision=precision)
    said = torchrun("-m", "mlp_teach.cli", "train", str(path), "--out", str(tmp_path / "two"))
    assert said.count("The model is") == 1
    run(read_experiment(path), tmp_path / "one")
    assert "2 process(es)" in (tmp_path / "two" / "model_card.md").read_text()
    one, two = (read_progress(tmp_path / name) for name in ("one", "two"))
    assert two.state == "finished"
    assert [epoch.number for epoch in two.history] == list(range(10))
    for ours, theirs in zip(one.history, two.history, strict=True):
        near = pytest.approx(ours.training_loss, rel=TOLERANCE[precision])
        assert theirs.training_loss == near
    models = [load_model(tmp_path / name / "model.safetensors") for name in ("one", "two")]
    worst = 0.0
    for a, b in zip(*(model.parameters() for model in models), strict=True):
        worst = max(worst, ((a - b).abs().max() / a.abs().max()).item())
    print(precision, worst)
    assert worst < TOLERANCE[precision]
    assert worst > 0  # another order of additions: a sign that the work was divided


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="torchrun with gloo")
def test_what_is_not_for_two_processes_is_refused(tmp_path):
    words = ["-m", "mlp_teach.cli", "learning-curve", "none.toml", "--out", str(tmp_path)]
    assert "torchrun started 2 processes" in torchrun(*words, ends_well=False)


# What Python does at its end aborts; nothing of torchrun but its words in the environment.
ABORTS = """
import atexit, os, runpy, sys
atexit.register(os.abort)
sys.argv[1:] = ["learning-curve", "none.toml", "--out", "none"]
runpy.run_module("mlp_teach.cli", run_name="__main__")
"""


@pytest.mark.skipif(os.name != "posix", reason="a signal as status")
@pytest.mark.parametrize(("words", "status"), [(("2", "a"), 1), (("1", None), -signal.SIGABRT)])
def test_a_process_of_torchrun_is_not_undone_by_its_own_end(words, status, tmp_path):
    launched = dict(zip(("WORLD_SIZE", "TORCHELASTIC_RUN_ID"), words, strict=True))
    env = os.environ | {"PYTHONPATH": str(ROOT)} | {k: v for k, v in launched.items() if v}
    command = [sys.executable, "-c", ABORTS]
    ran = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, env=env)
    assert ran.returncode == status, ran.stderr
    assert ("torchrun started 2" if status == 1 else "none.toml") in ran.stderr


# Trains in the folder of argv, with a checkpoint each epoch. In the middle of the batch of number
# argv[2] (since this start) the first process kills those of argv[3:], itself last.
KILLED = """
import os, signal, sys, time
from itertools import count
from pathlib import Path
from types import SimpleNamespace
from mlp_teach.cli import main
from mlp_teach.training import fit as fit_module
from mlp_teach.training import processes

folder, rank = Path(sys.argv[1]), os.environ["RANK"]
batch, victims = int(sys.argv[2]), sorted(sys.argv[3:], reverse=True)
fit_module.time = SimpleNamespace(monotonic=count(0.0, 11.0).__next__)
(folder / f"number_{rank}").write_text(str(os.getpid()))
seen, whole = count(), processes.add_gradients

def killed(model):
    if rank == "0" and next(seen) == batch:
        for victim in victims:
            os.kill(int((folder / f"number_{victim}").read_text()), signal.SIGKILL)
    whole(model)

processes.add_gradients = killed
sys.exit(main(["train", str(folder / "small.toml"), "--out", str(folder / "killed")]))
"""


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="torchrun with gloo")
def test_two_processes_killed_and_started_again_end_as_two_that_were_left_alone(tmp_path):
    """Killed both, then the first, then the second alone, which leaves the other not hanging."""
    path = small_experiment(tmp_path, epochs=30)
    torchrun("-m", "mlp_teach.cli", "train", str(path), "--out", str(tmp_path / "whole"))
    (tmp_path / "killed.py").write_text(f"import sys; sys.path.insert(0, {str(ROOT)!r})\n{KILLED}")
    for victims, states in (("01", {"gone"}), ("0", {"gone"}), ("1", {"failed", "stopped"})):
        before = len(read_progress(tmp_path / "killed").history)
        torchrun(str(tmp_path / "killed.py"), str(tmp_path), "19", *victims, ends_well=False)
        progress = read_progress(tmp_path / "killed")
        assert progress.state in states
        assert before + 3 <= len(progress.history) < 30
        for rank in "01":
            assert ended(int((tmp_path / f"number_{rank}").read_text()))
    torchrun(str(tmp_path / "killed.py"), str(tmp_path), "-1")
    folders = tmp_path / "whole", tmp_path / "killed"
    whole, found = (load_model(one / "model.safetensors").state_dict() for one in folders)
    assert all(torch.equal(found[name], value) for name, value in whole.items())
    one, two = (read_progress(one).history for one in folders)
    assert [epoch.training_loss for epoch in two] == [epoch.training_loss for epoch in one]
    assert [epoch.number for epoch in two] == list(range(30))
