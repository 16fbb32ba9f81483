"""Copper to draw a mix from, bare or with carbon monoxide on it, with EMT for its energies.

What stands for the lines of the chapter's table (Cu as a catalyst for CO2), in 32 atoms or so:

                   bare                                    with CO
    equilibrium    bulk and three surfaces                 CO relaxed on top, bridge and hollow
    trajectory     bulk at three temperatures              the surface without CO
    reaction_path  an adatom hops, a vacancy hops          CO hops from hollow to hollow
    random_search  bulk: displacements, Monte Carlo        the same with the surface
    defects        vacancies, interstitial, steps, other   CO at steps and beside vacancies, and
                   surfaces, a particle, a grain boundary  lying anywhere

EMT (labelling/methods.py) is made for metals. Its carbon and oxygen are crude: it puts CO into the
hollow where experiment has it on top, and lets it fall apart within half a picosecond at 100 K, so
that there is no dynamics of CO here. What the chapter is about, CO2 and its reactions, needs DFT.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import chain

import numpy as np
from ase import Atoms
from ase.build import bulk
from ase.calculators.emt import EMT

from mlp_teach.sampling import defects, surfaces
from mlp_teach.sampling.equilibrium import rattled, rattled_evenly, relaxed, strained
from mlp_teach.sampling.mix import Part
from mlp_teach.sampling.provenance import generator, marked, seeds, split_evenly
from mlp_teach.sampling.random_search import displaced, monte_carlo
from mlp_teach.sampling.reaction_path import nudged_elastic_band
from mlp_teach.sampling.trajectory import trajectory

FACES = ((1, 0, 0), (1, 1, 1), (1, 1, 0))
RATTLE = 0.05  # Å
LOOSELY = 0.1  # eV/Å: of what is rattled anyway


@dataclass(frozen=True)
class Copper:
    """A System for `mix.draw`. `temperatures` (K) are those of the dynamics."""

    with_co: bool = False
    temperatures: tuple[int, ...] = (300, 500, 700)

    def sample(self, part: Part, seed: int) -> list[Atoms]:
        """As `mix.System` says."""
        makers = {
            "equilibrium": self._equilibrium,
            "trajectory": self._trajectory,
            "reaction_path": self._reaction_path,
            "random_search": self._random_search,
            "defects": self._defects,
        }
        return makers[part.kind](part.count, seeds(seed, 8))

    @cached_property
    def crystal(self) -> Atoms:
        """The cube of 4 atoms, with EMT's lattice constant."""
        cube = relaxed(bulk("Cu", cubic=True), EMT(), 1e-3, with_cell=True)
        a = cube.cell.volume ** (1 / 3)
        return bulk("Cu", cubic=True, a=a)

    @cached_property
    def cell(self) -> Atoms:
        return self.crystal * (2, 2, 2)

    @cached_property
    def flat(self) -> Atoms:
        """Cu(100), 8 atoms in each of 4 planes."""
        return surfaces.slab(self.crystal, (1, 0, 0), layers=2, vacuum=6.0, repeat=(2, 2))

    def _equilibrium(self, count: int, seeds: list[int]) -> list[Atoms]:
        if self.with_co:
            return rattled_evenly([self._co_on(kind) for kind in _SITES], count, RATTLE, seeds[0])
        n_strained, n_rattled, n_faces = split_evenly(count, 3)
        faces = [surfaces.slab(self.crystal, face, 2, 6.0) * (2, 1, 1) for face in FACES]
        found = strained(self.cell, n_strained, 0.04, RATTLE / 2, seeds[1]) if n_strained else []
        found += rattled(self.cell, n_rattled, RATTLE, seeds[2]) if n_rattled else []
        return found + rattled_evenly([_loosely(face) for face in faces], n_faces, RATTLE, seeds[0])

    def _trajectory(self, count: int, seeds: list[int]) -> list[Atoms]:
        start, found = self.flat if self.with_co else self.cell, []
        counts = split_evenly(count, len(self.temperatures))
        for kelvin, n, seed in zip(self.temperatures, counts, seeds, strict=False):
            if n:
                settings = {"timestep_fs": 5.0, "warm_up": 100, "pilot": 400, "seed": seed}
                found += trajectory(start, EMT(), kelvin, n, **settings)
        return found

    def _reaction_path(self, count: int, seeds: list[int]) -> list[Atoms]:
        ends = [self._co_hop()] if self.with_co else [self._adatom_hop(), self._vacancy_hop()]
        paths = [nudged_elastic_band(*both, EMT, largest_force=0.05).images for both in ends]
        return rattled_evenly(list(chain(*paths)), count, RATTLE, seeds[0])

    def _random_search(self, count: int, seeds: list[int]) -> list[Atoms]:
        start = self.flat if self.with_co else self.cell
        n_displaced, n_walked = split_evenly(count, 2)
        found = displaced(start, n_displaced, 0.7, 1.9, seeds[0])
        if n_walked:
            settings = {"sweeps_between": 4, "largest_move": 0.25, "seed": seeds[1]}
            found += monte_carlo(start, EMT(), 1500, n_walked, **settings).frames
        return found

    def _defects(self, count: int, seeds: list[int]) -> list[Atoms]:
        if self.with_co:
            n_anywhere, n_rattled = split_evenly(count, 2)
            heights = (1.2, 2.5)
            found = surfaces.adsorbed_anywhere(self.flat, _CO, n_anywhere, heights, seeds[1])
            rough = [self._co_on("bridge", base) for base in self._rough_surfaces(seeds[2])]
            return found + rattled_evenly(rough, n_rattled, RATTLE, seeds[0])
        bases = [
            *defects.vacancies(self.cell, 1, 1, seeds[1]),
            *defects.vacancies(self.cell, 1, 2, seeds[2]),
            *defects.interstitials(self.cell, "Cu", 1),
            *self._rough_surfaces(seeds[3]),
            surfaces.slab(self.crystal, (2, 1, 0), 4, 6.0) * (2, 1, 1),
            surfaces.nanoparticle("Cu", {(1, 1, 1): 1.0, (1, 0, 0): 1.15}, 38),
            *defects.tilt_boundary(self.crystal, (2, 1, 0), 4),
        ]
        return rattled_evenly([_loosely(base) for base in bases], count, RATTLE, seeds[0])

    def _rough_surfaces(self, seed: int) -> list[Atoms]:
        """A step, and an atom missing in the topmost layer."""
        top = np.nonzero(self.flat.positions[:, 2] > self.flat.positions[:, 2].max() - 0.5)[0]
        holed = marked(self.flat, "vacancies", missing=[int(generator(seed).choice(top))])
        del holed[holed.info["missing"]]
        return [surfaces.stepped(self.flat), holed]

    def _adatom_hop(self) -> tuple[Atoms, Atoms]:
        """From one hollow of Cu(100) to the next; EMT's barrier is 0.42 eV."""
        here, there = _neighbours("hollow", self.flat)
        return tuple(
            relaxed(surfaces.adsorbed(self.flat, Atoms("Cu"), site, 1.6), EMT(), 0.03)
            for site in (here, there)
        )

    def _vacancy_hop(self) -> tuple[Atoms, Atoms]:
        """Atom 0 goes from its own place into the hole that the one next to it has left."""
        last = int(np.argsort(self.cell.get_distances(0, range(len(self.cell)), mic=True))[1])
        start, end = self.cell.copy(), self.cell.copy()
        end.positions[0] = self.cell.positions[last]
        del start[last], end[last]
        return relaxed(start, EMT(), 0.03), relaxed(end, EMT(), 0.03)

    def _co_hop(self) -> tuple[Atoms, Atoms]:
        here, there = _neighbours("hollow", self.flat)
        return tuple(
            relaxed(surfaces.adsorbed(self.flat, _CO, site, 1.2), EMT(), 0.03)
            for site in (here, there)
        )

    def _co_on(self, kind: str, base: Atoms | None = None) -> Atoms:
        base = self.flat if base is None else base
        site = next(site for site in surfaces.adsorption_sites(base) if site.kind == kind)
        return _loosely(surfaces.adsorbed(base, _CO, site, _SITES[kind]))


_CO = Atoms("CO", positions=[[0, 0, 0], [0, 0, 1.15]])  # carbon downwards
_SITES = {"top": 1.9, "bridge": 1.5, "hollow": 1.2}  # Å, the heights to start from


def _loosely(atoms: Atoms) -> Atoms:
    return relaxed(atoms, EMT(), LOOSELY)


def _neighbours(kind: str, base: Atoms) -> tuple[surfaces.Site, surfaces.Site]:
    """Two sites of a kind, as near to each other as there are."""
    here, *others = [site for site in surfaces.adsorption_sites(base) if site.kind == kind]
    return here, min(others, key=lambda site: np.linalg.norm(site.position - here.position))
