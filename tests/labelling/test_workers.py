"""Workers of this machine: the same labels; deaths and kills cost only what was being computed."""

import os
import signal
import socket
import ssl
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np
import psutil
import pytest
from ase.build import bulk, molecule

from mlp_teach.labelling.methods import EMT, GFN2, Label, LabelError
from mlp_teach.labelling.run import label
from mlp_teach.labelling.store import Store
from mlp_teach.labelling.workers import WorkersError, local_workers
from mlp_teach.sampling.equilibrium import rattled

COPPER = bulk("Cu", cubic=True)


@dataclass(frozen=True)
class Noted:
    """EMT that notes each call, takes its time, and dies where the structure's info says so."""

    log: Path
    seconds: float = 0.0

    def settings(self) -> dict:
        return {"method": "noted"}

    def label(self, atoms) -> Label:
        with self.log.open("a") as file:
            file.write(f"{os.getpid()} {os.environ['OMP_NUM_THREADS']}\n")
        print("what a method prints disturbs nobody")
        time.sleep(self.seconds)
        if atoms.info.get("fails") == "dying":
            os._exit(3)
        if atoms.info.get("fails") == "converging":
            raise LabelError("no convergence")
        return EMT().label(atoms)

    def calls(self) -> list[list[str]]:
        return [line.split() for line in self.log.read_text().splitlines()]


@pytest.fixture(scope="module")
def executor():
    with local_workers(2) as made:
        yield made


@pytest.fixture
def noted(tmp_path):
    return Noted(tmp_path / "calls")


@pytest.mark.parametrize("together", [1, 4])
def test_workers_give_the_labels_that_are_made_in_turn(executor, noted, tmp_path, together):
    frames = rattled(COPPER, 10)
    frames[7].info["fails"] = "converging"
    found = label(frames, noted, tmp_path / "a", executor, together, progress=False)
    processes, threads = zip(*noted.calls(), strict=True)
    alone = label(frames, noted, tmp_path / "b", progress=False)
    assert found.failures == alone.failures
    assert (found.computed, found.failures[0].index) == (9, 7)
    for one, other in zip(found.frames, alone.frames, strict=True):
        assert np.array_equal(one.positions, other.positions)
        assert np.array_equal(one.get_forces(), other.get_forces())
        assert one.get_potential_energy() == other.get_potential_energy()
    assert str(os.getpid()) not in processes
    assert len(processes) == 10
    assert set(threads) == {"1"}
    assert found.cpu_seconds > 0


def test_molecules_are_labelled_by_the_default(executor, tmp_path):
    pytest.importorskip("tblite", reason="GFN2 needs tblite")
    frames = rattled(molecule("CH3CH2OH"), 4)
    found = label(frames, GFN2(), tmp_path / "a", executor, 2, progress=False)
    for atoms, labelled in zip(frames, found.frames, strict=True):
        assert labelled.get_potential_energy() == GFN2().label(atoms).energy


@pytest.mark.slow
@pytest.mark.parametrize("together", [1, 5])
def test_a_structure_that_kills_workers_is_reported_and_the_rest_go_on(
    executor, noted, tmp_path, together
):
    frames = rattled(COPPER, 12)
    frames[3].info["fails"] = "dying"
    found = label(frames, noted, tmp_path / "a", executor, together, progress=False)
    assert [(one.index, one.kind) for one in found.failures] == [(3, "KilledWorker")]
    assert "the method crashed" in found.failures[0].message
    assert (found.computed, len(found.frames)) == (11, 11)
    deaths = 3 if together == 1 else 6  # as one of several, and alone
    assert len(noted.calls()) == 11 + deaths  # those made before a death are not made again


def test_labels_reach_a_store_that_no_worker_sees(executor, noted, tmp_path):
    """As on a cluster whose nodes have disks of their own: here, the store's folder comes later."""

    class Unseen(Store):
        def put(self, key, label, facts):
            if os.getpid() != int(self.folder.name):
                raise FileNotFoundError(self.folder)
            super().put(key, label, facts)

    store = Unseen(tmp_path / str(os.getpid()))
    found = label(rattled(COPPER, 3), noted, store, executor, progress=False)
    assert (len(found.frames), len(store)) == (3, 3)


def test_nobody_else_can_give_work(executor):
    me = psutil.Process()
    listening = [
        connection.laddr
        for process in [me, *me.children(recursive=True)]
        for connection in process.net_connections("inet")
        if connection.status == psutil.CONN_LISTEN
    ]
    assert len(listening) >= 3  # a scheduler and two workers
    assert {address.ip for address in listening} == {"127.0.0.1"}
    address = urlsplit(executor._client.scheduler.address)
    assert address.scheme == "tls"
    anybody = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    anybody.check_hostname, anybody.verify_mode = False, ssl.CERT_NONE
    with (
        socket.create_connection((address.hostname, address.port), timeout=30) as plain,
        anybody.wrap_socket(plain) as sealed,
        pytest.raises(ssl.SSLError, match="certificate required"),
    ):
        sealed.recv(1)


