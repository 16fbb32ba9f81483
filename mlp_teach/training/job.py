"""A training as a job of its own: it outlives the notebook that sent it, which only looks on.

    submit("painn.toml", "runs/painn", ThisComputer())                   here, beside the notebook
    submit("painn.toml", "runs/painn", Slurm(gpus=1, time="04:00:00"))
    follow("runs/painn").history          at any moment, also after the kernel was started anew
    stop("runs/painn")                    what was saved stays; submit again goes on with it

The job is the command `mlp-teach train`, on several GPUs by torchrun (processes.py). It keeps in
the folder how far it is (progress.py) and all that it needs to go on after a kill. Beside that the
folder gets

    job.json    where the job runs: a process of a computer, or a number of Slurm's
    job.log     what the command prints
    job.sh      for Slurm: the script that was submitted
    job.lock    held while a job is sent, so that two at once do not send two
"""

from __future__ import annotations

import hashlib
import json
import os
import signal
import socket
import subprocess
import threading
import time
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from mlp_teach.labelling.job_lines import open_variables
from mlp_teach.training import slurm
from mlp_teach.training.job_command import training_command, variables
from mlp_teach.training.lock import InUseError, alone_in, is_held
from mlp_teach.training.process_list import began, ended
from mlp_teach.training.progress import ASKED, STATE, Progress, read_progress
from mlp_teach.training.slurm import JobError, Slurm
from mlp_teach.training.whole_file import make_folder, write_whole

__all__ = ["Job", "JobError", "Slurm", "ThisComputer", "follow", "job_of", "stop", "submit"]

FILE, LOG, SCRIPT, SENDING = "job.json", "job.log", "job.sh", "job.lock"
PATIENCE = 30  # s that a process may need from telling its end to it; a busy cluster's takes long
BEGINNING = 600  # s that a job may need until its first word: it loads PyTorch from a busy disk


@dataclass(frozen=True)
class ThisComputer:
    """A process here, with `threads` threads of PyTorch's."""

    threads: int = 1


@dataclass(frozen=True)
class Job:
    """A job that was sent: `number` is a process's on `host`, or Slurm's where host is "slurm"."""

    number: str
    host: str
    began: str = ""  # of a process: when, in the clock ticks of /proc; "" where that is not told
    before: str = ""  # a digest of the progress that it found, which is not its own
    stopped: bool = False  # by `stop`, perhaps before it could say so itself


def submit(
    experiment: Path | str,
    folder: Path | str,
    where: ThisComputer | Slurm,
    device: str | None = None,
    *,
    tf32: bool = False,
) -> Job:
    """Starts `mlp-teach train experiment --out folder --device device` and returns at once; of a
    training that has just told its end it waits some seconds for that of its process.

    The job reads the file when it begins, which in a queue may be hours later: leave it as it is
    until then. The device is "cuda" for a job with GPUs, otherwise "cpu", unless it is given;
    `tf32` as in `run`. Raises, before any file is changed, JobError where the folder's job or
    another training still runs or another is being sent, FileNotFoundError for no experiment,
    ExperimentError where the folder holds another one; besides JobError where Slurm is absent or
    refuses, OSError for a folder that cannot be written, in which no job is left then.
    """
    experiment, folder = Path(experiment).absolute(), Path(folder).absolute()
    if not experiment.is_file():
        raise FileNotFoundError(f"There is no experiment file {experiment}.")
    make_folder(folder)
    _check(experiment, folder)
    try:
        with alone_in(folder, SENDING):
            _check(experiment, folder)  # again: another may have been sent until now
            return _send(experiment, folder, where, device, tf32)
    except InUseError as error:
        raise JobError(f"Another job is being sent: {error}") from error


