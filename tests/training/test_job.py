"""A training as a job: it goes on alone, is followed, stopped and continued; here and in Slurm."""

import errno
import json
import os
import re
import subprocess
import sys
import time
from contextlib import contextmanager, nullcontext
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest

from mlp_teach.training import job
from mlp_teach.training.checkpoint import load_model
from mlp_teach.training.job import JobError, Slurm, ThisComputer, follow, job_of, stop, submit
from mlp_teach.training.lock import alone_in
from mlp_teach.training.process_list import is_zombie
from mlp_teach.training.progress import read_progress, write_epochs, write_state
from mlp_teach.training.slurm import script
from tests.labelling.one_node_slurm import missing_programs, one_node_slurm, slurm

ROOT = Path(__file__).resolve().parents[2]
EXPERIMENT = """
[data]
set = "mlearn_Cu"
validation = 0.1
seed = 0
precision = "float32"
[model]
class = "mlp_teach.models.behler_parrinello:BehlerParrinello"
hidden = [4]
[model.functions]
cutoff = 3.0
elements = [29]
g2 = [[4.0, 2.0], [4.0, 2.5]]
[training]
epochs = {epochs}
batch_size = 64
"""


@pytest.fixture
def experiment(tmp_path):
    def write(epochs):
        (tmp_path / "experiment.toml").write_text(EXPERIMENT.format(epochs=epochs))
        return tmp_path / "experiment.toml"

    return write


@pytest.fixture
def folder(tmp_path):
    yield tmp_path / "run"
    stop(tmp_path / "run")


def until(happened, seconds=300):
    end = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < end, "it takes too long"
        time.sleep(0.1)


@pytest.mark.slow
def test_a_training_goes_on_alone_and_is_followed_to_its_model(experiment, folder):
    submit(experiment(3), folder, ThisComputer())
    assert follow(folder).state in ("waiting", "running")
    until(lambda: follow(folder).over)
    progress = follow(folder)
    assert (progress.state, [epoch.number for epoch in progress.history]) == ("finished", [0, 1, 2])
    assert load_model(folder / "model.safetensors").cutoff == 3.0


@pytest.mark.slow
def test_it_outlives_who_sent_it_and_another_process_stops_it(experiment, folder):
    code = (
        "import sys; from mlp_teach.training.job import *;"
        "submit(sys.argv[1], sys.argv[2], ThisComputer())"
    )
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    words = [sys.executable, "-c", code, str(experiment(100_000)), str(folder)]
    subprocess.run(words, env=env, check=True, timeout=120)  # ended: it was not waited for
    until(lambda: len(follow(folder).history) > 1)
    with pytest.raises(JobError, match="still runs"):
        submit(experiment(100_000), folder, ThisComputer())
    stop(folder)
    assert follow(folder).state in ("gone", "stopped")
    number = int(job_of(folder).number)
    assert is_zombie(number) or not psutil.pid_exists(number)
    stop(folder)  # once more does no harm


@pytest.mark.slow
def test_the_same_again_goes_on_where_it_was_stopped(experiment, folder):
    plan = experiment(4000)
    submit(plan, folder, ThisComputer())
    until(lambda: len(follow(folder).history) > 1 and (folder / "training.safetensors").exists())
    stop(folder)
    before = follow(folder)
    assert before.over
    submit(plan, folder, ThisComputer())
    assert follow(folder).state in ("waiting", "running")  # not the end of the first
    until(lambda: follow(folder).state == "running" and follow(folder).history)
    assert follow(folder).history[0] == before.history[0]  # from the checkpoint, not anew


@pytest.mark.slow
def test_a_job_that_cannot_begin_says_why(experiment, folder):
    path = experiment(3)
    path.write_text(path.read_text().replace("hidden", "hiden"))
    submit(path, folder, ThisComputer())
    until(lambda: follow(folder).over)
    assert follow(folder).state == "failed"
    assert "hiden" in follow(folder).message


def test_a_folder_without_a_job_waits(tmp_path):
    assert follow(tmp_path).state == "waiting"
    assert job_of(tmp_path) is None
    stop(tmp_path)
    stop(tmp_path / "none")
    assert list(tmp_path.iterdir()) == []


