"""Four ways to end a pair potential at r_c, and what each does to a small cluster that moves.

    hard         V(r) for r < r_c, 0 beyond                      the energy jumps
    shifted      V(r) - V(r_c)                                   the force jumps
    cosine       V(r) ½ [cos(π r / r_c) + 1]                     the curvature jumps
    polynomial   V(r) u(r / r_c), DimeNet's envelope with p = 6  the third derivative jumps

V is Lennard-Jones's, of argon: 4 ε [(σ/r)¹² - (σ/r)⁶]. Thirteen atoms, an icosahedron, move by
velocity Verlet under the four, from the same places with the same velocities. Nothing acts from
outside, so the total energy should stay what it is.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from jaxtyping import Float

from mlp_teach.units import BOLTZMANN, FS
from mlp_teach.widgets.drawing import Event

WAYS = ("hard", "shifted", "cosine", "polynomial")
EPSILON, SIGMA, MASS = 0.0104, 3.40, 39.948  # eV, Å, u
STEPS, EVERY = 500, 4  # of the run; every which one is drawn
NEAR = 1e-6  # Å, to either side of the cutoff


@dataclass(frozen=True)
class CutoffState:
    """Where the potential ends (Å), the time step (fs) and the temperature at the start (K)."""

    cutoff: float = 7.2
    step: float = 8.0
    temperature: float = 30.0


@dataclass(frozen=True, eq=False)
class CutoffNumbers:
    """Rows are the four WAYS."""

    distances: Float[np.ndarray, "points"]  # Å
    energies: Float[np.ndarray, "ways points"]  # eV, of two atoms
    forces: Float[np.ndarray, "ways points"]  # eV/Å, -dV/dr
    energy_jump: Float[np.ndarray, "ways"]  # eV, at the cutoff
    force_jump: Float[np.ndarray, "ways"]  # eV/Å
    times: Float[np.ndarray, "times"]  # ps
    drift: Float[np.ndarray, "ways times"]  # eV, total energy less that at the start


def cutoff_update(state: CutoffState, event: Event) -> CutoffState:
    """What a new value of a slider means."""
    return replace(state, **{event.name: float(event.value)})


@lru_cache(maxsize=64)
def cutoff_numbers(state: CutoffState) -> CutoffNumbers:
    """Energy and force of two atoms around the cutoff, and the total energy of the cluster."""
    distances = np.linspace(state.cutoff - 1.2, state.cutoff + 0.6, 181)
    energies, forces = pair(np.broadcast_to(distances, (len(WAYS), len(distances))), state.cutoff)
    sides = np.broadcast_to([state.cutoff - NEAR, state.cutoff + NEAR], (len(WAYS), 2))
    energy_sides, force_sides = pair(sides, state.cutoff)
    times, total = run(state)
    return CutoffNumbers(
        distances,
        energies,
        forces,
        np.abs(np.diff(energy_sides)[:, 0]),
        np.abs(np.diff(force_sides)[:, 0]),
        times,
        total - total[:, :1],
    )


def pair(
    distances: Float[np.ndarray, "ways pairs"], cutoff: float
) -> tuple[Float[np.ndarray, "ways pairs"], Float[np.ndarray, "ways pairs"]]:
    """V (eV) and -dV/dr (eV/Å) at distances in Å; row n ends in the n-th way."""
    square = (SIGMA / distances) ** 2
    power = square * square * square  # a run asks 500 times: every array made counts
    value = 4 * EPSILON * power * (power - 1)
    force = 24 * EPSILON * power * (2 * power - 1) / distances
    at_cutoff = (SIGMA / cutoff) ** 6
    value[1] -= 4 * EPSILON * (at_cutoff**2 - at_cutoff)
    for row, window in ((2, _cosine), (3, _polynomial)):
        weight, fall = window(np.minimum(distances[row] / cutoff, 1.0))
        force[row] = force[row] * weight - value[row] * fall / cutoff
        value[row] *= weight
    inside = distances < cutoff
    return value * inside, force * inside


def _cosine(x: Float[np.ndarray, "pairs"]) -> tuple:
    """What V is multiplied by at x = r / r_c, and its slope. As in basis/cutoffs.py."""
    return 0.5 * (np.cos(np.pi * x) + 1), -0.5 * np.pi * np.sin(np.pi * x)


def _polynomial(x: Float[np.ndarray, "pairs"]) -> tuple:
    """The same for DimeNet's envelope with p = 6."""
    square = x * x
    fifth = x * square * square
    return 1 - fifth * x * (28 - 48 * x + 21 * square), -168 * fifth * (1 - x) ** 2


def icosahedron() -> Float[np.ndarray, "atoms 3"]:
    """One atom in the middle of twelve, near the minimum of the energy (Å)."""
    golden = (1 + np.sqrt(5)) / 2
    corners = [(0, a, b * golden) for a in (-1, 1) for b in (-1, 1)]
    corners = np.concatenate([np.roll(corners, turn, axis=1) for turn in range(3)])
    radius = 1.082 * SIGMA
    return np.vstack([np.zeros(3), corners * radius / np.linalg.norm(corners[0])])


def run(state: CutoffState) -> tuple[Float[np.ndarray, "times"], Float[np.ndarray, "ways times"]]:
    """Times (ps) and total energies (eV) of velocity Verlet, all four ways at once."""
    start, dt = icosahedron(), state.step * FS
    i, j = np.triu_indices(len(start), 1)
    ends = np.zeros((len(start), len(i)))  # +1 where a pair begins, -1 where it ends
    ends[i, np.arange(len(i))], ends[j, np.arange(len(i))] = 1.0, -1.0
    velocities = np.random.default_rng(0).normal(size=start.shape)
    velocities -= velocities.mean(axis=0)
    kinetic = 1.5 * (len(start) - 1) * BOLTZMANN * state.temperature  # the middle does not move
    velocities *= np.sqrt(2 * kinetic / (MASS * (velocities**2).sum()))
    r, v = (np.tile(one, len(WAYS)) for one in (start, velocities))  # atoms, 3 columns a way

    def energy_and_forces() -> tuple[np.ndarray, np.ndarray]:
        arms = (ends.T @ r).reshape(len(i), len(WAYS), 3)
        distances = np.sqrt(np.einsum("pwx,pwx->wp", arms, arms))
        value, force = pair(distances, state.cutoff)
        pulls = arms * (force / distances).T[..., None]
        return value.sum(axis=1), ends @ pulls.reshape(len(i), -1)

    energy, force = energy_and_forces()
    total = []
    for step in range(STEPS + 1):
        if step % EVERY == 0:
            total.append(energy + 0.5 * MASS * (v**2).sum(axis=0).reshape(-1, 3).sum(axis=1))
        v += 0.5 * dt * force / MASS
        r += dt * v
        energy, force = energy_and_forces()
        v += 0.5 * dt * force / MASS
    times = np.arange(0, STEPS + 1, EVERY) * state.step / 1000
    return times, np.array(total).T
