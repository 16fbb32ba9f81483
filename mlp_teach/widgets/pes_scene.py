"""The physics side of the PES explorer: what two potentials say where one atom is put.

The reference and the model are any two functions from ase.Atoms to energy (eV) and forces (eV/Å).
All that is shown is asked of them; only between the grid points of the map is there interpolation.

Two alarms tell of places outside of the model's data. The training domain (simulation/domain.py),
here any function that says whether a structure is strange, knows the distances and descriptors of
the training structures; nearness on the map would not do, as by symmetry a place without data may
be as well known as its image. And an ensemble, models of one kind from other random numbers,
should not disagree more than it does at the places learnt.
"""

from __future__ import annotations

from asyncio import sleep
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import pairwise, product

import numpy as np
from ase import Atoms
from contourpy import FillType, contour_generator
from scipy.interpolate import RectBivariateSpline

from mlp_teach.widgets.drawing import Changed, Event

Potential = Callable[[Atoms], tuple[float, np.ndarray]]
Alarm = Callable[[Atoms], bool]
Range = tuple[float, float]

GRID = (27, 21)  # points at which a map asks the potential
FINE = (61, 49)  # points between which its contours run
LEVELS = 10  # contours
MEMORY = 400  # places of the path that are kept


@dataclass(frozen=True, eq=False)
class Scene:
    """All that stays: the atoms, which one moves in which plane, both potentials.

    `axes` are the Cartesian directions of the plane, (0, 1) for x and y; `region` is where the atom
    may go along each of them (Å); `span` is the height of the map (eV). `members` are the models of
    an ensemble, `learnt` the places (Å) that they have been trained on, and `bound` is the largest
    deviation of a force (eV/Å) at these. `strange` says whether a
    structure is outside of the training domain.
    """

    atoms: Atoms
    moved: int
    reference: Potential
    model: Potential
    axes: tuple[int, int]
    region: tuple[Range, Range]
    span: float
    members: tuple[Potential, ...] = ()
    learnt: tuple[tuple[float, float], ...] = ()
    bound: float = float("inf")
    strange: Alarm | None = None


@dataclass(frozen=True)
class Visit:
    """One place of the atom (Å) and what reference and model say of it, in this order.

    The deviations are the ensemble's standard deviations of the energy (eV) and of each component
    of the force (eV/Å), zero without one; `strange` is a place outside of the training domain.
    """

    x: float
    y: float
    energies: tuple[float, float]
    forces: tuple[np.ndarray, np.ndarray]
    energy_deviation: float = 0.0
    force_deviation: np.ndarray = field(default_factory=lambda: np.zeros(3))
    strange: bool = False


@dataclass(frozen=True)
class PesState:
    """The path so far (the atom is at its end) and which map is shown."""

    path: tuple[Visit, ...]
    map: str = "reference"


def make_scene(
    atoms: Atoms,
    reference: Potential,
    model: Potential,
    moved: int = -1,
    plane: str = "xy",
    region: tuple[Range, Range] | None = None,
    span: float = 3.0,
    members: Sequence[Potential] = (),
    learnt: Sequence[Sequence[float]] = (),
    strange: Alarm | None = None,
) -> Scene:
    """A scene; without a region the atom may go 2 Å beyond the atoms.

    Raises ValueError for a plane that is not two of x, y, z, and for an ensemble of one.
    """
    axes = tuple("xyz".find(letter) for letter in plane)
    if len(axes) != 2 or -1 in axes or axes[0] == axes[1]:
        raise ValueError(f'plane is {plane!r}; it must be two of x, y, z, such as "xy" or "xz".')
    if region is None:
        low, high = atoms.positions.min(0) - 2.0, atoms.positions.max(0) + 2.0
        region = tuple((float(low[axis]), float(high[axis])) for axis in axes)
    if len(members) == 1:
        raise ValueError(
            "An ensemble of one agrees with itself everywhere; give two members or more."
        )
    scene = Scene(
        atoms.copy(),
        range(len(atoms))[moved],
        reference,
        model,
        axes,
        region,
        float(span),
        tuple(members),
        tuple((float(x), float(y)) for x, y in learnt),
        strange=strange,
    )
    if not (members and scene.learnt):
        return scene
    deviations = [visit(scene, *place).force_deviation for place in scene.learnt]
    return replace(scene, bound=max(float(np.linalg.norm(one)) for one in deviations))


def placed(scene: Scene, x: float, y: float) -> Atoms:
    """The structure with the moved atom at (x, y) of the plane."""
    atoms = scene.atoms.copy()
    atoms.positions[scene.moved, scene.axes] = x, y
    return atoms


def visit(scene: Scene, x: float, y: float) -> Visit:
    """Asks both potentials with the atom at (x, y), or at the nearest place in the region."""
    x, y = (float(np.clip(v, *limits)) for v, limits in zip((x, y), scene.region, strict=True))
    atoms = placed(scene, x, y)
    given = {one: one(atoms) for one in {scene.reference, scene.model, *scene.members}}  # each once
    answers = [given[potential] for potential in (scene.reference, scene.model)]
    return Visit(
        x,
        y,
        tuple(float(energy) for energy, _ in answers),
        tuple(np.asarray(forces, dtype=float)[scene.moved] for _, forces in answers),
        *_deviations(scene, [given[potential] for potential in scene.members]),
        scene.strange is not None and scene.strange(atoms),
    )