def test_no_experiment_and_a_damaged_file_are_named(tmp_path):
    with pytest.raises(FileNotFoundError, match="no experiment file"):
        submit(tmp_path / "none.toml", tmp_path, ThisComputer())
    for content in ("{", '{"number": "x", "host": "here"}'):
        (tmp_path / "job.json").write_text(content)
        with pytest.raises(JobError, match="tells no job"):
            job_of(tmp_path)


def dead_job(folder, **others):
    """Writes job.json of a process that has ended."""
    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait()
    told = {"number": str(child.pid), "host": os.uname().nodename, "began": "1"} | others
    (folder / "job.json").write_text(json.dumps(told))


def test_a_job_into_a_folder_where_a_training_is_at_work_is_refused(experiment, tmp_path):
    write_state(tmp_path, "running", 9)
    write_epochs(tmp_path, [])
    plan = experiment(1)
    with alone_in(tmp_path):
        before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
        with pytest.raises(JobError, match=f"in use by process {os.getpid()}"):
            submit(plan, tmp_path, ThisComputer())
        assert before == {path.name: path.read_bytes() for path in tmp_path.iterdir()}
        assert follow(tmp_path).state == "running"
        dead_job(tmp_path)  # of an earlier job, which is not this training
        assert follow(tmp_path).state == "running"


def test_the_end_of_an_earlier_training_is_not_taken_for_that_of_the_job(tmp_path):
    write_state(tmp_path, "finished", 9)
    before = job._digest(tmp_path / "progress.json")
    (tmp_path / "job.log").write_text("mlp-teach: it is refused\n")
    dead_job(tmp_path, before=before)
    assert (follow(tmp_path).state, follow(tmp_path).message) == (
        "failed",
        "mlp-teach: it is refused",
    )
    assert read_progress(tmp_path).state == "finished"
    dead_job(tmp_path, host="elsewhere", before=before)  # believed to be at work
    assert follow(tmp_path).state == "waiting"
    write_state(tmp_path, "failed", 9)  # its own word
    assert follow(tmp_path).state == "failed"


def test_a_job_that_has_told_its_end_is_waited_for(experiment, tmp_path, monkeypatch):
    plan = experiment(1)
    write_state(tmp_path, "finished", 9)
    ending = subprocess.Popen(
        [sys.executable, "-c", "input()"], stdin=subprocess.PIPE, start_new_session=True
    )
    told = {"number": str(ending.pid), "host": os.uname().nodename}
    (tmp_path / "job.json").write_text(json.dumps(told))
    assert follow(tmp_path).over
    waited = []

    def end(seconds):
        waited.append(seconds)
        if len(waited) == 2:
            ending.communicate(b"\n")

    monkeypatch.setattr(job, "time", SimpleNamespace(sleep=end, monotonic=lambda: 0.0))
    monkeypatch.setattr(job, "_start", lambda *words: "0")
    try:
        submit(plan, tmp_path, ThisComputer())
        assert len(waited) == 2
    finally:
        ending.kill()
        ending.communicate()


def test_a_process_of_another_computer_is_not_touched(experiment, tmp_path):
    told = {"number": str(os.getpid()), "host": "another"}
    (tmp_path / "job.json").write_text(json.dumps(told))
    with alone_in(tmp_path):
        with pytest.raises(JobError, match=r"another; stop it there.*in use by process"):
            stop(tmp_path)
        with pytest.raises(JobError, match="in use by process"):
            submit(experiment(1), tmp_path, ThisComputer())
    stop(tmp_path)  # nobody holds the folder: there is nothing to stop


