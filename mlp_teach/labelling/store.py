"""Labels that were computed stay: one file each, found again by what was asked.

A label may have cost hours. It is kept under a key made of the structure (to the last bit), the
method and its settings; whoever asks the same again gets it from the file. A file appears whole or
not at all: it is written beside its place and then moved there, which cannot be done by half.
So a run may be killed at any moment and started again: what is there is not computed twice.
"""

from __future__ import annotations

import json
import os
import tempfile
from hashlib import sha256
from pathlib import Path

import numpy as np
from ase import Atoms

from mlp_teach.labelling.methods import Label


class StoreError(ValueError):
    """A file of the store that does not hold what it should; the message names it."""


def key_of(atoms: Atoms, settings: dict) -> str:
    """The same for the same atoms, cell, periodicity and settings alone; info does not count."""
    content = sha256()
    for array in (
        atoms.numbers.astype("<i8"),
        atoms.positions.astype("<f8") + 0.0,  # -0 is 0
        atoms.cell.array.astype("<f8") + 0.0,
        atoms.pbc.astype("u1"),
    ):
        content.update(np.ascontiguousarray(array).tobytes())
    content.update(json.dumps(settings, sort_keys=True).encode())
    return content.hexdigest()


class Store:
    """A folder of labels; several processes may use it at once."""

    def __init__(self, folder: str | Path):
        self.folder = Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)

    def path(self, key: str) -> Path:
        return self.folder / key[:2] / f"{key}.json"

    def get(self, key: str) -> Label | None:
        """The label of this key, or None. Raises StoreError for a file that somebody changed."""
        path = self.path(key)
        try:
            kept = json.loads(path.read_text(encoding="utf-8"))
            stress = kept["stress"]
            return Label(
                float(kept["energy"]),
                np.array(kept["forces"], dtype=float).reshape(-1, 3),
                None if stress is None else np.array(stress, dtype=float).reshape(3, 3),
            )
        except FileNotFoundError:
            return None
        except (ValueError, KeyError, TypeError) as error:
            raise StoreError(
                f"{path} is no label ({error}). Delete it: it is made anew."
            ) from error

    def put(self, key: str, label: Label, facts: dict) -> None:
        """Keeps a label; `facts` (settings, CPU time) are for people who read the file."""
        path = self.path(key)
        path.parent.mkdir(exist_ok=True)
        stress = None if label.stress is None else label.stress.tolist()
        content = {"energy": label.energy, "forces": label.forces.tolist(), "stress": stress}
        with tempfile.NamedTemporaryFile(
            "w", dir=path.parent, prefix=".writing-", delete=False, encoding="utf-8"
        ) as file:
            json.dump(content | {"facts": facts}, file)
            file.flush()
            os.fsync(file.fileno())
        os.replace(file.name, path)

    def __len__(self) -> int:
        return sum(1 for _ in self.folder.glob("??/*.json"))
