"""Labels that were computed stay: one file each, found again by what was asked.

A label may have cost hours. It is kept under a key made of the structure (to the last bit), the
method and its settings; whoever asks the same again gets it from the file. A file appears whole or
not at all: it is written beside its place and then moved there, which cannot be done by half.
So a run may be killed at any moment and started again: what is there is not computed twice.
Each file carries a sum (SHA-256) of its key and its numbers, so that a change does not go unseen.
"""

from __future__ import annotations

import json
import os
from hashlib import sha256
from pathlib import Path
from secrets import token_hex

import numpy as np
from ase import Atoms

from mlp_teach.labelling.methods import Label, LabelError, check_label

DAMAGED = (OSError, ValueError, KeyError, TypeError, AttributeError, OverflowError, LabelError)
DAMAGED += (RecursionError,)  # of brackets without end


class StoreError(ValueError):
    """A file of the store that does not hold what it should; the message names it."""


def plain(settings: dict) -> dict:
    """Settings as JSON keeps them, numbers of NumPy as Python's. Raises LabelError for others."""
    return json.loads(_json(settings))


def _json(settings: dict) -> str:
    def of_numpy(value: object) -> object:
        if isinstance(value, np.generic | np.ndarray):
            return value.tolist()
        raise TypeError(f"{value!r} is a {type(value).__name__}")

    try:
        return json.dumps(settings, sort_keys=True, default=of_numpy)
    except (TypeError, ValueError) as error:
        raise LabelError(
            f"The method's settings are not plain data ({error}). Give text, numbers, lists or "
            "dicts of them: a label is found again by what they say."
        ) from error


def key_of(atoms: Atoms, settings: dict) -> str:
    """The same for the same atoms, cell, periodicity and settings alone; info does not count.

    Initial charges and magnetic moments count where they are not all zero: methods read them.
    """
    content = sha256()
    for array in (
        atoms.numbers.astype("<i8"),
        atoms.positions.astype("<f8") + 0.0,  # -0 is 0
        atoms.cell.array.astype("<f8") + 0.0,
        atoms.pbc.astype("u1"),
    ):
        content.update(np.ascontiguousarray(array).tobytes())
    content.update(_json(settings).encode())
    for name in ("initial_charges", "initial_magmoms"):
        if atoms.has(name) and atoms.get_array(name).any():
            array = atoms.get_array(name).astype("<f8") + 0.0
            content.update(f"{name} {array.shape}".encode() + array.tobytes())
    return content.hexdigest()


class Store:
    """A folder of labels; several processes may use it at once."""

    def __init__(self, folder: str | Path):
        self.folder = Path(folder).absolute()  # a worker may stand elsewhere
        if self.folder.exists() and not self.folder.is_dir():
            raise StoreError(f"{folder} is a file; a store of labels is a folder.")
        self.folder.mkdir(parents=True, exist_ok=True)

    def path(self, key: str) -> Path:
        return self.folder / key[:2] / f"{key}.json"

    def get(self, key: str, n_atoms: int | None = None) -> Label | None:
        """The label of this key, or None. Raises StoreError for a file that somebody changed.

        It has to have forces on `n_atoms` atoms, if given. Files from before there were sums have
        none; their numbers are taken as they are.
        """
        path = self.path(key)
        try:
            kept = json.loads(path.read_text(encoding="utf-8"))
            stress = None if kept["stress"] is None else np.array(kept["stress"], dtype=float)
            label = Label(float(kept["energy"]), np.array(kept["forces"], dtype=float), stress)
            check_label(label, len(label.forces) if n_atoms is None else n_atoms)
            if kept.get("sha256", _sum(key, label)) != _sum(key, label):
                raise ValueError("its numbers are not those that were written")
            return label
        except FileNotFoundError:
            return None
        except PermissionError as error:
            raise StoreError(
                f"{path} may not be read by you; whoever made it can allow it."
            ) from error
        except DAMAGED as error:
            raise StoreError(
                f"{path} is no label ({error}). Delete it: it is made anew."
            ) from error

    def put(self, key: str, label: Label, facts: dict) -> None:
        """Keeps a label; `facts` (settings, CPU time) are for people who read the file."""
        path = self.path(key)
        path.parent.mkdir(exist_ok=True)
        content = _numbers(label) | {"sha256": _sum(key, label), "facts": plain(facts)}
        beside = path.with_name(f".writing-{token_hex(8)}")  # others may write at the same time
        try:
            with beside.open("x", encoding="utf-8") as file:
                json.dump(content, file)
                file.flush()
                os.fsync(file.fileno())
            os.replace(beside, path)
        except BaseException:  # such as a full disk: no half of a file is to fill it further
            beside.unlink(missing_ok=True)
            raise

    def __len__(self) -> int:
        return sum(1 for _ in self.folder.glob("??/*.json"))


def _numbers(label: Label) -> dict:
    stress = None if label.stress is None else label.stress.astype(float).tolist()
    forces = label.forces.astype(float).tolist()
    return {"energy": float(label.energy), "forces": forces, "stress": stress}


def _sum(key: str, label: Label) -> str:
    return sha256(f"{key} {json.dumps(_numbers(label))}".encode()).hexdigest()
