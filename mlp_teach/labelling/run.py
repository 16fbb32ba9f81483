"""Many labels: one after the other, or at once; what fails is reported and the rest goes on."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from concurrent.futures import BrokenExecutor, Executor, as_completed
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from ase import Atoms
from ase.calculators.singlepoint import SinglePointCalculator
from tqdm.auto import tqdm

from mlp_teach.labelling.methods import Label, LabelError, Method, check_label
from mlp_teach.labelling.store import Store, key_of, plain


@dataclass(frozen=True)
class Job:
    """A label to be made and kept."""

    index: int
    atoms: Atoms
    method: Method
    store: Store
    key: str
    settings: dict


@dataclass(frozen=True)
class Failure:
    """A structure without a label."""

    index: int  # its place in the list that was given
    kind: str  # the name of the error
    message: str


@dataclass(frozen=True)
class Labelled:
    """Structures with labels, in the order they were given; those without; and what it took."""

    frames: list[Atoms]
    failures: list[Failure]
    computed: int
    found: int  # in the store, or equal to another of the list
    cpu_seconds: float  # of what was computed, all workers together

    @property
    def rate(self) -> float:
        """Labels a CPU second; nan if none was computed."""
        return self.computed / self.cpu_seconds if self.cpu_seconds else float("nan")


def label(
    structures: Iterable[Atoms],
    method: Method,
    store: Store | str | Path,
    executor: Executor | None = None,
    together: int = 1,
    progress: bool = True,
) -> Labelled:
    """Labels of all structures, from the store or by the method; new ones are kept at once.

    Without an executor one is computed after the other, here. With one (workers.local_workers,
    workers.slurm_workers, any of Python's concurrent.futures), as many at once as it has workers;
    each takes so many structures `together`: 1 for labels of seconds, 20 for those of milliseconds,
    where handing them over takes longer than making them.

    A structure whose label fails is in `failures`; the others go on. Equal structures are computed
    once. Killed and called again, it goes on where it was. `store` may be a folder's name.
    Raises ValueError for structures or a method that are none, StoreError for a changed file.
    """
    structures = _checked(structures, method)
    if together < 1:
        raise ValueError(f"together is {together}; a worker takes at least one structure.")
    store = store if isinstance(store, Store) else Store(store)
    settings = method.settings()
    keys = [key_of(atoms, settings) for atoms in structures]
    first = {key: index for index, key in reversed(list(enumerate(keys)))}
    sizes = {key: len(structures[index]) for key, index in first.items()}
    missing = [n for key, n in first.items() if not sizes[key] or not store.get(key, sizes[key])]
    jobs = [Job(n, structures[n], method, store, keys[n], settings) for n in sorted(missing)]
    work = _at_once(jobs, executor, together) if executor else ((job, *make(job)) for job in jobs)
    failures, seconds = {}, 0.0
    shown = progress and bool(jobs)
    for job, answer, cpu in tqdm(work, total=len(jobs), disable=not shown, unit="label"):
        seconds += cpu
        if isinstance(answer, Failure):
            failures[job.key] = answer
        elif not store.path(job.key).exists():  # the worker does not see this disk
            keep(job, answer, cpu)
    labels = {key: store.get(key, sizes[key]) for key in first if key not in failures}
    frames = [
        with_label(atoms, labels[key], plain(settings))
        for atoms, key in zip(structures, keys, strict=True)
        if key in labels
    ]
    failed = [replace(failures[key], index=n) for n, key in enumerate(keys) if key in failures]
    computed = len(jobs) - len(failures)
    return Labelled(frames, failed, computed, len(frames) - computed, seconds)


def _checked(structures: Iterable[Atoms], method: Method) -> list[Atoms]:
    if isinstance(method, type):
        name = method.__name__
        raise ValueError(f"method is the class {name}; give one that is made: {name}().")
    if not isinstance(method, Method):
        raise ValueError(f"method is {method!r}, which has no settings and label, as EMT() does.")
    if isinstance(structures, Atoms):
        raise ValueError("structures is one structure; give a list: label([atoms], ...).")
    found = list(structures)
    for index, one in enumerate(found):
        if not isinstance(one, Atoms):
            raise ValueError(f"Structure {index} is a {type(one).__name__}; ase.Atoms are needed.")
    return found


def with_label(atoms: Atoms, found: Label, settings: dict) -> Atoms:
    """A copy that carries a label as ASE does, and in its info how the label was made."""
    made = atoms.copy()
    parts = {"energy": found.energy, "forces": found.forces}
    if found.stress is not None:
        parts["stress"] = found.stress
    made.calc = SinglePointCalculator(made, **parts)
    made.info["label"] = dict(settings)
    return made


def _at_once(
    jobs: list[Job], executor: Executor, together: int
) -> Iterator[tuple[Job, Label | Failure, float]]:
    """As they come. Jobs that nobody waits for any more are taken back.

    If workers die of several jobs, each of these is tried alone: one of them is to blame.
    """
    groups = [jobs[start : start + together] for start in range(0, len(jobs), together)]
    waiting, again = {executor.submit(make_all, group): group for group in groups}, []
    try:
        for future in as_completed(waiting):
            group = waiting[future]
            try:
                answers = future.result()
            except Exception as error:  # a worker ended, or could not read the method
                if len(group) > 1 and not isinstance(error, BrokenExecutor):
                    again += group
                    continue
                answers = [(_lost(job, error), 0.0) for job in group]
            yield from ((job, *answer) for job, answer in zip(group, answers, strict=True))
    finally:
        for future in waiting:
            future.cancel()
    if again:
        yield from _at_once(again, executor, 1)


def _lost(job: Job, error: Exception) -> Failure:
    kind, message = type(error).__name__, str(error) or "The worker ended."
    if kind == "KilledWorker":  # of Dask, whose own sentence speaks of its tasks
        message = "Each worker that tried it ended: the method crashed, or needed more memory."
    return Failure(job.index, kind, message)


def make_all(jobs: list[Job]) -> list[tuple[Label | Failure, float]]:
    return [make(job) for job in jobs]


def make(job: Job) -> tuple[Label | Failure, float]:
    """A label, which is kept, or why there is none; and the CPU seconds that it took."""
    start = time.process_time()
    try:
        if not len(job.atoms):
            raise LabelError("The structure has no atoms.")
        if not np.isfinite(job.atoms.positions).all():
            raise LabelError("A position is not a finite number.")
        if not job.atoms.numbers.all():
            raise LabelError("An atom is no element (X, of number 0).")
        if kept := job.store.get(job.key, len(job.atoms)):  # by a worker that then died
            return kept, 0.0
        answer = check_label(job.method.label(job.atoms), len(job.atoms))
    except Exception as error:  # a package's own, too: one structure must not stop the rest
        answer = Failure(job.index, type(error).__name__, str(error))
    cpu = time.process_time() - start
    if isinstance(answer, Label):
        with suppress(OSError):  # then whoever asked keeps it
            keep(job, answer, cpu)
    return answer, cpu


def keep(job: Job, made: Label, cpu: float) -> None:
    job.store.put(job.key, made, {"settings": job.settings, "cpu_seconds": cpu})
