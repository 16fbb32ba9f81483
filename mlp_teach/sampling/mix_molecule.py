"""A molecule to draw a mix from, with any calculator of ASE for its energies, such as GFN2-xTB.

What stands for the lines of the chapter's table (methanol on copper) when there is no copper, since
the methods for molecules that take milliseconds (labelling/methods.py) are none for metals:

    equilibrium    relaxed, rattled
    trajectory     dynamics at two temperatures
    reaction_path  three atoms, such as those of a methyl group, turn into each other's places
    random_search  displacements, Monte Carlo at a high temperature
    defects        the molecule has lost one hydrogen, or two: of methanol CH3O, CH2OH, CH2O ...,
                   where the chapter has steps and vacancies of the surface that these sit on

Nothing here touches a surface: the chapter's four dehydrogenation steps on Cu(111) need DFT.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

import numpy as np
from ase import Atoms
from ase.calculators.calculator import Calculator

from mlp_teach.sampling.equilibrium import rattled_evenly, relaxed
from mlp_teach.sampling.mix import Part
from mlp_teach.sampling.provenance import marked, seeds, split_evenly
from mlp_teach.sampling.random_search import displaced, monte_carlo
from mlp_teach.sampling.reaction_path import nudged_elastic_band
from mlp_teach.sampling.trajectory import trajectory

RATTLE = 0.04  # Å


@dataclass(frozen=True)
class Molecule:
    """A System for `mix.draw`: a molecule, what computes its energies, three atoms that turn.

    `calculator` makes a new calculator; `rotor` are three like atoms, each of which ends up where
    the next one was; `temperatures` (K) are those of the dynamics.
    """

    atoms: Atoms
    calculator: Callable[[], Calculator]
    rotor: tuple[int, int, int]
    temperatures: tuple[int, ...] = (300, 500)

    def __post_init__(self):
        turned = [self.atoms.symbols[k] for k in self.rotor]
        if len(set(self.rotor)) != 3 or len(set(turned)) != 1:
            raise ValueError(
                f"rotor is {self.rotor}, atoms {', '.join(turned)}; three different atoms of one "
                "element are needed, such as the H of a methyl group."
            )

    def sample(self, part: Part, seed: int) -> list[Atoms]:
        """As `mix.System` says."""
        makers = {
            "equilibrium": self._equilibrium,
            "trajectory": self._trajectory,
            "reaction_path": self._reaction_path,
            "random_search": self._random_search,
            "defects": self._fragments,
        }
        return makers[part.kind](part.count, seeds(seed, 8))

    @cached_property
    def relaxed(self) -> Atoms:
        return relaxed(self.atoms, self.calculator(), 0.01)

    def _equilibrium(self, count: int, seeds: list[int]) -> list[Atoms]:
        return rattled_evenly([self.relaxed], count, RATTLE, seeds[0])

    def _trajectory(self, count: int, seeds: list[int]) -> list[Atoms]:
        found, counts = [], split_evenly(count, len(self.temperatures))
        for kelvin, n, seed in zip(self.temperatures, counts, seeds, strict=False):
            if n:
                settings = {"timestep_fs": 0.5, "pilot": 2000, "seed": seed}
                found += trajectory(self.relaxed, self.calculator(), kelvin, n, **settings)
        return found

    def _reaction_path(self, count: int, seeds: list[int]) -> list[Atoms]:
        turned = self.relaxed.copy()
        turned.positions[list(self.rotor)] = turned.positions[np.roll(self.rotor, 1)]
        path = nudged_elastic_band(self.relaxed, turned, self.calculator, 9, 0.05)
        return rattled_evenly(path.images, count, RATTLE, seeds[0])

    def _random_search(self, count: int, seeds: list[int]) -> list[Atoms]:
        n_displaced, n_walked = split_evenly(count, 2)
        found = displaced(self.relaxed, n_displaced, 0.4, 0.8, seeds[0])
        if n_walked:
            settings = {"largest_move": 0.1, "seed": seeds[1]}
            found += monte_carlo(self.relaxed, self.calculator(), 1500, n_walked, **settings).frames
        return found

    def _fragments(self, count: int, seeds: list[int]) -> list[Atoms]:
        """Without each hydrogen, without each two, as they are left; rattled from the second on."""
        hydrogens = np.flatnonzero(self.atoms.symbols == "H").tolist()
        found = []
        for gone in [*combinations(hydrogens, 1), *combinations(hydrogens, 2)]:
            found.append(marked(self.relaxed, "fragment", missing=list(gone)))
            del found[-1][list(gone)]
        return rattled_evenly(found, count, RATTLE, seeds[0])