def test_a_job_of_a_computer_that_is_no_more_does_not_keep_others_out(
    experiment, tmp_path, monkeypatch
):
    """A container that was made anew has another name; its processes are gone."""
    write_state(tmp_path, "running", 9)
    told = json.loads((tmp_path / "progress.json").read_text()) | {"host": "another"}
    (tmp_path / "progress.json").write_text(json.dumps(told))
    (tmp_path / "job.json").write_text(json.dumps({"number": "1", "host": "another"}))
    with subprocess.Popen([sys.executable, "-c", ""]) as over:
        pass
    monkeypatch.setattr(job, "_start", lambda *words: str(over.pid))
    assert submit(experiment(1), tmp_path, ThisComputer()).host == os.uname().nodename
    assert follow(tmp_path).state == "failed"  # the new one's: its process is over


def test_a_job_of_a_computer_that_is_no_more_is_over_once_its_lock_is_free(tmp_path, monkeypatch):
    (tmp_path / "job.json").write_text(json.dumps({"number": "1", "host": "another"}))
    assert follow(tmp_path).state == "waiting"  # it may just be loading PyTorch
    hour_ago = time.time() - 3600
    os.utime(tmp_path / "job.json", (hour_ago, hour_ago))
    assert follow(tmp_path).state == "failed"
    write_state(tmp_path, "running", 9)
    told = json.loads((tmp_path / "progress.json").read_text()) | {"host": "another"}
    (tmp_path / "progress.json").write_text(json.dumps(told))
    with alone_in(tmp_path):
        assert follow(tmp_path).state == "running"
    assert follow(tmp_path).state == "failed"
    (tmp_path / "job.json").write_text(json.dumps({"number": "1", "host": "another"}))  # as new
    assert follow(tmp_path).state == "failed"
    monkeypatch.setattr(job, "is_held", lambda folder: None)  # a file system without locks
    assert follow(tmp_path).state == "running"


def test_two_jobs_are_not_sent_at_once(experiment, tmp_path, monkeypatch):
    plan, started = experiment(1), []

    def start(*words):
        started.append(words)
        if len(started) == 1:
            with pytest.raises(JobError, match=f"job is being sent: .* process {os.getpid()}"):
                submit(plan, tmp_path, ThisComputer())
        return "0"

    monkeypatch.setattr(job, "_start", start)
    submit(plan, tmp_path, ThisComputer())
    assert len(started) == 1


def test_a_job_that_was_sent_at_the_last_moment_keeps_the_second_out(
    experiment, tmp_path, monkeypatch
):
    monkeypatch.setattr(job.slurm, "state", lambda number, age=0: "PENDING")

    @contextmanager
    def late(folder, *name):
        with alone_in(folder, *name) as held:
            if job.SENDING in name:
                (tmp_path / "job.json").write_text(json.dumps({"number": "7", "host": "slurm"}))
            yield held

    monkeypatch.setattr(job, "alone_in", late)
    monkeypatch.setattr(job, "_start", lambda *words: pytest.fail("it is started"))
    with pytest.raises(JobError, match=r"still runs \(7\)"):
        submit(experiment(1), tmp_path, ThisComputer())


def test_who_cannot_be_stopped_as_a_job_is_named(tmp_path):
    """As after a kill of the notebook between the start of a job and its job.json."""
    with alone_in(tmp_path):
        for prepare in (lambda: None, lambda: dead_job(tmp_path)):
            prepare()
            with pytest.raises(JobError, match=f"No job runs .* in use by process {os.getpid()}"):
                stop(tmp_path)
    stop(tmp_path)


SLEEP = [sys.executable, "-c", "import time; time.sleep(600)"]


def refuse_job_json(path, content):
    if path.name == "job.json":
        raise OSError(errno.ENOSPC, "no space")


def test_a_job_that_cannot_be_noted_is_ended(experiment, tmp_path, monkeypatch):
    started, start = [], job._start

    def noted(command, *words):
        started.append(start(SLEEP, *words))
        return started[-1]

    monkeypatch.setattr(job, "_start", noted)
    monkeypatch.setattr(job, "write_whole", refuse_job_json)
    with pytest.raises(OSError, match="no space"):
        submit(experiment(1), tmp_path, ThisComputer())
    number = int(started[0])
    until(lambda: is_zombie(number) or not psutil.pid_exists(number))


