"""A command as a job of Slurm: its script, its number, its state, its end."""

from __future__ import annotations

import math
import os
import re
import shlex
import shutil
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from mlp_teach.labelling.job_lines import check_lines

TIME = re.compile(r"(\d+-)?\d+(:\d+){0,2}")  # minutes, hours:minutes:seconds, days-hours:…
MEMORY = re.compile(r"(\d+)(?:\s*([KMGT])(?:i?B)?)?", re.IGNORECASE)  # 16G, 16 GB; 4000: MB
PATIENCE = 60  # s for an answer of Slurm's

OVER = {  # Slurm's words for what does not run again; squeue may show them for some minutes
    *("COMPLETED", "FAILED", "CANCELLED", "TIMEOUT", "OUT_OF_MEMORY"),
    *("NODE_FAIL", "BOOT_FAIL", "DEADLINE", "PREEMPTED"),
}
_ANSWERS: dict[str, tuple[float, str | NoAnswerError]] = {}  # job -> when asked, what was said


class JobError(RuntimeError):
    """A job that cannot be sent or ended; the message says why and what to do."""


class NoAnswerError(JobError):
    """Slurm does not say what it has been asked; it may, the next time."""


@dataclass(frozen=True)
class Slurm:
    """What to ask Slurm for. Raises JobError for a value that no script can hold.

    gpus        more than one: of one node, a process of the training on each
    memory      such as "16G" or "16 GB", of the whole job
    partition, account    None: the cluster's own choice
    time        hours:minutes:seconds, after which Slurm ends the job; send it again to go on
    first       lines of shell before the command, such as "module load cuda"
    directives  further options of sbatch, such as "--constraint=a100"
    """

    gpus: int = 0
    cores: int = 1
    memory: str = "8G"
    time: str = "01:00:00"
    partition: str | None = None
    account: str | None = None
    first: Sequence[str] = ()
    directives: Sequence[str] = ()

    def __post_init__(self) -> None:
        if self.gpus < 0 or self.cores < 1:
            raise JobError(f"gpus is {self.gpus} and cores is {self.cores}; 0 and 1 at least.")
        if not TIME.fullmatch(self.time):
            raise JobError(f"time is {self.time!r}; write hours:minutes:seconds, as 04:00:00.")
        if not MEMORY.fullmatch(self.memory):
            raise JobError(f"memory is {self.memory!r}; write a whole number: 16G, 16 GB, 4000M.")
        try:
            check_lines(first=self.first, directives=self.directives)
        except ValueError as error:
            raise JobError(f"{error}") from error
        values = (self.partition, self.account, *self.directives)
        if any("\n" in value for value in values if value):
            raise JobError("An option of sbatch holds a new line; give each as one of directives.")


def script(command: Sequence[str], variables: dict[str, str], log: Path, ask: Slurm) -> str:
    """The text of a batch script that runs the command with these environment variables.

    Raises JobError for a log whose name breaks a line: its rest would be run as a command.
    """
    if "\n" in str(log):
        raise JobError(f"The folder's name holds a new line ({str(log)!r}); choose another one.")
    options = {
        "job-name": "mlp-teach",
        "output": str(log).replace("%", "%%"),  # a % begins one of Slurm's patterns
        "nodes": "1",
        "ntasks": "1",
        "cpus-per-task": str(ask.cores),
        "mem": "".join(MEMORY.fullmatch(ask.memory).groups("")).upper(),
        "time": ask.time,
        "gres": f"gpu:{ask.gpus}" if ask.gpus else None,
        "partition": ask.partition,
        "account": ask.account,
    }
    asked = [f"--{name}={value}" for name, value in options.items() if value]
    lines = [f"#SBATCH {_quoted(option)}" for option in (*asked, *ask.directives)]
    exports = [f"export {name}={shlex.quote(value)}" for name, value in variables.items()]
    # exec: signals reach the training itself, so that it ends in order
    return "\n".join(
        ["#!/bin/bash", *lines, "", *ask.first, *exports, f"exec {shlex.join(command)}", ""]
    )


def send(path: Path, environment: dict[str, str]) -> str:
    """Submits a script; returns the job's number."""
    said = _slurm("sbatch", "--parsable", str(path), env=environment)
    return said.strip().partition(";")[0]  # ;cluster may follow


def state(number: str, age: float | int = 0) -> str:
    """Slurm's word for a job that waits or runs, such as PENDING; "" for one that is over. An
    answer that is at most `age` s old will do: each new one is work for a whole cluster's Slurm.

    Raises NoAnswerError where Slurm gives none: that a job is over would be a guess.
    """
    asked, known = _ANSWERS.get(number, (-math.inf, ""))
    if time.monotonic() - asked >= age:
        known = _asked(number)
        _ANSWERS[number] = time.monotonic(), known
    if isinstance(known, NoAnswerError):
        raise known
    return known


def _asked(number: str) -> str | NoAnswerError:
    try:
        word = _slurm("squeue", "--noheader", "--format=%T", "--jobs", number).strip()
    except JobError as error:
        if "Invalid job id" in str(error):  # it has been over for long
            return ""
        return NoAnswerError(str(error))
    return "" if word in OVER else word


def cancel(number: str) -> None:
    """Ends a job, whether it waits or runs."""
    _slurm("scancel", number)


def _slurm(*command: str, env: dict[str, str] | None = None) -> str:
    """What a program of Slurm's prints. Raises JobError where it fails or does not come back."""
    if shutil.which(command[0]) is None:
        raise JobError(
            f"There is no {command[0]} here. Run this where Slurm is, on the login node of a "
            "cluster; on this machine alone, use ThisComputer()."
        )
    try:
        ran = subprocess.run(
            command, capture_output=True, text=True, timeout=PATIENCE, env=env or os.environ
        )
    except subprocess.TimeoutExpired as error:
        raise JobError(f"{command[0]} gave no answer for {PATIENCE} s. Try again later.") from error
    if ran.returncode:
        raise JobError(f"Slurm refuses: {ran.stderr.strip() or ran.stdout.strip()}")
    return ran.stdout


def _quoted(option: str) -> str:
    """An option as a line of #SBATCH takes it: in quotes where it holds a space."""
    return f'"{option}"' if " " in option else option