def _send(
    experiment: Path, folder: Path, where: ThisComputer | Slurm, device: str | None, tf32: bool
) -> Job:
    """Starts it and writes job.json; what nobody could find again is ended at once."""
    before = _digest(folder / STATE)
    gpus = where.gpus if isinstance(where, Slurm) else 0
    device = device or ("cuda" if gpus else "cpu")
    command = training_command(experiment, folder, device, processes=max(1, gpus), tf32=tf32)
    if isinstance(where, Slurm):
        threads = max(1, where.cores // max(1, gpus))
        text = slurm.script(command, variables(threads), folder / LOG, where)
        write_whole(folder / SCRIPT, text.encode())
        job = Job(slurm.send(folder / SCRIPT, open_variables()), "slurm", before=before)
    else:
        number = _start(command, folder, where)
        job = Job(number, socket.gethostname(), began(int(number)), before)
    try:
        _write(folder, job)
    except BaseException:  # a full disk, or Ctrl-C
        _end(job)
        raise
    return job


def follow(folder: Path | str, age: float | int = 0) -> Progress:
    """The progress of the folder's training, as `read_progress` gives it, but "waiting" where that
    is of an earlier one than the folder's job; for a job that is over without having said so,
    "stopped" where `stop` ended it, otherwise "failed" with the end of its log.

    The files are read anew each time; Slurm is not asked again within `age` s."""
    folder = Path(folder)
    if (job := job_of(folder)) is None:
        return read_progress(folder)
    unheard = ""
    try:
        # Asked first: what is read then is its last word, if it does not.
        lives = _lives(folder, job, age)
    except slurm.NoAnswerError as error:
        lives, unheard = True, str(error)
    progress = read_progress(folder) if _has_begun(folder, job) else Progress("waiting")
    progress = replace(progress, unheard=unheard)
    # One that runs on this computer was seen to: it is another than the job, of somebody's own.
    runs_here = progress.state == "running" and progress.host == socket.gethostname()
    if progress.over or lives or runs_here:
        return progress
    if job.stopped:
        return replace(progress, state="stopped")
    log = folder / LOG
    said = log.read_text("utf-8", errors="replace").splitlines()[-3:] if log.exists() else []
    return replace(progress, state="failed", message="\n".join(said) or "It left no word.")


def stop(folder: Path | str, patience: float | int = 10) -> None:
    """Ends the folder's job, if it runs, and waits for that; after `patience` s it is killed.

    Raises JobError for a process of another computer that may be at work, for one that nobody sent
    as a job or whose job.json is lost, and where Slurm refuses.
    """
    folder, job = Path(folder), job_of(folder)
    if job is None or not _lives(folder, job):
        if is_held(folder):
            raise JobError(f"No job runs that could be stopped, and yet: {_held(folder, job)}")
        return
    if _is_elsewhere(job):
        if held := _held(folder, job):
            raise JobError(f"Process {job.number} is one of {job.host}; stop it there. {held}")
        return
    with suppress(OSError):  # a full disk must not keep it running
        _write(folder, replace(job, stopped=True))  # while it lives, so no other has been sent
    _end(job)
    end = time.monotonic() + patience
    while _lives(folder, job) and time.monotonic() < end:
        time.sleep(0.05)
    if job.host != "slurm" and _lives(folder, job):
        os.kill(int(job.number), signal.SIGKILL)


def job_of(folder: Path | str) -> Job | None:
    """The job that was last sent for this folder. Raises JobError for a file that is none."""
    file = Path(folder) / FILE
    try:
        job = Job(**json.loads(file.read_text("utf-8")))
        if job.host != "slurm":
            int(job.number)
        return job
    except FileNotFoundError:
        return None
    except (ValueError, TypeError) as error:
        raise JobError(f"{file} tells no job ({error}). Remove it, if none runs.") from error


def _write(folder: Path, job: Job) -> None:
    write_whole(folder / FILE, (json.dumps(asdict(job)) + "\n").encode())


def _end(job: Job) -> None:
    """Asks a job of Slurm's or a process of this computer to end."""
    if job.host == "slurm":
        slurm.cancel(job.number)
    else:
        with suppress(ProcessLookupError):  # it has ended by itself
            os.kill(int(job.number), signal.SIGTERM)


def _check(experiment: Path, folder: Path) -> None:
    """Raises what `submit` does for a folder at work, or of another experiment."""
    _wait_for_the_end(folder)
    if (folder / ASKED).exists():
        _refuse_another(experiment, folder)


def _wait_for_the_end(folder: Path) -> None:
    """Raises JobError where a training is at work that has not told its end."""
    end = time.monotonic() + PATIENCE
    while busy := _busy(folder):
        if not follow(folder).over or time.monotonic() > end:
            raise JobError(busy)
        time.sleep(0.2)


def _busy(folder: Path) -> str:
    """Who is at work in the folder; "" for nobody."""
    old = job_of(folder)
    if old and not _is_elsewhere(old) and _lives(folder, old):
        return f"{folder} has a job that still runs ({old.number}). stop it first."
    return _held(folder, old)


def _held(folder: Path, job: Job | None) -> str:
    """Who holds the folder's lock, which ends with its process wherever that runs; "" for nobody.

    By it a job is known to be over whose host there is no more, as when a container is made anew.
    """
    try:
        with alone_in(folder) as told:
            if told or job is None or not _is_elsewhere(job):
                return ""
    except InUseError as error:
        return str(error)
    return (
        f"The job is process {job.number} of {job.host}, and this file system knows no locks, by "
        f"which one would see whether it still runs. If it does not, remove {folder / FILE}."
    )


def _refuse_another(experiment: Path, folder: Path) -> None:
    # Here, for they need torch: only a folder that is gone on with asks for that.
    from mlp_teach.training.asked import asked, check_asked
    from mlp_teach.training.experiment_file import read_experiment

    check_asked(folder, asked(read_experiment(experiment)))


def _digest(path: Path) -> str:
    """A short text that is another one for other content; "" for no file."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()[:16]
    except FileNotFoundError:
        return ""


def _start(command: list[str], folder: Path, where: ThisComputer) -> str:
    with (folder / LOG).open("wb") as log:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            env=open_variables() | variables(where.threads),
            start_new_session=True,  # so that neither Ctrl-C nor the kernel's end reaches it
        )
    # Somebody must take note of its end, or it stays in the list of processes.
    threading.Thread(target=process.wait, daemon=True).start()
    return str(process.pid)


def _is_elsewhere(job: Job) -> bool:
    """Whether it is a process of another computer."""
    return job.host not in ("slurm", socket.gethostname())


def _has_begun(folder: Path, job: Job) -> bool:
    """Whether the folder's progress is of this job, not of an earlier one."""
    return _digest(folder / STATE) != job.before


def _lives(folder: Path, job: Job, age: float | int = 0) -> bool:
    """Whether it waits or runs. A process of another computer is believed to, until the folder's
    lock is free, which it holds from its first word on."""
    if job.host == "slurm":
        return slurm.state(job.number, age) != ""
    if _is_elsewhere(job):
        young = time.time() - (folder / FILE).stat().st_mtime < BEGINNING
        return (young and not _has_begun(folder, job)) or is_held(folder) is not False
    try:
        ours = os.getsid(int(job.number)) == int(job.number)  # it leads a session of its own
        return ours and not ended(int(job.number), job.began)
    except OSError:
        return False