def test_a_job_of_slurm_that_cannot_be_noted_is_cancelled(experiment, tmp_path, monkeypatch):
    cancelled = []
    monkeypatch.setattr(job.slurm, "send", lambda path, environment: "7")
    monkeypatch.setattr(job.slurm, "cancel", cancelled.append)
    monkeypatch.setattr(job, "write_whole", refuse_job_json)
    with pytest.raises(OSError, match="no space"):
        submit(experiment(1), tmp_path, Slurm())
    assert cancelled == ["7"]


def test_a_job_that_is_stopped_before_it_began_is_told_as_stopped(
    experiment, tmp_path, monkeypatch
):
    monkeypatch.setattr(job, "training_command", lambda *words, **options: SLEEP)
    submit(experiment(1), tmp_path, ThisComputer())
    assert follow(tmp_path).state == "waiting"
    stop(tmp_path)
    assert (follow(tmp_path).state, follow(tmp_path).message) == ("stopped", "")


def test_a_job_of_slurm_that_is_stopped_before_it_began_is_told_as_stopped(tmp_path, monkeypatch):
    known = {"7": "PENDING"}
    monkeypatch.setattr(job.slurm, "state", lambda number, age=0: known.get(number, ""))
    monkeypatch.setattr(job.slurm, "cancel", known.pop)
    (tmp_path / "job.json").write_text(json.dumps({"number": "7", "host": "slurm"}))
    stop(tmp_path)
    assert follow(tmp_path).state == "stopped"
    (tmp_path / "job.json").write_text(json.dumps({"number": "8", "host": "slurm"}))
    assert follow(tmp_path).state == "failed"  # nobody stopped that one


def test_where_there_are_no_locks_a_job_of_another_computer_is_believed_to_run(
    experiment, tmp_path, monkeypatch
):
    (tmp_path / "job.json").write_text(json.dumps({"number": "1", "host": "another"}))
    monkeypatch.setattr(job, "alone_in", lambda *words: nullcontext(False))
    for refused in (stop, lambda folder: submit(experiment(1), folder, ThisComputer())):
        with pytest.raises(JobError, match=r"knows no locks.*remove .*job\.json"):
            refused(tmp_path)


def test_another_process_with_an_old_number_is_not_taken_for_the_job(tmp_path, monkeypatch):
    """This test does not lead its session, or its number would be the session's."""
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    told = {"number": str(child.pid), "host": os.uname().nodename}
    (tmp_path / "job.json").write_text(json.dumps(told))
    try:
        stop(tmp_path)
        assert child.poll() is None
    finally:
        child.communicate(b"\n")


@pytest.mark.skipif(not os.path.exists("/proc/self/stat"), reason="asks for it in Linux's way")
def test_a_leader_of_a_session_with_an_old_number_is_not_taken_for_the_job(tmp_path):
    child = subprocess.Popen(
        [sys.executable, "-c", "input()"], stdin=subprocess.PIPE, start_new_session=True
    )
    told = {"number": str(child.pid), "host": os.uname().nodename, "began": "1"}
    (tmp_path / "job.json").write_text(json.dumps(told))
    try:
        assert follow(tmp_path).state == "failed"
        stop(tmp_path)
        assert child.poll() is None
    finally:
        child.communicate(b"\n")
    assert child.returncode == 0


@pytest.mark.skipif(not os.path.exists("/proc/self/stat"), reason="asks for it in Linux's way")
def test_a_job_that_ended_and_that_nobody_took_note_of_is_over(tmp_path):
    """As in a container whose first process takes note of nobody's end."""
    child = subprocess.Popen([sys.executable, "-c", ""], start_new_session=True)
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    told = {"number": str(child.pid), "host": os.uname().nodename}
    (tmp_path / "job.json").write_text(json.dumps(told))
    assert follow(tmp_path).state == "failed"
    child.wait()


