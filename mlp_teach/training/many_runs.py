"""Many trainings: one after the other, or at once on the workers of labelling/workers.py.

    with local_workers(2) as executor:
        train_all(runs, "folder", executor)

Each run has a folder of its own, in which run.py keeps its checkpoint and its progress. A worker
that ends in the middle (killed, cancelled, out of memory) is replaced, and its run goes on from the
checkpoint; a run that three workers ended with is reported, and the rest go on. So does the same
call after this process itself was killed: what is finished is read, what was begun is gone on with.

A training is not divided among workers: n of them are busy while n runs are left.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, as_completed
from dataclasses import dataclass
from pathlib import Path

from tqdm.auto import tqdm

from mlp_teach.training.asked import asked, check_asked, read_run, write_run
from mlp_teach.training.experiment import Experiment, build_model
from mlp_teach.training.losses import is_finite
from mlp_teach.training.prepared import Prepared
from mlp_teach.training.run import Errors, are_errors, run


@dataclass(frozen=True)
class Run:
    """An experiment, and the name of its folder."""

    name: str
    experiment: Experiment


@dataclass(frozen=True)
class Finished:
    """A trained model's errors of each part (meV/atom, meV/Å, GPa)."""

    name: str
    errors: Errors
    cpu_seconds: float  # of the process that finished it, without those before an interruption


@dataclass(frozen=True)
class Failure:
    """A run without a model."""

    name: str
    kind: str  # the name of the error
    message: str


def train_all(
    runs: Sequence[Run],
    folder: Path | str,
    executor: Executor | None = None,
    *,
    device: str = "cpu",
    tf32: bool = False,
    progress: bool = True,
) -> list[Finished | Failure]:
    """What became of each run, in the order they were given; each in `folder`/its name.

    Without an executor one is trained after the other, here, and graphs that the next one needs
    too are kept (prepared.py). `device` and `tf32` as in `run`. Raises ValueError for two of one
    name, and ExperimentError, before any is trained, for one that makes no model and for a folder
    that holds a run of other settings.
    """
    folder = Path(folder).absolute()
    names = [one.name for one in runs]
    if len(set(names)) < len(names):
        raise ValueError(f"Two of the runs have one name: {names}. Each needs a folder of its own.")
    for one in runs:
        build_model(one.experiment)
        check_asked(folder / one.name, asked(one.experiment))
    if executor:
        work = _at_once(runs, folder, executor, device, tf32)
    else:
        kept = Prepared()
        work = (train_one(one, folder, device, tf32, kept) for one in runs)
    found = {}
    for answer in tqdm(work, total=len(runs), desc="runs", disable=None if progress else True):
        found[answer.name] = answer
    return [found[name] for name in names]


def train_one(
    one: Run, folder: Path, device: str, tf32: bool = False, prepared: Prepared | None = None
) -> Finished | Failure:
    """Trains a run, goes on with it, or reads what came out; an error becomes a Failure."""
    start, own = time.process_time(), folder / one.name
    try:
        check_asked(own, asked(one.experiment))
        known = read_run(own)
        if not (are_errors(known.get("errors")) and is_finite(known.get("cpu_seconds"))):
            errors = run(one.experiment, own, device=device, tf32=tf32, prepared=prepared)
            seconds = round(time.process_time() - start, 1)
            known = read_run(own) | {"errors": errors, "cpu_seconds": seconds}
            write_run(own, known)
    except Exception as error:  # whatever it is, the other runs go on
        return Failure(one.name, type(error).__name__, str(error))
    return Finished(one.name, known["errors"], known["cpu_seconds"])


def _at_once(
    runs: Sequence[Run], folder: Path, executor: Executor, device: str, tf32: bool
) -> Iterator[Finished | Failure]:
    """As they come. Runs that nobody waits for any more are taken back."""
    waiting = {executor.submit(train_one, one, folder, device, tf32): one for one in runs}
    try:
        for future in as_completed(waiting):
            try:
                yield future.result()
            except Exception as error:  # the worker ended, or could not read the run
                yield _lost(waiting[future].name, error)
    finally:
        for future in waiting:
            future.cancel()


def _lost(name: str, error: Exception) -> Failure:
    kind, message = type(error).__name__, str(error) or "The worker ended."
    if kind == "KilledWorker":  # of Dask, whose own sentence speaks of its tasks
        message = "Each worker that tried it ended: it was killed, or needed more memory."
    return Failure(name, kind, message)
