"""Around equilibrium: the relaxed structure, and what lies near it.

In a relaxed structure all forces are zero: a model that saw nothing else could not know how they
grow. Small random displacements (rattling) show the walls of the valley, strains the elasticity:

    r_i -> r_i + σ g_i,   g_i: three normal random numbers                                    (1)
    h -> h (1 + ε),   ε = εᵀ: six random numbers between -ε_max and ε_max                     (2)

With σ near 0.05 Å energies rise by about ½ k σ² for each of 3N directions: kT/2 each, at the
temperature T = k σ² / k_B, which for a stiff crystal is some hundred kelvin.

    here  | code          | unit
    σ     | width         | Å
    ε_max | largest       | 1
    h     | atoms.cell    | Å, rows are lattice vectors
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from ase import Atoms
from ase.calculators.calculator import Calculator
from ase.filters import FrechetCellFilter
from ase.optimize import BFGS

from mlp_teach.sampling.provenance import (
    check_atoms,
    check_count,
    check_positive,
    check_whole,
    generator,
    marked,
    movable,
    seeds,
    split_evenly,
)


class NotRelaxedError(RuntimeError):
    """A relaxation that ran out of steps; the message says how far it came."""


def relaxed(
    atoms: Atoms,
    calculator: Calculator,
    largest_force: float = 0.01,
    with_cell: bool = False,
    steps: int = 500,
) -> Atoms:
    """The structure whose forces are all below `largest_force` (eV/Å).

    With its cell, if asked: then stress times volume, per atom (eV), is below that number too.
    Raises NotRelaxedError if that takes more steps, and ValueError for a cell that is not periodic.
    """
    check_atoms(atoms)
    check_positive(largest_force=largest_force)
    check_whole(steps=steps)
    if with_cell and not atoms.pbc.all():
        raise ValueError("Only a cell that is periodic in all directions can be relaxed.")
    work = atoms.copy()
    work.calc = calculator
    target = FrechetCellFilter(work) if with_cell else work
    if not BFGS(target, logfile=None).run(fmax=largest_force, steps=steps):
        worst = np.linalg.norm(target.get_forces(), axis=1).max()
        raise NotRelaxedError(
            f"After {steps} steps the largest force is {worst:.3g} eV/Å, not {largest_force}. "
            "Allow more steps, or start from a structure nearer to equilibrium."
        )
    return marked(work, "relaxed", largest_force=largest_force, with_cell=with_cell)


def rattled(atoms: Atoms, count: int, width: float = 0.05, seed: int = 0) -> list[Atoms]:
    """(1): `count` copies with all atoms displaced at random, `width` Å in each direction.

    Atoms that FixAtoms holds stay.
    """
    check_count(count)
    check_positive(width=width)
    rng = generator(seed)
    found, free = [], movable(atoms)
    for number in range(count):
        new = marked(atoms, "rattled", width=width, seed=seed, number=number)
        new.positions[free] += rng.normal(0.0, width, (len(free), 3))
        found.append(new)
    return found


def rattled_evenly(
    structures: Sequence[Atoms], count: int, width: float = 0.05, seed: int = 0
) -> list[Atoms]:
    """`count` in all, of each structure as many, to 1: first itself, then rattled copies.

    None of none: `count` may be 0. Raises ValueError for a count below, and for no structures.
    """
    if count:
        check_count(count)
        check_whole(structures=len(structures))
    found = []
    shares = split_evenly(count, len(structures))
    for atoms, share, one in zip(structures, shares, seeds(seed, len(structures)), strict=True):
        found += [atoms.copy()] if share else []
        found += rattled(atoms, share - 1, width, one) if share > 1 else []
    return found


def strained(
    atoms: Atoms, count: int, largest: float = 0.03, width: float = 0.0, seed: int = 0
) -> list[Atoms]:
    """(2): `count` copies of a periodic structure in strained cells; rattled too if width > 0 Å.

    Atoms move with the cell; those that FixAtoms holds are not rattled. Raises ValueError for a
    structure that is not periodic, and where a strain that was drawn leaves no volume, or turns the
    cell inside out: an eigenvalue of 1 + ε is not positive, which takes an ε_max of 1/3 or more.
    """
    check_count(count)
    check_atoms(atoms)
    check_positive(largest=largest)
    if width:
        check_positive(width=width)
    if not atoms.pbc.all() or atoms.cell.rank < 3:
        raise ValueError("Only a structure that is periodic in all directions can be strained.")
    rng, free = generator(seed), movable(atoms) if width else []
    found = []
    for number in range(count):
        random = rng.uniform(-largest, largest, (3, 3))
        strain = np.triu(random) + np.triu(random, 1).T
        if np.linalg.eigvalsh(strain)[0] <= -1:
            raise ValueError(
                f"largest is {largest}: strain {number} turns the cell inside out or flattens it. "
                "Below 1/3 none does; a few hundredths are usual."
            )
        new = marked(atoms, "strained", largest=largest, width=width, seed=seed, number=number)
        new.set_cell(atoms.cell.array @ (np.eye(3) + strain), scale_atoms=True)
        shaken = rng.normal(0.0, 1.0, new.positions.shape) * width
        new.positions[free] += shaken[free]
        found.append(new)
    return found