def test_secrets_of_the_notebook_are_not_handed_on(monkeypatch, experiment, folder):
    handed = {}
    monkeypatch.setenv("JUPYTER_GATEWAY_AUTH_TOKEN", "abc")
    monkeypatch.setenv("JPY_API_TOKEN", "abc")
    monkeypatch.setenv("LANGUAGE", "ja")

    class Ended:
        pid = 0

        def __init__(self, command, env, **options):
            handed.update(env)

        def wait(self):
            return 0

    monkeypatch.setattr(subprocess, "Popen", Ended)
    submit(experiment(1), folder, ThisComputer(threads=3))
    (folder / "job.json").unlink()
    assert "abc" not in handed.values()
    assert (handed["LANGUAGE"], handed["OMP_NUM_THREADS"]) == ("ja", "3")


def sent(monkeypatch, experiment, folder, ask, **options):
    """The last line of the script that would be submitted, and its threads."""
    monkeypatch.setattr(job.slurm, "send", lambda path, environment: "7")
    submit(experiment, folder, ask, **options)
    text = (folder / "job.sh").read_text()
    (folder / "job.json").unlink()
    return text.splitlines()[-1], re.search(r"OMP_NUM_THREADS=(\d+)", text)[1]


def test_a_job_with_gpus_computes_on_them_unless_told_otherwise(monkeypatch, experiment, tmp_path):
    plan = experiment(1)
    for ask, options, ending in (
        (Slurm(), {}, "--device cpu"),
        (Slurm(gpus=1), {}, "--device cuda"),
        (Slurm(gpus=1), {"device": "auto"}, "--device auto"),
        (Slurm(gpus=1), {"tf32": True}, "--device cuda --tf32"),
    ):
        command, _ = sent(monkeypatch, plan, tmp_path / "run", ask, **options)
        assert command.endswith(ending)
        assert "torch.distributed" not in command


def test_a_job_with_several_gpus_has_a_process_for_each(monkeypatch, experiment, tmp_path):
    ask = Slurm(gpus=2, cores=6)
    command, threads = sent(monkeypatch, experiment(1), tmp_path / "run", ask)
    start = "-m torch.distributed.run --standalone --nproc-per-node=2 -m mlp_teach.cli train "
    assert command.startswith(f"exec {sys.executable} {start}")
    assert command.endswith("--device cuda")
    assert threads == "3"  # of each process