def test_what_cannot_start_is_said():
    with pytest.raises(ValueError, match="n is 0; at least one"), local_workers(0):
        pass
    with pytest.raises(WorkersError, match=r"did not start(.|\n)*much"), local_workers(1, "much"):
        pass


UNGUARDED = """
import sys
from ase import Atoms
from ase.build import bulk
from mlp_teach.labelling.methods import EMT
from mlp_teach.labelling.run import label
from mlp_teach.labelling.workers import local_workers

class Mine:
    def settings(self):
        return {"method": "mine"}

    def label(self, atoms):
        return EMT().label(atoms)

print("begins")
with local_workers(1) as executor:
    found = label([bulk("Cu")], Mine(), sys.argv[1], executor)
print(found.computed, "label")
"""


def test_a_plain_script_with_a_method_of_its_own_runs_once(tmp_path):
    (tmp_path / "script.py").write_text(UNGUARDED)
    command = [sys.executable, tmp_path / "script.py", tmp_path / "labels"]
    environment = os.environ | {"PYTHONPATH": os.getcwd(), "OMP_NUM_THREADS": "2"}
    answer = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert answer.stdout == "begins\n1 label\n"
    assert "1/1" in answer.stderr  # the bar
    assert "Traceback" not in answer.stderr


LONG = """
import sys
from pathlib import Path
from ase.build import bulk
from mlp_teach.labelling.run import label
from mlp_teach.labelling.workers import local_workers
from mlp_teach.sampling.equilibrium import rattled
from tests.labelling.test_workers import Noted

folder = Path(sys.argv[1])
with local_workers(2) as executor:
    label(rattled(bulk("Cu", cubic=True), 150), Noted(folder / "calls", 0.02), folder / "labels",
          executor, together=5, progress=False)
"""


def begin(folder: Path) -> tuple[subprocess.Popen, list[psutil.Process]]:
    """A labelling that has made its first label or has ended, and all its processes."""
    environment = os.environ | {"PYTHONPATH": os.getcwd()}
    calls = folder / "calls"
    before = calls.stat().st_size if calls.exists() else 0
    process = subprocess.Popen(
        [sys.executable, "-c", LONG, folder], env=environment, stderr=subprocess.PIPE, text=True
    )
    family = []
    while process.poll() is None and (not calls.exists() or calls.stat().st_size == before):
        time.sleep(0.01)
    if process.poll() is None:
        family = psutil.Process(process.pid).children(recursive=True)
        assert len(family) >= 3  # the foreman and two workers
    return process, family


def wait_until_gone(family: list[psutil.Process]) -> None:
    _, alive = psutil.wait_procs(family, timeout=20)
    assert not [one for one in alive if one.status() != psutil.STATUS_ZOMBIE]


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
def test_a_run_with_workers_that_is_killed_again_and_again_loses_nothing(tmp_path):
    """Twenty times at random moments; then no label is missing, at most those two a kill were made
    twice that were being made, and no process is left."""
    random, kills, noted = np.random.default_rng(0), 0, Noted(tmp_path / "calls")
    for _ in range(20):
        process, family = begin(tmp_path)
        time.sleep(random.uniform(0, 0.15))
        if process.poll() is None:
            process.kill()
            kills += 1
        process.communicate()
        wait_until_gone(family)
    frames = rattled(COPPER, 150)
    found = label(frames, noted, tmp_path / "labels", progress=False)
    assert kills >= 10
    assert len(found.frames) == len(Store(tmp_path / "labels")) == 150
    assert 150 <= len(noted.calls()) <= 150 + 2 * kills
    for atoms, labelled in zip(frames, found.frames, strict=True):
        assert labelled.get_potential_energy() == EMT().label(atoms).energy


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
def test_ctrl_c_ends_the_workers_and_keeps_what_was_made(tmp_path):
    process, family = begin(tmp_path)
    process.send_signal(signal.SIGINT)
    said = process.communicate(timeout=20)[1]
    wait_until_gone(family)
    assert said.strip().endswith("KeyboardInterrupt")
    assert len(Noted(tmp_path / "calls").calls()) <= len(Store(tmp_path / "labels")) + 2


def gpu_and_process(seconds: float) -> tuple[str, int]:
    time.sleep(seconds)
    return os.environ["CUDA_VISIBLE_DEVICES"], os.getpid()


def test_each_worker_sees_a_gpu_of_its_own_also_the_one_that_replaces_it():
    def seen(processes: int) -> set[tuple[str, int]]:
        found, end = set(), time.monotonic() + 600
        while len(found) < processes:
            assert time.monotonic() < end, found
            asked = [executor.submit(gpu_and_process, 0.2) for _ in range(4)]
            found |= {one.result() for one in asked}
        return found

    with local_workers(2, gpus=("3", "GPU-8932f937")) as executor:
        before = seen(2)
        assert {gpu for gpu, _ in before} == {"3", "GPU-8932f937"}
        ((lost, number),) = (one for one in before if one[0] == "3")
        os.kill(number, signal.SIGKILL)
        end = time.monotonic() + 600
        while not (new := {one for one in seen(2) if one not in before}):
            assert time.monotonic() < end
        assert {gpu for gpu, _ in new} == {lost}
