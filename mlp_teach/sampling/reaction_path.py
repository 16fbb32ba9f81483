"""From one valley to another: the path of least energy, by two methods.

H. Jónsson, G. Mills and K. W. Jacobsen (1998), doi:10.1142/9789812839664_0016, and G. Henkelman et
al., J. Chem. Phys. 113, 9901 and 9978 (2000) (nudged elastic band); W. E, W. Ren and E.
Vanden-Eijnden, J. Chem. Phys. 126, 164103 (2007), doi:10.1063/1.2720838 (string).

Both move a chain of images R_0 ... R_n between two relaxed ends until no force across the path is
left. Along it, on a path of least energy, the force points to the ends anyway.

    band:    F_k = F(R_k) - (F·t) t + K (|R_(k+1) - R_k| - |R_k - R_(k-1)|) t,   t: tangent   (1)
             the highest image climbs:  F - 2 (F·t) t                                         (2)
    string:  R_k <- R_k + s F(R_k), then images are moved along the curve to equal distances  (3)

ASE does (1) and (2); (3) is here, as the second method that needs neither springs nor tangents.

    here | code          | unit
    F    | forces        | eV/Å
    K    | spring        | eV/Å²
    s    | step          | Å²/eV
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from ase import Atoms
from ase.calculators.calculator import Calculator
from ase.mep import NEB
from ase.optimize import FIRE
from jaxtyping import Float
from scipy.interpolate import CubicSpline

from mlp_teach.sampling.equilibrium import NotRelaxedError
from mlp_teach.sampling.provenance import check_atoms, check_positive, check_whole, marked


@dataclass(frozen=True)
class ReactionPath:
    """The images, ends included, with their energies along the path."""

    images: list[Atoms]
    energies: Float[np.ndarray, " images"]  # eV
    way: Float[np.ndarray, " images"]  # Å, length of the path up to each image
    largest_force: float  # eV/Å, across the path

    @property
    def barrier(self) -> float:
        """How far the highest image lies above the first, eV."""
        return float(self.energies.max() - self.energies[0])

    @property
    def reaction_energy(self) -> float:
        """How far the last image lies above the first, eV."""
        return float(self.energies[-1] - self.energies[0])


def nudged_elastic_band(
    first: Atoms,
    last: Atoms,
    calculator: Callable[[], Calculator],
    between: int = 5,
    largest_force: float = 0.02,
    spring: float = 0.1,
    steps: int = 500,
) -> ReactionPath:
    """The path by (1) and (2), with `between` images between two relaxed ends.

    `calculator` makes a new one for each image. Raises ValueError for ends of different atoms, and
    NotRelaxedError if forces across the path stay above `largest_force` (eV/Å).
    """
    images = _chain(first, last, calculator, between)
    check_positive(largest_force=largest_force, spring=spring)
    check_whole(steps=steps)
    for climb in (False, True):
        band = NEB(images, k=spring, climb=climb, method="improvedtangent")
        if not climb:
            band.interpolate("idpp", mic=bool(first.pbc.any()))
        goal = largest_force if climb else 5 * largest_force  # climbing starts on a fair path
        done = FIRE(band, logfile=None).run(fmax=goal, steps=steps)
    if not done:
        raise NotRelaxedError(_unfinished(steps, band.get_residual(), largest_force))
    return _path(images, "nudged_elastic_band", float(band.get_residual()))


def string(
    first: Atoms,
    last: Atoms,
    calculator: Callable[[], Calculator],
    between: int = 7,
    largest_force: float = 0.05,
    step: float = 0.01,
    steps: int = 1000,
) -> ReactionPath:
    """The path by (3), with `between` images between two relaxed ends; step s in Å²/eV.

    Its highest image lies near the saddle, not on it. Raises as nudged_elastic_band does.
    """
    images = _chain(first, last, calculator, between)
    check_positive(largest_force=largest_force, step=step)
    check_whole(steps=steps)
    NEB(images, method="improvedtangent").interpolate("idpp", mic=bool(first.pbc.any()))
    curve = _unwrapped(images)
    for _ in range(steps):
        forces = np.array([_forces_at(image, r) for image, r in zip(images, curve, strict=True)])
        across = _across(forces[1:-1], curve)
        worst = float(np.linalg.norm(across, axis=2).max())
        if worst <= largest_force:
            return _path(images, "string", worst)
        curve[1:-1] += step * forces[1:-1]
        curve[1:-1] = _evenly(curve)[1:-1]  # (3)
    raise NotRelaxedError(_unfinished(steps, worst, largest_force))


def _chain(
    first: Atoms, last: Atoms, calculator: Callable[[], Calculator], between: int
) -> list[Atoms]:
    if isinstance(between, bool) or not isinstance(between, int) or between < 1:
        raise ValueError(
            f"between is {between!r}; a path needs one image between its ends at least."
        )
    check_atoms(first)
    check_atoms(last)
    if len(first) != len(last) or (first.numbers != last.numbers).any():
        raise ValueError("The two ends must hold the same atoms in the same order.")
    if not np.allclose(first.cell.array, last.cell.array) or (first.pbc != last.pbc).any():
        raise ValueError("The two ends must have the same cell.")
    if _way(_unwrapped([first, last]))[-1] < 1e-3:
        raise ValueError("The two ends are one structure: there is no way from one to the other.")
    if not callable(calculator):
        raise ValueError(
            "calculator makes a new calculator for each image: give EMT, or lambda: EMT(...)."
        )
    images = [first.copy() for _ in range(between + 1)] + [last.copy()]
    for image in images:
        image.calc = calculator()
    return images


def _unwrapped(images: list[Atoms]) -> Float[np.ndarray, "images atoms 3"]:
    """Positions without jumps through the faces of the cell."""
    curve = [images[0].positions]
    for image in images[1:]:
        step = image.positions - curve[-1]
        if image.pbc.any():
            inverse = np.linalg.pinv(image.cell.array)
            step = step - np.round(step @ inverse) * image.pbc @ image.cell.array
        curve.append(curve[-1] + step)
    return np.array(curve)


def _forces_at(image: Atoms, positions: Float[np.ndarray, "atoms 3"]) -> np.ndarray:
    image.set_positions(positions)
    return image.get_forces()  # of fixed atoms 0


def _across(
    forces: Float[np.ndarray, "between atoms 3"], curve: Float[np.ndarray, "images atoms 3"]
) -> Float[np.ndarray, "between atoms 3"]:
    """What is left of forces when their part along the path is taken off."""
    tangents = CubicSpline(_way(curve), curve)(_way(curve)[1:-1], 1)
    tangents = tangents / np.linalg.norm(tangents, axis=(1, 2), keepdims=True)
    return forces - (forces * tangents).sum((1, 2), keepdims=True) * tangents


def _evenly(curve: Float[np.ndarray, "images atoms 3"]) -> Float[np.ndarray, "images atoms 3"]:
    """Images at equal distances on a spline; chords would cut corners a little in every step."""
    way = _way(curve)
    return CubicSpline(way, curve)(np.linspace(0, way[-1], len(way)))


def _way(curve: Float[np.ndarray, "images atoms 3"]) -> Float[np.ndarray, " images"]:
    return np.concatenate([[0], np.linalg.norm(np.diff(curve, axis=0), axis=(1, 2)).cumsum()])


def _path(images: list[Atoms], sampler: str, worst: float) -> ReactionPath:
    energies = np.array([image.get_potential_energy() for image in images])
    way = _way(_unwrapped(images))
    made = [marked(a, sampler, number=n, way=float(way[n])) for n, a in enumerate(images)]
    return ReactionPath(made, energies, way, worst)


def _unfinished(steps: int, force: float, goal: float) -> str:
    return (
        f"After {steps} steps the largest force across the path is {force:.3g} eV/Å, not {goal}. "
        "Allow more steps, or start with ends that are relaxed."
    )