@pytest.mark.slow
def test_the_script_for_several_gpus_runs_with_as_many_processes(monkeypatch, experiment, folder):
    """On the CPU, as Slurm would run it."""
    sent(monkeypatch, experiment(2), folder, Slurm(gpus=2), device="cpu")
    ran = subprocess.run(["bash", folder / "job.sh"], capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    assert "2 process(es)" in (folder / "model_card.md").read_text()
    assert len(read_progress(folder).history) == 2


@pytest.mark.parametrize(
    ("given", "line"),
    [("16G", "16G"), ("4 GB", "4G"), ("4GiB", "4G"), ("900mb", "900M"), ("0", "0")],
)
def test_memory_is_taken_in_the_words_of_slurm_and_of_dask(given, line):
    text = script(["x"], {}, Path("l"), Slurm(memory=given))
    assert f"#SBATCH --mem={line}\n" in text


def test_the_script_asks_for_what_was_wanted_and_quotes_what_it_runs():
    ask = Slurm(gpus=1, cores=4, time="2-00:00:00", partition="gpu", first=("module load cuda",))
    text = script(["python", "-m", "x", "a b"], {"A": "1 2"}, Path("/data 1/50%/job.log"), ask)
    lines = text.splitlines()
    assert lines[0] == "#!/bin/bash"
    for line in ("--gres=gpu:1", "--cpus-per-task=4", "--time=2-00:00:00", "--partition=gpu"):
        assert f"#SBATCH {line}" in lines
    assert '#SBATCH "--output=/data 1/50%%/job.log"' in lines
    assert lines[-3:] == ["module load cuda", "export A='1 2'", "exec python -m x 'a b'"]
    assert "gres" not in script(["x"], {}, Path("l"), Slurm())


@pytest.mark.parametrize(
    ("wrong", "word"),
    [
        ({"gpus": -1}, "gpus is -1"),
        ({"time": "soon"}, "hours:minutes:seconds"),
        ({"partition": "gpu\nrm -rf"}, "new line"),
        ({"first": "module load cuda"}, r"first=\['module load cuda'\]"),
        ({"directives": "--constraint=a100"}, r"directives=\['--constraint=a100'\]"),
        ({"memory": "much"}, "write a whole number"),
        ({"memory": "4G\nrm -rf"}, "write a whole number"),
    ],
)
def test_what_makes_no_script_is_refused(wrong, word):
    with pytest.raises(JobError, match=word):
        Slurm(**wrong)


def test_slurm_is_asked_again_only_when_an_answer_is_old(monkeypatch):
    asked, answers = [], iter(["RUNNING\n", "COMPLETED\n"])

    def answer(*command, **options):
        asked.append(command)
        return next(answers)

    monkeypatch.setattr(job.slurm, "_slurm", answer)
    monkeypatch.setattr(job.slurm, "_ANSWERS", {})
    assert [job.slurm.state("7", 3600) for _ in range(3)] == 3 * ["RUNNING"]
    assert len(asked) == 1
    assert job.slurm.state("7") == ""
    assert job.slurm.state("7", 3600) == ""
    assert len(asked) == 2


def test_no_folder_brings_a_line_of_its_own_into_the_script():
    with pytest.raises(JobError, match="new line"):
        script(["x"], {}, Path("run\ntouch here #/job.log"), Slurm())


def test_without_slurm_this_computer_is_named(monkeypatch, experiment, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(JobError, match=r"no sbatch here.*ThisComputer"):
        submit(experiment(1), tmp_path / "run", Slurm())


def test_where_slurm_does_not_answer_the_files_are_told_and_the_job_is_taken_to_run(
    monkeypatch, experiment, tmp_path
):
    (tmp_path / "job.json").write_text(json.dumps({"number": "7", "host": "slurm"}))
    write_state(tmp_path, "running", 9)
    monkeypatch.setattr(job.slurm.shutil, "which", lambda name: name)

    def hangs(command, timeout, **options):
        raise subprocess.TimeoutExpired(command, timeout)

    monkeypatch.setattr(job.slurm.subprocess, "run", hangs)
    found = follow(tmp_path)
    assert (found.state, found.unheard) == (
        "running",
        "squeue gave no answer for 60 s. Try again later.",
    )
    with pytest.raises(JobError, match="squeue gave no answer"):  # it may run: nothing is begun
        submit(experiment(1), tmp_path, ThisComputer())


needs_slurm = pytest.mark.skipif(
    bool(missing_programs()),
    reason=f"no Slurm here: {', '.join(missing_programs())} missing (Debian: slurm-wlm, munge)",
)


@pytest.fixture(scope="module")
def cluster():
    with one_node_slurm() as made:
        yield made


@needs_slurm
@pytest.mark.slow
def test_slurm_runs_it_to_its_model(cluster, experiment, folder):
    sent = submit(experiment(3), folder, Slurm(memory="1G", partition="debug"))
    assert sent.host == "slurm"
    assert follow(folder).state in ("waiting", "running")
    until(lambda: follow(folder).over)
    assert (follow(folder).state, len(follow(folder).history)) == ("finished", 3)
    assert load_model(folder / "model.safetensors").cutoff == 3.0


@needs_slurm
@pytest.mark.slow
def test_a_job_of_slurm_is_stopped_and_goes_on_when_sent_again(cluster, experiment, folder):
    ask = Slurm(memory="1G", partition="debug")
    submit(plan := experiment(100_000), folder, ask)
    until(lambda: len(follow(folder).history) > 1)
    first = follow(folder).history[0]
    stop(folder, patience=30)
    assert follow(folder).over
    assert job_of(folder).number not in slurm("squeue", "--noheader", "--format=%A").split()
    submit(plan, folder, ask)
    until(lambda: follow(folder).state == "running" and follow(folder).history)
    assert follow(folder).history[0] == first


@needs_slurm
@pytest.mark.slow
def test_what_slurm_refuses_is_said_in_its_words(cluster, experiment, folder):
    with pytest.raises(JobError, match=r"Slurm refuses: .*invalid partition"):
        submit(experiment(1), folder, Slurm(memory="1G", partition="none"))
