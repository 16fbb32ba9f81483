"""Many labels: one after the other, or at once; what fails is reported and the rest goes on."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent import futures
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, runtime_checkable

from ase import Atoms
from ase.calculators.singlepoint import SinglePointCalculator
from tqdm.auto import tqdm

from mlp_teach.labelling.methods import Label, LabelError, Method, check_label
from mlp_teach.labelling.store import Store, key_of, plain


@runtime_checkable
class Executor(Protocol):
    """Takes work and gives futures: a ProcessPoolExecutor, or a client of Dask."""

    def submit(self, function, /, *arguments): ...


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
    progress: bool = True,
) -> Labelled:
    """Labels of all structures, from the store or by the method; new ones are kept at once.

    Without an executor one is computed after the other, here; with one, as many at once as it has
    workers. A structure whose label fails is in `failures`; the others go on. Equal structures are
    computed once. Killed and called again, it goes on where it was. `store` may be a folder's name.
    Raises ValueError for structures or a method that are none, StoreError for a changed file.
    """
    structures = _checked(structures, method)
    store = store if isinstance(store, Store) else Store(store)
    settings = method.settings()
    keys = [key_of(atoms, settings) for atoms in structures]
    first = {key: index for index, key in reversed(list(enumerate(keys)))}
    sizes = {key: len(structures[index]) for key, index in first.items()}
    missing = [n for key, n in first.items() if not sizes[key] or not store.get(key, sizes[key])]
    missing.sort()
    failures, seconds = {}, 0.0
    work = (
        _at_once(structures, missing, method, executor)
        if executor
        else _in_turn(structures, missing, method)
    )
    for index, answer, cpu in tqdm(work, total=len(missing), disable=not progress, unit="label"):
        seconds += cpu
        if isinstance(answer, Label):
            store.put(keys[index], answer, {"settings": settings, "cpu_seconds": cpu})
        else:
            failures[keys[index]] = answer
    labels = {key: store.get(key, sizes[key]) for key in first if key not in failures}
    frames = [
        with_label(atoms, labels[key], plain(settings))
        for atoms, key in zip(structures, keys, strict=True)
        if key in labels
    ]
    failed = [Failure(n, *failures[key]) for n, key in enumerate(keys) if key in failures]
    computed = len(missing) - len(failures)
    return Labelled(frames, failed, computed, len(frames) - computed, seconds)


def _checked(structures: Iterable[Atoms], method: Method) -> list[Atoms]:
    if isinstance(method, type):
        name = method.__name__
        raise ValueError(f"method is the class {name}; give one that is made: {name}().")
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


def _in_turn(structures: Sequence[Atoms], missing: list[int], method: Method) -> Iterator[tuple]:
    for index in missing:
        yield index, *_one(method, structures[index])


def _at_once(
    structures: Sequence[Atoms], missing: list[int], method: Method, executor: Executor
) -> Iterator[tuple]:
    """As they come. A worker that dies takes its own label with it, no other."""
    waiting = {executor.submit(_one, method, structures[index]): index for index in missing}
    for future in _as_completed(executor, waiting):
        try:
            yield waiting[future], *future.result()
        except Exception as error:  # the worker's process ended, or could not read the method
            yield waiting[future], (type(error).__name__, str(error) or "the worker ended"), 0.0


def _as_completed(executor: Executor, waiting: dict) -> Iterator:
    if isinstance(executor, futures.Executor):
        return futures.as_completed(waiting)
    from distributed import as_completed  # a client of Dask brings it along

    return as_completed(list(waiting))


def _one(method: Method, atoms: Atoms) -> tuple[Label | tuple[str, str], float]:
    """A label or (error's name, message), and the CPU seconds it took."""
    start = time.process_time()
    try:
        if not len(atoms):
            raise LabelError("The structure has no atoms.")
        answer = check_label(method.label(atoms), len(atoms))
    except LabelError as error:
        answer = type(error).__name__, str(error)
    except Exception as error:  # a package's own: one structure must not stop the rest
        answer = type(error).__name__, f"{error}"
    return answer, time.process_time() - start
