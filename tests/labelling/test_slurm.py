"""The same labels from a real Slurm; a cancelled job costs nothing."""

import os
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field

import numpy as np
import pytest
from ase.build import molecule

from mlp_teach.labelling import workers
from mlp_teach.labelling.methods import GFN2, Label
from mlp_teach.labelling.run import label
from mlp_teach.labelling.store import Store
from mlp_teach.labelling.workers import WorkersError, slurm_workers
from mlp_teach.sampling.equilibrium import rattled
from tests.labelling.one_node_slurm import (
    jobs,
    missing_programs,
    one_node_slurm,
    slurm,
    wait_for,
)

pytestmark = pytest.mark.slow
needs_slurm = pytest.mark.skipif(
    bool(missing_programs()),
    reason=f"no Slurm here: {', '.join(missing_programs())} missing (Debian: slurm-wlm, munge)",
)


@pytest.fixture(scope="module")
def folder():
    with one_node_slurm() as made:
        yield made


@dataclass(frozen=True)
class Unhurried:
    """GFN2 that takes long enough for somebody to cancel a job meanwhile."""

    log: str
    method: GFN2 = field(default_factory=GFN2)

    def settings(self) -> dict:
        return self.method.settings()

    def label(self, atoms) -> Label:
        with open(self.log, "a") as file:
            file.write("called\n")
        time.sleep(0.25)
        return self.method.label(atoms)


@needs_slurm
def test_a_cancelled_job_loses_nothing(folder):
    pytest.importorskip("tblite", reason="GFN2 needs tblite")
    frames = rattled(molecule("CH3CH2OH"), 40)
    store, cancelled = Store(folder / "labels"), []
    method = Unhurried(str(folder / "calls"))

    def cancel_one() -> None:
        end = time.monotonic() + 120
        while (len(jobs()) < 2 or len(store) < 8) and time.monotonic() < end:
            time.sleep(0.05)
        cancelled.extend(jobs()[:1])
        slurm("scancel", *cancelled)

    cancelling = threading.Thread(target=cancel_one)
    cancelling.start()
    with slurm_workers(
        2, "1 GB", "00:10:00", queue="debug", interface="lo", folder=folder / "jobs"
    ) as executor:
        found = label(frames, method, store, executor, progress=False)
        cancelling.join()
        assert oct(next((folder / "jobs").glob(".key-*")).stat().st_mode)[-3:] == "700"
    assert len(cancelled) == 1
    assert (found.computed, found.failures, len(store)) == (40, [], 40)
    assert len((folder / "calls").read_text().splitlines()) <= 41  # the one that was being made
    for atoms, labelled in zip(frames, found.frames, strict=True):
        alone = GFN2().label(atoms)
        assert labelled.get_potential_energy() == alone.energy
        assert np.array_equal(labelled.get_forces(), alone.forces)
    assert not list((folder / "jobs").glob(".key-*"))
    end = time.monotonic() + 30
    while slurm("squeue", "--noheader") and time.monotonic() < end:
        time.sleep(0.1)
    assert slurm("squeue", "--noheader") == ""


@needs_slurm
def test_what_is_secret_does_not_go_with_a_job(folder, monkeypatch):
    monkeypatch.setenv("JUPYTERHUB_API_TOKEN", "of the hub")
    monkeypatch.setenv("PLAIN", "for all")
    with slurm_workers(
        1, "1 GB", "00:10:00", queue="debug", interface="lo", folder=folder / "jobs"
    ) as executor:
        names = "JUPYTERHUB_API_TOKEN", "PLAIN"
        assert [executor.submit(os.getenv, name).result(120) for name in names] == [None, "for all"]


def test_one_text_in_the_place_of_lines_is_refused(tmp_path):
    with (
        pytest.raises(ValueError, match=r"directives=\['--constraint=a100'\]"),
        slurm_workers(1, "1 GB", directives="--constraint=a100", folder=tmp_path),
    ):
        pass


@needs_slurm
def test_what_slurm_refuses_is_said_in_its_words(folder):
    with (
        pytest.raises(WorkersError, match=r"Slurm refuses the job: .*invalid partition"),
        slurm_workers(1, "1 GB", queue="none", interface="lo", folder=folder / "jobs"),
    ):
        pass


def test_a_job_asks_for_its_gpus_and_its_memory_in_slurms_words(monkeypatch, tmp_path):
    monkeypatch.setattr(workers.shutil, "which", lambda name: name)

    def read(script: str) -> None:
        raise WorkersError(script)

    monkeypatch.setattr(workers, "_try_out", read)
    for memory, gpus in (("16G", 2), ("16 GB", 0)):
        with (
            pytest.raises(WorkersError, match=r"#SBATCH --mem=15G\n") as said,
            slurm_workers(1, memory, interface="lo", gpus=gpus, folder=tmp_path),
        ):
            pass
        assert ("#SBATCH --gres=gpu:2\n" in str(said.value)) == (gpus == 2)


def test_without_slurm_local_workers_are_named(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(WorkersError, match="no sbatch here"), slurm_workers(1, "1 GB"):
        pass
    with pytest.raises(ValueError, match="jobs is 0"), slurm_workers(0, "1 GB"):
        pass


INTERRUPTED = """
import os, signal, sys, time
from mlp_teach.labelling.workers import slurm_workers
signal.signal(signal.SIGINT, signal.default_int_handler)  # as at a terminal
with slurm_workers(1, "1 GB", queue="debug", interface="lo", folder=sys.argv[1]):
    os.kill(os.getpid(), signal.SIGINT)
    time.sleep(60)
"""


@needs_slurm
def test_ctrl_c_cancels_the_jobs_and_is_no_success(folder):
    command = [sys.executable, "-c", INTERRUPTED, str(folder / "interrupted")]
    environment = os.environ | {"PYTHONPATH": os.getcwd()}
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert done.returncode != 0
    assert done.stderr.strip().endswith("KeyboardInterrupt")
    assert not list((folder / "interrupted").glob(".key-*"))
    wait_for(lambda: not slurm("squeue", "--noheader"), folder)
