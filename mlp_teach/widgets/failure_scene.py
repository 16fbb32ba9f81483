"""Four ways in which a potential or its run fails, each beside a twin that does right.

    explosion   13 atoms, velocity Verlet; the time step is too long        twin: 4 fs
    hole        radial functions fitted to labels that end at 2.4 Å         twin: a wall beneath
    swirl       forces that are no gradient, F + σ ẑ × r / ρ                twin: F + σ r / ρ
    mean        the energy is a mean over atoms, times the size of the      twin: the sum
                structures that it was fitted to

All atoms are copper's, bound by Morse's curve with parameters for its crystal: L. A. Girifalco and
V. G. Weizer, Phys. Rev. 114, 687 (1959), doi:10.1103/PhysRev.114.687. In the arrays of a run the
failing row is the first and its twin the second.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache, lru_cache

import numpy as np
from jaxtyping import Float

from mlp_teach.units import BOLTZMANN, FS
from mlp_teach.widgets.cutoff_scene import icosahedron
from mlp_teach.widgets.drawing import Event

DEPTH, STEEPNESS, BOND, MASS = 0.3429, 1.3588, 2.866, 63.546  # eV, 1/Å, Å, u
SAFE_STEP, LENGTH, HOT = 4.0, 2000.0, 600.0  # fs, fs, K: of the explosion
RADIUS = 2.703  # Å, of the cluster at rest
LABELS = np.linspace(2.4, 4.2, 8)  # Å, where the curve was computed
CENTRES, WIDTH, RIDGE = np.arange(2.0, 4.5, 0.4), 0.5, 1e-6  # Å, Å, eV²
WALL, FALL = 300.0, 3.0  # eV, 1/Å: repulsion that nobody has to learn
LOOP = 0.2  # Å, radius of the closed way, and where the forces are wrong by σ
STRETCH = 0.15  # Å, of the bond that vibrates
DIALS = {  # first value, step, and the number of steps at the start
    "explosion": (4.0, 2.0, 19),  # fs
    "hole": (0.10, 0.05, 10),  # eV
    "swirl": (0.0, 2.0, 5),  # meV/Å
    "mean": (1.0, 1.0, 3),  # copies
}
HIGHEST = 20  # steps of a dial
Points = Float[np.ndarray, "points"]
Safe = Float[np.ndarray, "more_points"]
Times = Float[np.ndarray, "times"]
Runs = Float[np.ndarray, "rows times"]
Rows = Float[np.ndarray, "rows points"]


@dataclass(frozen=True)
class FailureState:
    """Which failure, and how many steps its dial stands above the first value."""

    failure: str = "explosion"
    dial: int = DIALS["explosion"][2]

    @property
    def value(self) -> float:
        first, step, _ = DIALS[self.failure]
        return first + step * self.dial


@dataclass(frozen=True, eq=False)
class Explosion:
    """Rows of different length: each run has its own time step."""

    times: tuple[Points, Safe]  # ps
    drift: tuple[Points, Safe]  # eV/atom, total energy less that at the start
    temperature: tuple[Points, Safe]  # K


@dataclass(frozen=True, eq=False)
class Hole:
    """Curves and collisions have a third row: the truth."""

    distances: Points  # Å
    curves: Rows  # eV
    label_errors: Float[np.ndarray, "fits"]  # eV, the largest of each fit on its own labels
    top: float  # eV, the kinetic energy from afar that suffices to fall in
    times: Times  # ps
    places: Runs  # Å, r; below 0 the atoms have gone through each other


@dataclass(frozen=True, eq=False)
class Swirl:
    """An atom in its cage, with wrong forces of two kinds."""

    times: Times  # ps
    places: Float[np.ndarray, "rows times 2"]  # Å
    drift: Runs  # eV
    work: Float[np.ndarray, "rows"]  # eV, once round a circle of radius LOOP


@dataclass(frozen=True, eq=False)
class Mean:
    """n copies of a molecule, far from each other; one of them vibrates."""

    copies: Points
    ratio: Rows  # E(n copies) / E(1 copy)
    parting: Float[np.ndarray, "rows"]  # eV, E(2 copies) - 2 E(1 copy)
    times: Times  # ps
    bonds: Runs  # Å
    periods: Float[np.ndarray, "rows"]  # fs


def failure_update(state: FailureState, event: Event) -> FailureState:
    """Another failure, at the value where it shows; or another value."""
    if event.name == "failure":
        return FailureState(event.value, DIALS[event.value][2])
    return replace(state, dial=round(event.value))


@lru_cache(maxsize=100)
def failure_numbers(state: FailureState) -> Explosion | Hole | Swirl | Mean:
    """All that the pictures of a state show."""
    return {"explosion": explosion, "hole": hole, "swirl": swirl, "mean": mean}[state.failure](
        state.value
    )


def morse(r: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """V (eV) and -dV/dr (eV/Å) of two atoms at distances in Å."""
    wave = np.exp(-STEEPNESS * (r - BOND))
    return DEPTH * (wave**2 - 2 * wave), 2 * DEPTH * STEEPNESS * (wave**2 - wave)


def verlet(
    forces: Callable, place: np.ndarray, velocity: np.ndarray, mass: float, step: float, steps: int
) -> tuple[np.ndarray, np.ndarray]:
    """Places and velocities at all steps (fs) of velocity Verlet; they are the first axis."""
    r, v, dt = place.copy(), velocity.copy(), step * FS
    places, velocities = (np.empty((steps + 1, *place.shape)) for _ in range(2))
    f = forces(r)
    for n in range(steps + 1):
        places[n], velocities[n] = r, v
        v = v + 0.5 * dt * f / mass
        r = r + dt * v
        f = forces(r)
        v = v + 0.5 * dt * f / mass
    return places, velocities


def explosion(step: float) -> Explosion:
    """The same cluster and velocities with this time step (fs) and with a safe one."""
    runs = zip(_cluster_run(step), _cluster_run(SAFE_STEP), strict=True)
    return Explosion(*runs)


@lru_cache(maxsize=32)
def _cluster_run(step: float) -> tuple[Points, Points, Points]:
    corners = icosahedron()
    start = corners * RADIUS / np.linalg.norm(corners[1])
    count = len(start)
    i, j = np.triu_indices(count, 1)
    ends = np.zeros((count, len(i)))  # +1 where a pair begins, -1 where it ends
    ends[i, np.arange(len(i))], ends[j, np.arange(len(i))] = 1.0, -1.0

    def forces(r: np.ndarray) -> np.ndarray:
        arms = r[i] - r[j]
        distances = np.sqrt((arms**2).sum(axis=1))
        return ends @ (arms * (morse(distances)[1] / distances)[:, None])

    velocity = np.random.default_rng(0).normal(size=start.shape)
    velocity -= velocity.mean(axis=0)
    free = 3 * (count - 1)  # the middle does not move
    velocity *= np.sqrt(free * BOLTZMANN * HOT / (MASS * (velocity**2).sum()))
    places, velocities = verlet(forces, start, velocity, MASS, step, int(LENGTH / step))
    distances = np.linalg.norm(places[:, i] - places[:, j], axis=2)
    kinetic = 0.5 * MASS * (velocities**2).sum(axis=(1, 2))
    total = morse(distances)[0].sum(axis=1) + kinetic
    times = np.arange(len(total)) * step / 1000
    return times, (total - total[0]) / count, 2 * kinetic / (free * BOLTZMANN)


def hole(energy: float) -> Hole:
    """Two atoms, LABELS[-1] apart, meet with this kinetic energy (eV) from far away."""
    potentials = (bare_fit, walled_fit, morse)

    def forces(r: np.ndarray) -> np.ndarray:
        pulls = [each(abs(r[n : n + 1]))[1] for n, each in enumerate(potentials)]
        return np.concatenate(pulls) * np.sign(r)

    start = np.full(3, LABELS[-1])
    here = np.array([each(start[:1])[0][0] for each in potentials])
    speed = np.sqrt(2 * (energy - here) / (MASS / 2))
    places, _ = verlet(forces, start, -speed, MASS / 2, 1.0, 500)
    distances = np.linspace(0.0, 4.6, 231)
    curves, known = (np.stack([each(r)[0] for each in potentials]) for r in (distances, LABELS))
    errors = np.abs(known[:2] - known[2]).max(axis=1)
    top = float(curves[0][distances < LABELS[0]].max())
    return Hole(distances, curves, errors, top, np.arange(501) / 1000, places.T)


def bare_fit(r: Points) -> tuple[Points, Points]:
    """Energy and force of a sum of radial functions, fitted to the labels: below them it ends."""
    return _bumps(r, _coefficients(walled=False))


def walled_fit(r: Points) -> tuple[Points, Points]:
    """The same functions fitted to what a wall of repulsion leaves of the same labels."""
    value, force = _bumps(r, _coefficients(walled=True))
    wall = WALL * np.exp(-FALL * r)
    return value + wall, force + FALL * wall


@cache
def _coefficients(walled: bool) -> np.ndarray:
    target = morse(LABELS)[0] - (WALL * np.exp(-FALL * LABELS) if walled else 0.0)
    design = np.exp(-(((LABELS[:, None] - CENTRES) / WIDTH) ** 2))
    normal = design.T @ design + RIDGE * np.eye(len(CENTRES))
    return np.linalg.solve(normal, design.T @ target)


def _bumps(r: Points, coefficients: np.ndarray) -> tuple[Points, Points]:
    arms = (r[:, None] - CENTRES) / WIDTH
    waves = np.exp(-(arms**2))
    return waves @ coefficients, (2 * arms / WIDTH * waves) @ coefficients


def swirl(size: float) -> Swirl:
    """Forces that are wrong by `size` (meV/Å) at a distance LOOP from the middle of the cage."""
    slope = size / 1000 / LOOP  # eV/Å²

    def forces(r: np.ndarray) -> np.ndarray:
        return cage(r)[1] + wrong(r, slope)

    start = np.array([[0.06, 0.0], [0.06, 0.0]])
    velocity = np.array([[0.0, 0.02], [0.0, 0.02]])
    places, velocities = verlet(forces, start, velocity, MASS, 5.0, 600)
    believed = cage(places)[0]
    believed[:, 1] -= (
        0.5 * slope * (places[:, 1] ** 2).sum(axis=1)
    )  # the twin's error has an energy
    total = believed + 0.5 * MASS * (velocities**2).sum(axis=2)
    angle = np.linspace(0.0, 2 * np.pi, 72, endpoint=False)
    circle = LOOP * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    ways = LOOP * np.stack([-np.sin(angle), np.cos(angle)], axis=1) * 2 * np.pi / len(angle)
    pulls = forces(np.repeat(circle[:, None], 2, axis=1))
    work = np.einsum("prc,pc->r", pulls, ways)
    return Swirl(np.arange(601) * 0.005, places.swapaxes(0, 1), (total - total[0]).T, work)


def cage(r: Float[np.ndarray, "*many 2"]) -> tuple[np.ndarray, np.ndarray]:
    """Energy and force of an atom among six that stay in their places, in a plane."""
    angle = np.arange(6) * np.pi / 3
    arms = r[..., None, :] - BOND * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    distances = np.sqrt((arms**2).sum(axis=-1))
    value, force = morse(distances)
    return value.sum(axis=-1), (arms * (force / distances)[..., None]).sum(axis=-2)


def wrong(r: Float[np.ndarray, "*many 2 2"], slope: float) -> Float[np.ndarray, "*many 2 2"]:
    """The error of each row's forces: as large in both, but a quarter turn apart."""
    outwards = slope * r
    across = np.stack([-outwards[..., 1], outwards[..., 0]], axis=-1)
    return np.stack([across[..., 0, :], outwards[..., 1, :]], axis=-2)


def mean(copies: float) -> Mean:
    """That many molecules of two atoms; a mean was fitted to structures of one molecule."""
    numbers = np.arange(1.0, HIGHEST + 2)
    each = float(morse(np.array([BOND]))[0][0])
    energies = np.stack([np.full(len(numbers), each), each * numbers])

    def forces(bond: np.ndarray) -> np.ndarray:
        return morse(bond)[1] / np.array([copies, 1.0])

    start = np.full(2, BOND + STRETCH)
    bonds, _ = verlet(forces, start, np.zeros(2), MASS / 2, 4.0, 400)
    parting = energies[:, 1] - 2 * energies[:, 0]
    times = np.arange(401) * 0.004
    periods = np.array([2000 * _first_rise(times, bond) for bond in bonds.T])
    return Mean(numbers, energies / each, parting, times, bonds.T, periods)


def _first_rise(times: Points, values: Points) -> float:
    """When a curve that falls at first is lowest: the vertex of the parabola through three."""
    low = int(np.argmax(np.diff(values) > 0))
    before, here, after = values[low - 1 : low + 2]
    shift = 0.5 * (before - after) / (before - 2 * here + after)
    return float(times[low] + shift * (times[1] - times[0]))
