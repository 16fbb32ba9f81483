"""Trajectories on disk: extended XYZ that survives a kill at any moment, and goes on where it
stopped.

Each recorded moment is one frame: element, position (Å) and momentum of every atom, and in the
comment line the cell, the numbers of `Observed`, the settings of the run and what the integrator
must remember. Any program that knows extended XYZ reads it, ASE among them. Numbers are written
with 17 digits, which give back the very same float64, so a run that goes on from a file is the run
that was interrupted, to the last bit.

A frame is added at the end of the file and never changed. A process that is killed leaves whole
frames and at most one cut short at the end; `continue_from` cuts that off.
"""

from __future__ import annotations

import io
import os
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
from ase import Atoms
from ase.io import read
from ase.io.extxyz import key_val_str_to_dict
from jaxtyping import Float

from mlp_teach.simulation.observed import Observed


class TrajectoryError(ValueError):
    """A file that is no trajectory of this run; the message says why and what to do."""


@dataclass(frozen=True)
class Frame:
    """The last frame of a trajectory, from which a run goes on."""

    atoms: Atoms  # positions, momenta and cell
    memory: Float[np.ndarray, " numbers"]  # the integrator's own numbers


def append(
    path: Path, atoms: Atoms, moment: Observed, run: str, memory: Float[np.ndarray, " numbers"]
) -> None:
    """Adds a frame. Raises OSError if the disk refuses; the frames before it stay whole then."""
    content = _frame(atoms, moment, run, memory).encode()
    with open(path, "ab", buffering=0) as file:
        before = file.tell()
        try:
            written = 0
            while written < len(content):
                written += file.write(content[written:])
        except OSError as error:
            file.truncate(before)
            raise OSError(
                error.errno,
                f"Step {moment.step} could not be written to {path} ({error.strerror}). The frames "
                "before it are whole: free some space and run again; the run goes on from there",
            ) from error


def continue_from(path: Path, run: str) -> tuple[list[Observed], Frame | None]:
    """The moments in the file and its last whole frame; cuts off a frame that was cut short.

    Nothing in the file, or no file: no moments and no frame. Raises TrajectoryError for a file of
    another kind or of a run with other settings.
    """
    if not path.exists():
        return [], None
    comments, last, end = _whole_frames(path)
    moments = []
    facts: dict = {}
    for comment in comments:
        facts = key_val_str_to_dict(comment)
        if facts.get("run") != run:
            raise TrajectoryError(
                f"{path} holds a run with other settings:\n  there: {facts.get('run')}\n  here:  "
                f"{run}\nGive this run another file, or the settings of that one to continue it."
            )
        moments.append(_moment(facts))
    os.truncate(path, end)
    if not moments:
        return [], None
    atoms = read(io.StringIO(last.decode()), format="extxyz")
    return moments, Frame(atoms, np.atleast_1d(np.array(facts.get("memory", []), dtype=float)))


def read_trajectory(path: Path | str) -> list[Atoms]:
    """The whole frames of a trajectory, with velocities, and each moment's numbers in `info`."""
    path = Path(path)
    _, _, end = _whole_frames(path)
    return read(io.StringIO(path.read_bytes()[:end].decode()), ":", format="extxyz") if end else []


def _whole_frames(path: Path) -> tuple[list[str], bytes, int]:
    """Comment lines of the whole frames, the last of these frames, and where it ends."""
    comments, last, end = [], b"", 0
    with open(path, "rb") as file:
        while (head := file.readline()).endswith(b"\n"):
            if not head.strip().isdigit():
                raise TrajectoryError(
                    f"{path} is not a trajectory: where a number of atoms should stand is "
                    f"{head[:40]!r}. Give another file name; this file was not changed."
                )
            lines = [file.readline() for _ in range(int(head) + 1)]
            if not lines[-1].endswith(b"\n"):
                break
            comments.append(lines[0].decode())
            last, end = head + b"".join(lines), file.tell()
    return comments, last, end


def _moment(facts: dict) -> Observed:
    numbers = {f.name: float(facts[f.name]) for f in fields(Observed)}
    return Observed(**numbers | {"step": int(facts["step"])})


def _frame(atoms: Atoms, moment: Observed, run: str, memory: Float[np.ndarray, " numbers"]) -> str:
    facts = {f.name: getattr(moment, f.name) for f in fields(Observed)}
    comment = [
        f'Lattice="{_numbers(atoms.cell.array)}"' if atoms.cell.any() else "",
        "Properties=species:S:1:pos:R:3:momenta:R:3",
        f'pbc="{" ".join("FT"[int(p)] for p in atoms.pbc)}"',
        *(f"{name}={value:.17g}" for name, value in facts.items()),
        f'run="{run}"',
        f'memory="{_numbers(memory)}"' if memory.size else "",
    ]
    columns = np.hstack([atoms.positions, atoms.get_momenta()])
    rows = [
        f"{symbol} {_numbers(row)}\n" for symbol, row in zip(atoms.symbols, columns, strict=True)
    ]
    return f"{len(atoms)}\n{' '.join(part for part in comment if part)}\n{''.join(rows)}"


def _numbers(values: np.ndarray) -> str:
    return " ".join(f"{value:.17g}" for value in np.ravel(values).tolist())
