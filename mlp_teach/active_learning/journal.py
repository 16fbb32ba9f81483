"""A journal on disk: one line a decision, and a line is there whole or not at all.

Each line is one JSON text. It is written in one piece and flushed to the disk before anything acts
on it, so that a process killed at any moment leaves every decision that had consequences. Only the
last line can be torn: no new line ends it, or it is no JSON. It never had consequences, and is
dropped.
"""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from ase import Atoms

START = b'{"event": "'  # of any line, torn or whole; a disk that lost power may hold zeros


class JournalError(ValueError):
    """A journal that cannot be gone on with; the message says why and what to do."""


class Journal:
    """The lines of one file, in memory and on disk; for one process at a time (lock.py)."""

    def __init__(self, path: Path | str):
        """Reads what is there and cuts off a torn last line. Raises JournalError for another."""
        self.path = Path(path)
        content = self.path.read_bytes() if self.path.exists() else b""
        self.lines, whole = _read(content, self.path)
        if not self.lines and not START.startswith(content.strip(b"\0")[: len(START)]):
            raise JournalError(f"{self.path} is no journal of a run. Choose another folder.")
        if whole < len(content):
            os.truncate(self.path, whole)

    def add(self, event: str, **facts: object) -> dict:
        """Appends one line of plain data, with the time. Raises OSError for a full disk: then
        nothing was appended."""
        line = {"event": event, "time": datetime.now(UTC).isoformat(timespec="milliseconds")}
        text = json.dumps(line | facts, default=_of_numpy) + "\n"
        _append(self.path, text.encode())
        self.lines.append(json.loads(text))  # as one who reads the file would have it
        return self.lines[-1]

    def of(self, event: str) -> list[dict]:
        """All lines of one event, in order."""
        return [line for line in self.lines if line["event"] == event]


def read_journal(path: Path | str) -> list[dict]:
    """The whole lines of a journal, without changing it; somebody may be writing there."""
    return _read(Path(path).read_bytes(), Path(path))[0]


def _read(content: bytes, path: Path) -> tuple[list[dict], int]:
    """The lines, and how many bytes they take."""
    lines, whole = [], 0
    pieces = content.splitlines(keepends=True)
    for number, piece in enumerate(pieces, 1):
        try:
            line = json.loads(piece)
            if not piece.endswith(b"\n") or not isinstance(line["event"], str):
                raise ValueError("it is cut short")
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            if number == len(pieces):
                break  # torn
            raise JournalError(
                f"Line {number} of {path} is damaged ({error}), and it is not the last. What the "
                "run decided there is lost: begin anew in another folder."
            ) from error
        lines.append(line)
        whole += len(piece)
    return lines, whole


def _append(path: Path, content: bytes) -> None:
    # Unbuffered: what a full disk refused must not be tried again when the file is closed.
    with open(path, "ab", buffering=0) as file:
        before = file.seek(0, os.SEEK_END)
        try:
            if file.write(content) != len(content):
                raise OSError("only a part could be written: the disk is full")
            os.fsync(file.fileno())
        except OSError as error:
            file.truncate(before)
            raise OSError(
                error.errno,
                f"{path} could not be written ({error.strerror or error}). All earlier lines are "
                "whole; free some space, then call the same again",
            ) from error


def _of_numpy(value: object) -> object:
    if isinstance(value, np.generic | np.ndarray):
        return value.tolist()
    raise TypeError(f"{value!r} is a {type(value).__name__}; a journal holds plain data.")


def as_data(atoms: Atoms) -> dict:
    """A structure as plain data, to the last bit: JSON writes numbers so that they come back."""
    data = {
        "numbers": atoms.numbers.tolist(),
        "positions": atoms.positions.tolist(),
        "cell": atoms.cell.array.tolist(),
        "pbc": atoms.pbc.tolist(),
    }
    for name in ("initial_charges", "initial_magmoms"):  # a label may depend on them
        if atoms.has(name):
            data[name] = atoms.get_array(name).tolist()
    return data


def as_atoms(data: dict) -> Atoms:
    """The structure of `as_data`."""
    names = ("numbers", "positions", "cell", "pbc")
    atoms = Atoms(**{name: data[name] for name in names})
    for name in data.keys() - set(names):
        atoms.set_array(name, np.array(data[name]))
    return atoms