def _deviations(scene: Scene, answers: list) -> tuple[float, np.ndarray]:
    """How far the members' answers differ about the energy and the moved atom's force."""
    if not answers:
        return 0.0, np.zeros(3)
    forces = np.array([one[1][scene.moved] for one in answers])
    return float(np.std([one[0] for one in answers])), forces.std(0)


def parted(scene: Scene, here: Visit) -> bool:
    """Whether the ensemble disagrees more about the force than at any place it has learnt."""
    return bool(np.linalg.norm(here.force_deviation) > scene.bound)


def outside(scene: Scene, here: Visit) -> bool:
    """Whether one of the two alarms rings."""
    return here.strange or parted(scene, here)


def first_state(scene: Scene, start: Sequence[float] | None = None) -> PesState:
    """A path of 41 places, straight from `start` (or the region's far edge) to the atom."""
    here = scene.atoms.positions[scene.moved, list(scene.axes)]
    there = np.asarray((scene.region[0][1], here[1]) if start is None else start, dtype=float)
    return PesState(
        tuple(visit(scene, *(there + t * (here - there))) for t in np.linspace(0, 1, 41))
    )


def pes_update(scene: Scene, state: PesState, event: Event) -> PesState:
    """What a moved atom, a chosen map or a button means."""
    here = state.path[-1]
    match event:
        case Changed("map", value):
            return replace(state, map=value)
        case Changed("again"):
            return replace(state, path=(here,))
        case Changed("slide_0" | "slide_1" as name):
            new = downhill(scene, here, which=int(name[-1]), steps=8, longest=0.03)
        case _:
            new = [visit(scene, event.x, event.y)]
    return replace(state, path=(*state.path, *new)[-MEMORY:])


def downhill(scene: Scene, start: Visit, which: int, steps: int, longest: float) -> list[Visit]:
    """Follows the force of one potential (0 reference, 1 model) from a place: steepest descent."""
    visits = [start]
    for _ in range(steps):
        force = visits[-1].forces[which][list(scene.axes)]
        move = 0.05 * force  # Å for each eV/Å
        move *= min(1.0, longest / max(float(np.linalg.norm(move)), 1e-12))
        visits.append(visit(scene, visits[-1].x + float(move[0]), visits[-1].y + float(move[1])))
    return visits[1:]


@lru_cache(maxsize=8)
def landscape(scene: Scene, which: str) -> tuple[list[np.ndarray], ...]:
    """Outlines of the places lower than 1/10, 2/10, ... of the span above the lowest energy.

    `which` is "reference" or "model"; for "difference" they are the places where
    |model - reference| is larger than 1/10, 2/10, ... of a tenth of the span. Each element holds
    the closed outlines (Å) of one height.
    """
    names = ("reference", "model") if which == "difference" else (which,)
    energies = [_energies(scene, name) for name in names]
    heights, span = energies[0] - energies[0].min(), scene.span
    if which == "difference":
        with np.errstate(invalid="ignore"):  # where both refuse, inf - inf: as high as can be
            heights = np.nan_to_num(np.abs(energies[1] - energies[0]), nan=np.inf)
        span = scene.span / 10
    # Energies rise to thousands of eV where atoms overlap. Squeezed into 0 to 1 by a function that
    # only rises, they can be interpolated smoothly and keep every contour where it is.
    squeezed = 1 - np.exp(-heights / span)
    fine_x, fine_y = _places(scene, FINE)
    surface = RectBivariateSpline(*_places(scene, GRID), squeezed)(fine_x, fine_y)
    contours = contour_generator(fine_x, fine_y, surface.T, fill_type=FillType.OuterOffset)
    levels = 1 - np.exp(-np.arange(1, LEVELS + 1) / LEVELS)
    if which == "difference":
        return tuple(_outlines(*contours.filled(level, np.inf)) for level in levels)
    return tuple(_outlines(*contours.filled(-np.inf, level)) for level in levels)


async def survey(scene: Scene) -> None:
    """Asks the model for its map, place by place, and lets whatever else has to be done go first.

    If the potential fails, that is told when its map is asked for.
    """
    for place in product(*_places(scene, GRID)):
        with suppress(Exception):
            _energy(scene, "model", *place)
        await sleep(0)


def _energies(scene: Scene, name: str) -> np.ndarray:
    places = product(*_places(scene, GRID))
    return np.array([_energy(scene, name, x, y) for x, y in places]).reshape(GRID)


@lru_cache(maxsize=8 * GRID[0] * GRID[1])
def _energy(scene: Scene, name: str, x: float, y: float) -> float:
    """Infinite where the potential refuses, as for overlapping atoms."""
    try:
        return float(getattr(scene, name)(placed(scene, x, y))[0])
    except ValueError:
        return np.inf


def _places(scene: Scene, counts: tuple[int, int]) -> list[np.ndarray]:
    return [np.linspace(*limits, n) for limits, n in zip(scene.region, counts, strict=True)]


def _outlines(points: list[np.ndarray], offsets: list[np.ndarray]) -> list[np.ndarray]:
    return [
        ring[start:end]
        for ring, cuts in zip(points, offsets, strict=True)
        for start, end in pairwise(cuts)
    ]
