"""A labelled set in the part of the world: it gives a label to whoever asks for it.

With labels that are there already a whole run costs seconds, and any way to choose can be compared
with chance on the same structures. The models see of the set what they would see of unlabelled
structures: positions, elements, cells.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import TypeVar

import numpy as np
from ase import Atoms
from jaxtyping import Float

from mlp_teach.active_learning.candidates import Candidates
from mlp_teach.labelling.methods import Label, LabelError
from mlp_teach.labelling.store import key_of

Models = TypeVar("Models")
Features = Float[np.ndarray, "structures features"]


@dataclass(frozen=True)
class HiddenLabels:
    """A method that looks labels up: those of labelled structures, by their content."""

    name: str
    frames: Sequence[Atoms]

    @cached_property
    def known(self) -> dict[str, Atoms]:
        return {key_of(atoms, {}): atoms for atoms in self.frames}

    def settings(self) -> dict:
        content = sha256()
        for key, atoms in self.known.items():
            forces = atoms.get_forces(apply_constraint=False)
            content.update(
                key.encode() + forces.tobytes() + f"{atoms.calc.results['energy']}".encode()
            )
        return {"method": "hidden labels", "set": self.name, "content": content.hexdigest()[:16]}

    def label(self, atoms: Atoms) -> Label:
        """Raises LabelError for a structure that the set does not hold."""
        found = self.known.get(key_of(atoms, {}))
        if found is None:
            raise LabelError(f"The structure is none of the {len(self.known)} of {self.name}.")
        results = found.calc.results
        # A stress is left out: not all of a set need to have one.
        return Label(float(results["energy"]), np.array(results["forces"]), None)


def without_labels(frames: Sequence[Atoms]) -> list[Atoms]:
    """What everybody may see: copies without their calculators."""
    return [atoms.copy() for atoms in frames]


def look_in(
    pool: Sequence[Atoms],
    score: Callable[[Models, list[Atoms]], Float[np.ndarray, " structures"]],
    features: Callable[[list[Atoms]], Features],
) -> Callable[[Models, list[Atoms], np.random.Generator], Candidates]:
    """An `explore` for the loop: all structures of the pool that nobody has asked for yet.

    A candidate's name is its index in the pool. `score` says how unsure models are of structures
    (eV/Å): explore.deviations for any committee. `features` gives a row of numbers for each:
    sampling.coverage.mean_features with a SOAP, for instance. FixedPoints has both for its GAPs.
    """
    keys = [key_of(atoms, {}) for atoms in pool]
    rows = features(list(pool))

    def explore(models: Models, asked: list[Atoms], chance: np.random.Generator) -> Candidates:
        gone = {key_of(atoms, {}) for atoms in asked}
        left = [index for index, key in enumerate(keys) if key not in gone]
        seen = np.array([key in gone for key in keys])
        structures = [pool[index] for index in left]
        scores = score(models, structures) if left else np.empty(0)
        return Candidates(structures, left, scores, rows[left], rows[seen])

    return explore
