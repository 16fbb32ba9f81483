"""`mlp-teach train`, killed at random moments and started again, as if nothing had happened.

In a process of its own: children run the command, with a checkpoint each epoch or each third one,
and are killed (SIGKILL) until one of them reaches the end; then the next folder is begun, until 20
were killed. The progress must be readable after each, and the end that of a run left alone.
"""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from mlp_teach.training.progress import read_progress
from tests.training.small_experiment import small_experiment

ROOT = Path(__file__).parents[2]

KILLED = """
import os, random, signal, sys, time
from itertools import count
from pathlib import Path
from types import SimpleNamespace
import torch
from mlp_teach.cli import main
from mlp_teach.training import fit as fit_module
from mlp_teach.training.checkpoint import load_model, read_checkpoint
from mlp_teach.training.progress import read_progress

torch.set_num_threads(1)
folder, random_ = Path(sys.argv[1]), random.Random(int(sys.argv[2]))
TOLD = ("number", "training_loss", "validation_loss", "learning_rate")

def train(name, tick):
    fit_module.time = SimpleNamespace(monotonic=count(0.0, tick).__next__)
    return main(["train", str(folder / "small.toml"), "--out", str(folder / name)])

def history(name):
    return [[getattr(one, key) for key in TOLD] for one in read_progress(folder / name).history]

assert train("warm", 11.0) == 0
started = time.perf_counter()
assert train("whole", 11.0) == 0
duration = time.perf_counter() - started
expected, whole = history("whole"), load_model(folder / "whole" / "model.safetensors")
assert len(expected) == 30

def check_readable(name):
    progress = read_progress(folder / name)
    assert progress.state in ("waiting", "gone", "finished"), progress.state
    if progress.state == "finished":  # killed after its last word, so all that it promised is there
        assert len(progress.history) == 30
        assert (folder / name / "model.safetensors").exists()
    assert history(name) == expected[: len(progress.history)]
    state = folder / name / "training.safetensors"
    if state.exists():
        kept = read_checkpoint(state)[2]["history"]
        assert [[one[key] for key in TOLD] for one in kept] == expected[: len(kept)]

def run_until_done(name, tick):
    '''How often it was killed.'''
    kills = 0
    while True:
        child = os.fork()
        if child == 0:
            os._exit(train(name, tick))
        deadline = time.perf_counter() + random_.uniform(0.0, 0.7) * duration
        while time.perf_counter() < deadline or kills > 12:
            ended, status = os.waitpid(child, os.WNOHANG)
            if ended:
                assert status == 0, status
                return kills
            time.sleep(0.001)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        kills += 1
        check_readable(name)

total, folders = 0, 0
while total < 20:
    name = f"killed_{folders}"
    total += run_until_done(name, (11.0, 2.0)[folders % 2])
    folders += 1
    assert read_progress(folder / name).state == "finished"
    assert history(name) == expected
    found = load_model(folder / name / "model.safetensors").state_dict()
    for key, value in whole.state_dict().items():
        assert torch.equal(found[key], value), key
    assert (folder / name / "errors.json").read_bytes() == (
        folder / "whole" / "errors.json"
    ).read_bytes()
    assert (folder / name / "model_card.md").exists()
print(total, "kills in", folders, "trainings")
"""


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs POSIX processes")
def test_a_training_killed_20_times_ends_as_one_that_was_left_alone(tmp_path):
    small_experiment(tmp_path, epochs=30)
    ran = subprocess.run(
        [sys.executable, "-c", KILLED, str(tmp_path), "0"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    print(ran.stdout.splitlines()[-1])


@pytest.mark.skipif(os.name != "posix", reason="needs POSIX signals")
@pytest.mark.parametrize(
    ("command", "folders"),
    [
        (["train"], ["."]),
        (["learning-curve"], [".", "frames_4"]),
        (["ensemble"], ["member_0"]),
        (["sweep", "--set", "training.seed=5"], ["seed=5"]),
    ],
)
def test_a_polite_signal_is_told_as_a_stop(command, folders, tmp_path):
    path, last = small_experiment(tmp_path, epochs=100_000), tmp_path / folders[-1]
    path.write_text(path.read_text() + "[learning_curve]\nframes = [4]\n")
    words = [sys.executable, "-m", "mlp_teach.cli", *command, str(path), "--out", str(tmp_path)]
    with subprocess.Popen(words, cwd=ROOT, stderr=subprocess.PIPE, text=True) as process:
        while not (last / "epochs.csv").exists():
            assert process.poll() is None, process.stderr.read()
            time.sleep(0.05)
        process.terminate()
        _, said = process.communicate()
    assert process.returncode == 130
    assert "What was saved so far is whole" in said
    assert [read_progress(tmp_path / folder).state for folder in folders] == [
        "stopped" for _ in folders
    ]
