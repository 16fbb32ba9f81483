"""An element, a cutoff and a seed of one's own, which follow from a student's id.

    variant("s2024017")  →  Variant(element='Pd', number=46, cutoff=4.7, seed=731)

The notebook asks it with the id that the student wrote there, the marks with the name of the
student's folder: one function, one checker, no list of who has what. There is no salt in it, so
that students can see what is theirs. Neighbours cannot copy numbers, but an idea as ever.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from mlp_teach.grading.exercise import Ask, Item, Text, source_of_chance

ELEMENTS = {
    "Al": 13,
    "Si": 14,
    "Fe": 26,
    "Ni": 28,
    "Cu": 29,
    "Ge": 32,
    "Mo": 42,
    "Pd": 46,
    "Ag": 47,
    "W": 74,
    "Pt": 78,
    "Au": 79,
}
CUTOFFS = np.arange(40, 61) / 10  # Å
SEEDS = (1, 1000)


EXAMPLE = "student"  # the id in the notebook as it is handed out, and that of our own answers


@dataclass(frozen=True)
class PersonalItem(Item):
    """An item whose right answer depends on who gives it: its test gets the student's id too."""

    test: Callable[[Ask, np.random.Generator, str], Text | None]


@dataclass(frozen=True)
class Variant:
    """What one student's numbers are."""

    element: str
    number: int  # atomic number
    cutoff: float  # Å
    seed: int

    def say(self, lang: str = "en") -> str:
        """One line for the notebook."""
        here = (self.element, self.number, self.cutoff, self.seed)
        if lang == "ja":
            return "元素 {}（原子番号 {}）、カットオフ {:.1f} Å、乱数の種 {}".format(*here)
        return "element {} (atomic number {}), cutoff {:.1f} Å, seed {}".format(*here)


def variant(student: str) -> Variant:
    """The variant of an id. Case, spaces around it and full-width letters make no difference.

    Raises ValueError for an empty id.
    """
    name = unicodedata.normalize("NFKC", student).strip().casefold()
    if not name:
        raise ValueError("An empty id is nobody's: write yours, as your instructor has it.")
    chance = source_of_chance("variant", name)
    element = str(chance.choice(list(ELEMENTS)))
    cutoff, seed = float(chance.choice(CUTOFFS)), int(chance.integers(*SEEDS))
    return Variant(element, ELEMENTS[element], cutoff, seed)
